"""The shape of a party: one row a guest, each a traveller of the company or a name that is typed."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, HiddenField, SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # younger than the types
from wtforms.validators import UUID, Email, Length, Optional
from wtforms.widgets import HiddenInput

from portal.accounts.models import Card
from portal.corporate.orders.forms import WholeField
from portal.corporate.registrations.models import Diet, EventGuest
from portal.corporate.registrations.rules import Named, Party
from portal.corporate.registrations.words import DIETS

MOST_ROWS = 10


class GuestForm(Form):
    """One guest. Whoever leaves both the traveller and the name empty names nobody."""

    guest = HiddenField(validators=[Optional(), UUID()])
    traveller = SelectField(_l("Traveller"), validators=[Optional()])
    name = StringField(
        _l("or a name"), validators=[Length(max=120, message=_l("Keep it within 120 characters."))]
    )
    email = StringField(
        _l("E-mail"),
        validators=[Optional(), Email(_l("Enter an address like name@company.com.")), Length(max=200)],
    )
    diet = SelectField(
        _l("Diet"),
        choices=[SelectChoice(code, name) for code, name in DIETS.items()],
        default=Diet.NONE.value,
    )
    needs = StringField(
        _l("Needs"), validators=[Length(max=300, message=_l("Keep it within 300 characters."))]
    )


class PartyForm(FlaskForm):
    """A party, new or with other names."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    revision = WholeField(widget=HiddenInput(), validators=[Optional()])
    guests = FieldList(FormField(GuestForm), max_entries=MOST_ROWS)

    def fit(self, *, rows: int, cards: Sequence[Card], kept: Sequence[EventGuest] = ()) -> None:
        """So many rows at least, and in each the company's travellers to choose from; also those of a party
        who have no card any more.

        Nobody who was sent is cut off: the rules refuse what is too much.
        """
        while len(self.guests) < min(rows, MOST_ROWS):
            self.guests.append_entry({"diet": Diet.NONE.value})
        offered = [SelectChoice("", _("– a guest of yours –"))]
        offered += [SelectChoice(str(one.public_id), one.holder.name) for one in cards]
        offered += [SelectChoice(str(one.public_id), one.name) for one in without_card(kept, cards)]
        for row in self.guests:
            row.form.traveller.choices = offered

    def take(self, guests: Sequence[EventGuest], cards: Sequence[Card]) -> None:
        """Show the guests of a party."""
        by_person = {card.holder_id: str(card.public_id) for card in cards}
        by_person |= {guest.person_id or 0: str(guest.public_id) for guest in without_card(guests, cards)}
        for row, guest in zip(self.guests, guests, strict=False):
            known = by_person.get(guest.person_id or 0)
            row.form.guest.data = str(guest.public_id)
            row.form.traveller.data = known or ""
            row.form.name.data = "" if known else guest.name
            row.form.email.data = "" if known else guest.email or ""
            row.form.diet.data, row.form.needs.data = guest.diet, guest.needs

    def party(self, cards: Sequence[Card], *, locale: str, kept: Sequence[EventGuest] = ()) -> Party:
        """Who was named; once the form is valid."""
        known = {str(card.public_id): _traveller(card) for card in cards}
        known |= {str(guest.public_id): _as_before(guest) for guest in without_card(kept, cards)}
        named = (_named(row.form, known, locale=locale) for row in self.guests)
        return Party(tuple(one for one in named if one is not None))


def without_card(guests: Sequence[EventGuest], cards: Sequence[Card]) -> list[EventGuest]:
    """Travellers in a party whose card was blocked since, or who left the company."""
    holders = {card.holder_id for card in cards}
    return [guest for guest in guests if guest.person_id is not None and guest.person_id not in holders]


def _named(row: GuestForm, known: Mapping[str, Named], *, locale: str) -> Named | None:
    told: dict[str, Any] = {
        "diet": row.diet.data or Diet.NONE.value,
        "needs": (row.needs.data or "").strip(),
        "row": uuid.UUID(row.guest.data) if row.guest.data else None,
    }
    if (traveller := known.get(row.traveller.data or "")) is not None:
        return replace(traveller, **told)
    name, email = (row.name.data or "").strip(), (row.email.data or "").strip() or None
    return Named(name, email=email, locale=locale, **told) if name else None


def _traveller(card: Card) -> Named:
    holder = card.holder
    return Named(holder.name, "", "", holder.email, holder.id, holder.locale)


def _as_before(guest: EventGuest) -> Named:
    return Named(guest.name, "", "", guest.email, guest.person_id, guest.locale)


class WithdrawForm(FlaskForm):
    """One button."""
