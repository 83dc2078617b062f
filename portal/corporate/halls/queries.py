"""Which halls there are, and when they are taken."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.corporate.halls import rules
from portal.corporate.halls.models import ResourceSlot
from portal.corporate.halls.rules import SLOT, Hall, Taken, Window
from portal.database import db
from portal.hotel.models import Resource, Service


def halls_for(property_id: int, service_ids: Collection[int], *, lock: bool = False) -> dict[int, list[Hall]]:
    """The halls and sets of equipment of a property by service.

    With `lock` they are locked until the end of the transaction, always in the order of their ids.
    """
    statement = (
        select(Resource, Service.code)
        .join(Service, Service.id == Resource.service_id)
        .where(Resource.property_id == property_id, Resource.service_id.in_(sorted(service_ids)))
        .order_by(Resource.id)
    )
    if lock:
        statement = statement.with_for_update(of=Resource)
    found: dict[int, list[Hall]] = {}
    for row, code in db.session.execute(statement):
        hall = Hall(row.id, code, row.name, row.capacity, row.set_up_minutes)
        found.setdefault(row.service_id, []).append(hall)
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
    )
    if but_lines:
        statement = statement.where(ResourceSlot.line_id.not_in(but_lines))
    taken: dict[int, set[datetime]] = {}
    for hall_id, slot_at in db.session.execute(statement):
        taken.setdefault(hall_id, set()).add(slot_at)
    return taken


def hall_for(
    halls: Sequence[Hall],
    *,
    headcount: int,
    window: Window,
    not_before: datetime,
    but_lines: Collection[int] = (),
) -> Hall:
    """The smallest free hall that seats the party; raises `NoneLargeEnough` or `AllTaken`."""
    near = taken_around(halls, window, but_lines=but_lines)
    hall = rules.free_hall(halls, headcount=headcount, window=window, taken=near)
    if hall is not None:
        return hall
    wide = taken_around(halls, window, but_lines=but_lines, margin=rules.LOOK_AHEAD)
    raise rules.all_taken(halls, headcount=headcount, window=window, taken=wide, not_before=not_before)
