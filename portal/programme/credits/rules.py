"""How many must agree to points by hand, what a request may still become, and how the entry is named."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum

from portal.programme.credits.models import CreditOutcome, CreditRequest
from portal.programme.rules import Refusal

SHIFT = timedelta(hours=12)
"""A shift ends by the clock, not at midnight: a night at the desk is one."""
WAITS = timedelta(days=14)
"""So long a request waits for others."""
_LOOK_ALIKE = str.maketrans("авекмнорстухі", "abekmhopctyxi")
"""Cyrillic letters that look like Latin ones: a keyboard left in Russian tells of no other stay."""


class CreditState(StrEnum):
    """Where a request stands; told from its records."""

    WAITING = "waiting"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class OwnRequest(Refusal):
    """Whoever asks does not decide."""


class DecidedAlready(Refusal):
    """This person has said their word to the request."""


class NoLongerWaiting(Refusal):
    """The request was settled, or nobody answered in time."""


class TokenTaken(Refusal):
    """Somebody else sent this form, or it said something else."""


class NothingToTakeBack(Refusal):
    """What this request gave was taken back, it gave nothing, or that waits for others already."""


class NotTheirs(Refusal):
    """The request is not within reach."""


class WordsMissing(Refusal):
    """A no has a reason."""


def state_of(request: CreditRequest, *, at: datetime) -> CreditState:
    """Where a request stands."""
    if request.outcome is not None:
        return CreditState(request.outcome)
    return CreditState.WAITING if at < request.expires_at else CreditState.LAPSED


def check_open(request: CreditRequest, *, at: datetime) -> None:
    """Only what waits can be decided on."""
    if state_of(request, at=at) is not CreditState.WAITING:
        raise NoLongerWaiting


def check_decides(request: CreditRequest, *, by_id: int, decided: Collection[int], at: datetime) -> None:
    """Another person than the one who asks, once."""
    check_open(request, at=at)
    if request.by_id == by_id:
        raise OwnRequest
    if by_id in decided:
        raise DecidedAlready


@dataclass(frozen=True, slots=True)
class Asked:
    """All that a form says."""

    by_id: int
    account_id: int
    points: int
    reason: str
    words: str
    evidence: str
    property_id: int | None = None
    stay_reference: str | None = None
    card_id: int | None = None
    takes_back_id: int | None = None


def check_again(request: CreditRequest, *, asked: Asked) -> None:
    """The same form sent twice is one request; one that says something else since is none of ours."""
    if any(getattr(request, part.name) != getattr(asked, part.name) for part in fields(asked)):
        raise TokenTaken


def is_done(request: CreditRequest) -> bool:
    """Whether its points were given, or taken back."""
    return request.outcome == CreditOutcome.DONE


def ledger_key(request: CreditRequest) -> str:
    """The key of the entry that gives the points of a request; a request gives once."""
    return f"credit:{request.public_id}"


def folded_stay(reference: str) -> str:
    """A reservation number as it is compared: letters and digits only, whatever their case and script."""
    return "".join(sign for sign in reference.casefold() if sign.isalnum()).translate(_LOOK_ALIKE)
