"""How many people are free, and when.

Time is counted in half-hours begun: whoever serves until 14:10 is free for the next from 14:30 on.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from portal.corporate.halls.rules import Window
from portal.programme.rules import Refusal

HALF_HOUR = timedelta(minutes=30)
LOOK_AHEAD = timedelta(hours=24)


class StaffBusy(Refusal):
    """So many people are not free then: `service`, `people`, `free`, `starts_at`.

    `free_at` and `earlier_at` are the nearest other times; either may be none.
    """


@dataclass(frozen=True, slots=True)
class Promised:
    """So many people from one instant to another."""

    people: int
    window: Window


@dataclass(frozen=True, slots=True)
class Claim:
    """People of a service of a hotel, wanted for a time."""

    property_id: int
    service_id: int
    window: Window


def half_hours(window: Window) -> Iterator[datetime]:
    """The half-hours that a time touches."""
    since = window.starts_at - datetime(2000, 1, 1, tzinfo=UTC)
    slot_at = window.starts_at - since % HALF_HOUR
    while slot_at < window.ends_at:
        yield slot_at
        slot_at += HALF_HOUR


def taken_by_slot(promised: Iterable[Promised]) -> dict[datetime, int]:
    """How many are promised in each half-hour."""
    found: dict[datetime, int] = {}
    for each in promised:
        for slot_at in half_hours(each.window):
            found[slot_at] = found.get(slot_at, 0) + each.people
    return found


def free_in(window: Window, *, limit: int, promised: Sequence[Promised]) -> int:
    """How many people are free for all of a time."""
    taken = taken_by_slot(promised)
    return max(0, limit - max(taken.get(slot_at, 0) for slot_at in half_hours(window)))


def busy(
    service: str,
    people: int,
    window: Window,
    *,
    limit: int,
    promised: Sequence[Promised],
    not_before: datetime,
) -> StaffBusy:
    """The refusal, with the nearest other times at which so many are free as long."""

    def nearest(step: timedelta) -> str | None:
        moved = window.shifted(step)
        while abs(moved.starts_at - window.starts_at) <= LOOK_AHEAD and moved.starts_at >= not_before:
            if free_in(moved, limit=limit, promised=promised) >= people:
                return moved.starts_at.isoformat()
            moved = moved.shifted(step)
        return None

    return StaffBusy(
        service=service,
        people=people,
        free=free_in(window, limit=limit, promised=promised),
        starts_at=window.starts_at.isoformat(),
        free_at=nearest(HALF_HOUR) if people <= limit else None,
        earlier_at=nearest(-HALF_HOUR) if people <= limit else None,
    )
