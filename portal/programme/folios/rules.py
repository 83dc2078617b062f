"""From the lines of a bill to the bases that earn: the sums by folio and category, as the accrual took them.

Money is net cents. What is passed on at cost earns nothing. What one folio takes back is taken from the
others of its category.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.programme.intake.rules import netted


@dataclass(frozen=True, slots=True)
class Order:
    """An order that opens for a reader: where, as it stands and as confirmed; what it was, by language."""

    url: str
    confirmed_url: str
    title: Mapping[str, Any]
    hotel: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FolioSum:
    """What the lines of one folio in one category come to: those that may earn, or those at cost."""

    category: str
    folio_no: str
    is_third_party: bool
    net_cents: int


@dataclass(frozen=True, slots=True)
class Base:
    """One base that points are floored by; `taken_cents` came from, or went to, other folios."""

    category: str
    folio_no: str
    lines_cents: int
    taken_cents: int
    base_cents: int


@dataclass(frozen=True, slots=True)
class Footing:
    """A bill added up: its bases, what of them earns, what was at cost, and the whole of it."""

    bases: tuple[Base, ...]
    eligible_cents: int
    at_cost_cents: int
    total_cents: int


def footing(sums: Iterable[FolioSum]) -> Footing:
    """Add up a bill by folio and category, as the accrual of its points did."""
    every = list(sums)
    own = sorted((each.category, each.folio_no, each.net_cents) for each in every if not each.is_third_party)
    bases = tuple(
        Base(category, folio_no, cents, base_cents - cents, base_cents)
        for (category, folio_no, cents), (_, base_cents) in zip(own, netted(own), strict=True)
    )
    return Footing(
        bases=bases,
        eligible_cents=sum(max(base.base_cents, 0) for base in bases),
        at_cost_cents=sum(each.net_cents for each in every if each.is_third_party),
        total_cents=sum(each.net_cents for each in every),
    )


def agrees(found: Footing, earned_by: Sequence[Sequence[object]]) -> bool:
    """Whether a bill gives the very bases that an accrual was derived from."""
    return [[base.category, base.base_cents] for base in found.bases] == [list(each) for each in earned_by]
