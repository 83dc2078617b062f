"""What the programme asks of orders: which of them open for a reader, and what is still to come."""

import uuid
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import case, func, select

from portal.corporate.bookings.models import Booking, BookingLine, Cancellation
from portal.corporate.bookings.queries import Reach
from portal.database import db, integer_sum
from portal.hotel.models import Property, Service, ServiceKind
from portal.programme.outlook.rules import More


def titles(reach: Reach, account_id: int, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[Any, Any]]:
    """The title and the hotel, per language, of those of an account's orders that are within reach."""
    if not ids:
        return {}
    statement = (
        select(Booking.public_id, Booking.title, Property.name)
        .join(Property, Property.id == Booking.property_id)
        .where(reach.condition(), Booking.account_id == account_id, Booking.public_id.in_(ids))
    )
    return {public_id: (title, hotel) for public_id, title, hotel in db.session.execute(statement)}


def promised(account_id: int, as_of: date, day: date) -> More:
    """What an account has ordered for the days between two, as confirmed and not yet delivered."""
    has_hall = (
        select(func.count())
        .select_from(BookingLine)
        .join(Service, Service.id == BookingLine.service_id)
        .where(
            BookingLine.booking_id == Booking.id,
            BookingLine.dropped_at.is_(None),
            Service.kind == ServiceKind.HALL.value,
        )
        .correlate(Booking)
        .scalar_subquery()
    )
    statement = (
        select(
            integer_sum(Booking.eligible_cents),
            integer_sum(case((has_hall > 0, Booking.eligible_cents), else_=0)),
        )
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .where(
            Booking.account_id == account_id,
            Cancellation.id.is_(None),
            Booking.confirmed_at.is_not(None),
            Booking.fulfilled_at.is_(None),
            Booking.service_date > as_of,
            Booking.service_date < day,
        )
    )
    spend_cents, event_cents = db.session.execute(statement).one()
    return More(event_cents=event_cents, spend_cents=spend_cents)
