"""Reading cost centres, limits and approvers of a company."""

import uuid
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.corporate.limits import rules
from portal.corporate.limits.models import Approver, CostCentre, Scope, SpendLimit
from portal.database import db
from portal.people.models import Grant, Person, Role

MOST_CENTRES = 200
MOST_LIMITS = 500
MOST_APPROVERS = 200
DECIDING = (Role.ACCOUNT_ADMINISTRATOR, Role.BOOKER)
"""Who may hold the second key: they see the company's bookings anyhow."""


def cost_centres(account_id: int) -> list[CostCentre]:
    """The open cost centres of a company, by code."""
    statement = (
        select(CostCentre)
        .where(CostCentre.account_id == account_id, CostCentre.closed_at.is_(None))
        .order_by(CostCentre.code, CostCentre.id)
        .limit(MOST_CENTRES)
    )
    return list(db.session.scalars(statement))


def cost_centre_of(account_id: int, public_id: uuid.UUID) -> CostCentre | None:
    """One open cost centre of a company."""
    return db.session.scalar(
        select(CostCentre).where(
            CostCentre.account_id == account_id,
            CostCentre.public_id == public_id,
            CostCentre.closed_at.is_(None),
        )
    )


def binding(
    account_id: int, *, person_id: int, cost_centre_id: int | None, lock: bool = False
) -> list[SpendLimit]:
    """The limits that bind an order. Locked, nobody else passes under one of them meanwhile."""
    statement = _for_whom(account_id, person_id=person_id, cost_centre_id=cost_centre_id)
    found = _locked(statement) if lock else list(db.session.scalars(statement))
    has_own = any(each.scope == Scope.PERSON for each in found)
    return [each for each in found if rules.binds(each.scope, has_own=has_own)]


def _for_whom(account_id: int, *, person_id: int, cost_centre_id: int | None) -> Select[SpendLimit]:
    for_whom = [
        SpendLimit.scope.in_((Scope.COMPANY, Scope.EACH)),
        SpendLimit.person_id == person_id,
    ]
    if cost_centre_id is not None:
        for_whom.append(SpendLimit.cost_centre_id == cost_centre_id)
    return (
        select(SpendLimit)
        .options(selectinload(SpendLimit.cost_centre))
        .where(SpendLimit.account_id == account_id, SpendLimit.ended_at.is_(None), or_(*for_whom))
        .order_by(SpendLimit.id)
    )


def _locked(statement: Select[SpendLimit]) -> list[SpendLimit]:
    """Lock what a statement finds, until what it finds is what is locked.

    Whoever waited for a limit that was replaced meanwhile sees it gone, and not yet the one in its place:
    that one only the next statement finds.
    """
    lock = statement.with_for_update().execution_options(populate_existing=True)
    locked: list[SpendLimit] | None = None
    while locked != (found := list(db.session.scalars(lock))):
        locked = found
    return found


def limits(account_id: int, *, ended: bool = False) -> list[SpendLimit]:
    """The limits in force, the company's first; or those that ended, the latest first."""
    statement = (
        select(SpendLimit)
        .options(
            joinedload(SpendLimit.person),
            joinedload(SpendLimit.cost_centre),
            joinedload(SpendLimit.set_by),
            joinedload(SpendLimit.ended_by),
        )
        .where(SpendLimit.account_id == account_id, SpendLimit.ended_at.is_not(None) == ended)
        .limit(MOST_LIMITS)
    )
    order = (SpendLimit.ended_at.desc(),) if ended else (SpendLimit.scope,)
    return list(db.session.scalars(statement.order_by(*order, SpendLimit.id)))


def limit_of(account_id: int, public_id: uuid.UUID) -> SpendLimit | None:
    return db.session.scalar(
        select(SpendLimit).where(SpendLimit.account_id == account_id, SpendLimit.public_id == public_id)
    )


def limit_before(
    account_id: int, *, scope: Scope, person_id: int | None, cost_centre_id: int | None
) -> SpendLimit | None:
    """The limit in force whose place a new one of the same kind takes."""
    return db.session.scalar(
        select(SpendLimit).where(
            SpendLimit.account_id == account_id,
            SpendLimit.scope == scope,
            SpendLimit.person_id.is_not_distinct_from(person_id),
            SpendLimit.cost_centre_id.is_not_distinct_from(cost_centre_id),
            SpendLimit.ended_at.is_(None),
        )
    )


