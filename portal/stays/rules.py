"""What a hotel system can tell of a stay, whatever the file looked like."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeAlias

from portal.hotel.models import Category
from portal.stays.models import StayStatus

SEPARATOR = "\x1f"
KEY_BYTES = 16
CHECKED_OUT = StayStatus.CHECKED_OUT.value

TEXT_CHARACTERS = 200
CODE_CHARACTERS = 64
MAX_NIGHTS = 1_000
MAX_PEOPLE = 999
MAX_CENTS = 100_000_000_00
FIRST_YEAR = 1990
LAST_YEAR = 2100

# A spreadsheet runs a cell that begins with one of these.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class RowFault(Exception):
    """One row cannot be taken: why, in which field, and what stood there."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


# What is told travels through the database between preview and acceptance, and there are many rows
# of it: days are ISO text here, which sorts and compares as days do, and needs no conversion.
Day: TypeAlias = str


class LineTold(NamedTuple):
    """A charge, an allowance or a reversal on the guest's bill, in cents."""

    line_id: str
    folio_no: str
    category: str
    service_date: Day
    text: str
    quantity: int
    net_cents: int
    vat_cents: int
    is_third_party: bool
    reverses_line_id: str | None


class PaymentTold(NamedTuple):
    """A payment of the guest's bill, in gross cents."""

    line_id: str
    folio_no: str
    paid_on: Day
    amount_cents: int


class StayTold(NamedTuple):
    """A stay as told by one row, or by all rows that tell of it."""

    source: str
    property_code: str
    reservation: str
    company_code: str
    company_name: str
    company_tax_id: str
    status: str
    arrival: Day
    departure: Day
    nights: int
    adults: int
    children: int
    room_type: str
    room_no: str
    segment: str
    currency: str
    membership_no: str
    rate_cents: int | None
    """The average rate of a night, where the file has one."""
    room_revenue_cents: int
    checked_out_on: Day | None
    settled_on: Day | None
    lines: tuple[LineTold, ...]
    payments: tuple[PaymentTold, ...]

    @property
    def company(self) -> str:
        """What the hotel system calls the company: its code, else its tax number, else its name."""
        if self.company_code:
            return self.company_code
        if self.company_tax_id:
            return f"tax:{self.company_tax_id}"
        return f"name:{self.company_name.casefold()}" if self.company_name else ""


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
_decoder = json.JSONDecoder()


def encode(told: StayTold) -> str:
    """The stay as text: the same stay always gives the same text."""
    return _encoder.encode(told)


def decode(text: str) -> StayTold:
    """The stay that `encode` made the text of."""
    *values, lines, payments = _decoder.decode(text)
    bill = (tuple(LineTold(*line) for line in lines), tuple(PaymentTold(*paid) for paid in payments))
    return StayTold._make((*values, *bill))


def digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=KEY_BYTES).hexdigest()


def natural_key(*parts: str) -> str:
    """The name of a stay among all stays: the same parts give the same key."""
    return digest(SEPARATOR.join(parts))


class Remark:
    """Codes of what is reported of an accepted row."""

    RATE_NOT_POSITIVE = "rate_not_positive"
    ZERO_NIGHTS = "zero_nights"
    NOBODY = "nobody"
    UNPAID = "unpaid"
    LATE = "late"
    AFTER_AS_OF = "after_as_of"
    CARD_NOT_KNOWN = "card_not_known"


def remarks(told: StayTold) -> tuple[str, ...]:
    """What is worth reporting of a stay by itself."""
    found = []
    is_out = told.status == CHECKED_OUT
    rate = told.rate_cents
    if rate <= 0 if rate is not None else (is_out and told.nights and told.room_revenue_cents <= 0):
        found.append(Remark.RATE_NOT_POSITIVE)
    if not told.nights:
        found.append(Remark.ZERO_NIGHTS)
    if told.adults == 0:
        found.append(Remark.NOBODY)
    if is_out and told.settled_on is None:
        found.append(Remark.UNPAID)
    return tuple(found)


def room_line(*, nights: int, net_cents: int, on: Day) -> LineTold:
    """The one line that stands for all nights, where the file has only an average rate."""
    return LineTold(
        line_id="rooms",
        folio_no="1",
        category=Category.ROOMS.value,
        service_date=on,
        text="",
        quantity=nights,
        net_cents=net_cents,
        vat_cents=0,
        is_third_party=False,
        reverses_line_id=None,
    )


@dataclass(frozen=True, slots=True)
class PropertySeed:
    """A hotel that a source's policy opens when it is not known yet."""

    code: str
    name: Mapping[str, str]
    city: Mapping[str, str]
    zone: str
    currency: str


@dataclass(frozen=True, slots=True)
class SourcePolicy:
    """What may be done for a source without asking anybody."""

    opens_unclaimed_accounts: bool = False
    opens_properties: tuple[PropertySeed, ...] = field(default=())


class RowTold(NamedTuple):
    """One row that could be read."""

    stay_key: str
    told: StayTold


class NumberedRow(NamedTuple):
    """A row that tells of a stay, with its number in the file."""

    row_no: int
    told: StayTold


class Bill(NamedTuple):
    """What is known of a stay's bill from earlier files."""

    lines: tuple[LineTold, ...] = ()
    payments: tuple[PaymentTold, ...] = ()


class Reader(Protocol):
    """Reads the rows of one file, in their order; it may remember the rows before."""

    def read(self, cells: Sequence[str]) -> RowTold:
        """What a row tells. Raises `RowFault`."""

    def key_of(self, cells: Sequence[str]) -> str | None:
        """The key of the stay that a faulty row meant, if that much can be read."""


class Adapter(Protocol):
    """Maps the export of one kind of system onto what the portal knows."""

    name: str
    columns: Mapping[str, str]
    """Field by folded header, in every language the files come in."""
    required: tuple[str, ...]
    personal: frozenset[str]
    """Fields that are never kept, not even of a refused row."""
    is_stay_a_row: bool
    """Whether one row tells a whole stay; otherwise the rows of a stay are put together."""
    policy: SourcePolicy

    def reader(self, fields: Sequence[str], *, zones: Mapping[str, str], shift_weeks: int = 0) -> Reader:
        """A reader for a file whose columns hold these fields; '' is a column of no interest.

        `zones` are those of the known properties, by code.
        """

    def assemble(self, rows: Sequence[NumberedRow], *, known: Bill) -> StayTold:
        """The stay that these rows tell of, added to what is known. Raises `RowFault`."""


def holds_formula(text: str) -> bool:
    return text.startswith(FORMULA_SIGNS)


def as_json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
