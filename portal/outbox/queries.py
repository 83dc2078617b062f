"""Looking up letters, and what the contact policy is."""

import uuid
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import load_only

from portal.database import db
from portal.outbox.models import ContactPolicy, Letter, LetterKind
from portal.outbox.rules import Policy
from portal.web.paging import Page, encode_key

LISTED = (
    Letter.public_id,
    Letter.kind,
    Letter.template,
    Letter.person_id,
    Letter.to_address,
    Letter.to_name,
    Letter.locale,
    Letter.subject,
    Letter.created_at,
    Letter.send_at,
    Letter.tries,
    Letter.error,
    Letter.sent_at,
    Letter.dead_at,
)


def is_due(at: datetime) -> ColumnElement[bool]:
    """Due, and held by no living worker."""
    return and_(
        Letter.sent_at.is_(None),
        Letter.dead_at.is_(None),
        Letter.send_at <= at,
        or_(Letter.lease_until.is_(None), Letter.lease_until <= at),
    )


def is_anything_due(*, at: datetime) -> bool:
    return db.session.scalar(select(Letter.id).where(is_due(at)).limit(1)) is not None


def letter_by_key(*, dedupe_key: str) -> Letter | None:
    return db.session.scalar(select(Letter).where(Letter.dedupe_key == dedupe_key))


def letter_for(*, person_id: int | None, public_id: uuid.UUID) -> Letter | None:
    """A letter to this person; any letter where `person_id` is none."""
    statement = select(Letter).where(Letter.public_id == public_id)
    if person_id is not None:
        statement = statement.where(Letter.person_id == person_id)
    return db.session.scalar(statement)


def letters_to(*, person_id: int | None, before_id: int | None, limit: int) -> Page[Letter]:
    """Letters to this person, all where `person_id` is none, without their content; the latest first."""
    statement = select(Letter).options(load_only(*LISTED, raiseload=True)).order_by(Letter.id.desc())
    if person_id is not None:
        statement = statement.where(Letter.person_id == person_id)
    if before_id is not None:
        statement = statement.where(Letter.id < before_id)
    rows = list(db.session.scalars(statement.limit(limit + 1)))
    more = encode_key(rows[limit - 1].id) if len(rows) > limit else None
    return Page(rows[:limit], more)


def sent_between(*, contact_key: str, kind: LetterKind, begins: datetime, ends: datetime) -> list[datetime]:
    """When the living letters of a kind to a contact are or will be sent, in order."""
    statement = (
        select(Letter.send_at)
        .where(
            Letter.contact_key == contact_key,
            Letter.kind == kind,
            Letter.send_at >= begins,
            Letter.send_at <= ends,
            Letter.dead_at.is_(None),
        )
        .order_by(Letter.send_at)
    )
    return list(db.session.scalars(statement))


def left_between(*, letter: Letter, begins: datetime, ends: datetime) -> list[datetime]:
    """When other letters of a letter's kind left for its contact."""
    statement = select(Letter.sent_at).where(
        _beside(letter), Letter.sent_at >= begins, Letter.sent_at <= ends
    )
    return [at for at in db.session.scalars(statement.order_by(Letter.sent_at)) if at is not None]


def leased_beside(*, letter: Letter, at: datetime) -> list[datetime]:
    """Until when other letters of a letter's kind to its contact are being sent."""
    statement = select(Letter.lease_until).where(
        _beside(letter), Letter.sent_at.is_(None), Letter.dead_at.is_(None), Letter.lease_until > at
    )
    return [
        until for until in db.session.scalars(statement.order_by(Letter.lease_until)) if until is not None
    ]


def _beside(letter: Letter) -> ColumnElement[bool]:
    return and_(Letter.contact_key == letter.contact_key, Letter.kind == letter.kind, Letter.id != letter.id)


def policy() -> Policy:
    """The contact policy in force; it comes with the migrations."""
    row = db.session.scalars(select(ContactPolicy)).one()
    return Policy(
        marketing_per_month=row.marketing_per_month,
        quiet_from_hour=row.quiet_from_hour,
        quiet_to_hour=row.quiet_to_hour,
        survey_every_days=row.survey_every_days,
    )


def personal_data(person_id: int) -> list[dict[str, str]]:
    """What was written to a person, for their own export; not the text, which may hold a living link."""
    statement = (
        select(Letter.created_at, Letter.to_address, Letter.subject)
        .where(Letter.person_id == person_id)
        .order_by(Letter.id)
    )
    return [
        {"written_at": row.created_at.isoformat(), "to": row.to_address, "subject": row.subject}
        for row in db.session.execute(statement)
    ]
