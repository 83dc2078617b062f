"""Reads for a company's first page and its list of stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from portal.corporate.bookings.models import Booking, Cancellation
from portal.database import db, integer_sum
from portal.hotel.models import Property
from portal.programme.statements.rules import SavedOrder
from portal.stays.models import Stay, StayStatus
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Savings:
    """What the company did not pay in a period, in cents: discounts on bookings, and what points paid."""

    discount_cents: int
    points_cents: int

    @property
    def total_cents(self) -> int:
        return self.discount_cents + self.points_cents


@dataclass(frozen=True, slots=True)
class StayFilter:
    """What the list of stays is narrowed to; days are whole and inclusive."""

    property_id: int | None = None
    status: str | None = None
    arrival_from: date | None = None
    arrival_to: date | None = None


def savings(account_id: int, *, since: datetime, until: datetime | None = None) -> Savings:
    """Discounts and points of the bookings confirmed in a span, without the cancelled ones.

    Points count for as much as they paid: each booking keeps what a point was worth to it.
    """
    statement = (
        select(integer_sum(Booking.discount_cents), integer_sum(paid_with_points()))
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .where(*_confirmed(account_id, since, until))
    )
    discount_cents, points_cents = db.session.execute(statement).one()
    return Savings(discount_cents, points_cents)


def saved_orders(account_id: int, *, since: datetime, until: datetime) -> list[SavedOrder]:
    """The same booking by booking."""
    statement = (
        select(
            Booking.public_id,
            Booking.confirmed_at,
            Booking.list_cents,
            Booking.discount_cents,
            func.coalesce(paid_with_points(), 0),
        )
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .where(*_confirmed(account_id, since, until))
        .order_by(Booking.confirmed_at, Booking.id)
    )
    found: Sequence[Any] = db.session.execute(statement).all()  # what was saved was confirmed
    return [SavedOrder(*row) for row in found]


def _confirmed(account_id: int, since: datetime, until: datetime | None) -> list[ColumnElement[bool]]:
    ended = [] if until is None else [Booking.confirmed_at < until]
    return [
        Booking.account_id == account_id,
        Booking.confirmed_at >= since,
        Cancellation.id.is_(None),
        *ended,
    ]


def paid_with_points() -> ColumnElement[int]:
    """What the points of a booking were worth to it, in cents."""
    paid: ColumnElement[int] = (
        Booking.points_used * Booking.payment["inputs", "point_value_cents"].as_integer()
    )
    return paid


def next_bookings(account_id: int, *, at: datetime, limit: int = 5) -> list[Booking]:
    """Bookings that have not ended, soonest first."""
    statement = (
        select(Booking)
        .options(joinedload(Booking.property), joinedload(Booking.guest), joinedload(Booking.cancellation))
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .where(
            Booking.account_id == account_id,
            Booking.confirmed_at.is_not(None),
            Booking.ends_at >= at,
            Cancellation.id.is_(None),
        )
        .order_by(Booking.starts_at, Booking.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def stays(
    account_id: int, *, only: StayFilter, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[Stay]:
    """The company's stays as last told, latest arrival first."""
    statement = (
        select(Stay)
        .options(joinedload(Stay.property))
        .where(Stay.account_id == account_id, Stay.superseded_at.is_(None), *_conditions(only))
        .order_by(Stay.arrival.desc(), Stay.id.desc())
        .limit(limit + 1)
    )
    if (key := _after(after)) is not None:
        day, stay_id = key
        statement = statement.where(or_(Stay.arrival < day, and_(Stay.arrival == day, Stay.id < stay_id)))
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    more = encode_key(rows[-1].arrival.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def stay_counts(account_id: int, *, only: StayFilter) -> dict[str, int]:
    """How many stays there are by status, under the other filters."""
    statement = (
        select(Stay.status, func.count(Stay.id))
        .where(
            Stay.account_id == account_id,
            Stay.superseded_at.is_(None),
            *_conditions(StayFilter(only.property_id, None, only.arrival_from, only.arrival_to)),
        )
        .group_by(Stay.status)
    )
    counts = {status: int(number) for status, number in db.session.execute(statement)}
    return {status.value: counts.get(status.value, 0) for status in StayStatus}


def properties() -> list[Property]:
    """The hotels, to choose from."""
    return list(db.session.scalars(select(Property).order_by(Property.code)))


def _conditions(only: StayFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if only.property_id is not None:
        conditions.append(Stay.property_id == only.property_id)
    if only.status is not None:
        conditions.append(Stay.status == only.status)
    if only.arrival_from is not None:
        conditions.append(Stay.arrival >= only.arrival_from)
    if only.arrival_to is not None:
        conditions.append(Stay.arrival <= only.arrival_to)
    return conditions


def _after(text: str | None) -> tuple[date, int] | None:
    key = decode_key(text, str, int)
    try:
        return (date.fromisoformat(key[0]), key[1]) if key is not None else None
    except ValueError:
        return None
