"""Reads of broken promises, each within the reach of whoever answers for them."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.sql.functions import FunctionElement

from portal.corporate.bookings.models import Booking, BookingLine, Delivery
from portal.corporate.bookings.rules import IN_TIME
from portal.corporate.deliveries import queries as deliveries
from portal.database import Instant, db
from portal.staff.duties.models import Duty
from portal.web.paging import Page, decode_instant_key, encode_key

PAGE_SIZE = 30
LOOKS_BACK = timedelta(days=365)
MINUTES_IN_TIME = int(IN_TIME.total_seconds() // 60)


class Tab(StrEnum):
    """Where a broken promise stands."""

    WAITING = "waiting"
    COMPENSATED = "compensated"
    DECIDED = "decided"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Reach:
    """Lines of these hotels, and those of these departments."""

    property_ids: tuple[int, ...]
    department_ids: tuple[int, ...]

    def condition(self) -> ColumnElement[bool]:
        duty = select(Duty.id).where(
            Duty.service_id == BookingLine.service_id,
            Duty.property_id == Booking.property_id,
            Duty.department_id.in_(self.department_ids),
        )
        return or_(Booking.property_id.in_(self.property_ids), duty.exists())


def breaches(
    reach: Reach, *, tab: Tab, at: datetime, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[BookingLine]:
    """A page of lines whose promise was broken, the latest first; of those nobody noted, the oldest."""
    is_back = tab is not Tab.WAITING
    order = (BookingLine.starts_at, BookingLine.id)
    statement = (
        _within(reach, tab, at)
        .options(
            contains_eager(BookingLine.booking).options(
                joinedload(Booking.account), joinedload(Booking.property)
            ),
            contains_eager(BookingLine.delivery).options(
                joinedload(Delivery.by), joinedload(Delivery.waived_by)
            ),
            joinedload(BookingLine.service),
        )
        .order_by(*((column.desc() for column in order) if is_back else order))
        .limit(limit + 1)
    )
    if (key := decode_instant_key(after)) is not None:
        starts_at, line_id = key
        further = BookingLine.starts_at < starts_at if is_back else BookingLine.starts_at > starts_at
        next_id = BookingLine.id < line_id if is_back else BookingLine.id > line_id
        statement = statement.where(or_(further, and_(BookingLine.starts_at == starts_at, next_id)))
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    more = encode_key(rows[-1].starts_at.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def counts(reach: Reach, *, at: datetime) -> dict[Tab, int]:
    """How many stand under each tab."""
    columns = [func.count(BookingLine.id).filter(and_(*_conditions(tab, at))) for tab in Tab]
    statement = deliveries.promised_lines().where(reach.condition(), BookingLine.starts_at >= at - LOOKS_BACK)
    row = db.session.execute(statement.with_only_columns(*columns)).one()
    return dict(zip(Tab, (int(number) for number in row), strict=True))


def oldest_waiting(reach: Reach, *, at: datetime) -> datetime | None:
    """Since when the oldest line waits that nobody noted; none when all are noted."""
    statement = _within(reach, Tab.WAITING, at).with_only_columns(func.min(BookingLine.starts_at))
    return db.session.scalar(statement)


def delivery_in(reach: Reach, public_id: uuid.UUID) -> Delivery | None:
    """One delivery within reach."""
    statement = (
        select(Delivery)
        .join(BookingLine, BookingLine.id == Delivery.line_id)
        .join(Booking, Booking.id == BookingLine.booking_id)
        .where(Delivery.public_id == public_id, reach.condition())
    )
    return db.session.scalar(statement)


def _within(reach: Reach, tab: Tab, at: datetime) -> Select[BookingLine]:
    return deliveries.promised_lines().where(
        reach.condition(), BookingLine.starts_at >= at - LOOKS_BACK, *_conditions(tab, at)
    )


class _StillInTime(FunctionElement[datetime]):
    """The last instant at which a line is in time; each database adds minutes in its own way."""

    type = Instant()
    inherit_cache = True


@compiles(_StillInTime, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **named: Any) -> str:
    return f"({compiler.process(element.clauses, **named)} + interval '{MINUTES_IN_TIME} minutes')"


@compiles(_StillInTime, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **named: Any) -> str:
    # As it keeps its instants: text, down to the microsecond.
    starts_at = compiler.process(element.clauses, **named)
    return f"strftime('%Y-%m-%d %H:%M:%f000', {starts_at}, '+{MINUTES_IN_TIME} minutes')"


def _conditions(tab: Tab, at: datetime) -> list[ColumnElement[bool]]:
    is_short = Delivery.quantity < BookingLine.quantity
    is_late = Delivery.delivered_at > _StillInTime(BookingLine.starts_at)
    by_tab: dict[Tab, list[ColumnElement[bool]]] = {
        Tab.WAITING: [Delivery.id.is_(None), BookingLine.starts_at < at - IN_TIME],
        Tab.COMPENSATED: [Delivery.compensation.is_not(None)],
        Tab.DECIDED: [Delivery.waived_at.is_not(None)],
        Tab.NOTHING: [Delivery.compensation.is_(None), Delivery.waived_at.is_(None), or_(is_short, is_late)],
    }
    return by_tab[tab]
