"""What a hotel's terms may say, and what holds where nobody has set any."""

from datetime import date

from portal.corporate.terms.models import TermKind
from portal.programme.rules import Refusal

QUOTE_DAYS = 14
"""How long a quote is valid where the hotel has not said otherwise."""
MOST = {TermKind.QUOTE_DAYS: 90, TermKind.STAFF_AT_ONCE: 999, TermKind.ANSWER_HOURS: 168}
LEAST = {TermKind.QUOTE_DAYS: 1, TermKind.STAFF_AT_ONCE: 0, TermKind.ANSWER_HOURS: 1}


class TermRefused(Refusal):
    """The term cannot be set that way."""


class TermOfOthers(TermRefused):
    """The hotel is not the visitor's, or the service is none that has such a term."""


class TermOutOfRange(TermRefused):
    """The value is too small or too large: `least`, `most`."""


class TermOfThePast(TermRefused):
    """A term begins today at the earliest: `today_date`."""


def check(kind: TermKind, value: int, valid_from: date, *, today: date) -> None:
    if not LEAST[kind] <= value <= MOST[kind]:
        raise TermOutOfRange(least=LEAST[kind], most=MOST[kind])
    if valid_from < today:
        raise TermOfThePast(today_date=today.isoformat())
