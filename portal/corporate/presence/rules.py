"""The live card: a code of half a minute that spends once, and what stands in for it.

The number of a card recognises its holder, on paper and without network. Whoever spends shows the
live card, whose code is the number and a one-time password (RFC 6238) of a secret that only this house
can compute; or the desk looks at a document and notes its kind.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from pyotp import TOTP
from stdnum import damm

from portal.accounts.rules import NUMBER_DIGITS
from portal.corporate.presence.models import PersonDocument
from portal.programme.rules import Refusal

PERIOD_S = 30
PASSWORD_DIGITS = 7
CODE_DIGITS = NUMBER_DIGITS + PASSWORD_DIGITS + 1
SHOWN_FOR = timedelta(minutes=10)
"""So long after its scan a live card may be spent on at the desk that scanned it."""


class PresenceRefused(Refusal):
    """Nothing shows that the right person is there; the class names what is wrong."""


class NotALiveCode(PresenceRefused):
    """It has no group of digits as long as a live card's code."""


class MistypedLiveCode(PresenceRefused):
    """Of a live code's length, but the check digit does not fit."""


class LiveCodeLapsed(PresenceRefused):
    """The code is not that of this minute: a picture of it, or a forged one."""


class LiveCodeUsed(PresenceRefused):
    """Something was spent with this very code before."""


class LiveCodeOfOther(PresenceRefused):
    """The card that was shown is another one, or another company's."""


class FormSpent(PresenceRefused):
    """This very form has spent before, and what it did was undone."""


class PresenceMissing(PresenceRefused):
    """Neither a live card was shown nor a document looked at."""


@dataclass(frozen=True, slots=True)
class LiveCode:
    """What a live card shows now, and when it shows the next."""

    digits: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A live card that was scanned at a desk: which, with which half minute's code, when."""

    card_number: str
    counter: int
    property_id: int
    at: datetime

    @property
    def until(self) -> datetime:
        return self.at + SHOWN_FOR


def live_code(number: str, *, key: str, at: datetime) -> LiveCode:
    """The code of a card at an instant: its number, seven digits of the half minute, a check digit."""
    password = _passwords(number, key)
    digits = number + password.at(at)
    ends_at = datetime.fromtimestamp((password.timecode(at) + 1) * PERIOD_S, UTC)
    return LiveCode(digits + str(damm.calc_check_digit(digits)), ends_at)


def read_live_code(text: str) -> str:
    """The code in what was scanned or typed: of a URL the last group of digits counts.

    Raises `NotALiveCode` or `MistypedLiveCode`.
    """
    compact = re.sub(r"(?<=[0-9])[\s\-](?=[0-9])", "", text.strip())
    groups = re.findall(r"[0-9]+", compact)
    if not groups or len(groups[-1]) != CODE_DIGITS:
        raise NotALiveCode
    code = str(groups[-1])
    # A card's number checks by itself, and so does what follows it.
    if not damm.is_valid(code) or not damm.is_valid(code[:NUMBER_DIGITS]):
        raise MistypedLiveCode
    return code


def number_of(code: str) -> str:
    """The number of the card that shows a code."""
    return code[:NUMBER_DIGITS]


def counter_of(code: str, *, key: str, at: datetime) -> int:
    """The half minute to which a code belongs: this one, or the one before. Raises `LiveCodeLapsed`."""
    number, said = code[:NUMBER_DIGITS], code[NUMBER_DIGITS:-1]
    password = _passwords(number, key)
    # The one before: a code was on the screen when the guest held it out.
    for moment in (at, at - timedelta(seconds=PERIOD_S)):
        if hmac.compare_digest(password.at(moment), said):
            return int(password.timecode(moment))
    raise LiveCodeLapsed


def seal(shown: Shown, *, key: str) -> str:
    """A scan as text for the desk's forms: looking at a guest writes nothing."""
    parts = [shown.card_number, shown.counter, shown.property_id, int(shown.at.timestamp())]
    return str(_sealer(key).dumps(parts))


def unseal(text: str, *, key: str) -> Shown:
    """The scan that a form brings back. Raises `LiveCodeLapsed` for what this house did not seal."""
    try:
        number, counter, property_id, second = _sealer(key).loads(text)
    except BadSignature as error:
        raise LiveCodeLapsed from error
    return Shown(number, counter, property_id, datetime.fromtimestamp(second, UTC))


def check_shown(shown: Shown, *, property_id: int, at: datetime) -> None:
    """A scan counts at the desk where it was made, for some minutes. Raises `LiveCodeLapsed`."""
    if shown.property_id != property_id or not shown.at <= at <= shown.until:
        raise LiveCodeLapsed


def check_document(document: str | None) -> PersonDocument:
    """The document that was looked at. Raises `PresenceMissing`."""
    if document not in set(PersonDocument):
        raise PresenceMissing
    return PersonDocument(document)


def _passwords(number: str, key: str) -> TOTP:
    # By the number: a card that is issued anew has a secret of its own.
    secret = hmac.digest(key.encode(), f"live card {number}".encode(), "sha256")
    return TOTP(
        base64.b32encode(secret).decode(),
        digits=PASSWORD_DIGITS,
        digest=hashlib.sha256,
        interval=PERIOD_S,
    )


def _sealer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt="shown at a desk")
