"""The hotel booking demand data set as a source of stays.

N. Antonio, A. de Almeida, L. Nunes, "Hotel booking demand datasets", Data in Brief 22 (2019)
41-49, doi:10.1016/j.dib.2018.11.126. It has no booking number: a stay is known by the columns that
are fixed when a booking is made, and by its place among equal rows. So two equal rows are two
rooms; and when one of several equal bookings is changed, nobody can say which one it was.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from hashlib import blake2b
from operator import itemgetter
from typing import NamedTuple

from portal.stays import rules
from portal.stays.models import StayStatus
from portal.stays.rules import (
    Bill,
    LineTold,
    NumberedRow,
    PropertySeed,
    RowFault,
    RowTold,
    SourcePolicy,
    StayTold,
)

NAME = "hotel-demand"
CURRENCY = "EUR"
NOTHING = frozenset({"", "NULL", "NA"})

KEY_FIELDS = (
    "hotel",
    "lead_time",
    "stays_in_weekend_nights",
    "stays_in_week_nights",
    "adults",
    "children",
    "babies",
    "meal",
    "country",
    "market_segment",
    "distribution_channel",
    "agent",
    "company",
    "reserved_room_type",
    "deposit_type",
    "customer_type",
)
ARRIVAL_FIELDS = ("arrival_date_year", "arrival_date_month", "arrival_date_day_of_month")
CHANGING_FIELDS = ("assigned_room_type", "adr", "reservation_status", "reservation_status_date")
REQUIRED = (*KEY_FIELDS, *ARRIVAL_FIELDS, *CHANGING_FIELDS)

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
STATUSES = {
    "Check-Out": StayStatus.CHECKED_OUT.value,
    "Canceled": StayStatus.CANCELLED.value,
    "No-Show": StayStatus.NO_SHOW.value,
}
CHECKED_OUT = StayStatus.CHECKED_OUT.value

POLICY = SourcePolicy(
    opens_unclaimed_accounts=True,
    opens_properties=(
        PropertySeed(
            code="resort",
            name={"en": "Resort Hotel", "ru": "Курортный отель"},
            city={"en": "Algarve", "ru": "Алгарве"},
            zone="Europe/Lisbon",
            currency=CURRENCY,
        ),
        PropertySeed(
            code="city",
            name={"en": "City Hotel", "ru": "Городской отель"},
            city={"en": "Lisbon", "ru": "Лиссабон"},
            zone="Europe/Lisbon",
            currency=CURRENCY,
        ),
    ),
)
HOTELS = {"Resort Hotel": "resort", "City Hotel": "city"}
_FORMULA = re.compile(f"{rules.SEPARATOR}[=+\\-@\t\r]")


class _Places(NamedTuple):
    """Where in a row each field stands."""

    hotel: int
    arrival: tuple[int, int, int]
    weekend_nights: int
    week_nights: int
    adults: int
    children: int
    babies: int
    segment: int
    company: int
    room_type: int
    rate: int
    status: int
    status_date: int


class DemandReader:
    """Reads row after row, counting equals: about a hundred bytes for each different booking."""

    def __init__(self, fields: Sequence[str], *, shift_weeks: int) -> None:
        at = {field: place for place, field in enumerate(fields) if field}
        year, month, day = (at[name] for name in ARRIVAL_FIELDS)
        self._at = _Places(
            hotel=at["hotel"],
            arrival=(year, month, day),
            weekend_nights=at["stays_in_weekend_nights"],
            week_nights=at["stays_in_week_nights"],
            adults=at["adults"],
            children=at["children"],
            babies=at["babies"],
            segment=at["market_segment"],
            company=at["company"],
            room_type=at["assigned_room_type"],
            rate=at["adr"],
            status=at["reservation_status"],
            status_date=at["reservation_status_date"],
        )
        self._fixed = itemgetter(*(at[name] for name in KEY_FIELDS))
        self._named = [(at[name], name) for name in REQUIRED]
        self._shift_weeks = shift_weeks
        self._equals: dict[int, int] = {}

    def read(self, cells: Sequence[str]) -> RowTold:
        """What a row tells. Raises `RowFault`."""
        at = self._at
        hotel = HOTELS.get(cells[at.hotel])
        if hotel is None:
            raise RowFault("unknown_property", field="hotel", value=cells[at.hotel])
        nights = _nights(cells[at.weekend_nights], cells[at.week_nights])
        arrival, departure = self._days(cells, nights)
        fixed = self._fixed_text(cells, arrival)
        status, left_on = self._ending(cells, arrival)
        rate_cents, revenue_cents = _revenue(cells[at.rate], nights)
        company = cells[at.company]
        told = StayTold(
            source=NAME,
            property_code=hotel,
            reservation="",
            company_code="" if company in NOTHING else company,
            company_name="",
            company_tax_id="",
            status=status,
            arrival=arrival,
            departure=departure,
            nights=nights,
            adults=_number(cells[at.adults], "adults"),
            children=_number(cells[at.children], "children") + _number(cells[at.babies], "babies"),
            room_type=cells[at.room_type],
            room_no="",
            segment=cells[at.segment],
            currency=CURRENCY,
            membership_no="",
            rate_cents=rate_cents,
            room_revenue_cents=revenue_cents,
            checked_out_on=left_on,
            settled_on=left_on,
            lines=_lines(nights, revenue_cents, left_on),
            payments=(),
        )
        return RowTold(self._key(fixed), told)

    def key_of(self, cells: Sequence[str]) -> str | None:  # noqa: ARG002 -- the protocol
        """A row is a stay of its own here: a faulty one takes no other with it."""
        return None

    def _days(self, cells: Sequence[str], nights: int) -> tuple[str, str]:
        year, month, day = self._at.arrival
        return _stay_days(cells[year], cells[month], cells[day], self._shift_weeks, nights)

    def _ending(self, cells: Sequence[str], arrival: str) -> tuple[str, str | None]:
        """The status, and the day of check-out where there was one."""
        status = _status(cells[self._at.status])
        ended_on = _status_day(cells[self._at.status_date], self._shift_weeks)
        if status != CHECKED_OUT:
            return status, None
        if ended_on < arrival:
            raise RowFault("leaves_before_arriving", field="reservation_status_date", value=ended_on)
        return status, ended_on

    def _fixed_text(self, cells: Sequence[str], arrival: str) -> str:
        fixed = rules.SEPARATOR.join((arrival, *self._fixed(cells)))
        if max(map(len, cells)) > rules.CODE_CHARACTERS or _FORMULA.search(fixed) or "" in cells:
            self._find_fault(cells)
        return fixed

    def _find_fault(self, cells: Sequence[str]) -> None:
        for place, name in self._named:
            cell = cells[place]
            if not cell and name != "company":
                raise RowFault("missing", field=name)
            if len(cell) > rules.CODE_CHARACTERS:
                raise RowFault("too_long", field=name, limit=rules.CODE_CHARACTERS, found=len(cell))
            if name != "adr" and rules.holds_formula(cell) and not _is_number(cell):
                raise RowFault("formula", field=name, value=cell)

    def _key(self, fixed: str) -> str:
        # Should two bookings share these eight bytes, a place is left out; keys still never meet.
        mark = int.from_bytes(blake2b(fixed.encode(), digest_size=8).digest())
        place = self._equals[mark] = self._equals.get(mark, 0) + 1
        return rules.natural_key(NAME, fixed, str(place))


class DemandAdapter:
    """Maps the data set's columns onto stays."""

    name: str = NAME
    columns: Mapping[str, str] = {name: name for name in REQUIRED}
    required: tuple[str, ...] = REQUIRED
    personal: frozenset[str] = frozenset()
    is_stay_a_row: bool = True
    policy: SourcePolicy = POLICY

    def reader(
        self,
        fields: Sequence[str],
        *,
        zones: Mapping[str, str],  # noqa: ARG002 -- the protocol
        shift_weeks: int = 0,
    ) -> DemandReader:
        return DemandReader(fields, shift_weeks=shift_weeks)

    def assemble(self, rows: Sequence[NumberedRow], *, known: Bill) -> StayTold:  # noqa: ARG002 -- the protocol
        """A row is a whole stay here, and replaces what was known of it."""
        return rows[-1].told


