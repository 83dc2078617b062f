"""What cards know about a person, for their own export."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Card
from portal.database import db


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """The cards of a person, blocked ones included, for their own export."""
    statement = (
        select(Card)
        .options(joinedload(Card.account))
        .where(Card.holder_id == person_id)
        .order_by(Card.issued_at, Card.id)
    )
    return [
        {
            "number": card.number,
            "company": card.account.name,
            "issued_at": card.issued_at.isoformat(),
            "blocked_at": card.blocked_at.isoformat() if card.blocked_at else None,
        }
        for card in db.session.scalars(statement)
    ]
