"""Bills of the demo's city hotel that points paid in part: one taken, one lapsed, one held just now."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from portal.accounts import queries as accounts
from portal.accounts.models import Card
from portal.corporate.payments import actions
from portal.corporate.payments.actions import Bill, Known
from portal.corporate.presence.models import PersonDocument
from portal.database import db
from portal.hotel.models import Property
from portal.people.models import Person
from portal.programme.standing import queries as standing

BILLS = (("F-20418", 184_50, 190, 4), ("F-20431", 96_00, 130, None), ("F-20440", 248_00, 8, None))
"""Number, sum in cents, held so many minutes ago, and taken so many minutes later."""


def make(*, houses: Mapping[str, Property], cards: Sequence[Card], clerk: Person, at: datetime) -> None:
    """Hold points for the bills of some guests, and take them once."""
    house = houses["city"]
    for (number, cents, minutes_ago, taken), held_card in zip(BILLS, cards, strict=False):
        card = accounts.card_by_number(held_card.number)
        if card is None:
            raise LookupError(held_card.number)
        token = uuid.uuid5(uuid.NAMESPACE_URL, f"rapport-demo:bill/{number}")
        held_at = at - timedelta(minutes=minutes_ago)
        actions.hold_for_bill(
            token=token, card=card, tier=standing.tier_rules_of(card.account_id).code,
            bill=Bill(house, number, cents), known=Known(None, PersonDocument.PASSPORT), by_id=clerk.id,
            at=held_at,
        )  # fmt: skip
        db.session.flush()
        if taken is not None:
            taken_at = held_at + timedelta(minutes=taken)
            actions.take(public_id=token, property_ids=(house.id,), by_id=clerk.id, at=taken_at)