ADAPTER = DemandAdapter()

# The values of a column repeat: what was read once is remembered, a bounded number of them.


@lru_cache(maxsize=16384)
def _stay_days(year: str, month: str, day: str, shift_weeks: int, nights: int) -> tuple[str, str]:
    """The days of arrival and departure."""
    try:
        arrival = date.fromisoformat(f"{year}-{MONTHS.index(month) + 1:02d}-{day:0>2}")
    except ValueError:
        arrival = date.min
    if not rules.FIRST_YEAR <= arrival.year <= rules.LAST_YEAR:
        raise RowFault("wrong_date", field="arrival_date", value=f"{day} {month} {year}")
    arrival += timedelta(weeks=shift_weeks)
    return arrival.isoformat(), (arrival + timedelta(nights)).isoformat()


@lru_cache(maxsize=4096)
def _status_day(text: str, shift_weeks: int) -> str:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if not rules.FIRST_YEAR <= found.year <= rules.LAST_YEAR:
        raise RowFault("wrong_date", field="reservation_status_date", value=text)
    return (found + timedelta(weeks=shift_weeks)).isoformat()


@lru_cache(maxsize=4096)
def _nights(weekend: str, week: str) -> int:
    nights = _number(weekend, "stays_in_weekend_nights") + _number(week, "stays_in_week_nights")
    if nights > rules.MAX_NIGHTS:
        raise RowFault("too_large", field="stays_in_week_nights", value=nights, limit=rules.MAX_NIGHTS)
    return nights


