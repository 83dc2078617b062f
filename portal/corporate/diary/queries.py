"""The calendars of a hotel's halls: when each is taken, and for the house by whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.clock import local_midnight
from portal.corporate.bookings.models import Booking, BookingLine
from portal.corporate.bundles.rules import RESERVED
from portal.corporate.diary import rules
from portal.corporate.diary.rules import Day, Taking
from portal.corporate.halls import queries as halls
from portal.corporate.halls.models import HallClosure, ResourceSlot
from portal.corporate.halls.rules import SLOT, Hall
from portal.database import db
from portal.hotel.models import Property, Service


@dataclass(frozen=True, slots=True)
class HallDays:
    """A hall with its days."""

    hall: Hall
    days: Sequence[Day]


@dataclass(frozen=True, slots=True)
class Kept:
    """All halls, or all sets of equipment, of one service at a hotel, with their days."""

    service: Service
    halls: Sequence[HallDays]


def calendar_of(
    house: Property, days: Sequence[date], *, at: datetime, tells_set_up: bool = False
) -> list[Kept]:
    """The days of every hall and set of equipment of a hotel; halls first."""
    services = _services()
    found = halls.halls_for(house.id, [service.id for service in services])
    every = [hall for own in found.values() for hall in own]
    since, until = _span(days, house.zone)
    taken = takings(every, since, until)
    return [
        Kept(
            service,
            [
                HallDays(
                    hall,
                    [
                        rules.day_of(
                            hall, on, taken, zone=house.zone, tells_set_up=tells_set_up,
                            not_before=at + timedelta(hours=service.cut_off_hours),
                        )
                        for on in days
                    ],
                )
                for hall in sorted(found[service.id], key=lambda each: (each.capacity, each.id))
            ],
        )
        for service in services
        if service.id in found
    ]  # fmt: skip


def takings(every: Collection[Hall], since: datetime, until: datetime) -> list[Taking]:
    """What takes the halls in a span, told by the slots themselves: what was given back early is free."""
    statement = (
        select(
            ResourceSlot.resource_id,
            ResourceSlot.line_id,
            ResourceSlot.closure_id,
            func.min(ResourceSlot.slot_at),
            func.max(ResourceSlot.slot_at),
            BookingLine.starts_at,
        )
        .outerjoin(BookingLine, BookingLine.id == ResourceSlot.line_id)
        .where(
            ResourceSlot.resource_id.in_([hall.id for hall in every]),
            ResourceSlot.slot_at >= since,
            ResourceSlot.slot_at < until,
        )
        .group_by(
            ResourceSlot.resource_id, ResourceSlot.line_id, ResourceSlot.closure_id, BookingLine.starts_at
        )
    )
    return [
        Taking(
            hall_id=hall_id,
            starts_at=first,
            ends_at=last + SLOT,
            begins_at=begins_at if line_id is not None else first,
            is_closure=closure_id is not None,
            key=line_id or closure_id or 0,
        )
        for hall_id, line_id, closure_id, first, last, begins_at in db.session.execute(statement)
    ]


def bookings_of(line_ids: Collection[int]) -> dict[int, Booking]:
    """The bookings behind lines, with their companies: for the house only."""
    statement = (
        select(BookingLine.id, Booking)
        .join(Booking, Booking.id == BookingLine.booking_id)
        .options(joinedload(Booking.account))
        .where(BookingLine.id.in_(line_ids))
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def layouts_by_line(line_ids: Collection[int]) -> dict[int, str]:
    """How the halls of lines shall be laid out, where that was asked for."""
    statement = select(BookingLine.id, BookingLine.layout).where(
        BookingLine.id.in_(line_ids), BookingLine.layout.is_not(None)
    )
    rows = db.session.execute(statement)
    return {line_id: layout for line_id, layout in rows if layout is not None}


def closures_of(closure_ids: Collection[int]) -> dict[int, HallClosure]:
    """The closures of a calendar, with who entered them."""
    statement = select(HallClosure).options(joinedload(HallClosure.by)).where(HallClosure.id.in_(closure_ids))
    return {closure.id: closure for closure in db.session.scalars(statement)}


def _services() -> list[Service]:
    statement = select(Service).where(Service.kind.in_(RESERVED), Service.is_bookable.is_(True))
    found = db.session.scalars(statement.order_by(Service.code)).all()
    return sorted(found, key=lambda service: (service.kind != "hall", service.code))


def _span(days: Sequence[date], zone: str) -> tuple[datetime, datetime]:
    return local_midnight(days[0], zone), local_midnight(days[-1] + timedelta(days=1), zone)
