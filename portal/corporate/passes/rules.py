"""When a pass may be issued, used, revoked, and how long the invitee is remembered."""

import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from itsdangerous import BadSignature, URLSafeSerializer
from stdnum import damm

from portal.corporate.passes.models import GuestPass, PassKind, PassUse, Payer
from portal.programme.rules import Refusal

NUMBER_DIGITS = 13
SERIAL_DIGITS = NUMBER_DIGITS - 1
MOST_USES = 10
MOST_AHEAD = timedelta(days=184)
"""A pass ends within half a year of its issue."""
UNDO_WINDOW = timedelta(minutes=10)
REMEMBERED = timedelta(days=30)
"""So long after the last valid day the invitee's name and address are kept; then only the sums are."""
LETTERS = 5


class PassRefused(Refusal):
    """The pass cannot be issued, used or changed that way; the class names why."""


class NotAPass(PassRefused):
    """It has no group of digits as long as a pass's number."""


class MistypedPass(PassRefused):
    """Of a pass's length, but the check digit does not fit."""


class AllowanceUsedUp(PassRefused):
    """The quarter's passes are given: `allowance`, `next_date`."""


class DaysNotPossible(PassRefused):
    """The last day lies before the first, or today: `today_date`."""


class DaysTooFar(PassRefused):
    """It would end later than in half a year: `latest_date`."""


class PassOfOthers(PassRefused):
    """The token belongs to another company's pass: nothing is found under it."""


class PassRevoked(PassRefused):
    """The host took it back: `revoked_at`."""


class PassNotYetValid(PassRefused):
    """It begins later: `first_date`."""


class PassExpired(PassRefused):
    """Its last day is over: `last_date`."""


class PassElsewhere(PassRefused):
    """It holds at another hotel."""


class PassUsedUp(PassRefused):
    """All its uses are taken: `uses`, `used_at` the last of them."""


class PassForOtherKind(PassRefused):
    """It is for meals and not for rooms, or the other way round: `kind`."""


class UseOfOther(PassRefused):
    """A colleague noted this use; they undo it."""


class TooLateToUndo(PassRefused):
    """More than ten minutes have passed."""


class UndoneAlready(PassRefused):
    """This very use was undone; using it again takes a fresh form."""


class NoLetter(PassRefused):
    """There is no address, or the letter was sent often enough: `letters`."""


class PassState(StrEnum):
    """Where a pass stands."""

    VALID = "valid"
    USED_UP = "used_up"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a host gives an invitee."""

    invitee: str
    email: str | None
    locale: str
    message: str
    property_id: int | None
    kinds: tuple[PassKind, ...]
    first_on: date
    last_on: date
    uses: int
    payer: Payer


def pass_number(serial: int) -> str:
    """The number of a pass: twelve digits and a Damm check digit."""
    digits = f"{serial:0{SERIAL_DIGITS}d}"
    return digits + str(damm.calc_check_digit(digits))


def read_pass(text: str) -> str:
    """The number in what was scanned or typed: of a URL the last group of digits counts.

    Raises `NotAPass` or `MistypedPass`.
    """
    compact = re.sub(r"(?<=[0-9])[\s\-](?=[0-9])", "", text.strip())
    groups = re.findall(r"[0-9]+", compact)
    if not groups or len(groups[-1]) != NUMBER_DIGITS:
        raise NotAPass
    if not damm.is_valid(groups[-1]):
        raise MistypedPass
    return str(groups[-1])


def link_token(public_id: uuid.UUID, *, key: str) -> str:
    """What stands in the invitee's address: the pass, signed by this house."""
    return str(URLSafeSerializer(key, salt="guest pass").dumps(public_id.hex))


def read_link(token: str, *, key: str) -> uuid.UUID | None:
    """The pass of an address; none for one that this house did not sign."""
    try:
        return uuid.UUID(URLSafeSerializer(key, salt="guest pass").loads(token))
    except (BadSignature, ValueError, TypeError, AttributeError):
        return None


def letter_key(public_id: uuid.UUID, number: int) -> str:
    """By what the outbox knows a pass's letter: the first, the second …"""
    return f"pass:{public_id}:{number}"


