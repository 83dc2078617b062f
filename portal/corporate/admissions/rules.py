"""Who is let in, when, and until when a mistake at the door is taken back."""

from datetime import datetime, timedelta

from portal.corporate.events.models import Event
from portal.corporate.events.rules import EventCancelled
from portal.corporate.registrations.models import EventGuest, Registration
from portal.programme.rules import Refusal

OPENS_BEFORE = timedelta(hours=4)
STAYS_OPEN = timedelta(hours=6)
"""After the end: what was noted on paper is entered later that night."""
UNDO_WINDOW = timedelta(minutes=10)
CLOSED_AFTER = STAYS_OPEN
"""So long after the end it is noted who did not come."""


class NotLetIn(Refusal):
    """The guest cannot be let in; the class names why."""


class UnknownGuest(NotLetIn):
    """Nobody of this event has that code: it may be of another one, or its guest was replaced."""


class AlreadyIn(NotLetIn):
    """The guest is in: `checked_in_at`, `name`."""


class StillWaiting(NotLetIn):
    """The party is on the waiting list: `name`."""


class TakenBack(NotLetIn):
    """The party was taken back, or the guest declined or was left out: `name`."""


class DoorClosed(NotLetIn):
    """It is too early, or over: `opens_at`."""


class NotIn(NotLetIn):
    """There is nothing to take back."""


class UndoTooLate(NotLetIn):
    """It can be taken back for some minutes: `minutes`."""


def check_door(event: Event, *, at: datetime) -> None:
    """The door is open from some hours before until some hours after."""
    if event.cancelled_at is not None:
        raise EventCancelled(cancelled_at=event.cancelled_at.isoformat())
    opens_at = event.starts_at - OPENS_BEFORE
    if event.published_at is None or event.closed_at is not None or at < opens_at:
        raise DoorClosed(opens_at=opens_at.isoformat())
    if at > event.ends_at + STAYS_OPEN:
        raise DoorClosed(opens_at=opens_at.isoformat())


def check_guest(guest: EventGuest, registration: Registration) -> None:
    """The guest is expected and not in yet."""
    if guest.checked_in_at is not None:
        raise AlreadyIn(checked_in_at=guest.checked_in_at.isoformat(), name=guest.name)
    is_coming = guest.declined_at is None and guest.left_out_at is None
    if registration.cancelled_at is not None or not is_coming:
        raise TakenBack(name=guest.name)
    if registration.seated_at is None:
        raise StillWaiting(name=guest.name)


def check_undo(guest: EventGuest, *, at: datetime) -> None:
    if guest.checked_in_at is None:
        raise NotIn
    if at - guest.checked_in_at > UNDO_WINDOW:
        raise UndoTooLate(minutes=int(UNDO_WINDOW.total_seconds() // 60))
