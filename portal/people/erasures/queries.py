"""Reading wishes to be forgotten."""

import uuid
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from portal.database import db
from portal.people.erasures.models import Erasure
from portal.people.models import Person
from portal.web.paging import DEFAULT_SIZE, Page, decode_instant_key, encode_key


def last_of(person_id: int) -> Erasure | None:
    """A person's latest wish, whatever became of it."""
    statement = select(Erasure).where(Erasure.person_id == person_id).order_by(Erasure.id.desc()).limit(1)
    return db.session.scalar(statement)


def erasure(public_id: uuid.UUID) -> Erasure | None:
    """One wish, with the person and the roles they hold or held, and with whoever settled it."""
    statement = _with_people().where(Erasure.public_id == public_id)
    return db.session.scalar(statement)


def locked(public_id: uuid.UUID) -> Erasure | None:
    """The same wish, taken to be settled: two administrators take turns."""
    statement = select(Erasure).where(Erasure.public_id == public_id).with_for_update()
    return db.session.scalar(statement)


def erasures(*, is_open: bool, after: str | None = None, limit: int = DEFAULT_SIZE) -> Page[Erasure]:
    """Open wishes, the most urgent first; or settled ones, the latest asked first."""
    asked, row = (Erasure.asked_at, Erasure.id)
    statement = _with_people().where(
        Erasure.settled_at.is_(None) if is_open else Erasure.settled_at.is_not(None)
    )
    if key := decode_instant_key(after):
        at, last_id = key
        later = asked > at if is_open else asked < at
        beyond = row > last_id if is_open else row < last_id
        statement = statement.where(or_(later, (asked == at) & beyond))
    order = (asked, row) if is_open else (asked.desc(), row.desc())
    found = list(db.session.scalars(statement.order_by(*order).limit(limit + 1)))
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], encode_key(last.asked_at.isoformat(), last.id) if last else None)


def count_open() -> int:
    statement = select(func.count(Erasure.id)).where(Erasure.settled_at.is_(None))
    return db.session.scalar(statement) or 0


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """A person's wishes to be forgotten, for their own export."""
    statement = select(Erasure).where(Erasure.person_id == person_id).order_by(Erasure.id).limit(1_000)
    return [
        {
            "asked_at": each.asked_at.isoformat(),
            "settled_at": each.settled_at.isoformat() if each.settled_at else None,
            "outcome": each.outcome,
            "ground": each.ground,
            "words": each.words,
            "channel": each.channel,
        }
        for each in db.session.scalars(statement)
    ]


def _with_people() -> Select[Erasure]:
    person = joinedload(Erasure.person).selectinload(Person.grants)
    return select(Erasure).options(person, joinedload(Erasure.settled_by), joinedload(Erasure.noted_by))