def quarter_of(day: date) -> date:
    """The first day of the quarter."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def next_quarter(quarter_on: date) -> date:
    return quarter_of(quarter_on + timedelta(days=100))


def free_slot(taken: Collection[int], *, allowance: int, quarter_on: date) -> int:
    """The first of a quarter's passes that is not given yet. Raises `AllowanceUsedUp`."""
    slot = next((each for each in range(1, allowance + 1) if each not in taken), None)
    # A tier that fell leaves what was given before; of it nothing more can be taken.
    if slot is None or len(taken) >= allowance:
        raise AllowanceUsedUp(allowance=allowance, next_date=next_quarter(quarter_on).isoformat())
    return slot


def check_days(*, first_on: date, last_on: date, today: date) -> None:
    """A pass holds from today at the earliest, for half a year at the most."""
    if last_on < first_on or first_on < today:
        raise DaysNotPossible(today_date=today.isoformat())
    if last_on > today + MOST_AHEAD:
        raise DaysTooFar(latest_date=(today + MOST_AHEAD).isoformat())


def state_of(guest_pass: GuestPass, *, today: date) -> PassState:
    """Where a pass stands on a day; a revoked one stays revoked."""
    if guest_pass.revoked_at is not None:
        return PassState.REVOKED
    if guest_pass.left == 0:
        return PassState.USED_UP
    return PassState.EXPIRED if guest_pass.last_on < today else PassState.VALID


def check_valid(
    guest_pass: GuestPass, *, property_id: int, today: date, last_use_at: datetime | None = None
) -> None:
    """Whether the desk takes it: it holds, or the one reason why it does not."""
    if guest_pass.revoked_at is not None:
        raise PassRevoked(revoked_at=guest_pass.revoked_at.isoformat())
    if today > guest_pass.last_on:
        raise PassExpired(last_date=guest_pass.last_on.isoformat())
    if today < guest_pass.first_on:
        raise PassNotYetValid(first_date=guest_pass.first_on.isoformat())
    if guest_pass.property_id not in {None, property_id}:
        raise PassElsewhere
    if guest_pass.left == 0:
        raise used_up(guest_pass, last_use_at)


def used_up(guest_pass: GuestPass, last_use_at: datetime | None) -> PassUsedUp:
    """The refusal of the last use, which names when it was taken."""
    return PassUsedUp(uses=guest_pass.uses, used_at=last_use_at.isoformat() if last_use_at else None)


def check_kind(guest_pass: GuestPass, kind: str) -> PassKind:
    if kind not in guest_pass.kinds:
        raise PassForOtherKind(invitee=kind)
    return PassKind(kind)


def check_again(use: PassUse, *, by_id: int) -> None:
    """What was sent before is one's own and stands."""
    if use.by_id != by_id:
        raise UseOfOther
    if use.undone_at is not None:
        raise UndoneAlready


def check_undo(use: PassUse, *, by_id: int, at: datetime) -> None:
    """One's own use, within ten minutes."""
    if use.by_id != by_id:
        raise UseOfOther
    if at - use.at > UNDO_WINDOW:
        raise TooLateToUndo


def may_take_back(guest_pass: GuestPass, *, at: datetime) -> bool:
    """Whether a revocation can still be taken back."""
    return guest_pass.revoked_at is not None and at - guest_pass.revoked_at <= UNDO_WINDOW


def check_promises(guest_pass: GuestPass, *, today: date, last_use_at: datetime | None) -> None:
    """Whether it still promises anything, today or later: nothing else is written to an invitee."""
    if guest_pass.revoked_at is not None:
        raise PassRevoked(revoked_at=guest_pass.revoked_at.isoformat())
    if today > guest_pass.last_on:
        raise PassExpired(last_date=guest_pass.last_on.isoformat())
    if guest_pass.left == 0:
        raise used_up(guest_pass, last_use_at)


def check_letter(guest_pass: GuestPass) -> None:
    """A letter goes to an address, a few times at the most."""
    if guest_pass.email is None or guest_pass.letters >= LETTERS:
        raise NoLetter(letters=LETTERS)


def remembered_until(guest_pass: GuestPass) -> date:
    """The last day on which the invitee's name and address are kept."""
    return guest_pass.last_on + REMEMBERED
