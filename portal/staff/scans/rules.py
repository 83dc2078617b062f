"""What the scan box of a desk is given: digits tell by their number what they are, all else is a name.

A scanner is a keyboard, so codes are digits only; in a QR stands an address, whose last group of digits
counts. Each noun reads its own code; here is only which of them is asked.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.accounts import rules as cards
from portal.corporate.passes import rules as passes
from portal.corporate.presence import rules as presence
from portal.corporate.registrations import rules as registrations


class Kind(StrEnum):
    """What somebody at a desk is shown."""

    CARD = "card"
    LIVE_CARD = "live_card"
    GUEST_PASS = "guest_pass"  # noqa: S105 -- an invitee's, and no secret
    ADMISSION = "admission"
    ROOM = "room"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Scan:
    """What was scanned or typed, and what it is: the digits of a code or a room, else the text itself."""

    kind: Kind
    text: str


class Mistyped(Exception):
    """As long as one of our codes, but its check digit does not fit: a digit is wrong, or two are swapped."""

    def __init__(self, kind: Kind, digits: str) -> None:
        super().__init__(kind, digits)
        self.kind = kind
        self.digits = digits


READERS: Mapping[int, tuple[Kind, Callable[[str], str]]] = {
    cards.NUMBER_DIGITS: (Kind.CARD, cards.read_card),
    passes.NUMBER_DIGITS: (Kind.GUEST_PASS, passes.read_pass),
    registrations.ADMISSION_DIGITS: (Kind.ADMISSION, registrations.read_admission),
    presence.CODE_DIGITS: (Kind.LIVE_CARD, presence.read_live_code),
}
"""By the number of digits: what it is, and its own noun's way to read it."""
MISTYPED = (
    cards.MistypedCard,
    passes.MistypedPass,
    presence.MistypedLiveCode,
    registrations.MistypedAdmission,
)
"""How those nouns say that a check digit does not fit."""
ROOM = re.compile(r"[0-9]{1,5}")


def read_scan(text: str) -> Scan:
    """What this is. Raises `Mistyped` for a code of ours whose check digit does not fit."""
    typed = text.strip()
    if ROOM.fullmatch(typed):
        return Scan(Kind.ROOM, typed)
    digits = last_digits(typed)
    if len(digits) not in READERS:
        return Scan(Kind.NAME, typed)
    kind, read = READERS[len(digits)]
    try:
        return Scan(kind, read(digits))
    except MISTYPED as refused:
        raise Mistyped(kind, digits) from refused


def last_digits(text: str) -> str:
    """The last group of digits; spaces and hyphens between digits do not part them."""
    groups = re.findall(r"[0-9]+", re.sub(r"(?<=\d)[\s\-](?=\d)", "", text))
    return groups[-1] if groups else ""
