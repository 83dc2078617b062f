"""Whose live card was scanned, and what was noted of it."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.accounts.models import Card
from portal.corporate.presence import rules
from portal.corporate.presence.models import Presence
from portal.corporate.presence.rules import Shown
from portal.database import db

PERSONAL_LIMIT = 10_000


def scanned(
    code: str, *, key: str, property_id: int, at: datetime
) -> tuple[Card | None, Shown | rules.LiveCodeLapsed]:
    """The card whose live code was scanned at a desk, and what it shows: that it is there, or has lapsed."""
    card = accounts.card_by_number(rules.number_of(code))
    try:
        counter = rules.counter_of(code, key=key, at=at)
    except rules.LiveCodeLapsed as lapsed:
        return card, lapsed
    return card, Shown(rules.number_of(code), counter, property_id, at)


def is_noted(token: uuid.UUID) -> bool:
    """Whether a form has spent before, whatever became of it."""
    return db.session.scalar(select(Presence.id).where(Presence.public_id == token)) is not None


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """When a person's cards were shown to spend, and by what the desk knew them."""
    statement = (
        select(Presence)
        .join(Presence.card)
        .where(Card.holder_id == person_id)
        .order_by(Presence.at, Presence.id)
        .limit(PERSONAL_LIMIT)
    )
    return [
        {
            "at": note.at.isoformat(),
            "purpose": note.purpose,
            "known_by": note.kind,
            "document": note.document,
        }
        for note in db.session.scalars(statement)
    ]
