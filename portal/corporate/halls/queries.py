"""Which halls there are, and when they are taken."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select

from portal.corporate.halls import rules
from portal.corporate.halls.models import HallLayout, ResourceSlot
from portal.corporate.halls.rules import SLOT, Hall, Taken, Window
from portal.database import db
from portal.hotel.models import Resource, Service


def halls_for(property_id: int, service_ids: Collection[int], *, lock: bool = False) -> dict[int, list[Hall]]:
    """The halls and sets of equipment of a property by service.

    With `lock` they are locked until the end of the transaction, always in the order of their ids.
    """
    statement = (
        select(Resource, Service.code, HallLayout.layout, HallLayout.capacity)
        .join(Service, Service.id == Resource.service_id)
        .outerjoin(HallLayout, HallLayout.resource_id == Resource.id)
        .where(Resource.property_id == property_id, Resource.service_id.in_(sorted(service_ids)))
        .order_by(Resource.id, HallLayout.capacity.desc(), HallLayout.layout)
    )
    if lock:
        statement = statement.with_for_update(of=Resource)
    rows = db.session.execute(statement).all()
    layouts: dict[int, dict[str, int]] = {row.id: {} for row, *_ in rows}
    for row, _code, layout, most in rows:
        if layout is not None:
            layouts[row.id][layout] = most
    found: dict[int, dict[int, Hall]] = {}
    for row, code, *_ in rows:
        hall = Hall(row.id, code, row.name, row.capacity, row.set_up_minutes, layouts[row.id])
        found.setdefault(row.service_id, {})[row.id] = hall
    return {service_id: list(halls.values()) for service_id, halls in found.items()}


def lock_halls(property_id: int, service_ids: Collection[int], *, resource_ids: Collection[int]) -> None:
    """Lock the halls and sets of equipment of some services, and some others, in the order of their ids."""
    of_services = and_(Resource.property_id == property_id, Resource.service_id.in_(sorted(service_ids)))
    statement = (
        select(Resource.id)
        .where(or_(of_services, Resource.id.in_(sorted(resource_ids))))
        .order_by(Resource.id)
        .with_for_update()
    )
    db.session.execute(statement).all()


def layouts_at(property_id: int) -> dict[int, dict[str, int]]:
    """How halls of a property can be laid out, by service, each for how many guests at most."""
    statement = (
        select(Resource.service_id, HallLayout.layout, func.max(HallLayout.capacity))
        .join(HallLayout, HallLayout.resource_id == Resource.id)
        .where(Resource.property_id == property_id)
        .group_by(Resource.service_id, HallLayout.layout)
    )
    found: dict[int, dict[str, int]] = {}
    for service_id, layout, most in db.session.execute(statement):
        found.setdefault(service_id, {})[layout] = most
    return found


def taken_around(
    halls: Sequence[Hall],
    window: Window,
    *,
    but_lines: Collection[int] = (),
    margin: timedelta = timedelta(0),
) -> Taken:
    """The slots taken around a time, by hall; those of the lines in `but_lines` count as free."""
    set_up = timedelta(minutes=max((hall.set_up_minutes for hall in halls), default=0))
    statement = select(ResourceSlot.resource_id, ResourceSlot.slot_at).where(
        ResourceSlot.resource_id.in_([hall.id for hall in halls]),
        ResourceSlot.slot_at > window.starts_at - margin - set_up - SLOT,
        ResourceSlot.slot_at < window.ends_at + margin,
        *_not_of(but_lines),
    )
    taken: dict[int, set[datetime]] = {}
    for hall_id, slot_at in db.session.execute(statement):
        taken.setdefault(hall_id, set()).add(slot_at)
    return taken


def taken_in(halls: Sequence[Hall], windows: Sequence[Window], *, but_lines: Collection[int] = ()) -> Taken:
    """The slots taken in and around each of many times, by hall; those of `but_lines` count as free."""
    set_up = timedelta(minutes=max((hall.set_up_minutes for hall in halls), default=0))
    within = (
        and_(ResourceSlot.slot_at > each.starts_at - set_up - SLOT, ResourceSlot.slot_at < each.ends_at)
        for each in windows
    )
    statement = select(ResourceSlot.resource_id, ResourceSlot.slot_at).where(
        ResourceSlot.resource_id.in_([hall.id for hall in halls]), or_(*within), *_not_of(but_lines)
    )
    taken: dict[int, set[datetime]] = {}
    for hall_id, slot_at in db.session.execute(statement):
        taken.setdefault(hall_id, set()).add(slot_at)
    return taken


def _not_of(lines: Collection[int]) -> list[ColumnElement[bool]]:
    if not lines:
        return []
    # A closure has no line, and NULL is in no list nor outside of it.
    return [or_(ResourceSlot.line_id.is_(None), ResourceSlot.line_id.not_in(lines))]


def hall_for(
    halls: Sequence[Hall],
    *,
    headcount: int,
    window: Window,
    not_before: datetime,
    layout: str | None = None,
    but_lines: Collection[int] = (),
) -> Hall:
    """The smallest free hall that seats the party that way; raises `NoneLargeEnough` or `AllTaken`."""
    near = taken_around(halls, window, but_lines=but_lines)
    hall = rules.free_hall(halls, headcount=headcount, layout=layout, window=window, taken=near)
    if hall is not None:
        return hall
    wide = taken_around(halls, window, but_lines=but_lines, margin=rules.LOOK_AHEAD)
    raise rules.all_taken(
        halls, headcount=headcount, layout=layout, window=window, taken=wide, not_before=not_before
    )
