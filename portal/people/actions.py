"""Signing in and out, and what a person says of themselves."""

import secrets
import uuid
from datetime import datetime

from sqlalchemy import select

from portal.database import db
from portal.people import rules
from portal.people.models import Person, SignIn

TOKEN_BYTES = 32


def start_sign_in(
    *, person_id: int, verified_hash: str, device: str, is_kept: bool, at: datetime
) -> str:
    """Open a sign-in for a person whose password was just verified; the cookie's token comes back.

    Verifying takes too long to hold a transaction open for it; what was verified must still stand.
    """
    person = db.session.scalars(select(Person).where(Person.id == person_id)).one()
    if person.left_at is not None or person.password_hash != verified_hash:
        raise rules.SignInRefused
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
    statement = select(SignIn).where(
        SignIn.token_digest == rules.digest(token), SignIn.ended_at.is_(None)
    )
    sign_in = db.session.scalar(statement)
    if sign_in is not None:
        sign_in.ended_at = at
