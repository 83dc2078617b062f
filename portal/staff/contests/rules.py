"""Who may contest and decide, and until when."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.clock import local_midnight
from portal.programme.rules import Refusal
from portal.staff.contests.models import Contest
from portal.staff.contributions.models import Contribution

WORKING_DAYS = 10
SATURDAY = 5


class ContestRefused(Refusal):
    """The contest cannot be made or decided so; the class names why."""


class NotTheirs(ContestRefused):
    """The event is not the visitor's to see."""


class ContestedAlready(ContestRefused):
    """The same person contested it before."""


class VoidAlready(ContestRefused):
    """It does not count any more; there is nothing to contest."""


class DecidedAlready(ContestRefused):
    """Somebody decided it before, or the event does not count any more."""


class SecondPersonNeeded(ContestRefused):
    """Neither whoever contested the event, in this contest or another, nor the person concerned decides."""


def due_at(at: datetime, *, zone: str) -> datetime:
    """The end of the tenth working day after it was contested."""
    day = at.astimezone(ZoneInfo(zone)).date()
    left = WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return local_midnight(day + timedelta(days=1), zone)


def last_day(due: datetime, *, zone: str) -> date:
    """The last day on which a contest that is due at the midnight after it can be decided in time."""
    return due.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)


def check_contestable(contribution: Contribution, known: Contest | None, *, by_id: int) -> None:
    if known is not None and known.by_id == by_id:
        raise ContestedAlready
    if contribution.voided_at is not None:
        raise VoidAlready


def check_decidable(contest: Contest, *, contesters: Collection[int], by_id: int) -> None:
    if contest.outcome is not None or contest.contribution.voided_at is not None:
        raise DecidedAlready
    if by_id == contest.contribution.person_id or by_id in contesters:
        raise SecondPersonNeeded


def is_excluded(contest: Contest, *, at: datetime) -> bool:
    """Nobody decided in time: until somebody does, the event does not count."""
    return contest.outcome is None and at >= contest.due_at
