"""A hall's day as stretches of time: free, being set up, booked, closed.

The calendar shows the hours from six to midnight; what is free before that is free all the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from portal.clock import local_midnight
from portal.corporate.halls.rules import Hall

FIRST_HOUR, LAST_HOUR = 6, 24
USUAL_BEGINNING = time(10)
USUAL_LENGTH = timedelta(hours=4)
WORTH_OFFERING = timedelta(minutes=30)
QUARTER = timedelta(minutes=15)
DAYS_OF_A_WEEK = 7
WIDTH = 10_000
"""Of the picture of a day, in hundredths of a percent."""


class Kind(StrEnum):
    """What a hall is doing."""

    FREE = "free"
    SET_UP = "set_up"
    BOOKED = "booked"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Taking:
    """A line of a booking or a closure that takes a hall: from its first slot to its last.

    `begins_at` is when the event itself begins, after setting up; `key` is the row it stands for.
    """

    hall_id: int
    starts_at: datetime
    ends_at: datetime
    begins_at: datetime
    is_closure: bool
    key: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a hall's day. `key` is the row behind it, none where it is free."""

    kind: Kind
    starts_at: datetime
    ends_at: datetime
    key: int | None = None
    bookable_at: datetime | None = None
    """Of a free stretch: the first beginning for which there is time to set up and to order."""
    suggested: tuple[datetime, datetime] | None = None
    """Of a free stretch: the times that the order opens with."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a hall. `marks` are the stretches as parts of a picture: kind, from and width in percent."""

    on: date
    stretches: tuple[Stretch, ...]
    marks: tuple[tuple[Kind, str, str], ...]

    @property
    def free(self) -> list[Stretch]:
        return [each for each in self.stretches if each.bookable_at is not None]

    @property
    def is_free_all_day(self) -> bool:
        return all(each.kind is Kind.FREE for each in self.stretches)


def days_shown(day: date, *, is_week: bool) -> list[date]:
    """The day alone, or its week from Monday on."""
    if not is_week:
        return [day]
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=n) for n in range(DAYS_OF_A_WEEK)]


def day_of(
    hall: Hall, on: date, takings: Iterable[Taking], *, zone: str, not_before: datetime, tells_set_up: bool
) -> Day:
    """A hall's day; where set-up is not told apart, it is simply taken."""
    midnight, next_midnight = local_midnight(on, zone), local_midnight(on + timedelta(days=1), zone)
    first = midnight + timedelta(hours=FIRST_HOUR)
    own = sorted((each for each in takings if each.hall_id == hall.id), key=lambda each: each.starts_at)
    stretches: list[Stretch] = []
    free_from = midnight
    for taking in own:
        if taking.ends_at <= midnight or taking.starts_at >= next_midnight:
            continue
        if taking.starts_at > free_from:
            stretches.append(_free(hall, free_from, taking.starts_at, first=first, not_before=not_before))
        stretches += _taken(taking, tells_set_up=tells_set_up)
        free_from = max(free_from, taking.ends_at)
    if free_from < next_midnight:
        stretches.append(_free(hall, free_from, next_midnight, first=first, not_before=not_before))
    shown = [
        replace(each, starts_at=max(each.starts_at, first), ends_at=min(each.ends_at, next_midnight))
        for each in stretches
        if each.ends_at > first
    ]
    return Day(on, tuple(shown), _marks(shown, first, next_midnight))


def _taken(taking: Taking, *, tells_set_up: bool) -> list[Stretch]:
    kind = Kind.CLOSED if taking.is_closure else Kind.BOOKED
    if not tells_set_up or taking.begins_at <= taking.starts_at:
        return [Stretch(kind, taking.starts_at, taking.ends_at, taking.key)]
    return [
        Stretch(Kind.SET_UP, taking.starts_at, taking.begins_at, taking.key),
        Stretch(kind, taking.begins_at, taking.ends_at, taking.key),
    ]


def _free(
    hall: Hall, starts_at: datetime, ends_at: datetime, *, first: datetime, not_before: datetime
) -> Stretch:
    """A free stretch, and from when on it can be ordered: setting up and the cut-off come first."""
    set_up = timedelta(minutes=hall.set_up_minutes)
    begins = max(first, starts_at + set_up, _next_quarter(not_before))
    if ends_at - begins < WORTH_OFFERING:
        return Stretch(Kind.FREE, starts_at, ends_at)
    usual = first + timedelta(hours=USUAL_BEGINNING.hour - FIRST_HOUR)
    opens = usual if begins <= usual and ends_at - usual >= WORTH_OFFERING else begins
    return Stretch(
        Kind.FREE,
        starts_at,
        ends_at,
        bookable_at=begins,
        suggested=(opens, min(ends_at, opens + USUAL_LENGTH)),
    )


def _marks(
    stretches: Sequence[Stretch], first: datetime, last: datetime
) -> tuple[tuple[Kind, str, str], ...]:
    """Where each taken stretch lies in the picture of the day."""
    whole = last - first

    def share(length: timedelta) -> str:
        part = length * WIDTH // whole
        return f"{part // 100}.{part % 100:02d}%"

    return tuple(
        (each.kind, share(each.starts_at - first), share(each.ends_at - each.starts_at))
        for each in stretches
        if each.kind is not Kind.FREE
    )


def _next_quarter(at: datetime) -> datetime:
    seconds = int(at.timestamp())
    step = int(QUARTER.total_seconds())
    return datetime.fromtimestamp(-(-seconds // step) * step, tz=at.tzinfo)
