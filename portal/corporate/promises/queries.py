"""What was promised in a span: how much of it was kept, and what was not and was made good."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.corporate.bookings.models import Booking, BookingLine, Cancellation, Delivery, EndKind
from portal.corporate.bookings.queries import Reach
from portal.corporate.bookings.rules import was_kept
from portal.corporate.promises.rules import STILL_TO_COME, Promised
from portal.database import db

SHOWN = 5
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Broken:
    """One line that came short or late: what was promised, what came, and the points that made it good."""

    line: BookingLine
    delivered: int
    compensation: dict[str, Any] | None


def promised(reach: Reach, *, since: datetime, until: datetime) -> Promised:
    """What came due in [since, until), and how much of it was delivered, in full and in time.

    What the hotel cancelled was promised and not kept; what the client cancelled is no promise any more.
    Of the last day only what was delivered or cancelled counts: the rest may still come.
    """
    is_told = or_(Delivery.id.is_not(None), Cancellation.id.is_not(None))
    lines = (
        select(
            BookingLine.booking_id,
            BookingLine.starts_at,
            BookingLine.quantity.label("due"),
            Delivery.quantity.label("done"),
            Delivery.delivered_at,
            Delivery.by_id,
            Cancellation.id.label("ended"),
        )
        .join(Booking, Booking.id == BookingLine.booking_id)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .outerjoin(Delivery, Delivery.line_id == BookingLine.id)
        .where(
            reach.condition(),
            Booking.confirmed_at.is_not(None),
            BookingLine.dropped_at.is_(None),
            BookingLine.starts_at >= since,
            BookingLine.starts_at < until,
            or_(BookingLine.starts_at < until - STILL_TO_COME, is_told),
            or_(Cancellation.id.is_(None), Cancellation.kind == EndKind.BY_HOTEL),
        )
    )
    return _counted(db.session.execute(lines.execution_options(yield_per=AT_ONCE)))


def _counted(lines: Iterable[Any]) -> Promised:
    """Counted as they come: those of a whole group need no memory."""
    number = delivered = kept = cancelled = 0
    ended, people = set(), set()
    for one in lines:
        number += 1
        if one.ended is not None:
            cancelled += 1
            ended.add(one.booking_id)
        if one.done:
            delivered += 1
            people.add(one.by_id)
            kept += was_kept(
                promised=one.due, delivered=one.done, starts_at=one.starts_at, delivered_at=one.delivered_at
            )
    return Promised(
        lines=number,
        delivered=delivered,
        kept=kept,
        cancelled=cancelled,
        ended_by_hotel=len(ended),
        people=len(people),
    )


def broken(
    account_id: int, *, since: datetime, until: datetime, limit: int = SHOWN
) -> tuple[list[Broken], tuple[int, int]]:
    """Lines that fell short or were compensated, the latest first, and how many there are of each."""
    every = (func.count(Delivery.id).over(), func.count(Delivery.compensation).over())
    statement = (
        _of(select(BookingLine, Delivery, *every), account_id, since, until)
        .options(
            contains_eager(BookingLine.booking).joinedload(Booking.property), joinedload(BookingLine.service)
        )
        .order_by(BookingLine.starts_at.desc(), BookingLine.id.desc())
        .limit(limit)
    )
    rows = db.session.execute(statement).all()
    shown = [Broken(row.BookingLine, row.Delivery.quantity, row.Delivery.compensation) for row in rows]
    return shown, (int(rows[0][2]), int(rows[0][3])) if rows else (0, 0)


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
