"""Who is promised to whom."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from portal.corporate.halls.rules import Window
from portal.corporate.staffing import rules
from portal.corporate.staffing.models import StaffPromise
from portal.corporate.staffing.rules import Promised
from portal.database import db


def promised_around(
    property_id: int, service_id: int, window: Window, *, but_lines: Collection[int] = ()
) -> list[Promised]:
    """What stands a day around a time; that of the lines in `but_lines` counts as free."""
    statement = select(StaffPromise.people, StaffPromise.starts_at, StaffPromise.ends_at).where(
        StaffPromise.property_id == property_id,
        StaffPromise.service_id == service_id,
        StaffPromise.given_back_at.is_(None),
        StaffPromise.starts_at < window.ends_at + 2 * rules.LOOK_AHEAD,
        StaffPromise.ends_at > window.starts_at - 2 * rules.LOOK_AHEAD,
        StaffPromise.line_id.not_in(but_lines),
    )
    return [
        Promised(people, Window(starts_at, ends_at))
        for people, starts_at, ends_at in db.session.execute(statement)
    ]


def standing(line_ids: Collection[int]) -> list[StaffPromise]:
    """What lines have taken and not given back, in the order in which it is locked."""
    statement = (
        select(StaffPromise)
        .where(StaffPromise.line_id.in_(line_ids), StaffPromise.given_back_at.is_(None))
        .order_by(StaffPromise.property_id, StaffPromise.service_id, StaffPromise.starts_at, StaffPromise.id)
    )
    return list(db.session.scalars(statement))


def check_free(
    *,
    property_id: int,
    service_id: int,
    service: str,
    people: int,
    window: Window,
    limit: int,
    not_before: datetime,
    but_lines: Collection[int] = (),
) -> None:
    """Raise `StaffBusy` where so many people are not free."""
    promised = promised_around(property_id, service_id, window, but_lines=but_lines)
    if rules.free_in(window, limit=limit, promised=promised) < people:
        raise rules.busy(service, people, window, limit=limit, promised=promised, not_before=not_before)
