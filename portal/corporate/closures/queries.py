"""Halls that may be closed, and closures that may be opened again."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.corporate.bookings.models import Booking, BookingLine
from portal.corporate.halls.models import HallClosure, ResourceSlot
from portal.corporate.halls.rules import Hall
from portal.database import db
from portal.hotel.models import Property, Resource, Service


def halls_of(property_ids: Collection[int]) -> list[Resource]:
    """The halls and sets of equipment of some hotels, in the order of their hotels and ids."""
    statement = (
        select(Resource)
        .where(Resource.property_id.in_(property_ids))
        .order_by(Resource.property_id, Resource.service_id, Resource.id)
    )
    return list(db.session.scalars(statement))


def lock_hall(public_id: uuid.UUID, property_ids: Collection[int]) -> tuple[Hall, Property] | None:
    """A hall of one of the hotels, locked until the end of the transaction, and its hotel."""
    statement = (
        select(Resource, Service.code, Property)
        .join(Service, Service.id == Resource.service_id)
        .join(Property, Property.id == Resource.property_id)
        .where(Resource.public_id == public_id, Resource.property_id.in_(property_ids))
        .with_for_update(of=Resource)
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        return None
    hall, code, house = row
    return Hall(hall.id, code, hall.name, hall.capacity, hall.set_up_minutes), house


def taken_within(hall_id: int, starts_at: datetime, ends_at: datetime) -> tuple[int, datetime, str] | None:
    """How many bookings and closures lie in a span, when the first begins, and its reference."""
    within = (
        ResourceSlot.resource_id == hall_id,
        ResourceSlot.slot_at >= starts_at,
        ResourceSlot.slot_at < ends_at,
    )
    number = db.session.execute(
        select(
            func.count(ResourceSlot.line_id.distinct()) + func.count(ResourceSlot.closure_id.distinct())
        ).where(*within)
    ).scalar_one()
    if not number:
        return None
    first = (
        select(ResourceSlot.slot_at, Booking.reference)
        .outerjoin(BookingLine, BookingLine.id == ResourceSlot.line_id)
        .outerjoin(Booking, Booking.id == BookingLine.booking_id)
        .where(*within)
        .order_by(ResourceSlot.slot_at)
        .limit(1)
    )
    first_at, reference = db.session.execute(first).one()
    return number, first_at, reference or ""


def closure_by_token(token: uuid.UUID) -> HallClosure | None:
    return db.session.scalar(select(HallClosure).where(HallClosure.public_id == token))


def lock_closure(public_id: uuid.UUID, property_ids: Collection[int]) -> HallClosure | None:
    """A closure at one of the hotels, with its hall locked."""
    statement = (
        select(HallClosure)
        .join(HallClosure.resource)
        .options(joinedload(HallClosure.resource))
        .where(HallClosure.public_id == public_id, Resource.property_id.in_(property_ids))
        .with_for_update(of=Resource)
        .execution_options(populate_existing=True)
    )
    return db.session.scalar(statement)


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """The closures that somebody entered, as plain data for their own export."""
    statement = (
        select(HallClosure)
        .where(HallClosure.by_id == person_id)
        .order_by(HallClosure.starts_at, HallClosure.id)
    )
    return [
        {
            "starts_at": each.starts_at.isoformat(),
            "ends_at": each.ends_at.isoformat(),
            "reason": each.reason,
            "entered_at": each.at.isoformat(),
        }
        for each in db.session.scalars(statement)
    ]
