"""Take a hall for a line of a booking or for a closure, and give it back."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert

from portal.corporate.halls.models import ResourceSlot
from portal.corporate.halls.rules import Hall, Window, slots
from portal.database import db


def take_hall(*, hall: Hall, window: Window, line_id: int) -> None:
    """Take the hall, set-up included. Whoever takes has locked it; the database refuses a slot twice."""
    rows = [
        {"resource_id": hall.id, "slot_at": slot_at, "line_id": line_id}
        for slot_at in slots(window, set_up_minutes=hall.set_up_minutes)
    ]
    db.session.execute(insert(ResourceSlot), rows)


def close_hall(*, hall: Hall, window: Window, closure_id: int) -> None:
    """Take the hall for the house itself, without setting up. Whoever closes has locked it."""
    rows = [
        {"resource_id": hall.id, "slot_at": slot_at, "closure_id": closure_id}
        for slot_at in slots(window, set_up_minutes=0)
    ]
    db.session.execute(insert(ResourceSlot), rows)


def open_hall(*, closure_id: int, since: datetime) -> None:
    """Free what is left of a closure from an instant on."""
    statement = delete(ResourceSlot).where(ResourceSlot.closure_id == closure_id)
    db.session.execute(statement.where(ResourceSlot.slot_at >= since))


def give_back(*, line_ids: Collection[int], since: datetime | None = None) -> None:
    """Free what these lines had taken, from an instant on where one is given."""
    statement = delete(ResourceSlot).where(ResourceSlot.line_id.in_(line_ids))
    if since is not None:
        statement = statement.where(ResourceSlot.slot_at >= since)
    db.session.execute(statement)
