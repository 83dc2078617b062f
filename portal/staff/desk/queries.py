"""Reads for the desk: the guest at hand, what was promised to them today, what was done."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from portal.accounts.models import Card
from portal.corporate.bookings.models import Booking, BookingLine, Delivery
from portal.corporate.deliveries import queries as deliveries
from portal.database import db
from portal.hotel.models import Property, Service
from portal.staff.desk.models import LoggedService

RECENT = 8
OPEN_LINES = 12
PERSONAL_LIMIT = 10_000


def property_at(property_ids: tuple[int, ...], *, chosen: int | None) -> Property | None:
    """The property at whose desk the visitor stands: the one chosen, else their first."""
    if not property_ids:
        return None
    wanted = chosen if chosen in property_ids else property_ids[0]
    return db.session.get(Property, wanted)


def desks(property_ids: tuple[int, ...]) -> list[Property]:
    """The properties at whose desks the visitor may stand."""
    return list(
        db.session.scalars(select(Property).where(Property.id.in_(property_ids)).order_by(Property.code))
    )


def keyed_services() -> list[Service]:
    """The services on the nine keys, by key."""
    statement = select(Service).where(Service.desk_key.is_not(None)).order_by(Service.desk_key, Service.id)
    return list(db.session.scalars(statement))


def service_by_code(code: str) -> Service | None:
    return db.session.scalar(select(Service).where(Service.code == code))


def open_lines(
    *, card: Card, property_id: int, since: datetime, until: datetime, service_id: int | None = None
) -> list[BookingLine]:
    """Lines promised to this guest, or to their company without a name, that wait to be delivered.

    The first twelve: of all services, or of the one that is asked for.
    """
    statement = (
        deliveries.promised_lines()
        .options(
            contains_eager(BookingLine.booking),
            joinedload(BookingLine.service),
            joinedload(BookingLine.resource),
        )
        .where(
            Booking.account_id == card.account_id,
            Booking.property_id == property_id,
            Booking.confirmed_at.is_not(None),
            or_(Booking.guest_id == card.holder_id, Booking.guest_id.is_(None)),
            BookingLine.starts_at >= since,
            BookingLine.starts_at < until,
            Delivery.id.is_(None),
            BookingLine.service_id == service_id if service_id is not None else true(),
        )
        .order_by(BookingLine.starts_at, BookingLine.id)
        .limit(OPEN_LINES)
    )
    return list(db.session.scalars(statement))


def line_at(public_id: uuid.UUID, *, property_id: int) -> BookingLine | None:
    """One line of a booking at this property."""
    statement = (
        select(BookingLine)
        .join(BookingLine.booking)
        .options(contains_eager(BookingLine.booking), joinedload(BookingLine.service))
        .where(BookingLine.public_id == public_id, Booking.property_id == property_id)
    )
    return db.session.scalar(statement)


def done_for(card_id: int, *, limit: int = RECENT) -> list[LoggedService]:
    """What was last done for a card, latest first; undone entries are not among them."""
    statement = (
        select(LoggedService)
        .options(joinedload(LoggedService.service), joinedload(LoggedService.by))
        .where(LoggedService.card_id == card_id, LoggedService.undone_at.is_(None))
        .order_by(LoggedService.done_at.desc(), LoggedService.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def done_by(person_id: int, *, property_id: int, limit: int = RECENT) -> list[LoggedService]:
    """What a person last logged at a property, latest first, undone ones included and marked."""
    statement = (
        select(LoggedService)
        .options(
            joinedload(LoggedService.service),
            joinedload(LoggedService.card).joinedload(Card.holder),
            joinedload(LoggedService.account),
        )
        .where(LoggedService.by_id == person_id, LoggedService.property_id == property_id)
        .order_by(LoggedService.done_at.desc(), LoggedService.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def entry(public_id: uuid.UUID, *, property_ids: tuple[int, ...]) -> LoggedService | None:
    """One entry of the log at one of these properties."""
    statement = (
        select(LoggedService)
        .options(
            joinedload(LoggedService.service),
            joinedload(LoggedService.card).joinedload(Card.holder),
            joinedload(LoggedService.account),
        )
        .where(LoggedService.public_id == public_id, LoggedService.property_id.in_(property_ids))
    )
    return db.session.scalar(statement)


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """What the desks logged for a guest's cards, for their own export."""
    statement = (
        select(LoggedService)
        .join(LoggedService.card)
        .options(joinedload(LoggedService.service))
        .where(Card.holder_id == person_id, LoggedService.undone_at.is_(None))
        .order_by(LoggedService.done_at, LoggedService.id)
        .limit(PERSONAL_LIMIT)
    )
    return [
        {"service": entry.service.code, "quantity": entry.quantity, "done_at": entry.done_at.isoformat()}
        for entry in db.session.scalars(statement)
    ]


def logged_since(person_id: int, *, since: datetime) -> int:
    """How many services a person logged since an instant, without undone ones."""
    statement = select(func.count(LoggedService.id)).where(
        LoggedService.by_id == person_id, LoggedService.done_at >= since, LoggedService.undone_at.is_(None)
    )
    return db.session.scalar(statement) or 0
