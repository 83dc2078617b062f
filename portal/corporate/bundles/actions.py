"""Lock what a plan takes before anything of it is taken, and promise its people."""

from collections.abc import Collection
from datetime import datetime, timedelta

from portal.corporate.bundles.rules import Plan, PlannedLine
from portal.corporate.halls import queries as halls
from portal.corporate.halls.rules import Window
from portal.corporate.staffing import actions as staffing
from portal.corporate.staffing.rules import Claim


def lock_plan(
    plan: Plan, *, property_id: int, line_ids: Collection[int] = (), resource_ids: Collection[int] = ()
) -> None:
    """Lock the halls and the people of a plan, with those that lines give back for it.

    Always halls first, each kind in one order: so nobody waits for somebody who waits for them.
    """
    reserved = {line.offer.service_id for line in plan.lines if line.offer.is_reserved}
    if reserved or resource_ids:
        halls.lock_halls(property_id, reserved, resource_ids=resource_ids)
    claims = [
        Claim(property_id, line.offer.service_id, Window(line.starts_at, line.ends_at))
        for line in plan.lines
        if line.offer.is_staffed
    ]
    if claims or line_ids:
        staffing.lock_people(line_ids=line_ids, claims=claims)


def promise_people(
    *, planned: PlannedLine, line_id: int, property_id: int, limit: int | None, at: datetime
) -> None:
    """Take the people of a line; raises `StaffBusy`."""
    staffing.promise_people(
        line_id=line_id,
        property_id=property_id,
        service_id=planned.offer.service_id,
        service=planned.offer.code,
        people=planned.quantity,
        window=Window(planned.starts_at, planned.ends_at),
        limit=limit,
        not_before=at + timedelta(hours=planned.offer.cut_off_hours),
    )
