"""Points that are held for a bill of Tamara's at the seaside."""

import uuid
from typing import Any

from portal.accounts import queries as accounts
from portal.corporate.payments import actions
from portal.corporate.payments.actions import Bill, Known
from portal.corporate.payments.models import BillPayment
from tests.cast import NOW, Cast


def hold_now(cast: Cast, *, number: str = "4711", cents: int = 10_000, points: int = 500) -> BillPayment:
    """Hold inside a transaction, with her passport seen."""
    card = accounts.card_by_number(cast.tamaras_card.number)
    assert card is not None
    values: dict[str, Any] = {"token": uuid.uuid4(), "tier": "partner", "by_id": cast.dario.id, "at": NOW}
    bill = Bill(cast.seaside, number, cents, points)
    return actions.hold_for_bill(card=card, bill=bill, known=Known(None, "passport"), **values)
