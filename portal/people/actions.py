"""Signing in and out, and what a person says of themselves."""

import secrets
import uuid
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.audit import actions as audit
from portal.database import db
from portal.people import rules
from portal.people.models import Person, SignIn
from portal.web.folding import search_key

TOKEN_BYTES = 32


def start_sign_in(*, person_id: int, verified_hash: str, device: str, is_kept: bool, at: datetime) -> str:
    """Open a sign-in for a person whose password was just verified; the cookie's token comes back.

    Verifying takes too long to hold a transaction open for it; what was verified must still stand.
    """
    person = db.session.scalars(select(Person).where(Person.id == person_id)).one()
    if person.left_at is not None or person.password_hash != verified_hash:
        raise rules.SignInRefused
    return open_sign_in(person=person, device=device, is_kept=is_kept, at=at)


def open_sign_in(*, person: Person, device: str, is_kept: bool, at: datetime) -> str:
    """Open a sign-in for whoever has just proved to be this person; the cookie's token comes back."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.add(
        SignIn(
            public_id=uuid.uuid4(),
            person_id=person.id,
            token_digest=rules.digest(token),
            device=device,
            started_at=at,
            seen_at=at,
            expires_at=at + (rules.KEPT_LIFE if is_kept else rules.VISIT_LIFE),
        )
    )
    return token


def end_sign_in(*, token: str, at: datetime) -> None:
    """Close the sign-in of a cookie; one that is closed already stays as it is."""
    mine = SignIn.token_digest == rules.digest(token)
    db.session.execute(update(SignIn).where(mine, SignIn.ended_at.is_(None)).values(ended_at=at))


def end_device(*, device: SignIn, by: int, at: datetime) -> None:
    """Sign out one device of a person."""
    if device.ended_at is not None:
        return
    device.ended_at = at
    _record_ended(device.person_id, count=1, by=by, at=at)


def end_sign_ins(*, person_id: int, except_id: int | None = None, by: int | None, at: datetime) -> int:
    """Sign a person out everywhere, or everywhere but here; returns on how many devices."""
    statement = (
        update(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > at)
        .values(ended_at=at)
        .returning(SignIn.id)
    )
    if except_id is not None:
        statement = statement.where(SignIn.id != except_id)
    ended = len(db.session.scalars(statement).all())
    if ended:
        _record_ended(person_id, count=ended, by=by, at=at)
    return ended


def note_seen(*, sign_in_id: int, at: datetime) -> None:
    """Remember when a device was last seen, unless it was signed out meanwhile."""
    mine = (SignIn.id == sign_in_id, SignIn.ended_at.is_(None), SignIn.seen_at < at)
    db.session.execute(update(SignIn).where(*mine).values(seen_at=at))


def register_person(*, name: str, email: str | None, locale: str, by: int | None, at: datetime) -> Person:
    """Make a human being known to the portal. Raises `AddressTaken` where the address is another's."""
    email = rules.fold_address(email) if email else None
    person = Person(
        public_id=uuid.uuid4(),
        name=name.strip(),
        search_key=search_key(name),
        email=email,
        locale=locale,
        created_at=at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError:
        raise rules.AddressTaken from None
    audit.record(action="person.register", subject_kind="person", subject_id=person.public_id, by=by, at=at)
    return person


def change_profile(
    *, person_id: int, name: str, locale: str, theme: str, shortcuts: bool, at: datetime
) -> None:
    """Take over what a person entered about themselves."""
    person = _locked(person_id)
    before = (person.name, person.locale, person.theme, person.shortcuts)
    person.name = name.strip()
    person.search_key = search_key(name)
    person.locale = locale
    person.theme = theme
    person.shortcuts = shortcuts
    after = (person.name, person.locale, person.theme, person.shortcuts)
    changed = [
        field
        for field, old, new in zip(("name", "locale", "theme", "shortcuts"), before, after, strict=True)
        if old != new
    ]
    if changed:
        audit.record(
            action="person.change_profile",
            subject_kind="person",
            subject_id=person.public_id,
            details={"changed": changed},
            by=person_id,
            at=at,
        )


def remember_preference(*, person_id: int, locale: str | None = None, theme: str | None = None) -> None:
    """Keep a language or a theme chosen in the top bar, so that it follows to the next device."""
    person = _locked(person_id)
    person.locale = person.locale if locale is None else locale
    person.theme = person.theme if theme is None else theme


def _locked(person_id: int) -> Person:
    return db.session.scalars(select(Person).where(Person.id == person_id).with_for_update()).one()


def _record_ended(person_id: int, *, count: int, by: int | None, at: datetime) -> None:
    public_id = db.session.scalars(select(Person.public_id).where(Person.id == person_id)).one()
    audit.record(
        action="person.end_sign_ins",
        subject_kind="person",
        subject_id=public_id,
        details={"devices": count},
        by=by,
        at=at,
    )
