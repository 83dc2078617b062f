"""What comes in to be played: stays checked out, orders fulfilled, and either of them taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from portal.programme.rules import ROOMS

Bases: TypeAlias = tuple[tuple[str, int], ...]
"""Net eligible EUR cents by category."""


@dataclass(frozen=True, slots=True)
class StayCheckedOut:
    """A stay that was checked out and paid. `bases` are net eligible cents by category.

    `key` is unique in the whole portal and names this version of the stay; `reference` is its
    opaque id; `at` the instant it was told, none for history. A stay of zero nights earns nothing.
    """

    key: str
    reference: str
    arrival: date
    nights: int
    checkout: date
    paid: date
    bases: Bases
    at: datetime | None = None

    @property
    def day(self) -> date:
        """The later of checked out and paid: the day on which it earns."""
        return max(self.checkout, self.paid)

    @property
    def service_date(self) -> date:
        """The day of the stay itself."""
        return self.checkout


@dataclass(frozen=True, slots=True)
class PerkFulfilled:
    """An order that was fulfilled and paid; `is_event` when its spend gives night credits."""

    key: str
    reference: str
    fulfilled: date
    paid: date
    bases: Bases
    is_event: bool = True
    at: datetime | None = None

    @property
    def day(self) -> date:
        """The later of fulfilled and paid: the day on which it earns."""
        return max(self.fulfilled, self.paid)

    @property
    def service_date(self) -> date:
        """The day of the order itself."""
        return self.fulfilled


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A stay or an order was changed or struck out: `reverses` is the key under which it was played."""

    reverses: str
    reference: str
    day: date
    at: datetime | None = None

    @property
    def key(self) -> str:
        """A stay or an order is taken back once."""
        return f"reversal:{self.reverses}"

    @property
    def service_date(self) -> date:
        """The day on which it was taken back."""
        return self.day


Incoming: TypeAlias = StayCheckedOut | PerkFulfilled | TakenBack


def earns_nothing(event: StayCheckedOut | PerkFulfilled) -> str | None:
    """Tell why a stay is not counted; an order always is."""
    if isinstance(event, PerkFulfilled):
        return None
    if event.nights == 0:
        return "zero_nights"
    rooms_cents = sum(cents for category, cents in event.bases if category == ROOMS)
    return "no_positive_rate" if rooms_cents <= 0 else None


def netted(folios: Iterable[tuple[str, str, int]]) -> Bases:
    """Eligible cents by category and folio, from (category, folio, net cents), in their order.

    What one folio takes back is taken from the others of its category; folios stay apart otherwise.
    """
    # Sorted here: the two databases sort text differently, and the order is part of the seal.
    lines = sorted(folios)
    given = _sums((category, cents) for category, _, cents in lines if cents > 0)
    taken = _sums((category, -cents) for category, _, cents in lines if cents < 0)
    still_given = {category: min(cents, taken.get(category, 0)) for category, cents in given.items()}
    still_taken = dict(still_given)
    bases = []
    for category, _, cents in lines:
        rest, sign = (still_given, -1) if cents > 0 else (still_taken, 1)
        part = min(abs(cents), rest.get(category, 0))
        if part:
            rest[category] -= part
        bases.append((category, cents + sign * part))
    return tuple(bases)


def _sums(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for category, cents in parts:
        sums[category] = sums.get(category, 0) + cents
    return sums
