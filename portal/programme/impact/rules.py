"""What may be done with an impact letter."""

from collections.abc import Iterable

from portal.programme.rules import Refusal

# What is between the house and its staff, or its tax: no company is told of it.
_PRIVATE = frozenset({"hold_minutes", "notice_days", "manual_credits", "booker_reward", "floors", "vat"})


class NothingHeld(Refusal):
    """No letter waits for approval any more: each was approved or struck out."""


class LetterDecided(Refusal):
    """The letter was approved, struck out or sent before."""


def told(left_out: Iterable[str]) -> list[str]:
    """Of the changes that no replay reckons, those that a company is told of."""
    return [name for name in left_out if name not in _PRIVATE]