@lru_cache(maxsize=4096)
def _number(text: str, field: str) -> int:
    if text in NOTHING and field != "adults":
        return 0
    if not _is_number(text):
        raise RowFault("not_a_number", field=field, value=text)
    found = int(text)
    if found < 0:
        raise RowFault("negative", field=field, value=text)
    if found > rules.MAX_PEOPLE:
        raise RowFault("too_large", field=field, value=text, limit=rules.MAX_PEOPLE)
    return found


@lru_cache(maxsize=16)
def _status(text: str) -> str:
    try:
        return STATUSES[text]
    except KeyError:
        raise RowFault("unknown_status", field="reservation_status", value=text) from None


@lru_cache(maxsize=65536)
def _revenue(rate: str, nights: int) -> tuple[int, int]:
    """The rate of a night and the revenue of all nights in cents, each rounded half up."""
    if not re.fullmatch(r"-?\d{1,9}(\.\d{1,6})?", rate, re.ASCII):
        raise RowFault("not_an_amount", field="adr", value=rate)
    exact = Decimal(rate)
    rate_cents, revenue_cents = (
        int((amount * 100).to_integral_value(ROUND_HALF_UP)) for amount in (exact, exact * nights)
    )
    if abs(revenue_cents) > rules.MAX_CENTS:
        raise RowFault("amount_too_large", field="adr", value=rate)
    return rate_cents, revenue_cents


def _lines(nights: int, revenue_cents: int, left_on: str | None) -> tuple[LineTold, ...]:
    """The bill: one line for all nights; none where nothing was slept, or nothing is earned by it."""
    if left_on is None or revenue_cents <= 0:
        return ()
    return (rules.room_line(nights=nights, net_cents=revenue_cents, on=left_on),)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d{1,9}", text, re.ASCII) is not None
