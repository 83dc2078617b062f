"""What the board shows: which span, how late, and whether it is as it was."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.clock import local_date, local_midnight
from portal.corporate.bookings.rules import IN_TIME

STILL_OPEN_DAYS = 7
"""So long a promise that nobody delivered stays in sight."""
SOON = timedelta(hours=1)


class Tab(StrEnum):
    """The tabs of the board."""

    DUE = "due"
    TOMORROW = "tomorrow"
    DONE = "done"


class Whose(StrEnum):
    """Lines by who took them."""

    ANYBODY = "anybody"
    MINE = "mine"
    FREE = "free"


class Urgency(StrEnum):
    """How a line stands to the clock."""

    LATE = "late"
    NOW = "now"
    SOON = "soon"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Span:
    """The instants between which a tab looks, the first included."""

    since: datetime
    until: datetime


def span(tab: Tab, *, zone: str, at: datetime) -> Span:
    """Due: from a week back to the end of today. Tomorrow: that day. Done: what was noted today."""
    today = local_date(at, zone)
    first, last = {
        Tab.DUE: (-STILL_OPEN_DAYS, 1),
        Tab.TOMORROW: (1, 2),
        Tab.DONE: (0, 1),
    }[tab]
    # By the calendar: two days of the year have not 24 hours.
    return Span(*(local_midnight(today + timedelta(days=days), zone) for days in (first, last)))


def urgency(*, starts_at: datetime, at: datetime) -> Urgency:
    """Late is what is no longer in time; until then it is due now."""
    if at > starts_at + IN_TIME:
        return Urgency.LATE
    if at >= starts_at:
        return Urgency.NOW
    return Urgency.SOON if starts_at - at <= SOON else Urgency.LATER


def stamp(facts: Iterable[object], *, at: datetime, counts: Mapping[str, int]) -> str:
    """Changes with whatever is on the board, and every minute, since the board says how late things are."""
    told = [f"{at:%Y%m%d%H%M}", *map(str, facts), *(f"{key}={number}" for key, number in counts.items())]
    return hashlib.sha256("|".join(told).encode()).hexdigest()[:16]
