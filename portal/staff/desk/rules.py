"""What the desk may do with an entry of the log."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.corporate.bookings import rules as bookings
from portal.programme.rules import Refusal

UNDO_WINDOW = bookings.UNDO_WINDOW
PAST_MIDNIGHT = timedelta(hours=16)
"""A time so long before the promise is one of the night after it; one less long is of the evening before."""
SLIP = timedelta(hours=2)
"""A time so little ahead of now is a slip, or a clock that is fast."""


class DeskRefused(Refusal):
    """The desk cannot do that; the class names why."""


class TooLateToUndo(DeskRefused):
    """More than ten minutes have passed: a correction now is the department head's."""


class NotYourEntry(DeskRefused):
    """Somebody else logged it."""


class CardBlocked(DeskRefused):
    """The card was blocked, e.g. because it was lost."""


class HolderHasLeft(DeskRefused):
    """The holder has left the company, or the house ended their access; the card ends with it."""


class TimeNeeded(DeskRefused):
    """What was promised for an earlier day was not delivered just now."""


class TimeToCome(DeskRefused):
    """The time that was entered has not come yet."""


class ReasonNeeded(DeskRefused):
    """Less came than was promised, and nobody said why."""


class UndoneAlready(DeskRefused):
    """This very entry was undone; logging again takes a fresh press."""


def delivered_at(*, starts_at: datetime, entered: time | None, zone: str, at: datetime) -> datetime:
    """When a line was delivered: the time that was entered, on the day of the promise.

    Without a time it is now, which cannot be said of a promise of an earlier day: raises `TimeNeeded`. A
    time later than now was that of the evening before the promise, or is none: raises `TimeToCome`.
    """
    here = ZoneInfo(zone)
    promised = starts_at.astimezone(here)
    if entered is None:
        if promised.date() < at.astimezone(here).date():
            raise TimeNeeded
        return at
    moment = datetime.combine(promised.date(), entered, tzinfo=here)
    if promised - moment > PAST_MIDNIGHT:
        moment += timedelta(days=1)
    if moment <= at:
        return moment
    evening_before = moment - timedelta(days=1)
    if moment - at <= SLIP or promised - evening_before > PAST_MIDNIGHT:
        raise TimeToCome
    return evening_before


def check_reason(*, promised: int, delivered: int, note: str) -> None:
    """Whoever delivers less than was promised says why: the client reads it. Raises `ReasonNeeded`."""
    if delivered < promised and not note.strip():
        raise ReasonNeeded


def check_card(*, blocked_at: datetime | None, has_left: bool) -> None:
    """A blocked card gets nothing, nor one whose holder has left; raises `CardBlocked` or `HolderHasLeft`."""
    if blocked_at is not None:
        raise CardBlocked
    if has_left:
        raise HolderHasLeft


def check_again(*, by_id: int, logged_by_id: int, undone_at: datetime | None) -> None:
    """What was sent before is one's own and stands; raises `NotYourEntry` or `UndoneAlready`."""
    if by_id != logged_by_id:
        raise NotYourEntry
    if undone_at is not None:
        raise UndoneAlready


def check_undo(*, by_id: int, logged_by_id: int, logged_at: datetime, at: datetime) -> None:
    """One's own entry, within ten minutes; raises `NotYourEntry` or `TooLateToUndo`."""
    if by_id != logged_by_id:
        raise NotYourEntry
    if at - logged_at > UNDO_WINDOW:
        raise TooLateToUndo
