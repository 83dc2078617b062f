"""Promises to a company that were not kept, and what was made good."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.corporate.bookings.models import Booking, BookingLine, Cancellation, Delivery, EndKind
from portal.database import db

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Broken:
    """One line that came short or late: what was promised, what came, and the points that made it good."""

    line: BookingLine
    delivered: int
    compensation: dict[str, Any] | None


def broken(account_id: int, *, since: datetime, until: datetime, limit: int = SHOWN) -> list[Broken]:
    """Lines that fell short or were compensated, the latest first."""
    statement = (
        _of(select(BookingLine, Delivery), account_id, since, until)
        .options(
            contains_eager(BookingLine.booking).joinedload(Booking.property), joinedload(BookingLine.service)
        )
        .order_by(BookingLine.starts_at.desc(), BookingLine.id.desc())
        .limit(limit)
    )
    return [
        Broken(row.BookingLine, row.Delivery.quantity, row.Delivery.compensation)
        for row in db.session.execute(statement)
    ]


def broken_count(account_id: int, *, since: datetime, until: datetime) -> tuple[int, int]:
    """How many fell short or late, and how many of them were made good by points."""
    counted = (func.count(Delivery.id), func.count(Delivery.id).filter(Delivery.compensation.is_not(None)))
    row = db.session.execute(_of(select(*counted), account_id, since, until)).one()
    return int(row[0]), int(row[1])


def _of(statement: Any, account_id: int, since: datetime, until: datetime) -> Any:
    return (
        statement.select_from(BookingLine)
        .join(BookingLine.booking)
        .join(Delivery, Delivery.line_id == BookingLine.id)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .where(
            Booking.account_id == account_id,
            BookingLine.starts_at >= since,
            BookingLine.starts_at < until,
            BookingLine.dropped_at.is_(None),
            or_(Delivery.quantity < BookingLine.quantity, Delivery.compensation.is_not(None)),
            or_(Cancellation.id.is_(None), Cancellation.kind == EndKind.BY_HOTEL),
        )
    )
