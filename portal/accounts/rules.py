"""Card numbers: digits only, since a scanner is a keyboard and a Russian layout would turn M7 into Ь7."""

import re
from datetime import datetime, timedelta

from stdnum import damm

NUMBER_DIGITS = 12
SERIAL_DIGITS = NUMBER_DIGITS - 1
LOST, LEFT = "lost", "left"
"""Reasons of a block that the portal gives itself; all others are what somebody wrote."""
BLOCK_UNDO_WINDOW = timedelta(minutes=10)
"""So long a card that turned up again is unblocked by a press; later it is issued anew."""


class CardRefused(Exception):
    """What was scanned or typed is not one of our card numbers."""


class NotACard(CardRefused):
    """It has no group of digits as long as a card number."""


class MistypedCard(CardRefused):
    """Of a card number's length, but the check digit does not fit: a digit is wrong or two are swapped."""

    def __init__(self, digits: str) -> None:
        super().__init__(digits)
        self.digits = digits


class BlockStands(Exception):
    """A block that is older than ten minutes, or whose holder has left, is not taken back."""


def card_number(serial: int) -> str:
    """The card number of a serial: eleven digits and a Damm check digit.

    Damm's check digit catches every single wrong digit and every swap of neighbours (H. M. Damm,
    "Total anti-symmetrische Quasigruppen", 2004).
    """
    if not 0 < serial < 10**SERIAL_DIGITS:
        message = f"a card's serial has {SERIAL_DIGITS} digits at the most"
        raise ValueError(message)
    digits = f"{serial:0{SERIAL_DIGITS}d}"
    return digits + str(damm.calc_check_digit(digits))


def read_card(text: str) -> str:
    """The card number in what was scanned or typed: digits with or without spaces, or a card's URL.

    Of a URL the last group of digits counts. Raises `NotACard` or `MistypedCard`.
    """
    compact = re.sub(r"(?<=\d)[\s\-](?=\d)", "", text.strip())
    groups = re.findall(r"[0-9]+", compact)
    if not groups or len(groups[-1]) != NUMBER_DIGITS:
        raise NotACard(text)
    if not damm.is_valid(groups[-1]):
        raise MistypedCard(groups[-1])
    return str(groups[-1])


def may_unblock(*, blocked_at: datetime | None, reason: str | None, at: datetime) -> bool:
    """Whether a block can still be taken back: within ten minutes, and not where the holder has left."""
    return blocked_at is not None and reason != LEFT and at - blocked_at <= BLOCK_UNDO_WINDOW
