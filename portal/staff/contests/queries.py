"""Reads of contests."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.database import db
from portal.people.models import Grant, Person, Role
from portal.staff.contests.models import Contest
from portal.staff.contributions.models import Contribution, ContributionKind
from portal.web.paging import Page, decode_key, encode_key

LISTED = 100
PAGE_SIZE = 50
PERSONAL_LIMIT = 10_000
TEAM = (Role.EMPLOYEE, Role.FRONT_DESK)


def provisionally_excluded(*, at: datetime) -> Select[int]:
    """Selects the events with a contest that nobody decided in time."""
    return select(Contest.contribution_id).where(Contest.outcome.is_(None), Contest.due_at <= at)


def excluded_among(contribution_ids: Collection[int], *, at: datetime) -> frozenset[int]:
    """Which of these events are left out, since nobody decided their contest in time."""
    late = provisionally_excluded(at=at).where(Contest.contribution_id.in_(contribution_ids))
    return frozenset(db.session.scalars(late))


def contested_by(by_id: int, contribution_ids: Collection[int]) -> frozenset[int]:
    """Which of these events this person has contested."""
    statement = select(Contest.contribution_id).where(
        Contest.by_id == by_id, Contest.contribution_id.in_(contribution_ids)
    )
    return frozenset(db.session.scalars(statement))


def contesters_of(contribution_id: int) -> frozenset[int]:
    """Everybody who contested an event."""
    return frozenset(
        db.session.scalars(select(Contest.by_id).where(Contest.contribution_id == contribution_id))
    )


def about(person_id: int, *, limit: int = LISTED) -> list[Contest]:
    """What was contested of one person's events, by whomever, the latest first."""
    statement = (
        select(Contest)
        .join(Contest.contribution)
        .options(
            contains_eager(Contest.contribution).options(
                joinedload(Contribution.service), joinedload(Contribution.property)
            ),
            joinedload(Contest.by),
        )
        .where(Contribution.person_id == person_id)
        .order_by(Contest.at.desc(), Contest.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def contests_of(contribution_ids: Collection[int], *, by_id: int) -> dict[int, Contest]:
    """The contests of some events, by event: the one by this person, else the latest."""
    statement = (
        select(Contest)
        .where(Contest.contribution_id.in_(contribution_ids))
        .order_by((Contest.by_id == by_id).cast(Integer), Contest.id)
    )
    return {one.contribution_id: one for one in db.session.scalars(statement)}


def contribution_for(
    public_id: uuid.UUID, *, person_ids: Select[int], lock: bool = False
) -> Contribution | None:
    """An event of one of these people; any other is not found."""
    statement = (
        select(Contribution)
        .join(Contribution.service)
        .join(Contribution.account)
        .join(Contribution.property)
        .options(
            contains_eager(Contribution.service),
            contains_eager(Contribution.account),
            contains_eager(Contribution.property),
        )
        .where(
            Contribution.public_id == public_id,
            Contribution.person_id.in_(person_ids),
            # A rating that has not entered is nobody's to see.
            or_(Contribution.kind != ContributionKind.RATING.value, Contribution.enters_on.is_not(None)),
        )
    )
    if lock:
        statement = statement.with_for_update(of=Contribution)
    return db.session.scalar(statement)


def contest_for(public_id: uuid.UUID, *, person_ids: Select[int], lock: bool = False) -> Contest | None:
    """A contest about one of these people."""
    statement = (
        select(Contest)
        .join(Contest.contribution)
        .options(
            contains_eager(Contest.contribution).options(
                joinedload(Contribution.service),
                joinedload(Contribution.account),
                joinedload(Contribution.property),
            ),
            joinedload(Contest.by),
            joinedload(Contest.decided_by),
        )
        .where(Contest.public_id == public_id, Contribution.person_id.in_(person_ids))
    )
    if lock:
        # The event too: two contests of one event must not be decided at once, without seeing each other.
        statement = statement.with_for_update(of=(Contest, Contribution))
    return db.session.scalar(statement)


def open_contests(*, person_ids: Select[int], limit: int = LISTED) -> list[Contest]:
    """Contests about these people that wait for a decision, the most urgent first.

    Where the event does not count any more, there is nothing left to decide.
    """
    statement = (
        _open(select(Contest).join(Contest.contribution), person_ids)
        .options(
            contains_eager(Contest.contribution).options(
                joinedload(Contribution.service), joinedload(Contribution.property)
            ),
            joinedload(Contest.by),
        )
        .order_by(Contest.due_at, Contest.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def open_by_person(*, person_ids: Select[int]) -> dict[int, int]:
    """How many contests wait, by the person concerned."""
    counted: Any = select(Contribution.person_id, func.count(Contest.id))
    statement = _open(counted.join(Contest.contribution), person_ids).group_by(Contribution.person_id)
    return {one: int(number) for one, number in db.session.execute(statement)}


def members(*, department_ids: Sequence[int], property_ids: Sequence[int]) -> Select[int]:
    """Selects the ids of those who work in these departments or at these hotels."""
    return (
        select(Grant.person_id)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.ended_at.is_(None),
            Grant.role.in_(TEAM),
            Person.left_at.is_(None),
            (Grant.department_id.in_(department_ids)) | (Grant.property_id.in_(property_ids)),
        )
    )


def people(ids: Select[int], *, after: str | None = None, limit: int = PAGE_SIZE) -> Page[Person]:
    """Those of these ids, by name, a page at a time."""
    statement = (
        select(Person).where(Person.id.in_(ids)).order_by(Person.search_key, Person.id).limit(limit + 1)
    )
    if (key := decode_key(after, str, int)) is not None:
        name, one = key
        same = and_(Person.search_key == name, Person.id > one)
        statement = statement.where(or_(Person.search_key > name, same))
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    more = encode_key(rows[-1].search_key, rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def one_of(public_id: uuid.UUID, *, person_ids: Select[int]) -> Person | None:
    """One of these people; any other is not found."""
    return db.session.scalar(select(Person).where(Person.public_id == public_id, Person.id.in_(person_ids)))


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """What was contested of a person's events or by the person, and what was decided."""
    statement = (
        select(Contest, Contribution.person_id)
        .join(Contest.contribution)
        .where(or_(Contribution.person_id == person_id, Contest.by_id == person_id))
        .order_by(Contest.id)
        .limit(PERSONAL_LIMIT)
    )
    return [
        {
            "about_me": about_id == person_id,
            "by_me": one.by_id == person_id,
            "reason": one.reason,
            "at": one.at.isoformat(),
            "outcome": one.outcome,
            "decided_at": one.decided_at.isoformat() if one.decided_at else None,
            "why": one.words,
        }
        for one, about_id in db.session.execute(statement)
    ]


def _open(statement: Select[Any], person_ids: Select[int]) -> Select[Any]:
    return statement.where(
        Contest.outcome.is_(None),
        Contribution.voided_at.is_(None),
        Contribution.person_id.in_(person_ids),
    )
