"""Giving and ending roles, and ending a person's access as a whole."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from portal.audit import actions as audit
from portal.database import db
from portal.people import actions as people
from portal.people import rules as people_rules
from portal.people.models import AddressChange, Grant, Invitation, PasswordReset, Person
from portal.people.roles import queries, rules
from portal.people.roles.rules import Place


def give_role(*, person_id: int, role: str, place: Place, by: int | None, at: datetime) -> Grant:
    """Give a person a role in a place.

    Raises `PersonHasLeft`, `RoleHeldAlready`, or the refusal that tells what the place lacks.
    """
    person = _locked(person_id)
    if person.left_at is not None:
        raise people_rules.PersonHasLeft
    where = rules.place_of(role, place)
    if queries.holds_role(person.id, role, where):
        raise rules.RoleHeldAlready
    grant = Grant(
        person_id=person.id,
        role=role,
        account_id=where.account_id,
        property_id=where.property_id,
        department_id=where.department_id,
        granted_by_id=by,
        granted_at=at,
    )
    db.session.add(grant)
    _record("role.give", person, details=_scope(grant), by=by, at=at)
    return grant


def end_role(*, grant: Grant, by: int | None, at: datetime) -> None:
    """End a role; history stays. Raises `LastAdministrator` where nobody could give it again."""
    person = _locked(grant.person_id)
    db.session.refresh(grant)
    if grant.ended_at is not None:
        raise rules.RoleEndedAlready
    if grant.role in rules.ADMINISTRATING:
        _keep_one(grant)
    grant.ended_at = at
    grant.ended_by_id = by
    _record("role.end", person, details=_scope(grant), by=by, at=at)


def end_roles_in_account(*, account_id: int, by: int | None, at: datetime) -> int:
    """End every role in a company that is closed, the last administrator's too; returns how many."""
    held = (
        select(Grant)
        .options(joinedload(Grant.person))
        .where(Grant.account_id == account_id, Grant.ended_at.is_(None))
        .order_by(Grant.person_id, Grant.id)
    )
    grants = list(db.session.scalars(held.with_for_update(of=Grant)))
    for grant in grants:
        grant.ended_at = at
        grant.ended_by_id = by
        _record("role.end", grant.person, details=_scope(grant), by=by, at=at)
    return len(grants)


def give_again(*, grant: Grant, by: int | None, at: datetime) -> Grant:
    """Undo the end of a role, within ten minutes."""
    _locked(grant.person_id)
    db.session.refresh(grant)
    if grant.ended_at is None:
        raise rules.RoleHeldAlready
    if at >= grant.ended_at + rules.UNDO_LIFE:
        raise rules.TooLateToUndo
    return give_role(person_id=grant.person_id, role=grant.role, place=rules.scope_of(grant), by=by, at=at)


def end_access(*, person_id: int, by: int | None, at: datetime) -> None:
    """Close the door behind a person who left: roles, sign-ins and open letters end at once.

    Raises `LastAdministrator` where nobody would be left to run the group or an account.
    """
    person = _locked(person_id)
    if person.left_at is not None:
        return
    grants = _in_force(person.id)
    for grant in grants:
        if grant.role in rules.ADMINISTRATING:
            _keep_one(grant)
        grant.ended_at = at
        grant.ended_by_id = by
    person.left_at = at
    people.end_sign_ins(person_id=person.id, by=by, at=at)
    _void_links(person, at=at)
    _record("person.end_access", person, details={"roles": len(grants)}, by=by, at=at)


def open_access(*, person_id: int, with_roles: bool, by: int | None, at: datetime) -> None:
    """Let a person in again; within ten minutes, where wanted, with the roles that ended when they left.

    Raises `PersonErased`: who was forgotten cannot come back, only come anew.
    """
    person = _locked(person_id)
    if person.erased_at is not None:
        raise rules.PersonErased
    left_at = person.left_at
    if left_at is None:
        return
    person.left_at = None
    _record("person.open_access", person, by=by, at=at)
    if not with_roles or at >= left_at + rules.UNDO_LIFE:
        return
    ended = select(Grant).where(Grant.person_id == person.id, Grant.ended_at == left_at).order_by(Grant.id)
    for grant in db.session.scalars(ended).all():
        give_role(person_id=person.id, role=grant.role, place=rules.scope_of(grant), by=by, at=at)


def _locked(person_id: int) -> Person:
    return db.session.scalars(select(Person).where(Person.id == person_id).with_for_update()).one()


def _in_force(person_id: int) -> list[Grant]:
    statement = select(Grant).where(Grant.person_id == person_id, Grant.ended_at.is_(None)).order_by(Grant.id)
    return list(db.session.scalars(statement))


def _keep_one(grant: Grant) -> None:
    # Two administrators may end each other in the same second: all of them are locked, in order.
    others = (
        select(Grant.id)
        .where(
            Grant.role == grant.role,
            Grant.account_id.is_not_distinct_from(grant.account_id),
            Grant.ended_at.is_(None),
        )
        .order_by(Grant.id)
        .with_for_update()
    )
    if len(db.session.scalars(others).all()) == 1:
        raise rules.LastAdministrator


def _void_links(person: Person, *, at: datetime) -> None:
    for link in (PasswordReset, AddressChange):
        unused = (link.person_id == person.id, link.used_at.is_(None))
        db.session.execute(update(link).where(*unused).values(used_at=at))
    unanswered = (
        Invitation.email == (person.email or ""),
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    db.session.execute(update(Invitation).where(*unanswered).values(withdrawn_at=at))


def _scope(grant: Grant) -> dict[str, Any]:
    scope = {
        "role": grant.role,
        "account_id": grant.account_id,
        "property_id": grant.property_id,
        "department_id": grant.department_id,
    }
    return {name: value for name, value in scope.items() if value is not None}


def _record(
    action: str, person: Person, *, details: dict[str, Any] | None = None, by: int | None, at: datetime
) -> None:
    audit.record(
        action=action, subject_kind="person", subject_id=person.public_id, details=details, by=by, at=at
    )
