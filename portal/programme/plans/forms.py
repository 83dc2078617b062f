"""For which tier and which day a path is planned."""

from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Optional, ValidationError

from portal.programme.standing.queries import StandingView
from portal.programme.words import lazily


class PlanForm(FlaskForm):
    """It stands in the address, so it has no token."""

    class Meta:
        csrf = False

    tier = SelectField(_l("Tier"), validators=[Optional()])
    day = DateField(_l("Counted on"), validators=[Optional()])
    earliest: date
    latest: date

    def for_standing(self, view: StandingView) -> "PlanForm":
        """Offer the tiers that something leads to, and the days that a window reaches."""
        self.tier.choices = [SelectChoice(tier.code, lazily(tier.called)) for tier in view.rules.tiers[1:]]
        self.earliest = view.as_of + timedelta(days=1)
        self.latest = view.as_of + timedelta(days=view.rules.window_days)
        return self

    def validate_day(self, field: DateField) -> None:
        """What counts today lies in no window beyond those days."""
        if field.data is not None and not self.earliest <= field.data <= self.latest:
            raise ValidationError(_l("Choose a day after today, within a year."))
