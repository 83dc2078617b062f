"""Noting how the desk knew the person, in the transaction that spends."""

import uuid
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Card
from portal.corporate.presence import queries, rules
from portal.corporate.presence.models import Presence, PresenceKind, Purpose
from portal.corporate.presence.rules import Shown
from portal.database import db


def note_presence(
    *,
    token: uuid.UUID,
    purpose: Purpose,
    shown: Shown | None,
    document: str | None,
    card: Card | None,
    property_id: int,
    by_id: int,
    at: datetime,
) -> Presence:
    """Keep what showed that the person was there: the live card, which goes before, or a document.

    `card` is the one that was shown. Raises `LiveCodeLapsed`, `LiveCodeUsed`, `LiveCodeOfOther`,
    `PresenceMissing`, or `FormSpent` for a form that had spent before.
    """
    note = Presence(public_id=token, purpose=purpose, property_id=property_id, by_id=by_id, at=at)
    if shown is not None:
        rules.check_shown(shown, property_id=property_id, at=at)
        if card is None or card.number != shown.card_number:
            raise rules.LiveCodeOfOther
        note.kind, note.card_id, note.counter = PresenceKind.LIVE_CODE, card.id, shown.counter
    else:
        note.kind, note.document = PresenceKind.STAFF_CHECK, rules.check_document(document)
        note.card_id = card.id if card is not None else None
    try:
        with db.session.begin_nested():
            db.session.add(note)
    except IntegrityError as error:
        if queries.is_noted(token):
            raise rules.FormSpent from error
        # Two desks read the same code: it spends once.
        raise rules.LiveCodeUsed from error
    return note
