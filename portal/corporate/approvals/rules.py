"""Whose word lets a booking go above a limit, and until when."""

from datetime import datetime

from portal.corporate.bookings import rules as bookings
from portal.corporate.bookings.models import Booking, Request
from portal.programme.rules import Refusal


class ApprovalRefused(Refusal):
    """The booking cannot be decided so."""


class NotAskedOf(ApprovalRefused):
    """Somebody else holds the second key."""


class OwnBooking(ApprovalRefused):
    """Nobody approves what they booked themselves."""


class DecidedAlready(ApprovalRefused):
    """A colleague decided before, or it has ended since: `decided_at`."""


class TooLateToDecide(ApprovalRefused):
    """The time to decide is over: `deadline_at`."""


def check_open(booking: Booking, *, at: datetime) -> Request:
    """What a booking waits with, if it still waits."""
    request = booking.request
    if request is None:
        raise NotAskedOf
    decided_at = booking.ended_at or request.granted_at
    if decided_at is not None:
        raise DecidedAlready(decided_at=decided_at.isoformat())
    if at >= request.deadline_at:
        raise TooLateToDecide(deadline_at=request.deadline_at.isoformat())
    return request


def check_decider(booking: Booking, *, by_id: int, centres: set[int | None] | None) -> None:
    """Whose word counts for the booking."""
    if booking.booked_by_id == by_id:
        raise OwnBooking
    if not bookings.may_decide(booking, by_id=by_id, centres=centres):
        raise NotAskedOf
