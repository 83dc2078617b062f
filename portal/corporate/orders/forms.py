"""The shape of an order: hotel, day, times, guests, and one row for each service the hotel offers."""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from portal.accounts.models import Card
from portal.corporate.bundles.rules import Offer, Order, Wish
from portal.corporate.halls.words import LAYOUTS
from portal.corporate.limits.models import CostCentre
from portal.web.formats import count
from portal.web.texts import in_language

T = TypeVar("T")
AT_START, AT_END = "start", "end"
LOCAL_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
FIRST_HALF_HOUR, LAST_HALF_HOUR = 12, 47
"""Half-hours of the day that are offered for a ride or a ticket: from 06:00 to 23:30."""
DIGITS = 9
FIRST_DAY, LAST_DAY = date(2001, 1, 1), date(2099, 12, 31)
MOST_GUESTS = 2000
MOST_POINTS = 10_000_000


class WholeField(IntegerField):
    """A whole number of at most nine digits: nothing here is counted in more."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if any(len(str(value).strip()) > DIGITS for value in valuelist):
            self.data = None
            raise ValueError(_("Enter a smaller number."))
        super().process_formdata(valuelist)


def within_the_century(_form: Form, field: DateField) -> None:
    """Days of which a calendar can be made; whether they are ahead is another question."""
    if field.data is not None and not FIRST_DAY <= field.data <= LAST_DAY:
        raise ValidationError(_("Choose a day of this century."))


class LineForm(Form):
    """One service: how many, and when, if not with the rest."""

    offer: Offer
    service = HiddenField()
    count = WholeField(validators=[Optional(), NumberRange(0, 999, _l("Choose from 0 to 999."))])
    moment = SelectField(_l("When"), default=AT_START, validators=[Optional()])
    starts = TimeField(_l("From"), validators=[Optional()])
    ends = TimeField(_l("Until"), validators=[Optional()])
    layout = SelectField(_l("Layout"), default="", validators=[Optional()])


class OrderForm(FlaskForm):
    """An order, new or in the place of an earlier one."""

    token = HiddenField(validators=[InputRequired()])
    revision = WholeField(widget=HiddenInput(), validators=[Optional()])
    seen_cents = WholeField(widget=HiddenInput(), validators=[Optional()])
    hotel = HiddenField(validators=[InputRequired()])
    bundle = HiddenField()
    title = StringField(
        _l("Occasion"), validators=[Length(max=80, message=_l("Keep it within 80 characters."))]
    )
    day = DateField(_l("Day"), validators=[InputRequired(_l("Choose the day.")), within_the_century])
    starts = TimeField(_l("From"), validators=[InputRequired(_l("Say when it begins, like 10:00."))])
    ends = TimeField(_l("Until"), validators=[InputRequired(_l("Say when it ends, like 14:00."))])
    headcount = WholeField(
        _l("Guests"),
        validators=[
            InputRequired(_l("Say how many guests you expect.")),
            NumberRange(1, MOST_GUESTS, _l("We seat from 1 to 2,000 guests.")),
        ],
    )
    guest = SelectField(_l("For whom"), validators=[Optional()])
    cost_centre = SelectField(_l("Cost centre"), validators=[Optional()])
    note = TextAreaField(
        _l("Note to the hotel"), validators=[Length(max=500, message=_l("Keep it within 500 characters."))]
    )
    points = WholeField(
        _l("Pay with points"),
        validators=[
            Optional(),
            NumberRange(0, MOST_POINTS, _l("Enter a number of points, or leave it empty.")),
        ],
    )
    lines = FieldList(FormField(LineForm), max_entries=100)

    def fit(
        self,
        offers: Sequence[Offer],
        cards: Iterable[Card],
        *,
        centres: Iterable[CostCentre] = (),
        locale: str,
        layouts: Mapping[int, Mapping[str, int]] = MappingProxyType({}),
    ) -> None:
        """Make the rows those of the hotel's offers, each with what was entered for it.

        `layouts` tells by service how a hall can stand, and for how many guests.
        """
        rows = {entry.form.service.data: entry for entry in self.lines}
        # Rows of nobody's may fill the list up to its limit.
        self.lines.entries = []
        self.lines.entries = [
            rows.get(offer.code) or self.lines.append_entry({"service": offer.code}) for offer in offers
        ]
        for offer, entry in zip(offers, self.lines, strict=True):
            line = entry.form
            line.count.label.text = in_language(offer.name, locale)
            line.moment.choices = _moments(line.moment.data)
            line.layout.choices = _layouts(layouts.get(offer.service_id, {}))
            line.offer = offer
        self.guest.choices = [("", _("A group, or nobody in particular"))] + [
            (str(card.public_id), card.holder.name) for card in cards
        ]
        self.cost_centre.choices = [
            (str(centre.public_id), f"{centre.code} · {centre.name}") for centre in centres
        ]

    def take(self, order: Order) -> None:
        """Fill in an order; services that it does not name have no quantity."""
        self.day.data, self.headcount.data = order.day, order.headcount
        self.starts.data, self.ends.data = order.starts, order.ends
        wishes = {wish.service: wish for wish in order.wishes}
        for entry in self.lines:
            wish = wishes.get(entry.form.service.data or "")
            row = _row(wish) if wish is not None else {"count": None}
            for name, value in row.items():
                entry.form[name].data = value
            entry.form.moment.choices = _moments(entry.form.moment.data)
        for each in (self.day, self.headcount, self.starts, self.ends, *self._inputs()):
            each.raw_data = None  # what is shown is the order, not what was typed

    def _inputs(self) -> Iterator[Field]:
        return (each for entry in self.lines for each in entry.form)

    def order(self) -> Order:
        """What was asked for; once the form is valid."""
        return Order(
            day=_given(self.day.data),
            starts=_given(self.starts.data),
            ends=_given(self.ends.data),
            headcount=_given(self.headcount.data),
            wishes=tuple(_wish(row) for row in self.lines.data if row["count"]),
        )

    def row(self, service: Any) -> LineForm | None:
        """The row of a service."""
        return next((entry.form for entry in self.lines if entry.form.service.data == service), None)

    def refuse(self, message: str, *, field: str | None = None, service: Any = None) -> None:
        """Say a refusal where it belongs: at a service, at a field, or above all."""
        row = self.row(service) if service is not None else None
        if row is not None:
            row.count.errors = [*row.count.errors, message]
            self.lines.errors = [*self.lines.errors, message]
        elif field is not None:
            self[field].errors = [*self[field].errors, message]
        else:
            self.form_errors.append(message)


@dataclass(frozen=True, slots=True)
class Entered:
    """What else was entered, as plain values."""

    token: uuid.UUID
    hotel: str
    bundle: uuid.UUID | None
    card: uuid.UUID | None
    cost_centre: uuid.UUID | None = None


def entered(form: OrderForm) -> Entered | None:
    """The ids in the form; none when one was tampered with."""
    try:
        return Entered(
            token=uuid.UUID(form.token.data or ""),
            hotel=form.hotel.data or "",
            bundle=uuid.UUID(form.bundle.data) if form.bundle.data else None,
            card=uuid.UUID(form.guest.data) if form.guest.data else None,
            cost_centre=uuid.UUID(form.cost_centre.data) if form.cost_centre.data else None,
        )
    except ValueError:
        return None


def instant_in(text: str) -> datetime | None:
    """An instant that a button of ours bears; none when it is not one."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None and FIRST_DAY <= at.date() <= LAST_DAY else None


