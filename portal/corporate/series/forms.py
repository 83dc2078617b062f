"""The shape of a series: how often, until when, and which of its days."""

import uuid
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Form, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from portal.corporate.limits.models import CostCentre
from portal.corporate.orders.forms import within_the_century
from portal.corporate.series.models import Rhythm


class RhythmForm(Form):
    """How often, and until when: in the address, so that a preview can be shown to a colleague."""

    rhythm = SelectField(_l("How often it comes again"), default=Rhythm.WEEKLY.value, validators=[Optional()])
    until = DateField(_l("Until day"), validators=[Optional(), within_the_century])


class SeriesForm(FlaskForm):
    """The days are boxes of the page; each bears the price that was seen."""

    token = HiddenField(validators=[InputRequired()])
    cost_centre = SelectField(_l("Cost centre"), validators=[Optional()])

    def fit(self, centres: Sequence[CostCentre], *, usual_id: int | None = None) -> None:
        """Offer the open cost centres of the company; chosen is that of the booking that is repeated."""
        self.cost_centre.choices = [
            (str(centre.public_id), f"{centre.code} · {centre.name}") for centre in centres
        ]
        usual = next((str(each.public_id) for each in centres if each.id == usual_id), None)
        self.cost_centre.data = self.cost_centre.data or usual

    def centre_id(self) -> uuid.UUID | None:
        """The cost centre that was chosen; once the form is valid."""
        return uuid.UUID(self.cost_centre.data) if self.cost_centre.data else None


class CarryForm(FlaskForm):
    """The bookings are boxes of the page; each bears its revision and the price that was seen."""

    token = HiddenField(validators=[InputRequired()])


class RestForm(FlaskForm):
    """From which day on the rest is cancelled, and why."""

    day = DateField(_l("From day"), validators=[InputRequired(_l("Choose the day.")), within_the_century])
    reason = StringField(
        _l("Why?"), validators=[Length(max=300, message=_l("Keep it within 300 characters."))]
    )
