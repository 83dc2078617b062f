"""What an account slept, and what a guest is told of their own stays."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from portal.database import db, integer_sum
from portal.stays.models import Stay, StayStatus

PERSONAL_LIMIT = 10_000
ROOM_LIMIT = 8


@dataclass(frozen=True, slots=True)
class StayTotals:
    """What an account slept: checked-out stays, their nights and net room revenue, before any rule."""

    stays: int
    """Back-to-back stays of one guest at one hotel are one."""
    nights: int
    room_revenue_cents: int


def account_stay_totals(account_id: int, *, as_of: date = date.max) -> StayTotals:
    """What was checked out by the end of the day. Stays of no night and of no rate are among them."""
    statement = select(func.count(Stay.id), integer_sum(Stay.nights), integer_sum(Stay.room_revenue_cents))
    stays, nights, cents = db.session.execute(statement.where(*_checked_out(account_id, as_of))).one()
    return StayTotals(stays - _continued(account_id, as_of), nights, cents)


def in_room(room_no: str, *, property_id: int, day: date) -> list[Stay]:
    """Whose room it is on a day, latest arrival first; whoever leaves that day may still be in it."""
    statement = (
        select(Stay)
        .options(joinedload(Stay.account))
        .where(
            Stay.property_id == property_id,
            Stay.room_no == room_no,
            Stay.superseded_at.is_(None),
            Stay.status.in_((StayStatus.IN_HOUSE.value, StayStatus.EXPECTED.value)),
            Stay.arrival <= day,
            Stay.departure >= day,
        )
        .order_by(Stay.arrival.desc(), Stay.id.desc())
        .limit(ROOM_LIMIT)
    )
    return list(db.session.scalars(statement))


def _checked_out(account_id: int, as_of: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Stay.account_id == account_id,
        Stay.superseded_at.is_(None),
        Stay.status == StayStatus.CHECKED_OUT.value,
        Stay.checked_out_on <= as_of,
    )


def _continued(account_id: int, as_of: date) -> int:
    """How many stays go on where another one of the same guest at the same hotel ended."""
    before = aliased(Stay)
    goes_on = (
        select(before.id)
        .where(
            before.guest_id == Stay.guest_id,
            before.property_id == Stay.property_id,
            before.account_id == Stay.account_id,
            before.superseded_at.is_(None),
            before.status == StayStatus.CHECKED_OUT.value,
            before.departure == Stay.arrival,
            or_(before.arrival < Stay.arrival, and_(before.arrival == Stay.arrival, before.id < Stay.id)),
        )
        .exists()
    )
    statement = select(func.count(Stay.id)).where(
        *_checked_out(account_id, as_of), Stay.guest_id.is_not(None), goes_on
    )
    return db.session.scalar(statement) or 0


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """The stays of a guest, for their own export."""
    statement = (
        select(Stay)
        .options(joinedload(Stay.property))
        .where(Stay.guest_id == person_id, Stay.superseded_at.is_(None))
        .order_by(Stay.arrival, Stay.id)
        .limit(PERSONAL_LIMIT)
    )
    return [
        {
            "property": stay.property.code,
            "arrival": stay.arrival.isoformat(),
            "departure": stay.departure.isoformat(),
            "nights": stay.nights,
            "status": stay.status,
            "room_no": stay.room_no,
        }
        for stay in db.session.scalars(statement)
    ]