def approvers(account_id: int) -> list[Approver]:
    """Who is named to hold the second key and still can, by name."""
    statement = (
        select(Approver)
        .join(Approver.person)
        .options(joinedload(Approver.person), joinedload(Approver.cost_centre))
        .where(Approver.account_id == account_id, Approver.ended_at.is_(None), _still_can(account_id))
        .order_by(Person.search_key, Approver.id)
        .limit(MOST_APPROVERS)
    )
    return list(db.session.scalars(statement))


def approver_of(account_id: int, public_id: uuid.UUID) -> Approver | None:
    return db.session.scalar(
        select(Approver).where(Approver.account_id == account_id, Approver.public_id == public_id)
    )


def candidates(account_id: int) -> list[Person]:
    """Who may book for the company, by name: whom a limit may bind, and who may be an approver."""
    statement = select(Person).where(_still_can(account_id)).order_by(Person.search_key, Person.id)
    return list(db.session.scalars(statement.limit(MOST_LIMITS)))


def deciders(account_id: int, *, cost_centre_id: int | None, but_id: int) -> list[Person]:
    """Who is asked for the second key: whoever is named for the cost centre, else for the company, else
    who runs the account. Never whoever booked.
    """
    named = [
        *([Approver.cost_centre_id == cost_centre_id] if cost_centre_id is not None else []),
        Approver.cost_centre_id.is_(None),
    ]
    for where in named:
        held = Person.id.in_(_named(account_id, where))
        found = list(db.session.scalars(_people(account_id, but_id).where(held)))
        if found:
            return found
    return list(
        db.session.scalars(
            _people(account_id, but_id).where(Person.id.in_(_holders(account_id, (DECIDING[0],))))
        )
    )


def centres_of(account_id: int, person_id: int) -> set[int | None] | None:
    """Over which cost centres somebody's word goes; none where over all of them."""
    is_administrator = select(Grant.id).where(
        Grant.account_id == account_id,
        Grant.person_id == person_id,
        Grant.role == Role.ACCOUNT_ADMINISTRATOR,
        Grant.ended_at.is_(None),
    )
    if db.session.scalar(is_administrator.limit(1)) is not None:
        return None
    named = select(Approver.cost_centre_id).where(
        Approver.account_id == account_id, Approver.person_id == person_id, Approver.ended_at.is_(None)
    )
    found = set(db.session.scalars(named))
    return None if None in found else found


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """Limits on a person, and what they approve, for their own export."""
    bound = (
        select(SpendLimit).where(SpendLimit.person_id == person_id).order_by(SpendLimit.set_at, SpendLimit.id)
    )
    named = (
        select(Approver)
        .options(joinedload(Approver.cost_centre))
        .where(Approver.person_id == person_id)
        .order_by(Approver.named_at, Approver.id)
    )
    return [
        {
            "limit_cents": each.limit_cents,
            "period": each.period,
            "from": each.set_at.isoformat(),
            "until": each.ended_at.isoformat() if each.ended_at else None,
        }
        for each in db.session.scalars(bound)
    ] + [
        {
            "approves": each.cost_centre.code if each.cost_centre else "all",
            "from": each.named_at.isoformat(),
            "until": each.ended_at.isoformat() if each.ended_at else None,
        }
        for each in db.session.scalars(named)
    ]


def _people(account_id: int, but_id: int) -> Select[Person]:
    return (
        select(Person)
        .where(Person.id != but_id, _still_can(account_id), Person.email.is_not(None))
        .order_by(Person.search_key, Person.id)
        .limit(MOST_APPROVERS)
    )


def _named(account_id: int, where: ColumnElement[bool]) -> Select[int]:
    return select(Approver.person_id).where(
        Approver.account_id == account_id, where, Approver.ended_at.is_(None)
    )


def _still_can(account_id: int) -> ColumnElement[bool]:
    return Person.left_at.is_(None) & Person.id.in_(_holders(account_id, DECIDING))


def _holders(account_id: int, roles: tuple[Role, ...]) -> Select[int]:
    return select(Grant.person_id).where(
        Grant.account_id == account_id, Grant.role.in_(roles), Grant.ended_at.is_(None)
    )
