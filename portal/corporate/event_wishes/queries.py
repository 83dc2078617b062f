"""Who does not want to be invited by letter."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.corporate.event_wishes.models import EventOptOut
from portal.corporate.event_wishes.rules import INVITATION
from portal.database import db
from portal.outbox.models import Letter
from portal.people.models import Person


def person_by_public_id(public_id: uuid.UUID) -> Person | None:
    return db.session.scalar(select(Person).where(Person.public_id == public_id))


def has_opted_out(person_id: int) -> bool:
    return bool(opted_out([person_id]))


def opted_out(person_ids: Collection[int]) -> set[int]:
    """Those of some people who do not want to be invited by letter."""
    statement = select(EventOptOut.person_id).where(EventOptOut.person_id.in_(person_ids))
    return set(db.session.scalars(statement))


def waiting_letters(person_id: int) -> list[uuid.UUID]:
    """The invitations to a person that have not left yet."""
    waits = (Letter.person_id == person_id, Letter.template == INVITATION, Letter.sent_at.is_(None))
    return list(db.session.scalars(select(Letter.public_id).where(*waits).order_by(Letter.id)))


def personal_data(person_id: int) -> dict[str, Any]:
    """Whether a person wishes to be invited, for their own export."""
    at: datetime | None = db.session.scalar(select(EventOptOut.at).where(EventOptOut.person_id == person_id))
    return {"opted_out_at": at.isoformat() if at is not None else None}
