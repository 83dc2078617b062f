"""When work is due, how often it is tried, and how it may stop."""

import calendar
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

RETRY_AFTER_S = (30, 120, 600, 3600)
"""Seconds of rest after the first, second … failed try."""
MAX_TRIES = len(RETRY_AFTER_S) + 1
KEPT_DAYS = 30
"""How long an ended job can still be looked up, and its dedupe key is remembered."""


class JobRefused(Exception):
    """A handler cannot do what was asked and never will; the owner reads why.

    Hand over a lazy sentence as it is: it is said in the reader's language, not in the worker's.
    """

    def __init__(self, sentence: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class JobInterrupted(Exception):
    """A handler must stop here; what its open transaction did is undone."""


class JobCancelled(JobInterrupted):
    """The owner asked to stop."""


class LeaseLost(JobInterrupted):
    """Another worker holds the job now, or it has ended."""


class WorkerStopping(JobInterrupted):
    """The worker was asked to stop; another one goes on from the last chunk."""


class JobAlreadyEnded(Exception):
    """It is too late to cancel, or too early to try again."""


class UnknownJobKind(LookupError):
    """No room has given the factory a handler of this name."""


def retry_at(*, tries: int, at: datetime) -> datetime | None:
    """When a job that failed at `at` is tried again; none when it was tried often enough."""
    if tries >= MAX_TRIES:
        return None
    return at + timedelta(seconds=RETRY_AFTER_S[max(tries, 1) - 1])


@dataclass(frozen=True, slots=True)
class Every:
    """At a steady pace, counted from the last run."""

    minutes: int


@dataclass(frozen=True, slots=True)
class DailyAt:
    """Once a day, at an hour of the zone."""

    hour: int
    minute: int = 0
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class MonthlyAt:
    """Once a month, at an hour of the zone; a day past the end of the month means its last day."""

    day: int
    hour: int
    minute: int = 0
    zone: str = "UTC"


Timing: TypeAlias = Every | DailyAt | MonthlyAt


@dataclass(frozen=True, slots=True)
class Recurring:
    """A job that comes again. A handler finds `due_at` in its payload, in ISO form and UTC."""

    name: str
    kind: str
    timing: Timing
    payload: dict[str, Any] = field(default_factory=dict)


def next_run(timing: Timing, *, after: datetime) -> datetime:
    """The first instant later than `after` at which the timing is due, in UTC."""
    if isinstance(timing, Every):
        return after + timedelta(minutes=timing.minutes)
    zone = ZoneInfo(timing.zone)
    today = after.astimezone(zone).date()
    clock = time(timing.hour, timing.minute)
    if isinstance(timing, DailyAt):
        days = (today + timedelta(days=ahead) for ahead in range(3))
    else:
        months = ((today.year, today.month), _following(today.year, today.month))
        days = (
            today.replace(
                year=year,
                month=month,
                day=min(timing.day, calendar.monthrange(year, month)[1]),
            )
            for year, month in months
        )
    instants = (datetime.combine(day, clock, tzinfo=zone).astimezone(UTC) for day in days)
    return next(instant for instant in instants if instant > after)


def _following(year: int, month: int) -> tuple[int, int]:
    return (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004 -- December
