"""The canonical format: one row is one posting on a guest's bill; a reservation is one room.

The rows of a reservation are put together into one stay. A later file may bring some of its
postings only: what was known stays, a posting with a known number is replaced, and a posting goes
away only by another one that reverses it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias

from portal.hotel.models import Category
from portal.stays import rules
from portal.stays.cells import rules as cells_rules
from portal.stays.files.rules import fold_header
from portal.stays.models import StayStatus
from portal.stays.rules import (
    Bill,
    LineTold,
    NumberedRow,
    PaymentTold,
    RowFault,
    RowTold,
    SourcePolicy,
    StayTold,
)
from portal.stays.vocabulary.rules import CATEGORY_BY_WORD, HEADERS, STATUS_BY_WORD, THIRD_PARTY

NAME = "canonical"
MAX_POSTINGS = 1_000
Posting: TypeAlias = LineTold | PaymentTold
ONE_CENT = 1

REQUIRED = ("property_code", "reservation_id", "status", "arrival", "departure", "line_id")
PERSONAL = frozenset({"booker_name", "booker_email", "guest_name", "guest_email"})
# Read for formulas and length only; nothing in the portal rests on them.
UNUSED_TEXTS = (
    "confirmation_no", "corporate_code", "rate_code", "block_code", "booker_name", "booker_email",
    "guest_name", "guest_email", "purpose", "payer_type", "trx_code",
)  # fmt: skip
_SAME_IN_ALL_ROWS = ("company", "status", "arrival", "departure", "currency")


class CanonicalReader:
    """Reads row after row; each by itself."""

    def __init__(self, fields: Sequence[str], *, zones: Mapping[str, str], shift_weeks: int) -> None:
        self._at = {field: place for place, field in enumerate(fields) if field}
        self._zones = zones
        self._shift = timedelta(weeks=shift_weeks)

    def read(self, cells: Sequence[str]) -> RowTold:
        """What a row tells. Raises `RowFault`."""
        row = {field: cells[place] for field, place in self._at.items()}
        for field in UNUSED_TEXTS:
            cells_rules.text(row.get(field, ""), field)
        told = self._stay(row)
        if not told.currency:
            raise RowFault("missing", field="currency")
        return RowTold(_key(told.source, told.property_code, told.reservation), self._with_posting(told, row))

    def key_of(self, cells: Sequence[str]) -> str | None:
        """The key of the stay that a faulty row meant, if that much can be read."""
        row = {field: cells[place] for field, place in self._at.items() if place < len(cells)}
        try:
            return _key(*_names(row))
        except RowFault:
            return None

    def _stay(self, row: Mapping[str, str]) -> StayTold:
        source, property_code, reservation = _names(row)
        zone = self._zones.get(property_code, "UTC")
        status = _word(row, "status", STATUS_BY_WORD, fault="unknown_status")
        arrival, departure = (self._day(row, field) for field in ("arrival", "departure"))
        nights = cells_rules.days_between(arrival, departure)
        if nights < 0:
            raise RowFault("leaves_before_arriving", field="departure", value=row["departure"])
        if nights > rules.MAX_NIGHTS:
            raise RowFault("too_large", field="departure", value=nights, limit=rules.MAX_NIGHTS)
        is_out = status == StayStatus.CHECKED_OUT
        left_on = self._moment(row, "checked_out_at", zone) or departure
        if is_out and left_on < arrival:
            raise RowFault("leaves_before_arriving", field="checked_out_at", value=row["checked_out_at"])
        return StayTold(
            source=source,
            property_code=property_code,
            reservation=reservation,
            company_code=cells_rules.code(row.get("company_code", ""), "company_code"),
            company_name=cells_rules.text(row.get("company_name", ""), "company_name"),
            company_tax_id=cells_rules.code(row.get("company_tax_id", ""), "company_tax_id"),
            status=status,
            arrival=arrival,
            departure=departure,
            nights=nights,
            adults=_people(row, "adults", default=1),
            children=_people(row, "children", default=0),
            room_type=cells_rules.code(row.get("room_type", ""), "room_type"),
            room_no=cells_rules.code(row.get("room_no", ""), "room_no"),
            segment=cells_rules.code(row.get("market_code", ""), "market_code"),
            currency=cells_rules.code(row.get("currency", ""), "currency").upper(),
            membership_no=cells_rules.code(row.get("membership_no", ""), "membership_no").replace(" ", ""),
            rate_cents=None,
            room_revenue_cents=0,
            checked_out_on=left_on if is_out else None,
            settled_on=None,
            lines=(),
            payments=(),
        )

    def _with_posting(self, told: StayTold, row: Mapping[str, str]) -> StayTold:
        line_id = cells_rules.code(row["line_id"], "line_id")
        net, vat, gross = (cells_rules.cents(row.get(field, ""), field) for field in ("net", "vat", "gross"))
        if not line_id:
            if net is None and gross is None:
                return told  # a booking that nothing has been posted to yet
            raise RowFault("missing", field="line_id")
        if cells_rules.yes(row.get("is_payment", ""), "is_payment"):
            amount = gross if gross is not None else net
            return told._replace(payments=(self._payment(told, row, line_id, amount),))
        net, vat = _net_and_vat(
            net, vat, gross, cells_rules.basis_points(row.get("vat_rate", ""), "vat_rate")
        )
        return told._replace(lines=(self._line(told, row, line_id, net, vat),))

    def _line(self, told: StayTold, row: Mapping[str, str], line_id: str, net: int, vat: int) -> LineTold:
        category = _word(row, "category", CATEGORY_BY_WORD, fault="unknown_category")
        is_third_party = category == THIRD_PARTY
        zone = self._zones.get(told.property_code, "UTC")
        served_on = self._moment(row, "service_date", zone) or self._moment(row, "revenue_date", zone)
        return LineTold(
            line_id=line_id,
            folio_no=_folio(row),
            category=Category.OTHER_SERVICES.value if is_third_party else category,
            service_date=served_on or told.departure,
            text=cells_rules.text(row.get("trx_text", ""), "trx_text"),
            quantity=cells_rules.whole_number(
                row.get("quantity", "").strip().lstrip("-"), "quantity", default=1, limit=rules.MAX_CENTS
            ),
            net_cents=net,
            vat_cents=vat,
            is_third_party=is_third_party,
            reverses_line_id=cells_rules.code(row.get("reverses_line_id", ""), "reverses_line_id") or None,
        )

    def _payment(
        self, told: StayTold, row: Mapping[str, str], line_id: str, amount: int | None
    ) -> PaymentTold:
        if amount is None:
            raise RowFault("missing", field="gross")
        paid_on = self._moment(row, "paid_at", self._zones.get(told.property_code, "UTC"))
        if paid_on is None:
            raise RowFault("missing", field="paid_at")
        return PaymentTold(line_id, _folio(row), paid_on, amount)

    def _day(self, row: Mapping[str, str], field: str) -> str:
        return self._moved(cells_rules.day(row[field], field))

    def _moment(self, row: Mapping[str, str], field: str, zone: str) -> str | None:
        found = cells_rules.moment(row.get(field, ""), field, zone=zone)
        return found and self._moved(found)

    def _moved(self, day: str) -> str:
        return (date.fromisoformat(day) + self._shift).isoformat() if self._shift else day


class CanonicalAdapter:
    """Maps the canonical columns, in English or Russian, onto stays."""

    name: str = NAME
    columns: Mapping[str, str] = {
        fold_header(header): field for field, *others in HEADERS for header in (field, *others)
    }
    required: tuple[str, ...] = REQUIRED
    personal: frozenset[str] = PERSONAL
    is_stay_a_row: bool = False
    policy: SourcePolicy = SourcePolicy()

    def reader(
        self, fields: Sequence[str], *, zones: Mapping[str, str], shift_weeks: int = 0
    ) -> CanonicalReader:
        return CanonicalReader(fields, zones=zones, shift_weeks=shift_weeks)

    def assemble(self, rows: Sequence[NumberedRow], *, known: Bill) -> StayTold:
        """The stay that these rows tell of, added to what is known. Raises `RowFault`."""
        return assemble(rows, known=known)


ADAPTER = CanonicalAdapter()


def assemble(rows: Sequence[NumberedRow], *, known: Bill) -> StayTold:
    """Put the rows of one reservation together, in their order, with what is known of its bill."""
    first = rows[0]
    for row in rows[1:]:
        for field in _SAME_IN_ALL_ROWS:
            if getattr(row.told, field) != getattr(first.told, field):
                raise RowFault("rows_disagree", field=field, row=row.row_no, other=first.row_no)
    lines, payments = _postings(rows, known)
    _check_reversals(lines)
    told = rows[-1].told
    revenue = sum(line.net_cents for line in lines if line.category == Category.ROOMS)
    return told._replace(
        lines=lines,
        payments=payments,
        room_revenue_cents=revenue,
        settled_on=settled_on(told.checked_out_on, lines, payments),
    )


def settled_on(
    checked_out_on: str | None, lines: Sequence[LineTold], payments: Sequence[PaymentTold]
) -> str | None:
    """The later of the day of check-out and the day on which the payments reached the bill; else none."""
    if checked_out_on is None:
        return None
    owed = sum(line.net_cents + line.vat_cents for line in lines)
    if owed <= 0:
        return checked_out_on
    for payment in sorted(payments, key=lambda paid: (paid.paid_on, paid.line_id)):
        owed -= payment.amount_cents
        if owed <= 0:
            return max(checked_out_on, payment.paid_on)
    return None


def _postings(
    rows: Sequence[NumberedRow], known: Bill
) -> tuple[tuple[LineTold, ...], tuple[PaymentTold, ...]]:
    told: dict[str, Posting] = {}
    told_by: dict[str, int] = {}
    for row in rows:
        for posting in _each(row.told):
            line_id = posting.line_id
            if told.setdefault(line_id, posting) != posting:
                raise RowFault(
                    "line_twice", field="line_id", value=line_id, row=row.row_no, other=told_by[line_id]
                )
            told_by.setdefault(line_id, row.row_no)
    postings = {posting.line_id: posting for posting in _each(known)} | told
    if len(postings) > MAX_POSTINGS:
        raise RowFault("too_many_postings", found=len(postings), limit=MAX_POSTINGS)
    found = [posting for _, posting in sorted(postings.items())]
    return (
        tuple(posting for posting in found if isinstance(posting, LineTold)),
        tuple(posting for posting in found if isinstance(posting, PaymentTold)),
    )


def _each(bill: Bill | StayTold) -> Iterator[Posting]:
    yield from bill.lines
    yield from bill.payments


def _check_reversals(lines: Sequence[LineTold]) -> None:
    left = {line.line_id: (line.category, line.net_cents) for line in lines if line.reverses_line_id is None}
    for line in lines:
        if line.reverses_line_id is None:
            continue
        category, rest = left.get(line.reverses_line_id, ("", 0))
        if category != line.category:
            raise RowFault("reverses_nothing", field="reverses_line_id", value=line.reverses_line_id)
        after = rest + line.net_cents
        takes_back = (rest > 0) != (line.net_cents > 0)
        if line.net_cents and (not rest or not takes_back or after * rest < 0):
            raise RowFault("reverses_too_much", field="reverses_line_id", value=line.reverses_line_id)
        left[line.reverses_line_id] = (category, after)


def _net_and_vat(net: int | None, vat: int | None, gross: int | None, rate_bp: int | None) -> tuple[int, int]:
    """Net and VAT in cents from whichever of the four are written."""
    if net is None and gross is None:
        raise RowFault("missing", field="net")
    if net is None and gross is not None:
        if vat is not None:
            return gross - vat, vat
        if rate_bp is None:
            raise RowFault("missing", field="vat_rate")
        full = cells_rules.BASIS_POINTS
        net = cells_rules.share(gross, full, out_of=full + rate_bp)
        return net, gross - net
    assert net is not None  # noqa: S101 -- for the type checker: one of both is written
    if vat is None:
        vat = gross - net if gross is not None else cells_rules.share(net, rate_bp or 0)
    if gross is not None and abs(net + vat - gross) > ONE_CENT:
        raise RowFault("amounts_disagree", field="gross", value=gross, net=net, vat=vat)
    return net, vat


def _names(row: Mapping[str, str]) -> tuple[str, str, str]:
    return (
        cells_rules.code(row.get("source", ""), "source") or NAME,
        cells_rules.required(row.get("property_code", ""), "property_code"),
        cells_rules.required(row.get("reservation_id", ""), "reservation_id"),
    )


def _key(source: str, property_code: str, reservation: str) -> str:
    return rules.natural_key(source, property_code, reservation)


def _word(row: Mapping[str, str], field: str, words: Mapping[str, str], *, fault: str) -> str:
    written = row.get(field, "")
    if not written.strip():
        raise RowFault("missing", field=field)
    found = words.get(fold_header(written))
    if found is None:
        raise RowFault(fault, field=field, value=written)
    return found


def _people(row: Mapping[str, str], field: str, *, default: int) -> int:
    return cells_rules.whole_number(row.get(field, ""), field, default=default, limit=rules.MAX_PEOPLE)


def _folio(row: Mapping[str, str]) -> str:
    number = cells_rules.code(row.get("folio_no", ""), "folio_no") or "1"
    window = cells_rules.code(row.get("folio_window", ""), "folio_window")
    return f"{number}/{window}" if window else number


def cells_of(told: StayTold) -> dict[str, str]:
    """A row as the canonical format writes it, by field: what `CanonicalReader` reads again."""
    return {
        "source": told.source,
        "property_code": told.property_code,
        "reservation_id": told.reservation,
        "status": told.status,
        "company_code": told.company_code,
        "company_name": told.company_name,
        "company_tax_id": told.company_tax_id,
        "membership_no": told.membership_no,
        "arrival": told.arrival,
        "departure": told.departure,
        "checked_out_at": told.checked_out_on or "",
        "room_type": told.room_type,
        "room_no": told.room_no,
        "adults": str(told.adults),
        "children": str(told.children),
        "market_code": told.segment,
        "currency": told.currency,
        **_posting_cells(told),
    }


def _posting_cells(told: StayTold) -> dict[str, str]:
    for line in told.lines:
        return {
            "line_id": line.line_id,
            "folio_no": line.folio_no,
            "category": THIRD_PARTY if line.is_third_party else line.category,
            "service_date": line.service_date,
            "trx_text": line.text,
            "quantity": str(line.quantity),
            "net": _written(line.net_cents),
            "vat": _written(line.vat_cents),
            "reverses_line_id": line.reverses_line_id or "",
        }
    for paid in told.payments:
        return {
            "line_id": paid.line_id,
            "folio_no": paid.folio_no,
            "is_payment": "1",
            "paid_at": paid.paid_on,
            "gross": _written(paid.amount_cents),
        }
    return {}


def _written(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"
