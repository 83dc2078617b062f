"""Reads of invitations: by what they are about, by their link, and how many were asked."""

import uuid
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.database import db
from portal.outbox.models import Letter
from portal.outbox.rules import BUDGET_SPENT
from portal.people import rules as people
from portal.people.models import Person
from portal.surveys.invitations.models import Invitation, LeftOut, OptOut, Served

PERSONAL_LIMIT = 10_000


def invitation_about(touchpoint_id: uuid.UUID) -> Invitation | None:
    """The invitation about a touchpoint, locked: it is about to be changed."""
    statement = select(Invitation).where(Invitation.touchpoint_id == touchpoint_id).with_for_update()
    return db.session.scalar(statement)


def invitation_to_send(public_id: uuid.UUID) -> Invitation | None:
    """An invitation with all that its letter says, locked."""
    statement = (
        select(Invitation)
        .join(Invitation.person)
        .join(Invitation.property)
        .join(Invitation.version)
        .options(
            contains_eager(Invitation.person),
            contains_eager(Invitation.property),
            contains_eager(Invitation.version),
            selectinload(Invitation.served).joinedload(Served.service),
        )
        .where(Invitation.public_id == public_id)
        .with_for_update(of=Invitation)
    )
    return db.session.scalar(statement)


def invitation_by_token(token: str, *, lock: bool = False) -> Invitation | None:
    """The invitation whose letter held this link, with its questions and who served."""
    statement = (
        select(Invitation)
        .join(Invitation.person)
        .join(Invitation.property)
        .join(Invitation.version)
        .options(
            contains_eager(Invitation.person),
            contains_eager(Invitation.property),
            contains_eager(Invitation.version),
            joinedload(Invitation.account),
            selectinload(Invitation.served).options(joinedload(Served.person), joinedload(Served.service)),
        )
        .where(Invitation.token_digest == people.digest(token))
    )
    if lock:
        statement = statement.with_for_update(of=Invitation)
    return db.session.scalar(statement)


def hold_unsent(person_id: int) -> None:
    """Lock the invitations of a person that may be sent any moment: whoever is sending one is waited for."""
    statement = (
        select(Invitation.id)
        .where(Invitation.person_id == person_id, Invitation.sent_at.is_(None), Invitation.left_out.is_(None))
        .order_by(Invitation.id)
        .with_for_update()
    )
    db.session.execute(statement).all()


def waiting_letters(person_id: int) -> list[Invitation]:
    """Invitations whose letters to this person have not left, locked; given up, one may be sent again."""
    statement = (
        select(Invitation)
        .join(Letter, Letter.public_id == Invitation.letter_id)
        .where(Invitation.person_id == person_id, Letter.sent_at.is_(None))
        .order_by(Invitation.id)
        .with_for_update(of=Invitation)
    )
    return list(db.session.scalars(statement))


def has_opted_out(person_id: int) -> bool:
    return db.session.scalar(select(OptOut.id).where(OptOut.person_id == person_id)) is not None


def person(person_id: int) -> Person:
    return db.session.get_one(Person, person_id)


def personal_data(person_id: int) -> dict[str, Any]:
    """When a person was asked and whether they wish to be, for their own export."""
    given_up = (Letter.public_id == Invitation.letter_id) & is_given_up()
    statement = (
        select(Invitation, Letter.id.is_not(None))
        .outerjoin(Letter, given_up)
        .where(Invitation.person_id == person_id)
        .order_by(Invitation.id)
        .limit(PERSONAL_LIMIT)
    )
    return {
        "opted_out": has_opted_out(person_id),
        "invitations": [
            {
                "about": invitation.touchpoint,
                "happened_at": invitation.happened_at.isoformat(),
                "sent_at": _text(None if is_left else invitation.sent_at),
                "submitted_at": _text(invitation.submitted_at),
                "left_out": LeftOut.CONTACT_BUDGET.value if is_left else invitation.left_out,
            }
            for invitation, is_left in db.session.execute(statement)
        ],
    }


def is_given_up() -> ColumnElement[bool]:
    """Whether a letter was given up for the contact budget of the day on which it was to leave.

    Told from the letter alone: sent again by hand, it may yet arrive.
    """
    return and_(Letter.dead_at.is_not(None), Letter.error == BUDGET_SPENT)


def _text(at: Any) -> str | None:
    return at.isoformat() if at is not None else None
