"""Promise people of the house to a line of a booking, and give them back."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, case, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.corporate.halls.rules import Window
from portal.corporate.staffing import queries, rules
from portal.corporate.staffing.models import StaffHalfHour, StaffPromise
from portal.corporate.staffing.rules import Claim
from portal.database import db, is_postgresql


def lock_people(*, line_ids: Collection[int], claims: Iterable[Claim]) -> None:
    """Lock, in one order, the half-hours that lines give back and those that are wanted.

    Done before any is changed: of two who give back what the other takes, one waits for the other.
    """
    given_back = (
        Claim(each.property_id, each.service_id, Window(each.starts_at, each.ends_at))
        for each in queries.standing(line_ids)
    )
    wanted: dict[tuple[int, int], set[datetime]] = {}
    for claim in [*given_back, *claims]:
        wanted.setdefault((claim.property_id, claim.service_id), set()).update(rules.half_hours(claim.window))
    for (property_id, service_id), slots in sorted(wanted.items()):
        _know(property_id, service_id, sorted(slots))
        _lock(property_id, service_id, sorted(slots))


def promise_people(
    *,
    line_id: int,
    property_id: int,
    service_id: int,
    service: str,
    people: int,
    window: Window,
    limit: int | None,
    not_before: datetime,
) -> None:
    """Take so many people for a line; raises `StaffBusy` where a limit does not leave them."""
    slots = list(rules.half_hours(window))
    _know(property_id, service_id, slots)
    taken = _take(property_id, service_id, slots, people=people, limit=limit)
    if limit is not None and taken < len(slots):
        promised = queries.promised_around(property_id, service_id, window)
        raise rules.busy(service, people, window, limit=limit, promised=promised, not_before=not_before)
    db.session.add(
        StaffPromise(
            line_id=line_id,
            property_id=property_id,
            service_id=service_id,
            people=people,
            starts_at=window.starts_at,
            ends_at=window.ends_at,
        )
    )
    db.session.flush()


def give_back(*, line_ids: Collection[int], at: datetime) -> None:
    """Let whatever these lines had taken go to others."""
    for promise in queries.standing(line_ids):
        slots = list(rules.half_hours(Window(promise.starts_at, promise.ends_at)))
        _know(promise.property_id, promise.service_id, slots)
        _lock(promise.property_id, promise.service_id, slots)
        db.session.execute(
            update(StaffHalfHour)
            .where(*_these(promise.property_id, promise.service_id, slots))
            .values(taken=StaffHalfHour.taken - promise.people)
        )
        promise.given_back_at = at
    db.session.flush()


def _know(property_id: int, service_id: int, slots: Sequence[datetime]) -> None:
    """Make the half-hours that are not known yet, with what is promised in them until now.

    Done before anything is taken or given back: so that what is not counted yet is never changed unseen.
    Whoever makes the same waits for the other at the unique key, and then finds what it left.
    """
    promised = queries.promised_around(property_id, service_id, Window(slots[0], slots[-1] + rules.HALF_HOUR))
    taken = rules.taken_by_slot(promised)
    insert = postgresql.insert if is_postgresql() else sqlite.insert
    rows = [
        {"property_id": property_id, "service_id": service_id, "slot_at": slot_at,
         "taken": taken.get(slot_at, 0), "most": taken.get(slot_at, 0)}
        for slot_at in slots
    ]  # fmt: skip
    db.session.execute(insert(StaffHalfHour).values(rows).on_conflict_do_nothing())


def _take(
    property_id: int, service_id: int, slots: Sequence[datetime], *, people: int, limit: int | None
) -> int:
    """Count the people in; returns in how many half-hours there was room. Without a limit there always is."""
    _lock(property_id, service_id, slots)
    wanted = StaffHalfHour.taken + people
    conditions = list(_these(property_id, service_id, slots))
    if limit is not None:
        conditions.append(wanted <= limit)
    most = case((StaffHalfHour.most < wanted, wanted), else_=StaffHalfHour.most)
    result = db.session.execute(
        update(StaffHalfHour)
        .where(*conditions)
        .values(taken=wanted, most=limit if limit is not None else most)
    )
    return cast(CursorResult[Any], result).rowcount


def _lock(property_id: int, service_id: int, slots: Sequence[datetime]) -> None:
    """Lock the half-hours in the order of their time: two who overlap meet at the first they share."""
    db.session.execute(
        select(StaffHalfHour.id)
        .where(*_these(property_id, service_id, slots))
        .order_by(StaffHalfHour.slot_at)
        .with_for_update()
    ).all()


def _these(property_id: int, service_id: int, slots: Sequence[datetime]) -> tuple[Any, ...]:
    return (
        StaffHalfHour.property_id == property_id,
        StaffHalfHour.service_id == service_id,
        StaffHalfHour.slot_at.in_(slots),
    )
