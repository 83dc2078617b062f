"""What a traveller writes on their card, and the card that takes the place of a lost one."""

import uuid
from datetime import datetime

from portal.accounts import actions as accounts
from portal.accounts.models import Card
from portal.audit import actions as audit
from portal.corporate.cards import rules
from portal.database import db
from portal.people.models import Person


def tell_needs(*, person_id: int, needs: str, at: datetime) -> None:
    """Keep what the hotel should know; the text itself stays out of the audit."""
    person = db.session.get_one(Person, person_id)
    if person.needs == needs:
        return
    person.needs = needs
    audit.record(
        action="person.needs", subject_kind="person", subject_id=person.public_id, by=person_id, at=at
    )


def replace_card(*, lost: Card, token: uuid.UUID, by: int, at: datetime) -> Card:
    """Issue a card with a new number to the holder of a blocked one; the same token issues once.

    Raises `rules.NotBlocked`, and what issuing a card refuses.
    """
    rules.check_replaced(blocked_at=lost.blocked_at)
    return accounts.issue_card(
        account_id=lost.account_id, holder_id=lost.holder_id, token=token, by=by, at=at
    )
