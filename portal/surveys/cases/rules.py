"""When a case is due, where it stands, and what may be done with it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from portal.clock import local_midnight
from portal.people.models import Person
from portal.programme.rules import Refusal
from portal.surveys.cases.models import Case, CaseStep, SecondWord, StepKind

SATURDAY = 5
REPLY_DAYS = 14
"""How long the link for the second word opens."""


class CaseState(StrEnum):
    """Where a case stands; told from its instants."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


class CaseRefused(Refusal):
    """The case does not take that; the class names why."""


class NotOpen(CaseRefused):
    """What was done has been told to the guest already."""


class CaseOfOthers(CaseRefused):
    """The case is not the visitor's to see."""


class SecondWordGiven(CaseRefused):
    """The guest has said whether it is put right; one link takes one answer."""


class LinkClosed(CaseRefused):
    """The link for the second word is unknown, too old, or a later one stands in its place."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose cases a visitor may see: all, those of own accounts, or of own hotels."""

    is_whole: bool = False
    manager_id: int | None = None
    property_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """The token of a form and the words in it."""

    token: uuid.UUID
    words: str


def due_at(
    working_days: Mapping[str, Any], *, tier: str, tiers: Sequence[str], zone: str, at: datetime
) -> datetime:
    """The end of the last working day on which a case of this tier is to be answered, in UTC.

    `tiers` are those of the programme, from the lowest.
    """
    day = at.astimezone(ZoneInfo(zone)).date()
    for _ in range(_days_for(working_days, tier, tiers)):
        day = _next_working_day(day)
    return local_midnight(day + timedelta(days=1), zone)


def _days_for(working_days: Mapping[str, Any], tier: str, tiers: Sequence[str]) -> int:
    """A tier that is younger than the questionnaire waits no longer than the nearest below that it names."""
    upto = tiers[: tiers.index(tier) + 1] if tier in tiers else (tier,)
    named = next((one for one in reversed(upto) if one in working_days), None)
    return int(max(working_days.values()) if named is None else working_days[named])


def due_on(case: Case) -> date:
    """The last day on which it is to be answered, at the hotel."""
    return (case.due_at - timedelta(seconds=1)).astimezone(ZoneInfo(case.property.zone)).date()


def state_of(case: Case, *, at: datetime) -> CaseState:
    """A case waits for the guest until the link closes; silence closes it too."""
    if case.resolved_at is None or case.reply_until is None:
        return CaseState.OPEN
    if case.second_word is not None or at >= case.reply_until:
        return CaseState.CLOSED
    return CaseState.WAITING


def is_overdue(case: Case, *, at: datetime) -> bool:
    return state_of(case, at=at) is CaseState.OPEN and at >= case.due_at


def check_open(case: Case, *, at: datetime) -> None:
    """What is done is told once for each round; raises `NotOpen`."""
    if state_of(case, at=at) is not CaseState.OPEN:
        raise NotOpen


def step_key(case: Case, token: uuid.UUID, what: str) -> uuid.UUID:
    """What a form adds to a case: a note and a letter of the same form are two things."""
    return uuid.uuid5(token, f"{case.public_id}/{what}")


def can_be_told(person: Person) -> bool:
    """Whether a letter can reach the guest."""
    return person.email is not None and person.left_at is None


def has_word(case: Case, resolution: CaseStep) -> bool:
    """Whether the guest has said how they find what this letter told."""
    return any(step.kind == StepKind.SECOND_WORD and step.id > resolution.id for step in case.steps)


def check_takes_word(case: Case, resolution: CaseStep, *, at: datetime) -> None:
    """Refuse a second word by a link that took one, is too old, or has a later one in its place."""
    if has_word(case, resolution):
        raise SecondWordGiven
    last = max(step.id for step in case.steps if step.kind == StepKind.RESOLUTION)
    if resolution.id != last or case.reply_until is None or at >= case.reply_until:
        raise LinkClosed


def opens_again(word: SecondWord) -> bool:
    """Only "no" does: what is partly right has been answered."""
    return word is SecondWord.NO


def _next_working_day(day: date) -> date:
    day += timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day
