"""The shape of a contract's rate, of another's word on it, and of its early end."""

import uuid
from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Form, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import (
    UUID,
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from portal.hotel.models import Property
from portal.programme.contracts.actions import End, Terms
from portal.programme.inputs.forms import HundredthsField
from portal.web.texts import in_language

MOST_CENTS = 100_000_00
MOST_WORDS = 500
FIRST_DAY, LAST_DAY = date(2001, 1, 1), date(2099, 12, 31)
TOO_LONG = _l("Please shorten it to %(max)d characters.")


def within_the_century(_form: Form, field: DateField) -> None:
    """Days of which a calendar can be made."""
    if field.data is not None and not FIRST_DAY <= field.data <= LAST_DAY:
        raise ValidationError(str(_l("Choose a day of this century.")))


class RateForm(FlaskForm):
    """A rate for some rooms of a hotel; `token` makes two clicks one rate."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    hotel = SelectField(_l("Hotel"))
    room = StringField(
        _l("Kind of room"),
        validators=[Optional(), Length(max=40, message=TOO_LONG)],
        description=_l("As the hotel calls it. Empty: every kind that has no rate of its own."),
    )
    night = HundredthsField(
        _l("Net rate a night"),
        validators=[
            InputRequired(_l("Enter the price of a night.")),
            NumberRange(min=1, max=MOST_CENTS, message=_l("Enter a price from 0.01 to 100,000.")),
        ],
        description=_l("Without tax, in the hotel's currency."),
    )
    begins = DateField(
        _l("First night"), validators=[InputRequired(_l("Choose the first night.")), within_the_century]
    )
    ends = DateField(
        _l("Last night"), validators=[InputRequired(_l("Choose the last night.")), within_the_century]
    )
    contract = StringField(
        _l("Number of the contract"),
        validators=[
            DataRequired(_l("Enter the number of the signed contract.")),
            Length(max=80, message=TOO_LONG),
        ],
    )

    def fit(self, houses: Sequence[Property], *, locale: str) -> None:
        """Offer the hotels of the group."""
        self.hotel.choices = [(house.code, in_language(house.name, locale)) for house in houses]

    def terms(self, houses: Sequence[Property]) -> Terms:
        """What was entered."""
        return Terms(
            house=next(house for house in houses if house.code == self.hotel.data),
            room_kind=self.room.data or "",
            night_cents=self.night.data or 0,
            begins_on=self.begins.data or FIRST_DAY,
            ends_on=self.ends.data or FIRST_DAY,
            contract=(self.contract.data or "").strip(),
        )


class WordForm(FlaskForm):
    """A word to somebody else's rate."""

    words = TextAreaField(
        _l("Your words"),
        validators=[Optional(), Length(max=MOST_WORDS, message=TOO_LONG)],
        description=_l("Needed for a no; whoever asked reads it."),
        render_kw={"rows": 2},
    )


class EndForm(FlaskForm):
    """The early end of a rate, as it is asked for."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    last_on = DateField(
        _l("Last night at this rate"),
        validators=[InputRequired(_l("Choose the last night.")), within_the_century],
    )
    reason = StringField(
        _l("Reason"),
        validators=[DataRequired(_l("Say why it ends early.")), Length(max=MOST_WORDS, message=TOO_LONG)],
        description=_l("The company reads it, too."),
    )

    def end(self) -> End:
        """What was entered."""
        return End(
            token=uuid.UUID(self.token.data),
            last_on=self.last_on.data or FIRST_DAY,
            reason=(self.reason.data or "").strip(),
        )
