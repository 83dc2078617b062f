"""What waits for the loyalty manager: drafts to publish, and parties that wait for seats."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.corporate.events.models import Event
from portal.corporate.registrations.models import Registration
from portal.database import db


@dataclass(frozen=True, slots=True)
class Line:
    """The waiting list of one event."""

    event: Event
    parties: int
    since: datetime
    """When the first of those who wait came."""


def to_publish(*, at: datetime, limit: int) -> list[Event]:
    """Drafts of events ahead, the soonest first."""
    statement = (
        select(Event)
        .options(joinedload(Event.property))
        .where(Event.published_at.is_(None), Event.cancelled_at.is_(None), Event.starts_at > at)
        .order_by(Event.starts_at, Event.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def lines(*, at: datetime, limit: int) -> list[Line]:
    """Events ahead for which parties wait, the soonest first."""
    waits = (
        select(
            Registration.event_id,
            func.count(Registration.id).label("parties"),
            func.min(Registration.registered_at).label("since"),
        )
        .where(Registration.seated_at.is_(None), Registration.cancelled_at.is_(None))
        .group_by(Registration.event_id)
        .subquery()
    )
    statement = (
        select(Event, waits.c.parties, waits.c.since)
        .join(waits, waits.c.event_id == Event.id)
        .options(joinedload(Event.property))
        .where(Event.cancelled_at.is_(None), Event.starts_at > at)
        .order_by(Event.starts_at, Event.id)
        .limit(limit)
    )
    return [Line(event, int(parties), since) for event, parties, since in db.session.execute(statement)]
