"""From the days on the form to instants at the hotel, and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.clock import local_date, local_midnight
from portal.corporate.events.models import Event

A_DAY = timedelta(days=1)
LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Days:
    """When it is and until when what may be done, as a person says it: whole days are meant inclusive."""

    day: date
    starts: time
    ends: time
    opens_on: date
    closes_on: date
    names_on: date


def instants(days: Days, *, zone: str) -> Mapping[str, datetime]:
    """The same as instants. What ends earlier than it began ends on the next day."""
    here = ZoneInfo(zone)
    starts_at = datetime.combine(days.day, days.starts, tzinfo=here)
    is_next_day = days.ends <= days.starts
    ends_at = datetime.combine(days.day + (A_DAY if is_next_day else timedelta()), days.ends, tzinfo=here)
    return {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "opens_at": local_midnight(days.opens_on, zone),
        "closes_at": min(local_midnight(days.closes_on + A_DAY, zone), starts_at),
        "names_until": min(local_midnight(days.names_on + A_DAY, zone), starts_at),
    }


def days_of(event: Event) -> Mapping[str, Any]:
    """An event as it is told on the form."""
    zone = event.property.zone
    here = ZoneInfo(zone)
    moment = timedelta(microseconds=1)
    return {
        "day": local_date(event.starts_at, zone),
        "starts": event.starts_at.astimezone(here).time(),
        "ends": event.ends_at.astimezone(here).time(),
        "opens_on": local_date(event.opens_at, zone),
        "closes_on": local_date(event.closes_at - moment, zone),
        "names_on": local_date(event.names_until - moment, zone),
    }
