"""Writes on companies' identity: their people and their cards."""

import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from portal.accounts import rules
from portal.accounts.models import Account, Card
from portal.audit import actions as audit
from portal.database import db
from portal.people import rules as people_rules
from portal.people.models import Grant, Person, Role
from portal.web.folding import fold, search_key


class HasCard(Exception):
    """The traveller has a card of this company that is not blocked; block it before issuing another."""

    def __init__(self, card: Card) -> None:
        super().__init__(card.number)
        self.card = card


def add_person(
    *,
    account_id: int,
    token: uuid.UUID,
    name: str,
    email: str | None,
    roles: Iterable[str],
    locale: str,
    by: int | None,
    at: datetime,
) -> Person:
    """Add a person to a company, with roles. Somebody known by the address joins as who they are.

    The same token adds once. Raises `NeedsAddress` or `AddressInUse`.
    """
    wanted = set(roles)
    if email is None and wanted & {Role.BOOKER, Role.ACCOUNT_ADMINISTRATOR}:
        raise rules.NeedsAddress
    person = db.session.scalar(select(Person).where(Person.public_id == token))
    if person is None and email is not None:
        person = db.session.scalar(select(Person).where(Person.email == people_rules.fold_address(email)))
        if person is not None and fold(person.name) != fold(name):
            raise rules.AddressInUse(email=email, name=name)
    if person is None:
        person = Person(
            public_id=token,
            name=name,
            search_key=search_key(name),
            email=people_rules.fold_address(email) if email is not None else None,
            locale=locale,
            created_at=at,
        )
        db.session.add(person)
        db.session.flush()
        audit.record(action="person.add", subject_kind="person", subject_id=person.public_id, by=by, at=at)
    give_roles(person=person, account_id=account_id, roles=wanted, by=by, at=at)
    return person


def give_roles(
    *, person: Person, account_id: int, roles: Iterable[str], by: int | None, at: datetime
) -> None:
    """Make these the roles of a person in a company: new ones begin, others end.

    Raises `LastAdministrator` where nobody would be left to run the account.
    """
    wanted = set(roles)
    standing = {
        grant.role: grant
        for grant in db.session.scalars(
            select(Grant).where(
                Grant.person_id == person.id, Grant.account_id == account_id, Grant.ended_at.is_(None)
            )
        )
    }
    if Role.ACCOUNT_ADMINISTRATOR in standing and Role.ACCOUNT_ADMINISTRATOR not in wanted:
        _keep_an_administrator(account_id, without=person.id)
    for role in sorted(wanted - standing.keys()):
        db.session.add(
            Grant(person_id=person.id, role=role, account_id=account_id, granted_by_id=by, granted_at=at)
        )
    for role in sorted(standing.keys() - wanted):
        standing[role].ended_at, standing[role].ended_by_id = at, by
    if wanted != standing.keys():
        details = {"roles": sorted(wanted), "before": sorted(standing)}
        audit.record(
            action="role.change",
            subject_kind="person",
            subject_id=person.public_id,
            details=details,
            by=by,
            at=at,
        )


def end_access(*, person: Person, account_id: int, by: int, at: datetime) -> None:
    """A person leaves the company: roles end and cards are blocked at once; history stays."""
    give_roles(person=person, account_id=account_id, roles=(), by=by, at=at)
    living = select(Card).where(
        Card.account_id == account_id, Card.holder_id == person.id, Card.blocked_at.is_(None)
    )
    for card in db.session.scalars(living):
        block_card(card=card, reason="left", by=by, at=at)


def issue_card(*, account_id: int, holder_id: int, token: uuid.UUID, by: int | None, at: datetime) -> Card:
    """Issue a card with a number of its own; the same token issues once.

    Raises `HasCard` where the holder has a living one.
    """
    again = db.session.scalar(select(Card).where(Card.public_id == token, Card.account_id == account_id))
    if again is not None:
        return again
    living = select(Card).where(
        Card.account_id == account_id, Card.holder_id == holder_id, Card.blocked_at.is_(None)
    )
    if (card := db.session.scalar(living)) is not None:
        raise HasCard(card)
    card = Card(
        public_id=token, number=_free_number(), account_id=account_id, holder_id=holder_id, issued_at=at
    )
    db.session.add(card)
    audit.record(action="card.issue", subject_kind="card", subject_id=card.public_id, by=by, at=at)
    return card


def block_card(*, card: Card, reason: str, by: int, at: datetime) -> None:
    """Block a card, e.g. a lost one; blocking a blocked card changes nothing."""
    if card.blocked_at is not None:
        return
    card.blocked_at = at
    card.blocked_reason = reason
    audit.record(
        action="card.block",
        subject_kind="card",
        subject_id=card.public_id,
        details={"reason": reason},
        by=by,
        at=at,
    )


def _keep_an_administrator(account_id: int, *, without: int) -> None:
    # The account's row is locked: two administrators may remove each other in the same second.
    db.session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
    others = select(Grant.id).where(
        Grant.account_id == account_id,
        Grant.role == Role.ACCOUNT_ADMINISTRATOR,
        Grant.ended_at.is_(None),
        Grant.person_id != without,
    )
    if db.session.scalar(others.limit(1)) is None:
        raise rules.LastAdministrator


def _free_number() -> str:
    # Numbers are drawn, not counted: one card must not tell the next one's number.
    while True:
        number = rules.card_number(1 + secrets.randbelow(10**rules.SERIAL_DIGITS - 1))
        if db.session.scalar(select(Card.id).where(Card.number == number)) is None:
            return number
