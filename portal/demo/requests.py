"""What departments of the demo's city hotel ask of each other: open, promised, done and declined."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.database import db
from portal.demo.board import DUTIES
from portal.hotel.models import Department, Property
from portal.people.models import Person
from portal.staff.requests import actions


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; `wait` and `ago` are minutes. Colleagues write in their own language."""

    key: str
    by: str
    to: str
    what: str
    whom: str
    ago: int
    wait: int
    accepted: int | None = None
    """So many minutes after it was asked, by the manager; none while nobody did."""
    done: str = ""
    declined: str = ""


REQUESTS = (
    Asked("cot", "dario", "housekeeping", "A cot and a kettle", "412", ago=20, wait=45, accepted=4),
    Asked("lamp", "dario", "housekeeping", "The reading lamp does not light", "305", ago=35, wait=30),
    Asked("greet", "gleb", "front_office", "Встретить делегацию у входа, шесть человек", "Hall A",
          ago=10, wait=60),
    Asked("florist", "dario", "concierge", "White flowers for the table", "Hall B", ago=180, wait=60,
          accepted=5, done="Delivered by the florist, without lilies"),
    Asked("opera", "dario", "concierge", "Two seats for tonight’s opera", "218", ago=150, wait=60,
          declined="Sold out; the matinee on Sunday has seats"),
)  # fmt: skip


def make(*, houses: Mapping[str, Property], staff: Mapping[str, Person], at: datetime) -> None:
    """Ask in the city hotel what its colleagues ask, and answer what is answered."""
    departments = {(one.property_id, one.code): one for one in db.session.scalars(select(Department))}
    for one in REQUESTS:
        _make(one, houses["city"], departments, staff, at=at)


def _make(
    one: Asked,
    house: Property,
    departments: Mapping[tuple[int, str], Department],
    staff: Mapping[str, Person],
    *,
    at: datetime,
) -> None:
    asked_at, manager = at - timedelta(minutes=one.ago), staff["gleb"].id
    front_office = departments[house.id, DUTIES["luggage"]].id
    made = actions.ask(
        token=uuid.uuid5(uuid.NAMESPACE_URL, f"rapport-demo:request/{house.code}/{one.key}"),
        department=departments[house.id, one.to],
        from_department_id=front_office if one.by == "dario" else None,
        what=one.what, whom=one.whom,
        wanted_at=asked_at + timedelta(minutes=one.wait), by_id=staff[one.by].id, at=asked_at,
    )  # fmt: skip
    db.session.flush()
    if one.accepted is not None:
        accepted_at = asked_at + timedelta(minutes=one.accepted)
        actions.accept(request_id=made.id, due_at=None, by_id=manager, at=accepted_at)
    answered_at = made.wanted_at - timedelta(minutes=10)
    if one.done:
        actions.finish(request_id=made.id, outcome=one.done, by_id=manager, at=answered_at)
    if one.declined:
        actions.decline(request_id=made.id, reason=one.declined, by_id=manager, at=answered_at)