def day_in(text: str) -> date:
    """A day in an address; a ValueError where it is none of this century."""
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(text)
    return day


def time_in(text: str) -> time:
    """A local time in an address, like 09:30; a ValueError where it is none."""
    if not LOCAL_TIME.fullmatch(text):
        raise ValueError(text)
    return time.fromisoformat(text)


def _given(value: T | None) -> T:
    if value is None:
        raise ValueError("the form was not validated")
    return value


def _row(wish: Wish) -> dict[str, Any]:
    moment = AT_END if wish.at_end else (f"{wish.starts:%H:%M}" if wish.starts else AT_START)
    return {
        "service": wish.service,
        "count": wish.count,
        "moment": moment,
        "starts": wish.starts,
        "ends": wish.ends,
        "layout": wish.layout or "",
    }


def _wish(row: Mapping[str, Any]) -> Wish:
    moment = row["moment"] or AT_START
    starts = row["starts"]
    if moment not in {AT_START, AT_END}:
        starts = time.fromisoformat(moment)
    at_end, layout = moment == AT_END, row["layout"] or None
    return Wish(row["service"], row["count"], starts, row["ends"], at_end=at_end, layout=layout)


def _layouts(known: Mapping[str, int]) -> list[tuple[str, str]]:
    """How a hall can stand, in the order of the house's words; first, that it is left to the house."""
    named = [
        (code, _("%(layout)s, up to %(seats)s", layout=name, seats=count(known[code])))
        for code, name in LAYOUTS.items()
        if code in known
    ]
    return [("", _("As suits the party best")), *named]


def _moments(chosen: str | None) -> list[tuple[str, str]]:
    """When a ride or a ticket is wanted: with the order, or at a half-hour; a chosen time stays."""
    times = [f"{n // 2:02}:{n % 2 * 30:02}" for n in range(FIRST_HALF_HOUR, LAST_HALF_HOUR + 1)]
    if chosen not in times and LOCAL_TIME.fullmatch(chosen or ""):
        times = sorted([*times, chosen or ""])
    return [(AT_START, _("When it begins")), (AT_END, _("When it ends"))] + [(each, each) for each in times]
