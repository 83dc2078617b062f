"""Reads of the board: what is promised at a property, by time, with who does it and who took it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.corporate.bookings.models import Booking, BookingLine, Delivery
from portal.corporate.deliveries import queries as deliveries
from portal.database import db
from portal.hotel.models import Department
from portal.staff.acceptances.models import Acceptance
from portal.staff.board.rules import Span, Tab, Whose
from portal.staff.duties.models import Duty
from portal.web.paging import Page, decode_instant_key, encode_key

PAGE_SIZE = 30
NOBODYS = "none"


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What the board is narrowed to. `department` is a code, `none` for lines that are nobody's."""

    tab: Tab = Tab.DUE
    department: str = ""
    whose: Whose = Whose.ANYBODY


@dataclass(frozen=True, slots=True)
class Promise:
    """A line on the board, whose it is and who took it."""

    line: BookingLine
    department: Department | None
    taken: Acceptance | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many lines each tab holds under the other filters, and each department under this tab."""

    tabs: dict[Tab, int]
    late: int
    departments: dict[str, int]

    @property
    def told(self) -> dict[str, int]:
        """All of them, for telling whether anything changed."""
        return {**{f"tab {tab}": number for tab, number in self.tabs.items()}, **self.departments}


def board(
    property_id: int,
    *,
    only: BoardFilter,
    span: Span,
    person_id: int,
    after: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[Promise]:
    """A page of lines, the one due first at the head, so that late ones lead; done ones latest first."""
    moment = Delivery.recorded_at if only.tab is Tab.DONE else BookingLine.starts_at
    is_back = only.tab is Tab.DONE
    order = (moment.desc(), BookingLine.id.desc()) if is_back else (moment, BookingLine.id)
    statement = (
        _joined(property_id)
        .where(_within(only.tab, span), *_narrowed(only, person_id))
        .order_by(*order)
        .limit(limit + 1)
    )
    if (key := decode_instant_key(after)) is not None:
        further = moment < key[0] if is_back else moment > key[0]
        next_id = BookingLine.id < key[1] if is_back else BookingLine.id > key[1]
        statement = statement.where(or_(further, and_(moment == key[0], next_id)))
    found = [Promise(*row) for row in db.session.execute(statement)]
    rows = found[:limit]
    more = _key(rows[-1], only.tab) if len(found) > limit else None
    return Page(rows, more)


def counts(
    property_id: int, *, only: BoardFilter, spans: dict[Tab, Span], late_at: datetime, person_id: int
) -> Counts:
    """The numbers on the tabs and on the departments, in one reading."""
    code = func.coalesce(Department.code, NOBODYS)
    is_due = _within(Tab.DUE, spans[Tab.DUE])
    late = func.count(BookingLine.id).filter(is_due, BookingLine.starts_at < late_at)
    numbers = [func.count(BookingLine.id).filter(_within(tab, spans[tab])) for tab in Tab]
    narrowed = BoardFilter(whose=only.whose)
    statement = (
        _places(property_id, code, *numbers, late)
        .where(or_(*(_within(tab, spans[tab]) for tab in Tab)), *_narrowed(narrowed, person_id))
        .group_by(code)
        .order_by(code)
    )
    rows: list[Any] = list(db.session.execute(statement))
    chosen = [row for row in rows if only.department in {"", row[0]}]
    place = list(Tab).index(only.tab) + 1
    return Counts(
        tabs={tab: sum(int(row[n]) for row in chosen) for n, tab in enumerate(Tab, start=1)},
        late=sum(int(row[-1]) for row in chosen),
        departments={row[0]: int(row[place]) for row in rows},
    )


def promise_at(public_id: uuid.UUID, *, property_ids: tuple[int, ...]) -> Promise | None:
    """One line of these properties, whatever became of it, with whose it is."""
    lines: Any = select(BookingLine, Department, Acceptance)
    lines = lines.join(BookingLine.booking).outerjoin(BookingLine.delivery)
    statement = (
        _loaded(lines)
        .options(contains_eager(BookingLine.booking).joinedload(Booking.cancellation))
        .where(BookingLine.public_id == public_id, Booking.property_id.in_(property_ids))
    )
    row = db.session.execute(statement).one_or_none()
    return Promise(*row) if row is not None else None


def _joined(property_id: int) -> Select[Any]:
    lines: Any = deliveries.promised_lines().with_only_columns(BookingLine, Department, Acceptance)
    return _loaded(lines).where(Booking.property_id == property_id)


def _loaded(lines: Select[Any]) -> Select[Any]:
    return _owned(lines).options(
        contains_eager(BookingLine.booking).options(
            joinedload(Booking.account), joinedload(Booking.guest), joinedload(Booking.property)
        ),
        contains_eager(BookingLine.delivery).joinedload(Delivery.by),
        joinedload(BookingLine.service),
        joinedload(BookingLine.resource),
        joinedload(Acceptance.by),
    )


def _places(property_id: int, *columns: Any) -> Select[Any]:
    lines = _owned(deliveries.promised_lines()).where(Booking.property_id == property_id)
    return lines.with_only_columns(*columns)


def _owned(lines: Select[Any]) -> Select[Any]:
    """Over the line's duty and its department, and over who took it."""
    duty = and_(Duty.service_id == BookingLine.service_id, Duty.property_id == Booking.property_id)
    return (
        lines.outerjoin(Duty, duty)
        .outerjoin(Department, Department.id == Duty.department_id)
        .outerjoin(Acceptance, Acceptance.line_id == BookingLine.id)
    )


def _within(tab: Tab, span: Span) -> ColumnElement[bool]:
    if tab is Tab.DONE:
        return and_(Delivery.recorded_at >= span.since, Delivery.recorded_at < span.until)
    return and_(
        Delivery.id.is_(None), BookingLine.starts_at >= span.since, BookingLine.starts_at < span.until
    )


def _narrowed(only: BoardFilter, person_id: int) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if only.department == NOBODYS:
        conditions.append(Department.id.is_(None))
    elif only.department:
        conditions.append(Department.code == only.department)
    if only.whose is Whose.MINE:
        conditions.append(or_(Acceptance.by_id == person_id, Delivery.by_id == person_id))
    if only.whose is Whose.FREE:
        conditions.append(Acceptance.id.is_(None))
    return conditions


def _key(promise: Promise, tab: Tab) -> str:
    delivery, line = promise.line.delivery, promise.line
    moment = delivery.recorded_at if tab is Tab.DONE and delivery is not None else line.starts_at
    return encode_key(moment.isoformat(), line.id)
