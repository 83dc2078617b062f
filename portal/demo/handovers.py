"""Shifts of the demo's city hotel: the night was taken over, the front office waits to be."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.database import db
from portal.hotel.models import Department, Property
from portal.people.models import Person
from portal.staff.handovers import actions, queries
from portal.staff.handovers.rules import Left

SHIFTS = (
    ("front_office", "gleb", 9 * 60, "Тихая ночь. В 305 не горит лампа, обещали утром.", "dario"),
    ("housekeeping", "dario", 6 * 60, "Two cots are lent to the resort until Thursday.", "gleb"),
    ("front_office", "gleb", 25, "Делегация приезжает в 12:40, встретить у входа. Флорист уже был.", None),
)
"""Department, who left it so many minutes ago, the note, and who took it over."""
QUIET = Left((), 0, 0, (), 0, 0)


def make(*, houses: Mapping[str, Property], staff: Mapping[str, Person], at: datetime) -> None:
    """Leave some shifts with what is open, and take over those that were."""
    house = houses["city"]
    departments = {
        one.code: one
        for one in db.session.scalars(select(Department).where(Department.property_id == house.id))
    }
    for code, by, minutes_ago, note, taken_by in SHIFTS:
        left_at = at - timedelta(minutes=minutes_ago)
        # Only of the present is it known what is open.
        left = queries.open_now(house, departments[code], at=at).left if taken_by is None else QUIET
        made = actions.leave_shift(
            token=uuid.uuid5(uuid.NAMESPACE_URL, f"rapport-demo:shift/{code}/{minutes_ago}"),
            department=departments[code], note=note, left=left, by_id=staff[by].id, at=left_at,
        )  # fmt: skip
        db.session.flush()
        waiting = queries.by_token(made.public_id)
        if taken_by is not None and waiting is not None:
            actions.take_over(handover=waiting, by_id=staff[taken_by].id, at=left_at + timedelta(minutes=6))
