"""Which rate of a contract holds for a night, and what may still become of a rate."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.programme.contracts.models import ANY_ROOM, ContractEndWish, ContractRate, RateOutcome
from portal.programme.rules import Refusal

WAITS = timedelta(days=14)
"""So long a rate waits for another's word."""
DAY = timedelta(days=1)


class RateState(StrEnum):
    """Where a rate stands; told from its records and the day."""

    WAITING = "waiting"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    TO_COME = "to_come"
    IN_FORCE = "in_force"
    OVER = "over"


class RateEndsBeforeItBegins(Refusal):
    """The last night lies before the first."""


class RatesOverlap(Refusal):
    """Another rate for the same rooms holds in some of these nights: `first_date`, `last_date`."""


class OwnRate(Refusal):
    """Whoever asks does not agree."""


class RateWaitsNoLonger(Refusal):
    """The rate was settled, or nobody answered in time."""


class RateFormTaken(Refusal):
    """The form was sent before with something else in it."""


class NoSuchRate(Refusal):
    """The rate is not within reach."""


class DeclineNeedsWords(Refusal):
    """A no has a reason."""


class EndWaits(Refusal):
    """Somebody asked for the end of this rate already, and it waits for another's word."""


class EndWaitsNoLonger(Refusal):
    """The wish for an end was settled, or nobody answered in time."""


class OwnEnd(Refusal):
    """Whoever asks for the end does not agree to it."""


class RateCannotEnd(Refusal):
    """Only an agreed rate ends early, and only once."""


class EndNotPossible(Refusal):
    """Nights that are over keep their price, and an end lies before the agreed one: `first_date`."""


def state_of(rate: ContractRate, *, today: date, at: datetime) -> RateState:
    """Where a rate stands."""
    if rate.outcome is None:
        return RateState.WAITING if at < rate.expires_at else RateState.LAPSED
    if rate.outcome != RateOutcome.AGREED:
        return RateState(rate.outcome)
    if rate.last_on < max(today, rate.begins_on):
        return RateState.OVER
    return RateState.TO_COME if today < rate.begins_on else RateState.IN_FORCE


def room_folded(typed: str) -> str:
    """A kind of room as it is compared: without blanks at its ends, in capitals."""
    return typed.strip().upper()


def check_dates(begins_on: date, ends_on: date) -> None:
    """The last night is not before the first."""
    if ends_on < begins_on:
        raise RateEndsBeforeItBegins


def check_apart(
    others: Iterable[ContractRate], *, begins_on: date, ends_on: date, at: datetime, agreed_only: bool = False
) -> None:
    """No night has two rates for the same rooms; a rate that waits counts too, until it lapses."""
    for other in others:
        is_open = other.outcome is None and at < other.expires_at and not agreed_only
        holds = other.outcome == RateOutcome.AGREED or is_open
        if holds and other.begins_on <= min(ends_on, other.last_on) and begins_on <= other.last_on:
            raise RatesOverlap(first_date=other.begins_on.isoformat(), last_date=other.last_on.isoformat())


def check_waits(rate: ContractRate, *, at: datetime) -> None:
    """Only what waits can be decided on."""
    if rate.outcome is not None or at >= rate.expires_at:
        raise RateWaitsNoLonger


def check_decides(rate: ContractRate, *, by_id: int, at: datetime) -> None:
    """Another person than the one who asked."""
    check_waits(rate, at=at)
    if rate.by_id == by_id:
        raise OwnRate


def check_ends(rate: ContractRate, *, last_on: date, today: date) -> None:
    """Only nights to come lose their rate: the last one is yesterday at the earliest."""
    if rate.outcome != RateOutcome.AGREED or rate.end is not None or rate.ends_on < today:
        raise RateCannotEnd
    if not max(today, rate.begins_on) - DAY <= last_on < rate.ends_on:
        raise EndNotPossible(first_date=(max(today, rate.begins_on) - DAY).isoformat())


def waits(wish: ContractEndWish, *, at: datetime) -> bool:
    """Whether an end still waits for another's word."""
    return wish.outcome is None and at < wish.expires_at


def check_end_decides(wish: ContractEndWish, *, by_id: int, at: datetime) -> None:
    """An end is agreed to by another person than the one who asked."""
    if not waits(wish, at=at):
        raise EndWaitsNoLonger
    if wish.by_id == by_id:
        raise OwnEnd


def rate_for(rates: Iterable[ContractRate], *, night: date, room_kind: str) -> ContractRate | None:
    """The rate of a night: that of the kind of room, else the one for all kinds."""
    holding = {rate.room_kind: rate for rate in rates if rate.begins_on <= night <= rate.last_on}
    return holding.get(room_kind) or holding.get(ANY_ROOM)
