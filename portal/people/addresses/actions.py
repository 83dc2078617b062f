"""Changing the address that a person signs in with: asked for here, confirmed by a letter."""

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from portal.audit import actions as audit
from portal.database import db
from portal.people import actions as people
from portal.people import queries, rules
from portal.people.addresses import emails
from portal.people.addresses.rules import LINK_LIFE
from portal.people.models import AddressChange, PasswordReset, Person


def ask(*, person_id: int, email: str, at: datetime) -> None:
    """Write to the new address. Whether it is free is said only there, not to whoever asks."""
    person = db.session.scalars(select(Person).where(Person.id == person_id)).one()
    email = rules.fold_address(email)
    if queries.person_by_address(email) is not None:
        emails.tell_taken(person=person, email=email, at=at)
        return
    token = secrets.token_urlsafe(people.TOKEN_BYTES)
    db.session.add(
        AddressChange(
            token_digest=rules.digest(token),
            person_id=person.id,
            email=email,
            asked_at=at,
            expires_at=at + LINK_LIFE,
        )
    )
    emails.ask_to_confirm(person=person, email=email, token=token, at=at)


def confirm(*, token: str, at: datetime) -> Person:
    """Make the confirmed address the one to sign in with, once.

    Raises `LinkRefused` where the link is unknown, used or too old, `AddressTaken` where somebody
    else took the address meanwhile.
    """
    statement = (
        select(AddressChange)
        .options(joinedload(AddressChange.person, innerjoin=True))
        .where(AddressChange.token_digest == rules.digest(token))
        .with_for_update(of=AddressChange)
    )
    change = rules.usable(db.session.scalar(statement), at=at)
    person, old = change.person, change.person.email
    try:
        with db.session.begin_nested():
            person.email = change.email
    except IntegrityError:
        raise rules.AddressTaken from None
    _void_links(person, at=at)
    audit.record(
        action="person.change_address",
        subject_kind="person",
        subject_id=person.public_id,
        by=person.id,
        at=at,
    )
    if old is not None:
        emails.tell_changed(person=person, old=old, at=at)
    return person


def _void_links(person: Person, *, at: datetime) -> None:
    # Letters to the old address must not open the door that has moved.
    for link in (AddressChange, PasswordReset):
        unused = (link.person_id == person.id, link.used_at.is_(None))
        db.session.execute(update(link).where(*unused).values(used_at=at))
