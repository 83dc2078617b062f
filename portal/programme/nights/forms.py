"""The shape of the two questions of the price page. They stand in the address, so they have no token."""

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Form, SelectField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # younger than the types
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from portal.hotel.models import Property
from portal.programme.inputs.forms import HundredthsField, WholeField
from portal.programme.nights.rules import MOST_NIGHTS, Ask
from portal.programme.words import INVITEES
from portal.web.texts import in_language

FIRST_DAY, LAST_DAY = date(2001, 1, 1), date(2099, 1, 1)
MOST_CENTS = 100_000_00
MOST_VAT_BP = 10_000
PRICE = NumberRange(min=1, max=MOST_CENTS, message=_l("Enter a price from 0.01 to 100,000."))


def within_the_century(_form: Form, field: DateField) -> None:
    """Days of which a calendar can be made."""
    if field.data is not None and not FIRST_DAY <= field.data <= LAST_DAY:
        raise ValidationError(str(_l("Choose a day of this century.")))


class AtHotelForm(FlaskForm):
    """At which hotel."""

    class Meta:
        csrf = False

    hotel = SelectField(_l("Hotel"))

    def fit(self, houses: Sequence[Property], *, locale: str) -> None:
        """Offer the hotels of the group."""
        self.hotel.choices = [(house.code, in_language(house.name, locale)) for house in houses]


class StayForm(AtHotelForm):
    """A stay and its open rate."""

    room = SelectField(_l("Kind of room"), validators=[Optional()])
    arrival = DateField(_l("Arrival"), validators=[InputRequired(_l("Choose the day.")), within_the_century])
    nights = WholeField(
        _l("Nights"),
        validators=[
            InputRequired(_l("Enter how many nights.")),
            NumberRange(1, MOST_NIGHTS, _l("Enter from 1 to 60 nights.")),
        ],
    )
    bar = HundredthsField(
        _l("Open rate a night"),
        validators=[InputRequired(_l("Enter the open rate.")), PRICE],
        description=_l("The best available rate, as the price list says it."),
    )
    listed = SelectField(
        _l("The list is"),
        choices=[SelectChoice("gross", _l("with tax")), SelectChoice("net", _l("without tax"))],
    )
    vat = HundredthsField(
        _l("Tax of the list, %"),
        validators=[Optional(), NumberRange(0, MOST_VAT_BP, _l("Enter from 0 to 100."))],
        description=_l("Counts where the programme’s own table of taxes says nothing."),
    )

    def ask(self) -> Ask:
        """What was entered."""
        return Ask(
            hotel=self.hotel.data,
            arrival=self.arrival.data or FIRST_DAY,
            nights=self.nights.data or 0,
            bar_cents=self.bar.data or 0,
            gross=self.listed.data == "gross",
            vat_bp=self.vat.data or 0,
        )


class InviteeForm(AtHotelForm):
    """An invitee's meal or room."""

    kind = SelectField(_l("What for"), choices=[SelectChoice(code, said) for code, said in INVITEES.items()])
    day = DateField(_l("Day"), validators=[InputRequired(_l("Choose the day.")), within_the_century])
    price = HundredthsField(_l("List price"), validators=[InputRequired(_l("Enter the list price.")), PRICE])
