"""Change an event together with those who wait for it."""

import uuid
from datetime import datetime

from portal.accounts.models import Account
from portal.corporate.events import actions as events
from portal.corporate.events.models import Event, EventInvitation
from portal.corporate.events.rules import Planned
from portal.corporate.registrations import actions as registrations


def revise_event(
    *, public_id: uuid.UUID, revision: int, planned: Planned, by_id: int, at: datetime
) -> Event | None:
    """Change an event; seats that are added go at once to whoever waits first, and another day may count in
    another year.
    """
    event = events.revise_event(public_id=public_id, revision=revision, planned=planned, by_id=by_id, at=at)
    if event is not None and event.published_at is not None:
        registrations.count_in_year(event=event)
        registrations.serve_waiting(event=event, at=at)
    return event


def name_company(*, event: Event, account: Account, tier: str, by_id: int, at: datetime) -> EventInvitation:
    """Invite a company by name; what it had registered by its tier uses up no event of its year any more."""
    invitation = events.name_company(event=event, account=account, tier=tier, by_id=by_id, at=at)
    registrations.count_in_no_year(event=event, account_id=account.id)
    return invitation
