"""The contact budget and quiet hours, which bind every sender; and when a letter is tried again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.outbox.models import LetterKind

RATIONED = frozenset({LetterKind.MARKETING, LetterKind.SURVEY})
RETRY_AFTER_S = (60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600)
"""Seconds of rest after the first, second … failed try."""
MAX_TRIES = len(RETRY_AFTER_S) + 1
ATTACHMENT_BYTES = 10 * 1024 * 1024
OFFER_WAITS = timedelta(days=35)
"""So long after it was written an offer may still leave: a month and the days to the next one's beginning."""
WORKER_DIED = "WorkerDied"
BUDGET_SPENT = "ContactBudgetSpent"
"""Why a letter waits or was given up, where no mail server said so."""


class ContactBudgetSpent(Exception):
    """The person may not be written to now; `free_at` is the first instant at which they may."""

    def __init__(self, kind: LetterKind, *, free_at: datetime) -> None:
        super().__init__(f"the contact budget for {kind} is spent until {free_at.isoformat()}")
        self.kind = kind
        self.free_at = free_at


class AttachmentsTooLarge(Exception):
    """Mail servers would refuse the letter."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How often a person may be written to; hours are those of the recipient's clock."""

    marketing_per_month: int
    quiet_from_hour: int
    quiet_to_hour: int
    survey_every_days: int


def is_quiet(*, at: datetime, zone: str, policy: Policy) -> bool:
    """Whether it is a quiet hour where the recipient lives. The first hour is in, the last out."""
    hour = at.astimezone(ZoneInfo(zone)).hour
    begin, end = policy.quiet_from_hour, policy.quiet_to_hour
    return begin <= hour < end if begin < end else begin != end and (hour >= begin or hour < end)


def send_at(*, kind: LetterKind, at: datetime, zone: str, policy: Policy) -> datetime:
    """When a letter may leave: at once, or, when it is rationed, as soon as the quiet hours end."""
    if kind not in RATIONED or not is_quiet(at=at, zone=zone, policy=policy):
        return at
    local = at.astimezone(ZoneInfo(zone))
    # An hour of this evening ends tomorrow; one of this night ends this morning.
    ends_tomorrow = local.hour >= policy.quiet_to_hour
    day = local.date() + timedelta(days=1 if ends_tomorrow else 0)
    return _local(day, policy.quiet_to_hour, zone)


def month_of(*, at: datetime, zone: str) -> tuple[datetime, datetime]:
    """The calendar month of an instant where the recipient lives: its first instant and the next one's."""
    first = at.astimezone(ZoneInfo(zone)).date().replace(day=1)
    return _local(first, 0, zone), _local(_next_month(first), 0, zone)


def ensure_within_budget(
    *, kind: LetterKind, at: datetime, zone: str, policy: Policy, sent: Sequence[datetime]
) -> None:
    """Refuse a rationed letter to be sent at `at`; `sent` is when those of its kind are or will be sent."""
    if kind == LetterKind.MARKETING:
        begins, ends = month_of(at=at, zone=zone)
        if sum(begins <= other < ends for other in sent) >= policy.marketing_per_month:
            raise ContactBudgetSpent(kind, free_at=ends)
    elif kind == LetterKind.SURVEY:
        rest = timedelta(days=policy.survey_every_days)
        near = [other for other in sent if other - rest < at < other + rest]
        if near:
            raise ContactBudgetSpent(kind, free_at=max(near) + rest)


def budget_window(*, kind: LetterKind, at: datetime, zone: str, policy: Policy) -> tuple[datetime, datetime]:
    """Between which instants other letters of the kind count against this one."""
    if kind == LetterKind.MARKETING:
        return month_of(at=at, zone=zone)
    rest = timedelta(days=policy.survey_every_days)
    return at - rest, at + rest


def waits_until(
    *, kind: LetterKind, created_at: datetime, free_at: datetime, zone: str, policy: Policy
) -> datetime | None:
    """Until when a letter waits for a contact's budget; none where it is given up instead.

    An offer waits for the next month, if it is not stale by then. A survey is given up at once: it would
    ask about what is long over.
    """
    leaves = send_at(kind=kind, at=free_at, zone=zone, policy=policy)
    is_worth_it = kind == LetterKind.MARKETING and leaves <= created_at + OFFER_WAITS
    return leaves if is_worth_it else None


def retry_at(*, tries: int, at: datetime) -> datetime | None:
    """When a letter that failed at `at` is tried again; none when it was tried often enough."""
    if tries >= MAX_TRIES:
        return None
    return at + timedelta(seconds=RETRY_AFTER_S[max(tries, 1) - 1])


def contact_key(address: str) -> str:
    """One person's address, however it is typed."""
    return address.strip().casefold()


def _local(day: date, hour: int, zone: str) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
