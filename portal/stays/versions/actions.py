"""Keeping stays as last told: nothing is changed or deleted, a new version takes the old one's place."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, update

from portal.bulk import insert_many, reserve_ids
from portal.database import db
from portal.stays.models import FolioLine, FolioPayment, Stay
from portal.stays.versions.rules import NewVersion

STAYS, LINES, PAYMENTS = (cast("Table", model.__table__) for model in (Stay, FolioLine, FolioPayment))
STAY_COLUMNS = (
    "id", "natural_key", "version", "content_digest", "import_id", "row_no", "source", "reservation",
    "property_id", "account_id", "guest_id", "status", "arrival", "departure", "nights", "adults", "children",
    "room_type", "room_no", "segment", "currency", "room_revenue_cents", "checked_out_on", "settled_on",
    "is_late",
)  # fmt: skip
LINE_COLUMNS = (
    "stay_id", "line_id", "folio_no", "category", "service_date", "text", "quantity", "net_cents",
    "vat_cents", "is_third_party", "reverses_line_id",
)  # fmt: skip
PAYMENT_COLUMNS = ("stay_id", "line_id", "folio_no", "paid_on", "amount_cents")


def write_versions(*, versions: Sequence[NewVersion], import_id: int, at: datetime) -> None:
    """Keep these stays with their bills, and end the versions they take the place of."""
    ended = [version.replaces_id for version in versions if version.replaces_id is not None]
    if ended:
        statement = update(Stay).where(Stay.id.in_(ended)).values(superseded_at=at)
        db.session.execute(statement, execution_options={"synchronize_session": False})
    stays: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    payments: list[tuple[Any, ...]] = []
    for stay_id, version in zip(reserve_ids(STAYS, len(versions)), versions, strict=True):
        told = version.told
        stays.append(_row(stay_id, version, import_id))
        lines.extend((stay_id, *line) for line in told.lines)
        payments.extend((stay_id, *paid) for paid in told.payments)
    insert_many(STAYS, STAY_COLUMNS, stays)
    insert_many(LINES, LINE_COLUMNS, lines)
    insert_many(PAYMENTS, PAYMENT_COLUMNS, payments)


def _row(stay_id: int, version: NewVersion, import_id: int) -> tuple[Any, ...]:
    told = version.told
    return (
        stay_id,
        version.natural_key,
        version.version,
        version.content_digest,
        import_id,
        version.row_no,
        told.source,
        told.reservation,
        version.property_id,
        version.account_id,
        version.guest_id,
        told.status,
        told.arrival,
        told.departure,
        told.nights,
        told.adults,
        told.children,
        told.room_type,
        told.room_no or None,
        told.segment,
        told.currency,
        told.room_revenue_cents,
        told.checked_out_on,
        told.settled_on,
        version.is_late,
    )
