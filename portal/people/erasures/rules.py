"""When a wish to be forgotten may be made, and by when and by whom it is settled."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.people.erasures.models import Channel, Erasure

ANSWERED_WITHIN = timedelta(days=30)
"""The law says a month; the shortest of the months that count is taken."""


NOTED_WITHIN = timedelta(days=365)


class ErasureRefused(Exception):
    """The wish cannot be settled so."""


class SettledAlready(ErasureRefused):
    """It was carried out, refused or taken back before."""


class BegunAlready(ErasureRefused):
    """It is being carried out, and cannot be stopped any more."""


class NotBegun(ErasureRefused):
    """Nothing was interrupted that could go on."""


class StillGoingOn(ErasureRefused):
    """The worker has it in hand."""


class AskedTooEarly(ErasureRefused):
    """The wish cannot have come tomorrow, nor longer ago than a year."""


class ErasedAlready(ErasureRefused):
    """The person was forgotten before."""


class OwnErasure(ErasureRefused):
    """Nobody decides about their own wish."""


@dataclass(frozen=True, slots=True)
class Note:
    """What an administrator writes down of a wish that came by another way."""

    channel: Channel
    proof: str
    asked_on: date


def due_at(asked_at: datetime) -> datetime:
    """The last instant at which the person must have an answer."""
    return asked_at + ANSWERED_WITHIN


def check_noted(*, person_id: int, erased_at: datetime | None, asked_on: date, today: date, by: int) -> None:
    """Whether an administrator may note a wish for somebody: not for themselves, and not for any day."""
    if erased_at is not None:
        raise ErasedAlready
    if person_id == by:
        raise OwnErasure
    if not today - NOTED_WITHIN <= asked_on <= today:
        raise AskedTooEarly


def check_open(erasure: Erasure) -> None:
    """Refuse to settle a wish twice, or one that is being carried out."""
    if erasure.settled_at is not None:
        raise SettledAlready
    if erasure.begun_at is not None:
        raise BegunAlready


def check_goes_on(erasure: Erasure, *, is_at_work: bool) -> None:
    """Only what was begun and came to a stop can go on."""
    if erasure.settled_at is not None:
        raise SettledAlready
    if erasure.begun_at is None:
        raise NotBegun
    if is_at_work:
        raise StillGoingOn


def check_decides(erasure: Erasure, *, by: int) -> None:
    """Refuse to settle twice, or in one's own cause."""
    check_open(erasure)
    if erasure.person_id == by:
        raise OwnErasure
