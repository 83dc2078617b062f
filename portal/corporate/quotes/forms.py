"""The shape of a quote that the account manager makes."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Form,
    HiddenField,
    IntegerField,
    SearchField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from portal.corporate.bundles.rules import instant
from portal.corporate.limits.models import CostCentre
from portal.corporate.quotes.rules import NotAnOffer
from portal.programme.contracts.forms import FIRST_DAY, LAST_DAY, within_the_century

TEN = time(10)


class FilterForm(Form):
    """What the list is narrowed to."""

    q = SearchField(_l("Search"), validators=[Length(max=100)])


class AnswerForm(FlaskForm):
    """One button: to withdraw."""


class AcceptForm(FlaskForm):
    """On which cost centre it is booked, where the company has any; and when, if not as it was quoted."""

    cost_centre = SelectField(_l("Cost centre"), validators=[Optional()])
    day = DateField(_l("Day"), validators=[Optional(), within_the_century])
    starts = TimeField(_l("From"), validators=[Optional()])
    move = BooleanField()
    """Whether the button of another time was pressed."""
    instead = HiddenField(validators=[Optional()])
    """The instant of a button that offers another time."""

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        is_valid: bool = super().validate(extra_validators)
        if not self.move.data or (self.day.data and self.starts.data):
            return is_valid
        self.form_errors.append(_("Choose the day and when it begins."))
        return False

    def begin(self, zone: str) -> datetime | None:
        """When it shall begin instead; none as it was quoted. Once the form is valid."""
        if self.instead.data:
            return _instant(self.instead.data)
        if self.move.data and self.day.data and self.starts.data:
            return instant(self.day.data, self.starts.data, zone)
        return None

    def fit(self, centres: Iterable[CostCentre]) -> None:
        """Offer the open cost centres of the company."""
        self.cost_centre.choices = [
            (str(centre.public_id), f"{centre.code} · {centre.name}") for centre in centres
        ]

    def centre_id(self) -> uuid.UUID | None:
        return uuid.UUID(self.cost_centre.data) if self.cost_centre.data else None


def _instant(text: str) -> datetime:
    """An instant that a button of ours bears."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise NotAnOffer from None
    if at.tzinfo is None or not FIRST_DAY <= at.date() <= LAST_DAY:
        raise NotAnOffer
    return at


class OfferForm(FlaskForm):
    """A ready bundle for a company: where, when, for how many."""

    token = HiddenField(validators=[InputRequired()])
    company = SelectField(_l("Company"), validators=[InputRequired(_l("Choose the company."))])
    bundle = SelectField(_l("Bundle"), validators=[InputRequired(_l("Choose the bundle."))])
    hotel = SelectField(_l("Hotel"), validators=[InputRequired(_l("Choose the hotel."))])
    day = DateField(_l("Day"), validators=[InputRequired(_l("Choose the day.")), within_the_century])
    starts = TimeField(
        _l("From"), default=TEN, validators=[InputRequired(_l("Say when it begins, like 10:00."))]
    )
    headcount = IntegerField(
        _l("Guests"),
        default=8,
        validators=[
            InputRequired(_l("Say how many guests you expect.")),
            NumberRange(1, 2000, _l("We seat from 1 to 2,000 guests.")),
        ],
    )
    title = StringField(
        _l("Occasion"), validators=[Length(max=80, message=_l("Keep it within 80 characters."))]
    )
    note = TextAreaField(
        _l("Note to the client"), validators=[Length(max=500, message=_l("Keep it within 500 characters."))]
    )

    def validate_token(self, field: HiddenField) -> None:
        try:
            uuid.UUID(field.data or "")
        except ValueError as error:
            raise ValidationError(_l("The form was not sent as the page made it. Open it anew.")) from error
