"""Change an event together with those who wait for it."""

import uuid
from datetime import datetime

from portal.corporate.events import actions as events
from portal.corporate.events.models import Event
from portal.corporate.events.rules import Planned
from portal.corporate.registrations import actions as registrations


def revise_event(
    *, public_id: uuid.UUID, revision: int, planned: Planned, by_id: int, at: datetime
) -> Event | None:
    """Change an event; seats that are added go at once to whoever waits first."""
    event = events.revise_event(public_id=public_id, revision=revision, planned=planned, by_id=by_id, at=at)
    if event is not None and event.published_at is not None:
        registrations.serve_waiting(event=event, at=at)
    return event
