"""Yearly reviews in the demo: the rival's was held last month; that of our company is due."""

import uuid
from datetime import datetime, timedelta

from portal.accounts.models import Account
from portal.corporate.reviews import actions, queries
from portal.corporate.reviews.actions import Held
from portal.corporate.reviews.models import ReviewOutcome
from portal.hotel import queries as hotel
from portal.people.models import Person

CHANGED = (
    "From the next month on one invoice comes for both hotels. The rates of the contract stay as they are."
)


def make(rival: Account, *, manager: Person, at: datetime) -> None:
    """One review that changed the terms."""
    held_at = at - timedelta(days=30)
    actions.hold(
        token=uuid.uuid5(uuid.NAMESPACE_URL, "rapport-demo:review/1"),
        account=rival,
        number=1,
        held=Held(ReviewOutcome.CHANGED, CHANGED),
        findings=queries.findings(
            rival, since=held_at - timedelta(days=365), until=held_at, zone=hotel.house_zone()
        ),
        by=manager.id,
        at=held_at,
    )
