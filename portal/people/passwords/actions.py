"""Changing a password, with the old one or with a link from a letter."""

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from portal.audit import actions as audit
from portal.database import db
from portal.people import actions as people
from portal.people import rules
from portal.people.models import PasswordReset, Person
from portal.people.passwords import emails
from portal.people.passwords.rules import LINK_LIFE


def send_link(*, person_id: int, at: datetime) -> str | None:
    """Write the letter with a link to a new password and return its token; whoever has left gets none."""
    person = db.session.scalars(select(Person).where(Person.id == person_id)).one()
    if person.left_at is not None or person.email is None:
        return None
    token = open_link(person=person, at=at)
    emails.send_link(to=person, token=token, at=at)
    return token


def open_link(*, person: Person, at: datetime) -> str:
    """The token of a link to a new password, for whoever has just proved that the address is theirs."""
    token = secrets.token_urlsafe(people.TOKEN_BYTES)
    db.session.add(
        PasswordReset(
            token_digest=rules.digest(token), person_id=person.id, asked_at=at, expires_at=at + LINK_LIFE
        )
    )
    return token


def set_by_link(*, token: str, password_hash: str, at: datetime) -> Person:
    """Set a new password with a link from a letter, once; signs out every device.

    Raises `LinkRefused` where the link is unknown, used or too old.
    """
    statement = (
        select(PasswordReset)
        .options(joinedload(PasswordReset.person, innerjoin=True))
        .where(PasswordReset.token_digest == rules.digest(token))
        .with_for_update(of=PasswordReset)
    )
    link = rules.usable(db.session.scalar(statement), at=at)
    _set(link.person, password_hash, action="person.reset_password", at=at)
    return link.person


def change(*, person_id: int, verified_hash: str, password_hash: str, at: datetime) -> Person:
    """Set a new password beside the old one, which was just verified; signs out every device."""
    statement = select(Person).where(Person.id == person_id).with_for_update()
    person = db.session.scalars(statement).one()
    if person.password_hash != verified_hash:
        raise rules.WrongPassword
    _set(person, password_hash, action="person.change_password", at=at)
    return person


def _set(person: Person, password_hash: str, *, action: str, at: datetime) -> None:
    person.password_hash = password_hash
    unused = (PasswordReset.person_id == person.id, PasswordReset.used_at.is_(None))
    # One new password is enough: other letters that still lie about open nothing any more.
    db.session.execute(update(PasswordReset).where(*unused).values(used_at=at))
    people.end_sign_ins(person_id=person.id, by=person.id, at=at)
    audit.record(action=action, subject_kind="person", subject_id=person.public_id, by=person.id, at=at)
    emails.tell_changed(to=person, at=at)
