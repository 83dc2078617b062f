"""Reads of hand-overs: what is open now, what was left, and how that stands."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.corporate.bookings.models import Booking, BookingLine
from portal.corporate.bookings.rules import IN_TIME
from portal.database import db
from portal.hotel.models import Department, Property
from portal.staff.board import queries as board
from portal.staff.board import rules as board_rules
from portal.staff.board.queries import BoardFilter, Promise
from portal.staff.board.rules import Tab
from portal.staff.breaches import queries as breaches
from portal.staff.handovers.models import ShiftHandover
from portal.staff.handovers.rules import Left
from portal.staff.requests import queries as requests
from portal.staff.requests.models import DepartmentRequest
from portal.staff.requests.queries import Side, Sight
from portal.web.paging import Page, decode_instant_key, encode_key

PAGE_SIZE = 30
PERSONAL_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Reach:
    """Hand-overs of all departments of these hotels, and those of these departments."""

    property_ids: tuple[int, ...]
    department_ids: tuple[int, ...]

    def condition(self) -> ColumnElement[bool]:
        return or_(
            ShiftHandover.property_id.in_(self.property_ids),
            ShiftHandover.department_id.in_(self.department_ids),
        )


@dataclass(frozen=True, slots=True)
class OpenNow:
    """What a department has open: the first of its lines and requests, and how many there are."""

    promises: Sequence[Promise]
    requests: Sequence[DepartmentRequest]
    left: Left


def open_now(house: Property, department: Department, *, at: datetime) -> OpenNow:
    """What waits in a department: lines that are due, late first; what is asked of it; what nobody noted."""
    only, sight = BoardFilter(Tab.DUE, department.code), Sight(0, (), (department.id,))
    spans = {tab: board_rules.span(tab, zone=house.zone, at=at) for tab in Tab}
    lines = board.board(house.id, only=only, span=spans[Tab.DUE], person_id=0).rows
    counted = board.counts(house.id, only=only, spans=spans, late_at=at - IN_TIME, person_id=0)
    asked = requests.requests(sight, house.id, tab=requests.Tab.OPEN, side=Side.TO_US).rows
    asked_count = requests.counts(sight, house.id, side=Side.TO_US, at=at).tabs[requests.Tab.OPEN]
    unnoted = breaches.counts(breaches.Reach((), (department.id,)), at=at)[breaches.Tab.WAITING]
    left = Left(
        lines=tuple(one.line.id for one in lines), line_count=counted.tabs[Tab.DUE],
        late_count=counted.late, requests=tuple(one.id for one in asked), request_count=asked_count,
        unnoted_count=unnoted,
    )  # fmt: skip
    return OpenNow(lines, asked, left)


def handovers(
    reach: Reach, property_id: int, *, department: str = "", after: str | None = None, limit: int = PAGE_SIZE
) -> Page[ShiftHandover]:
    """A page of a hotel's hand-overs, the latest first."""
    statement = _whole().where(ShiftHandover.property_id == property_id, reach.condition())
    if department:
        statement = statement.where(Department.code == department)
    if (key := decode_instant_key(after)) is not None:
        left_at, one = key
        further = and_(ShiftHandover.left_at == left_at, ShiftHandover.id < one)
        statement = statement.where(or_(ShiftHandover.left_at < left_at, further))
    order = (ShiftHandover.left_at.desc(), ShiftHandover.id.desc())
    found = list(db.session.scalars(statement.order_by(*order).limit(limit + 1)))
    rows = found[:limit]
    more = encode_key(rows[-1].left_at.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def waiting_count(reach: Reach, property_id: int, *, department: str = "") -> int:
    """How many wait to be taken over."""
    statement = (
        select(func.count(ShiftHandover.id))
        .join(Department, Department.id == ShiftHandover.department_id)
        .where(ShiftHandover.property_id == property_id, reach.condition(), *_WAITS)
    )
    if department:
        statement = statement.where(Department.code == department)
    return int(db.session.scalar(statement) or 0)


def waiting(reach: Reach, *, person_id: int, since: datetime, limit: int) -> list[ShiftHandover]:
    """Those that wait for a colleague of whoever left them, lately left; the oldest first."""
    statement = (
        _whole()
        .where(
            reach.condition(), *_WAITS, ShiftHandover.left_by_id != person_id, ShiftHandover.left_at >= since
        )
        .order_by(ShiftHandover.left_at, ShiftHandover.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def handover_in(reach: Reach, public_id: uuid.UUID) -> ShiftHandover | None:
    """One hand-over within reach, as it is now."""
    statement = _whole().where(ShiftHandover.public_id == public_id, reach.condition())
    return db.session.scalar(statement.execution_options(populate_existing=True))


def by_token(token: uuid.UUID) -> ShiftHandover | None:
    """The hand-over that a form made, whosever it is."""
    return db.session.scalar(_whole().where(ShiftHandover.public_id == token))


def lines_left(left: Left) -> list[BookingLine]:
    """The lines that were open, as they stand now."""
    statement = (
        select(BookingLine)
        .join(BookingLine.booking)
        .options(
            contains_eager(BookingLine.booking).options(
                joinedload(Booking.account), joinedload(Booking.cancellation)
            ),
            joinedload(BookingLine.service),
            joinedload(BookingLine.delivery),
        )
        .where(BookingLine.id.in_(left.lines))
        .order_by(BookingLine.starts_at, BookingLine.id)
        .limit(PAGE_SIZE)
    )
    return list(db.session.scalars(statement))


def requests_left(left: Left) -> list[DepartmentRequest]:
    """The requests that were open, as they stand now."""
    statement = (
        select(DepartmentRequest)
        .where(DepartmentRequest.id.in_(left.requests))
        .order_by(DepartmentRequest.due_at, DepartmentRequest.id)
        .limit(PAGE_SIZE)
    )
    return list(db.session.scalars(statement))


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """The shifts that somebody left or took over, for their own export."""
    statement = (
        _whole()
        .where(or_(ShiftHandover.left_by_id == person_id, ShiftHandover.taken_by_id == person_id))
        .order_by(ShiftHandover.left_at, ShiftHandover.id)
        .limit(PERSONAL_LIMIT)
    )
    return [
        {
            "department": one.department.code, "left_at": one.left_at.isoformat(),
            "left": one.left_by_id == person_id, "note": one.note if one.left_by_id == person_id else None,
            "taken": one.taken_by_id == person_id,
        }
        for one in db.session.scalars(statement)
    ]  # fmt: skip


_WAITS = (ShiftHandover.taken_at.is_(None), ShiftHandover.withdrawn_at.is_(None))


def _whole() -> Select[ShiftHandover]:
    return (
        select(ShiftHandover)
        .join(ShiftHandover.department)
        .options(
            contains_eager(ShiftHandover.department),
            joinedload(ShiftHandover.house),
            joinedload(ShiftHandover.left_by),
            joinedload(ShiftHandover.taken_by),
        )
    )
