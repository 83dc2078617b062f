"""Reads of requests between departments, each within the sight of who asks."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from portal.database import db
from portal.hotel.models import Department
from portal.staff.requests.models import DepartmentRequest, Ending
from portal.web.paging import Page, decode_instant_key, encode_key

PAGE_SIZE = 30
PERSONAL_LIMIT = 10_000
FRONT_OFFICE = "front_office"


class Tab(StrEnum):
    """Whether a request still waits for its outcome."""

    OPEN = "open"
    ENDED = "ended"


class Side(StrEnum):
    """From which side somebody looks."""

    BOTH = "both"
    TO_US = "to"
    FROM_US = "from"


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees: all of these hotels, and what their departments or they themselves ask or are
    asked.
    """

    person_id: int
    property_ids: tuple[int, ...]
    department_ids: tuple[int, ...]
    desk_ids: tuple[int, ...] = ()
    """Hotels at whose desk they stand without a department of their own: it answers for the front office."""

    def to_us(self) -> ColumnElement[bool]:
        own = DepartmentRequest.department_id.in_(self.department_ids)
        if not self.desk_ids:
            return own
        front_office = select(Department.id).where(
            Department.property_id.in_(self.desk_ids), Department.code == FRONT_OFFICE
        )
        return or_(own, DepartmentRequest.department_id.in_(front_office))

    def from_us(self) -> ColumnElement[bool]:
        return or_(
            DepartmentRequest.asked_by_id == self.person_id,
            DepartmentRequest.from_department_id.in_(self.department_ids),
        )

    def condition(self, side: Side = Side.BOTH) -> ColumnElement[bool]:
        if side is Side.TO_US:
            return self.to_us()
        if side is Side.FROM_US:
            return self.from_us()
        return or_(DepartmentRequest.property_id.in_(self.property_ids), self.to_us(), self.from_us())


@dataclass(frozen=True, slots=True)
class Counts:
    """How many stand under each tab, and how many of the open ones are late."""

    tabs: dict[Tab, int]
    late: int


def requests(
    sight: Sight, property_id: int, *, tab: Tab, side: Side, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[DepartmentRequest]:
    """A page of requests: of the open ones what is due first, of the others what ended last."""
    is_back = tab is Tab.ENDED
    moment: Any = DepartmentRequest.ended_at if is_back else DepartmentRequest.due_at
    order = (moment, DepartmentRequest.id)
    statement = (
        _loaded()
        .where(DepartmentRequest.property_id == property_id, sight.condition(side), _within(tab))
        .order_by(*((column.desc() for column in order) if is_back else order))
        .limit(limit + 1)
    )
    if (key := decode_instant_key(after)) is not None:
        further = moment < key[0] if is_back else moment > key[0]
        next_id = DepartmentRequest.id < key[1] if is_back else DepartmentRequest.id > key[1]
        statement = statement.where(or_(further, and_(moment == key[0], next_id)))
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    return Page(rows, _key(rows[-1], tab) if len(found) > limit else None)


def counts(sight: Sight, property_id: int, *, side: Side, at: datetime) -> Counts:
    """The numbers on the tabs, in one reading."""
    columns = [func.count(DepartmentRequest.id).filter(_within(tab)) for tab in Tab]
    is_late = and_(_within(Tab.OPEN), DepartmentRequest.due_at < at)
    statement = select(*columns, func.count(DepartmentRequest.id).filter(is_late)).where(
        DepartmentRequest.property_id == property_id, sight.condition(side)
    )
    *numbers, late = (int(number) for number in db.session.execute(statement).one())
    return Counts(tabs=dict(zip(Tab, numbers, strict=True)), late=late)


def request_in(sight: Sight, public_id: uuid.UUID) -> DepartmentRequest | None:
    """One request that somebody sees."""
    return db.session.scalar(_loaded().where(DepartmentRequest.public_id == public_id, sight.condition()))


def is_asked(token: uuid.UUID, *, by_id: int) -> bool:
    """Whether somebody's form has asked before."""
    asked = select(DepartmentRequest.id).where(
        DepartmentRequest.public_id == token, DepartmentRequest.asked_by_id == by_id
    )
    return db.session.scalar(asked) is not None


def unanswered(sight: Sight) -> list[tuple[int, int, datetime]]:
    """By hotel: how many requests to these departments nobody accepted yet, the oldest asked when."""
    house_id = DepartmentRequest.property_id
    statement = (
        select(house_id, func.count(DepartmentRequest.id), func.min(DepartmentRequest.asked_at))
        .where(sight.to_us(), _within(Tab.OPEN), DepartmentRequest.accepted_at.is_(None))
        .group_by(house_id)
        .order_by(house_id)
    )
    return [(house, int(number), since) for house, number, since in db.session.execute(statement)]


def let_down(person_id: int, *, since: datetime, at: datetime) -> list[DepartmentRequest]:
    """What somebody asked for that is late, or was declined since then; the oldest first."""
    was_declined = and_(DepartmentRequest.ending == Ending.DECLINED, DepartmentRequest.ended_at >= since)
    is_late = and_(_within(Tab.OPEN), DepartmentRequest.due_at < at)
    statement = (
        _loaded()
        .where(DepartmentRequest.asked_by_id == person_id, or_(was_declined, is_late))
        .order_by(DepartmentRequest.due_at, DepartmentRequest.id)
        .limit(PAGE_SIZE)
    )
    return list(db.session.scalars(statement))


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """What somebody asked of departments or answered for one, for their own export."""
    asked, accepted, ended = (
        DepartmentRequest.asked_by_id,
        DepartmentRequest.accepted_by_id,
        DepartmentRequest.ended_by_id,
    )
    statement = (
        select(DepartmentRequest)
        .where(or_(asked == person_id, accepted == person_id, ended == person_id))
        .order_by(DepartmentRequest.asked_at, DepartmentRequest.id)
        .limit(PERSONAL_LIMIT)
    )
    return [
        {
            "what": one.what if one.asked_by_id == person_id else None,
            "asked_at": one.asked_at.isoformat(),
            "asked": one.asked_by_id == person_id,
            "accepted": one.accepted_by_id == person_id,
            "ended": one.ended_by_id == person_id,
        }
        for one in db.session.scalars(statement)
    ]


def _loaded() -> Select[DepartmentRequest]:
    return select(DepartmentRequest).options(
        joinedload(DepartmentRequest.department),
        joinedload(DepartmentRequest.from_department),
        joinedload(DepartmentRequest.asked_by),
        joinedload(DepartmentRequest.accepted_by),
        joinedload(DepartmentRequest.ended_by),
    )


def _within(tab: Tab) -> ColumnElement[bool]:
    ended = DepartmentRequest.ended_at
    return ended.is_not(None) if tab is Tab.ENDED else ended.is_(None)


def _key(one: DepartmentRequest, tab: Tab) -> str:
    moment = one.ended_at if tab is Tab.ENDED and one.ended_at is not None else one.due_at
    return encode_key(moment.isoformat(), one.id)
