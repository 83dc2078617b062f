"""When a request is due, and what may be done with it by whom."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.corporate.bookings import rules as bookings
from portal.programme.rules import Refusal

UNDO_WINDOW = bookings.UNDO_WINDOW
JUST_PAST = timedelta(hours=4)
"""A clock time that passed within these hours is a slip; one longer ago is that of tomorrow."""
USUAL_WAIT = timedelta(minutes=30)
STEP_MINUTES = 5


class TimePassed(Refusal):
    """The time that was entered has passed."""


class AskedAlready(Refusal):
    """Somebody else sent this very form."""


class TakenAlready(Refusal):
    """A colleague accepted it a moment before: `name`."""


class EndedAlready(Refusal):
    """It was done, declined or withdrawn meanwhile."""


class ReasonNeeded(Refusal):
    """Whoever declines says why."""


class NothingToUndo(Refusal):
    """The last step was another's, or is more than ten minutes old."""


def due_at(entered: time, *, zone: str, at: datetime) -> datetime:
    """The next time the clock of the house shows this; raises `TimePassed` for one just past."""
    here = at.astimezone(ZoneInfo(zone))
    moment = datetime.combine(here.date(), entered, tzinfo=here.tzinfo).astimezone(UTC)
    if moment > at:
        return moment
    if at - moment < JUST_PAST:
        raise TimePassed
    following = here.date() + timedelta(days=1)
    return datetime.combine(following, entered, tzinfo=here.tzinfo).astimezone(UTC)


def usual_time(*, zone: str, at: datetime) -> time:
    """What a form proposes: in half an hour, at the next five minutes."""
    moment = at.astimezone(ZoneInfo(zone)) + USUAL_WAIT
    moment += timedelta(minutes=-moment.minute % STEP_MINUTES)
    return moment.time().replace(second=0, microsecond=0)


def check_undo(*, by_id: int, done_by_id: int, done_at: datetime, at: datetime) -> None:
    """One's own last step, within ten minutes; raises `NothingToUndo`."""
    if by_id != done_by_id or at - done_at > UNDO_WINDOW:
        raise NothingToUndo
