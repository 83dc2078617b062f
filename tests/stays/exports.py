"""Files as hotel systems export them, for the tests of imports."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from portal.database import db, end_reads, transaction
from portal.stays.files.rules import survey
from portal.stays.imports import actions
from portal.stays.models import FolioLine, FolioPayment, Import, ImportRow, Stay
from tests.cast import NOW

SUBSET = Path(__file__).parents[2] / "portal" / "demo" / "hotel_bookings_companies.csv.gz"

FOLIO = {
    "source": "opera",
    "property_code": "SEA",
    "reservation_id": "R-1",
    "status": "checked_out",
    "company_code": "ACME",
    "company_name": "Acme Logistics",
    "company_tax_id": "",
    "membership_no": "",
    "arrival": "2026-03-05",
    "departure": "2026-03-08",
    "currency": "EUR",
    "line_id": "1",
    "reverses_line_id": "",
    "category": "rooms",
    "net": "100.00",
    "vat_rate": "6",
    "is_payment": "",
    "paid_at": "",
    "gross": "",
}
BOOKING = {
    "hotel": "City Hotel",
    "lead_time": "7",
    "arrival_date_year": "2016",
    "arrival_date_month": "March",
    "arrival_date_day_of_month": "30",
    "stays_in_weekend_nights": "1",
    "stays_in_week_nights": "2",
    "adults": "2",
    "children": "0",
    "babies": "0",
    "meal": "BB",
    "country": "PRT",
    "market_segment": "Corporate",
    "distribution_channel": "Corporate",
    "agent": "NULL",
    "company": "223",
    "reserved_room_type": "A",
    "assigned_room_type": "A",
    "deposit_type": "No Deposit",
    "customer_type": "Transient",
    "adr": "79.2",
    "reservation_status": "Check-Out",
    "reservation_status_date": "2016-04-02",
}


def folios(*rows: dict[str, str]) -> bytes:
    """A file in the canonical format: rows as FOLIO says, but for what is given."""
    return _written(FOLIO, rows)


def paid(net: str = "106.00", on: str = "2026-03-08", **cells: str) -> dict[str, str]:
    """A payment of the bill."""
    return {
        "line_id": "P",
        "is_payment": "1",
        "paid_at": on,
        "gross": net,
        "net": "",
        "category": "",
        **cells,
    }


def bookings(*rows: dict[str, str]) -> bytes:
    """A file of the demand data: rows as BOOKING says, but for what is given."""
    return _written(BOOKING, rows)


def _written(usual: dict[str, str], rows: Sequence[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(usual), lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows({**usual, **row} for row in rows)
    return text.getvalue().encode()


def preview(
    content: bytes, *, source: str = "canonical", companies_only: bool = False, as_of: date | None = None
) -> Import:
    """Take a file in as far as its preview."""
    file = io.BytesIO(content)
    found = survey(file)
    with transaction():
        offered = actions.offer_import(
            source=source,
            filename="stays.csv",
            digest=found.digest,
            companies_only=companies_only,
            as_of=as_of or NOW.date(),
            by=None,
            at=NOW,
        )
    reading = actions.read_file(import_id=offered.id, file=file, found=found, chunk=chunk)
    with transaction():
        return actions.close_preview(reading=reading, at=NOW)


def accept(offered: Import, **options: Any) -> Import:
    with transaction():
        return actions.accept_import(import_id=offered.id, by=None, at=NOW, **options)


def take(content: bytes, **options: Any) -> Import:
    """Preview a file and accept it."""
    return accept(preview(content, **options))


@contextmanager
def chunk(**_: Any) -> Iterator[None]:
    with transaction():
        yield


def reasons(offered: Import) -> list[tuple[int, str, str]]:
    """Number, outcome and reason of every row."""
    rows = db.session.query(ImportRow).filter_by(import_id=offered.id).order_by(ImportRow.row_no)
    return [(row.row_no, row.outcome, row.reason) for row in rows]


def equation_holds(counts: dict[str, Any], rows: int) -> bool:
    """Rows read = accepted + held + rejected + out of scope."""
    outcomes = ("accepted", "held", "rejected", "out_of_scope")
    return counts["read"] == rows == sum(counts[name] for name in outcomes)


def current() -> list[Stay]:
    """The stays in force, in the order of their arrival."""
    end_reads()  # another thread may have written since
    return db.session.query(Stay).filter(Stay.superseded_at.is_(None)).order_by(Stay.arrival, Stay.id).all()


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All that stays and their bills say, and all that was earned: two equal ones are one."""
    tables = [model.__table__ for model in (Stay, FolioLine, FolioPayment)]
    tables += [
        table
        for name, table in db.metadata.tables.items()
        if name.startswith(("account", "ledger", "property"))
    ]
    return {table.name: sorted(map(tuple, db.session.execute(table.select())), key=repr) for table in tables}
