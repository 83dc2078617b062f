"""Halls and equipment: a time is taken in slots of five minutes, set-up time included, and never twice.

Touching times do not overlap: one event may begin in the minute in which another ends, unless the
hall needs setting up in between.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.programme.rules import Refusal

SLOT = timedelta(minutes=5)
LOOK_AHEAD = timedelta(hours=24)
"""How far the next free time is looked for."""
STEP = timedelta(minutes=15)
"""Free times are offered at quarters of an hour."""


class HallRefused(Refusal):
    """No hall, or no equipment, for that time."""


class NoneLargeEnough(HallRefused):
    """The largest hall is smaller than the party: `service`, `headcount`, `most`, `hall`."""


class NoneSeatsThatWay(HallRefused):
    """No hall laid out like that takes the party: `service`, `layout`, `headcount`, `most`."""


class NotLaidOutThatWay(HallRefused):
    """No hall of the hotel can be laid out like that: `service`, `layout`."""


class AllTaken(HallRefused):
    """Every hall that fits is taken: `service`, `starts_at`.

    `free_at` and `earlier_at` are the nearest other times; `smaller` is a hall that is free and seats
    only `seats`. Any of them may be none.
    """


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, the end not included. Instants in UTC."""

    starts_at: datetime
    ends_at: datetime

    def shifted(self, by: timedelta) -> "Window":
        return Window(self.starts_at + by, self.ends_at + by)


@dataclass(frozen=True, slots=True)
class Hall:
    """One hall or set of equipment of a service. `name` is per language, `capacity` counts guests.

    `layouts` tells how many guests it takes laid out in each way; a hall of which nothing is told is
    laid out as asked.
    """

    id: int
    service: str
    name: Mapping[str, Any]
    capacity: int
    set_up_minutes: int
    layouts: Mapping[str, int] = field(default_factory=dict)

    def seats(self, layout: str | None) -> int:
        """How many guests it takes, laid out in a way or, with none, in its best; 0 where it cannot be."""
        if layout is None or not self.layouts:
            return self.capacity
        return self.layouts.get(layout, 0)


Taken = Mapping[int, AbstractSet[datetime]]
"""The beginnings of the slots that are taken, by hall."""


def slots(window: Window, *, set_up_minutes: int) -> Iterator[datetime]:
    """The slots that an event occupies: from the beginning of its set-up to its end."""
    slot_at = _slot_before(window.starts_at - timedelta(minutes=set_up_minutes))
    while slot_at < window.ends_at:
        yield slot_at
        slot_at += SLOT


def is_free(hall: Hall, window: Window, taken: Taken) -> bool:
    busy = taken.get(hall.id, frozenset())
    return not any(slot_at in busy for slot_at in slots(window, set_up_minutes=hall.set_up_minutes))


def free_hall(
    halls: Sequence[Hall], *, headcount: int, window: Window, taken: Taken, layout: str | None = None
) -> Hall | None:
    """The smallest hall that seats the party and is free, if there is one.

    Raises `NoneLargeEnough`; `NoneSeatsThatWay` or `NotLaidOutThatWay` where the layout takes the room.
    """
    fitting = _fitting(halls, headcount, layout)
    if not fitting and layout is not None and _fitting(halls, headcount, None):
        raise _no_room_for(layout, halls, headcount)
    if not fitting:
        largest = max(halls, key=_by_size)
        raise NoneLargeEnough(
            service=halls[0].service, headcount=headcount, most=largest.capacity, hall=dict(largest.name)
        )
    return next((hall for hall in fitting if is_free(hall, window, taken)), None)


def _no_room_for(layout: str, halls: Sequence[Hall], headcount: int) -> HallRefused:
    most = max(hall.seats(layout) for hall in halls)
    if not most:
        return NotLaidOutThatWay(service=halls[0].service, layout=layout)
    return NoneSeatsThatWay(service=halls[0].service, layout=layout, headcount=headcount, most=most)


def all_taken(
    halls: Sequence[Hall],
    *,
    headcount: int,
    window: Window,
    taken: Taken,
    not_before: datetime,
    layout: str | None = None,
) -> AllTaken:
    """The refusal when no hall is free, with what may be had instead.

    That is: the nearest other times at which one that fits is free as long, none of them before
    `not_before`, and the largest of the smaller halls that are free at the time wanted.
    """
    fitting = _fitting(halls, headcount, layout)
    smaller = [hall for hall in halls if 0 < hall.seats(layout) < headcount and is_free(hall, window, taken)]
    instead = max(smaller, key=lambda hall: (hall.seats(layout), hall.id), default=None)
    return AllTaken(
        service=halls[0].service,
        starts_at=window.starts_at.isoformat(),
        free_at=_iso(_nearest_free(fitting, window, taken, step=STEP, not_before=not_before)),
        earlier_at=_iso(_nearest_free(fitting, window, taken, step=-STEP, not_before=not_before)),
        smaller=dict(instead.name) if instead else None,
        seats=instead.seats(layout) if instead else None,
    )


def _by_size(hall: Hall) -> tuple[int, int]:
    return hall.capacity, hall.id


def _fitting(halls: Sequence[Hall], headcount: int, layout: str | None) -> list[Hall]:
    return sorted((hall for hall in halls if hall.seats(layout) >= headcount), key=_by_size)


def _nearest_free(
    halls: Sequence[Hall], window: Window, taken: Taken, *, step: timedelta, not_before: datetime
) -> datetime | None:
    """The nearest beginning, later or earlier by steps, at which one of the halls is free as long."""
    moved = window.shifted(step)
    while abs(moved.starts_at - window.starts_at) <= LOOK_AHEAD and moved.starts_at >= not_before:
        if any(is_free(hall, moved, taken) for hall in halls):
            return moved.starts_at
        moved = moved.shifted(step)
    return None


def _slot_before(at: datetime) -> datetime:
    """The slot in which an instant lies."""
    since = at - datetime(2000, 1, 1, tzinfo=UTC)
    return at - since % SLOT


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
