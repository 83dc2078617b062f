"""Reading what waits for a second key."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.corporate.bookings.models import Booking, BookingLine, Cancellation, Request
from portal.corporate.limits import queries as limits
from portal.database import db, integer_sum
from portal.people.models import Person
from portal.web.paging import Page, decode_instant_key, encode_key

PAGE_SIZE = 30
TOGETHER = 64


def waiting(
    account_id: int,
    *,
    person_id: int,
    at: datetime,
    is_own: bool = False,
    after: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[Booking]:
    """What waits for somebody's word, or what of their own waits for another's; the next to end first."""
    statement = (
        select(Booking)
        .join(Booking.request)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .options(
            contains_eager(Booking.request),
            joinedload(Booking.property),
            joinedload(Booking.booked_by),
            joinedload(Booking.guest),
            joinedload(Booking.cost_centre),
        )
        .where(*_waits(account_id, person_id, at=at, is_own=is_own))
        .order_by(Request.deadline_at, Booking.id)
        .limit(limit + 1)
    )
    if (key := decode_instant_key(after)) is not None:
        deadline_at, booking_id = key
        later = and_(Request.deadline_at == deadline_at, Booking.id > booking_id)
        statement = statement.where(or_(Request.deadline_at > deadline_at, later))
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    more = _key(rows[-1]) if len(found) > limit else None
    return Page(rows, more)


def counted(account_id: int, *, person_id: int, at: datetime, is_own: bool = False) -> tuple[int, int]:
    """How many bookings wait likewise, and what they come to in cents."""
    statement = (
        select(func.count(Booking.id), integer_sum(Booking.bill_cents))
        .join(Booking.request)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .where(*_waits(account_id, person_id, at=at, is_own=is_own))
    )
    number, cents = db.session.execute(statement).one()
    return number, cents


def asked_together(booking: Booking) -> list[Booking]:
    """The booking and what the same person asked for in the same instant, as the days of a series are."""
    statement = (
        select(Booking)
        .join(Booking.request)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .options(
            contains_eager(Booking.request),
            joinedload(Booking.cancellation),
            joinedload(Booking.property),
            selectinload(Booking.lines).joinedload(BookingLine.delivery),
        )
        .where(
            Booking.account_id == booking.account_id,
            Booking.booked_by_id == booking.booked_by_id,
            Booking.cost_centre_id.is_not_distinct_from(booking.cost_centre_id),
            Request.asked_at == (booking.request.asked_at if booking.request is not None else None),
        )
        .order_by(Booking.id)
        .limit(TOGETHER)
    )
    return list(db.session.scalars(statement))


def asked(booking: Booking) -> Sequence[Person]:
    """Who is asked for the second key of a booking."""
    return limits.deciders(
        booking.account_id, cost_centre_id=booking.cost_centre_id, but_id=booking.booked_by_id
    )


def _waits(account_id: int, person_id: int, *, at: datetime, is_own: bool) -> tuple[ColumnElement[bool], ...]:
    whose = Booking.booked_by_id == person_id if is_own else _asked_of(account_id, person_id)
    return (
        Booking.account_id == account_id,
        Booking.confirmed_at.is_(None),
        Cancellation.id.is_(None),
        Request.deadline_at > at,
        whose,
    )


def _key(last: Booking) -> str | None:
    return encode_key(last.request.deadline_at.isoformat(), last.id) if last.request is not None else None


def _asked_of(account_id: int, person_id: int) -> ColumnElement[bool]:
    centres = limits.centres_of(account_id, person_id)
    others = Booking.booked_by_id != person_id
    return and_(others, true() if centres is None else Booking.cost_centre_id.in_(centres))
