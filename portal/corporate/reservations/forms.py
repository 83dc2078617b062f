"""The shape of what is entered to reserve a souvenir, and of what the lists are narrowed to."""

import uuid
from collections.abc import Iterable, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Form,
    HiddenField,
    IntegerField,
    RadioField,
    SearchField,
    SelectField,
    SelectMultipleField,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # younger than the types
from wtforms.validators import UUID, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.accounts.models import Card
from portal.corporate.presence.forms import PresenceForm
from portal.corporate.reservations.models import Reservation
from portal.corporate.souvenirs.models import SouvenirStock
from portal.hotel.models import Property
from portal.web import formats
from portal.web.texts import in_language

MOST_POINTS = 10_000_000


class ReserveForm(FlaskForm):
    """A souvenir for a traveller: where, when, how many; `seen` is the price of one that was shown."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    seen = IntegerField(validators=[Optional(), NumberRange(min=1, max=MOST_POINTS)])
    hotel = RadioField(_l("Hotel"), validators=[InputRequired(_l("Choose the hotel."))])
    traveller = SelectField(_l("For whom"), validators=[InputRequired(_l("Choose a traveller."))])
    arrival = DateField(_l("Arrival"), validators=[InputRequired(_l("Enter the day of arrival."))])
    quantity = SelectField(_l("How many"), coerce=int, default=1)

    def fit(
        self,
        stocks: Iterable[SouvenirStock],
        cards: Iterable[Card],
        *,
        points: int,
        balance: int,
        most: int,
        locale: str,
    ) -> None:
        """What there is to choose from; each number says what it takes and what it leaves."""
        self.hotel.choices = [
            SelectChoice(each.house.code, _left(each.house, each.available, locale))
            for each in stocks
            if each.available > 0
        ]
        self.traveller.choices = [
            SelectChoice("", _("Choose a traveller")),
            *(SelectChoice(str(card.public_id), card.holder.name) for card in cards),
        ]
        self.quantity.choices = [
            SelectChoice(number, _costs(number, points, balance))
            for number in range(1, most + 1)
            if number == 1 or number * points <= balance
        ]


class HandoverForm(PresenceForm):
    """What the guest takes with them, and how the desk knows who they are."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    card = HiddenField(validators=[InputRequired()])
    reserved = SelectMultipleField(
        _l("What the guest takes"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired(_l("Choose what is handed over."))],
        validate_choice=False,
    )

    def fit(self, waiting: list[Reservation], *, locale: str) -> None:
        """Offer what waits; all of it is chosen already."""
        self.reserved.choices = [SelectChoice(str(each.public_id), _label(each, locale)) for each in waiting]
        self.reserved.data = [str(each.public_id) for each in waiting]

    def chosen(self) -> list[uuid.UUID]:
        """The reservations that were sent; what is no id of ours is left out."""
        found = []
        for text in self.reserved.data or []:
            try:
                found.append(uuid.UUID(text))
            except ValueError:
                continue
        return found


class FilterForm(Form):
    """What the list of reservations is narrowed to."""

    q = SearchField(_l("Search"), validators=[Length(max=100)])
    hotel = SelectField(_l("Hotel"), validators=[Optional()], validate_choice=False)
    day_from = DateField(_l("Arrival from"), name="from", validators=[Optional()])
    day_to = DateField(_l("to"), name="to", validators=[Optional()])

    def fit(self, houses: Sequence[Property], *, locale: str) -> None:
        self.hotel.choices = [("", _("All hotels")), *((h.code, in_language(h.name, locale)) for h in houses)]


class ShopForm(Form):
    """What the catalogue is narrowed to."""

    q = SearchField(_l("Search"), validators=[Length(max=100)])
    hotel = SelectField(_l("In stock at"), validators=[Optional()], validate_choice=False)

    def fit(self, houses: Sequence[Property], *, locale: str) -> None:
        self.hotel.choices = [("", _("All hotels")), *((h.code, in_language(h.name, locale)) for h in houses)]


def _left(house: Property, available: int, locale: str) -> str:
    name = in_language(house.name, locale)
    return str(_("%(hotel)s: %(left)s left", hotel=name, left=formats.count(available)))


def _costs(number: int, points: int, balance: int) -> str:
    takes, leaves = formats.points(number * points), balance - number * points
    if leaves < 0:
        return str(_("%(number)s for %(points)s", number=number, points=takes))
    left = formats.count(leaves)
    return str(_("%(number)s for %(points)s, leaves %(left)s", number=number, points=takes, left=left))


def _label(reservation: Reservation, locale: str) -> str:
    name = in_language(reservation.souvenir.name, locale)
    return name if reservation.quantity == 1 else f"{name} × {reservation.quantity}"
