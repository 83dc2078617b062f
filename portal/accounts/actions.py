"""Writes on companies' identity: their cards."""

import secrets
import uuid
from datetime import datetime

from sqlalchemy import select

from portal.accounts import rules
from portal.accounts.models import Card
from portal.audit import actions as audit
from portal.database import db


class HasCard(Exception):
    """The traveller has a card of this company that is not blocked; block it before issuing another."""

    def __init__(self, card: Card) -> None:
        super().__init__(card.number)
        self.card = card


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


def _free_number() -> str:
    # Numbers are drawn, not counted: one card must not tell the next one's number.
    while True:
        number = rules.card_number(1 + secrets.randbelow(10**rules.SERIAL_DIGITS - 1))
        if db.session.scalar(select(Card.id).where(Card.number == number)) is None:
            return number
