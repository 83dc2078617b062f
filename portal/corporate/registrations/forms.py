"""The shape of a party: one row a guest, each a traveller of the company or a name that is typed."""

import uuid
from collections.abc import Mapping, Sequence

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

    def fit(self, *, rows: int, cards: Sequence[Card]) -> None:
        """So many rows, and in each the company's travellers to choose from."""
        while len(self.guests) < min(rows, MOST_ROWS):
            self.guests.append_entry({"diet": Diet.NONE.value})
        self.guests.entries = self.guests.entries[: min(rows, MOST_ROWS)]
        offered = [SelectChoice("", _("– a guest of yours –"))]
        offered += [SelectChoice(str(one.public_id), one.holder.name) for one in cards]
        for row in self.guests:
            row.form.traveller.choices = offered

    def take(self, guests: Sequence[EventGuest], cards: Sequence[Card]) -> None:
        """Show the guests of a party."""
        by_person = {card.holder_id: str(card.public_id) for card in cards}
        for row, guest in zip(self.guests, guests, strict=False):
            known = by_person.get(guest.person_id or 0)
            row.form.traveller.data = known or ""
            row.form.name.data = "" if known else guest.name
            row.form.email.data = "" if known else guest.email or ""
            row.form.diet.data, row.form.needs.data = guest.diet, guest.needs

    def party(self, cards: Mapping[str, Card], *, locale: str) -> Party:
        """Who was named; once the form is valid."""
        return Party(
            tuple(
                named for row in self.guests if (named := _named(row.form, cards, locale=locale)) is not None
            )
        )


def _named(row: GuestForm, cards: Mapping[str, Card], *, locale: str) -> Named | None:
    diet, needs = row.diet.data or Diet.NONE.value, (row.needs.data or "").strip()
    if (card := cards.get(row.traveller.data or "")) is not None:
        holder = card.holder
        return Named(holder.name, diet, needs, holder.email, holder.id, holder.locale)
    name = (row.name.data or "").strip()
    return Named(name, diet, needs, (row.email.data or "").strip() or None, None, locale) if name else None


class WithdrawForm(FlaskForm):
    """One button."""
