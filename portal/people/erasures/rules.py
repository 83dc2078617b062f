"""When a wish to be forgotten may be made, and by when and by whom it is settled."""

from datetime import datetime, timedelta

from portal.people.erasures.models import Erasure

ANSWERED_WITHIN = timedelta(days=30)
"""The law says a month; the shortest of the months that count is taken."""


class ErasureRefused(Exception):
    """The wish cannot be settled so."""


class SettledAlready(ErasureRefused):
    """It was carried out, refused or taken back before."""


class OwnErasure(ErasureRefused):
    """Nobody decides about their own wish."""


def due_at(asked_at: datetime) -> datetime:
    """The last instant at which the person must have an answer."""
    return asked_at + ANSWERED_WITHIN


def check_open(erasure: Erasure) -> None:
    """Refuse to settle a wish twice."""
    if erasure.settled_at is not None:
        raise SettledAlready


def check_decides(erasure: Erasure, *, by: int) -> None:
    """Refuse to settle twice, or in one's own cause."""
    check_open(erasure)
    if erasure.person_id == by:
        raise OwnErasure
