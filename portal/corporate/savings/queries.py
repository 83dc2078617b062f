"""What a company saved: order by order in discounts and by points, and by its guest passes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from portal.clock import local_midnight
from portal.corporate.bookings.models import Booking, Cancellation
from portal.corporate.passes import queries as passes
from portal.database import db, integer_sum
from portal.web.paging import Page, decode_instant_key, encode_key

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class SavingFilter:
    """Which orders: those confirmed on these days, whole and inclusive in the house's zone, of a hotel."""

    day_from: date
    day_to: date
    zone: str
    property_id: int | None = None

    @property
    def since(self) -> datetime:
        return local_midnight(self.day_from, self.zone)

    @property
    def until(self) -> datetime:
        return local_midnight(self.day_to + timedelta(days=1), self.zone)

    def conditions(self, account_id: int) -> list[ColumnElement[bool]]:
        found = [
            Booking.account_id == account_id,
            Booking.confirmed_at >= self.since,
            Booking.confirmed_at < self.until,
            Cancellation.id.is_(None),
            Booking.discount_cents + paid_with_points() > 0,
        ]
        if self.property_id is not None:
            found.append(Booking.property_id == self.property_id)
        return found


@dataclass(frozen=True, slots=True)
class Saved:
    """One order: what of its list price was not paid in money, in cents."""

    booking: Booking
    points_cents: int
    confirmed_at: datetime

    @property
    def total_cents(self) -> int:
        return self.booking.discount_cents + self.points_cents


@dataclass(frozen=True, slots=True)
class Sum:
    """All of them together, and what guest passes saved in the same days."""

    orders: int
    list_cents: int
    discount_cents: int
    points_cents: int
    passes: passes.Savings

    @property
    def total_cents(self) -> int:
        return self.discount_cents + self.points_cents + self.passes.saved_cents

    @property
    def is_anything(self) -> bool:
        return bool(self.orders or self.passes.uses)


def saved(
    account_id: int, *, only: SavingFilter, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[Saved]:
    """The orders that saved something, the latest first."""
    statement = (
        _of(select(Booking, paid_with_points().label("paid"), Booking.confirmed_at), account_id, only)
        .options(joinedload(Booking.property))
        .order_by(Booking.confirmed_at.desc(), Booking.id.desc())
        .limit(limit + 1)
    )
    if (key := decode_instant_key(after)) is not None:
        at, one = key
        same = and_(Booking.confirmed_at == at, Booking.id < one)
        statement = statement.where(or_(Booking.confirmed_at < at, same))
    found = [Saved(row.Booking, int(row.paid), row.confirmed_at) for row in db.session.execute(statement)]
    rows = found[:limit]
    last = rows[-1] if rows else None
    more = encode_key(last.confirmed_at.isoformat(), last.booking.id) if last and len(found) > limit else None
    return Page(rows, more)


def sum_of(account_id: int, *, only: SavingFilter) -> Sum:
    """What they come to."""
    sums = (
        func.count(Booking.id),
        integer_sum(Booking.list_cents),
        integer_sum(Booking.discount_cents),
        integer_sum(paid_with_points()),
    )
    orders, listed, discount, points = db.session.execute(_of(select(*sums), account_id, only)).one()
    used = passes.savings(account_id, since=only.since, until=only.until, property_id=only.property_id)
    return Sum(int(orders), int(listed), int(discount), int(points), used)


def paid_with_points() -> ColumnElement[int]:
    """What the points of an order paid, at what each was worth to it."""
    worth = Booking.payment["inputs", "point_value_cents"].as_integer()
    return func.coalesce(Booking.points_used * worth, 0)


def _of(statement: Any, account_id: int, only: SavingFilter) -> Any:
    return (
        statement.select_from(Booking)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .where(*only.conditions(account_id))
    )
