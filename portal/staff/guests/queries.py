"""What the house knows of a guest at the desk: where they slept, what went wrong, what they were told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from portal.corporate.bookings import rules as bookings
from portal.corporate.bookings.models import Booking, BookingLine, Delivery
from portal.corporate.deliveries import queries as deliveries
from portal.database import db
from portal.stays.models import Stay, StayStatus
from portal.surveys.cases.models import Case
from portal.surveys.invitations.models import Invitation

LOOKS_BACK = timedelta(days=365)
READ_AT_MOST = 60
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of one guest, the latest first."""

    stays: Sequence[Stay]
    broken: Sequence[BookingLine]
    cases: Sequence[Case]


def memory_of(guest_id: int, *, account_id: int, at: datetime) -> Memory:
    """What the house remembers of a guest as somebody of this company."""
    return Memory(
        stays=_stays(guest_id, account_id),
        broken=_broken(guest_id, account_id, at),
        cases=_cases(guest_id, account_id, at),
    )


def _stays(guest_id: int, account_id: int) -> list[Stay]:
    statement = (
        select(Stay)
        .options(joinedload(Stay.property))
        .where(
            Stay.guest_id == guest_id,
            Stay.account_id == account_id,
            Stay.superseded_at.is_(None),
            Stay.status == StayStatus.CHECKED_OUT.value,
        )
        .order_by(Stay.departure.desc(), Stay.id.desc())
        .limit(1)
    )
    return list(db.session.scalars(statement))


def _broken(guest_id: int, account_id: int, at: datetime) -> list[BookingLine]:
    """Promises of the last year that were delivered late, short or not at all."""
    statement = (
        deliveries.promised_lines()
        .options(
            contains_eager(BookingLine.booking).joinedload(Booking.property),
            contains_eager(BookingLine.delivery),
            joinedload(BookingLine.service),
        )
        .where(
            Booking.guest_id == guest_id,
            Booking.account_id == account_id,
            Delivery.id.is_not(None),
            BookingLine.starts_at >= at - LOOKS_BACK,
        )
        .order_by(BookingLine.starts_at.desc(), BookingLine.id.desc())
        .limit(READ_AT_MOST)
    )
    lines = db.session.scalars(statement)
    return [line for line in lines if line.delivery is not None and not _was_kept(line, line.delivery)][
        :SHOWN
    ]


def _was_kept(line: BookingLine, delivery: Delivery) -> bool:
    return bookings.was_kept(
        promised=line.quantity,
        delivered=delivery.quantity,
        starts_at=line.starts_at,
        delivered_at=delivery.delivered_at,
    )


def _cases(guest_id: int, account_id: int, at: datetime) -> list[Case]:
    """That the guest was not content, and what became of it; what they wrote is not the desk's to read."""
    statement = (
        select(Case)
        .join(Case.invitation)
        .options(contains_eager(Case.invitation), joinedload(Case.property))
        .where(
            Invitation.person_id == guest_id,
            Case.account_id == account_id,
            Case.opened_at >= at - LOOKS_BACK,
        )
        .order_by(Case.opened_at.desc(), Case.id.desc())
        .limit(SHOWN)
    )
    return list(db.session.scalars(statement))
