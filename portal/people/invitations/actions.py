"""Inviting people, and accepting an invitation."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, true

from portal.audit import actions as audit
from portal.database import db
from portal.people import actions as people
from portal.people import queries as people_queries
from portal.people import rules as people_rules
from portal.people.invitations import emails, queries, rules
from portal.people.models import Invitation, Person
from portal.people.roles import actions as roles_actions
from portal.people.roles import queries as roles_queries
from portal.people.roles import rules as roles_rules
from portal.people.roles.rules import Place


def invite(
    *,
    reference: uuid.UUID,
    email: str,
    name: str,
    locale: str,
    roles: Sequence[str],
    place: Place,
    by: int,
    at: datetime,
) -> Invitation:
    """Invite somebody to take roles in a place, by a letter with a link; the same reference invites once.

    Raises `InvitedAlready`, `HoldsRolesAlready`, or the refusal that tells why roles and place do not fit.
    """
    again = select(Invitation).where(Invitation.public_id == reference, Invitation.invited_by_id == by)
    if (sent := db.session.scalar(again)) is not None:
        return sent
    email = people_rules.fold_address(email)
    roles_rules.check_roles(roles, place)
    _check_not_invited(email, place, at=at)
    _check_not_held(email, roles, place)
    token = secrets.token_urlsafe(people.TOKEN_BYTES)
    invitation = Invitation(
        public_id=reference,
        token_digest=people_rules.digest(token),
        email=email,
        name=name.strip(),
        locale=locale,
        roles=list(roles),
        account_id=place.account_id,
        property_id=place.property_id,
        department_id=place.department_id,
        invited_by_id=by,
        invited_at=at,
        expires_at=at + rules.INVITATION_LIFE,
    )
    db.session.add(invitation)
    emails.invite(invitation=invitation, by_name=_name(by), token=token, at=at)
    _record("invitation.send", invitation, by=by, at=at)
    return invitation


def send_again(*, invitation: Invitation, by: int, at: datetime) -> None:
    """Send a new letter with a new link and a new term, now by whoever sends it; the old link is dead."""
    _lock(invitation)
    if invitation.withdrawn_at is not None:
        raise people_rules.LinkRefused(people_rules.LinkTrouble.WITHDRAWN)
    if invitation.accepted_at is not None:
        raise people_rules.LinkRefused(people_rules.LinkTrouble.USED)
    token = secrets.token_urlsafe(people.TOKEN_BYTES)
    invitation.token_digest = people_rules.digest(token)
    invitation.expires_at = at + rules.INVITATION_LIFE
    invitation.invited_by_id = by
    emails.invite(invitation=invitation, by_name=_name(by), token=token, at=at)
    _record("invitation.send_again", invitation, by=by, at=at)


def withdraw(*, invitation: Invitation, by: int, at: datetime) -> None:
    """Take an invitation back; its link is dead. An accepted one stays accepted."""
    _lock(invitation)
    if invitation.accepted_at is not None:
        raise people_rules.LinkRefused(people_rules.LinkTrouble.USED)
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = at
        _record("invitation.withdraw", invitation, by=by, at=at)


def withdraw_from_account(*, email: str | None, account_id: int, by: int | None, at: datetime) -> None:
    """Take back every open invitation of a company to an address, or to any; expired ones included."""
    statement = (
        select(Invitation)
        .where(
            Invitation.email == people_rules.fold_address(email) if email is not None else true(),
            Invitation.account_id == account_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .order_by(Invitation.id)
    )
    for invitation in db.session.scalars(statement.with_for_update()).all():
        invitation.withdrawn_at = at
        _record("invitation.withdraw", invitation, by=by, at=at)


def accept(*, token: str, name: str | None, password_hash: str | None, at: datetime) -> Person:
    """Take the roles of an invitation, once. Whoever signs in for the first time brings a password.

    Raises `LinkRefused` where the link is unknown, used, withdrawn or too old, where whoever sent it
    may no longer invite, and where a company invites whom the house let go.
    """
    statement = (
        select(Invitation).where(Invitation.token_digest == people_rules.digest(token)).with_for_update()
    )
    invitation = rules.check_open(db.session.scalar(statement), at=at)
    rules.check_sender(is_entitled=queries.is_sender_entitled(invitation))
    person = _invited_person(invitation, name=name, password_hash=password_hash, at=at)
    invitation.accepted_at = at
    place = Place(invitation.account_id, invitation.property_id, invitation.department_id)
    for role in invitation.roles:
        if not roles_queries.holds_role(person.id, role, roles_rules.place_of(role, place)):
            roles_actions.give_role(
                person_id=person.id, role=role, place=place, by=invitation.invited_by_id, at=at
            )
    _record("invitation.accept", invitation, by=person.id, at=at)
    return person


def _lock(invitation: Invitation) -> None:
    # It may be accepted in the same second; what stands after that counts.
    statement = select(Invitation).where(Invitation.id == invitation.id).with_for_update()
    db.session.scalars(statement.execution_options(populate_existing=True)).one()


def _invited_person(
    invitation: Invitation, *, name: str | None, password_hash: str | None, at: datetime
) -> Person:
    person = people_queries.person_by_address(invitation.email)
    rules.check_return(invitation, person)
    if person is not None and not rules.needs_password(person):
        return person
    if password_hash is None:
        raise rules.PasswordNeeded
    if person is None:
        person = people.register_person(
            name=name or invitation.name,
            email=invitation.email,
            locale=invitation.locale,
            by=invitation.invited_by_id,
            at=at,
        )
    elif person.left_at is not None:
        roles_actions.open_access(person_id=person.id, with_roles=False, by=invitation.invited_by_id, at=at)
    person.password_hash = password_hash
    return person


def _check_not_invited(email: str, place: Place, *, at: datetime) -> None:
    statement = select(Invitation.id).where(
        Invitation.email == email,
        Invitation.account_id.is_not_distinct_from(place.account_id),
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > at,
    )
    if db.session.scalar(statement.limit(1)) is not None:
        raise rules.InvitedAlready


def _check_not_held(email: str, roles: Sequence[str], place: Place) -> None:
    person = people_queries.person_by_address(email)
    if person is None or person.left_at is not None:
        return
    places = {role: roles_rules.place_of(role, place) for role in roles}
    if all(roles_queries.holds_role(person.id, role, where) for role, where in places.items()):
        raise rules.HoldsRolesAlready


def _name(person_id: int) -> str:
    return people_queries.names_of((person_id,)).get(person_id, "")


def _record(action: str, invitation: Invitation, *, by: int | None, at: datetime) -> None:
    audit.record(
        action=action,
        subject_kind="invitation",
        subject_id=invitation.public_id,
        details={"roles": list(invitation.roles)},
        by=by,
        at=at,
    )
