"""Reading what waits for a second key."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from portal.corporate.bookings.models import Booking, Cancellation, Request
from portal.corporate.limits import queries as limits
from portal.database import db
from portal.people.models import Person
from portal.web.paging import Page, decode_instant_key, encode_key

PAGE_SIZE = 30


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
    whose = Booking.booked_by_id == person_id if is_own else _asked_of(account_id, person_id)
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
        .where(
            Booking.account_id == account_id,
            Booking.confirmed_at.is_(None),
            Cancellation.id.is_(None),
            Request.deadline_at > at,
            whose,
        )
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


def asked(booking: Booking) -> Sequence[Person]:
    """Who is asked for the second key of a booking."""
    return limits.deciders(
        booking.account_id, cost_centre_id=booking.cost_centre_id, but_id=booking.booked_by_id
    )


def _key(last: Booking) -> str | None:
    return encode_key(last.request.deadline_at.isoformat(), last.id) if last.request is not None else None


def _asked_of(account_id: int, person_id: int) -> ColumnElement[bool]:
    centres = limits.centres_of(account_id, person_id)
    others = Booking.booked_by_id != person_id
    return and_(others, true() if centres is None else Booking.cost_centre_id.in_(centres))
