"""Breakage by a life table: of points of one age, which share was used within the next month.

Points earned in one month are a vintage; their age is counted in whole months. Of each vintage a pair of
closed months tells what was alive at the end of the one and how much of it was used by the end of the other.
Added up over the vintages that is the rate of use at that age (the development factor of a chain ladder).
What is alive today expires if it is not used at any of the ages that it still has before it.

The interval comes from leaving out one vintage after the other (delete-one jackknife): points of one vintage
do not behave independently of each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TypeAlias

from scipy.special import stdtrit

from portal.derivation import Derived, Json, Step, recipe

LEAST_VINTAGES = 3
"""An age is known once so many vintages have lived through it."""
BOTH_SIDES = 0.975

Uses: TypeAlias = Sequence[tuple[str, int, int, int]]
"""(vintage, age in months, points alive at its end, points of them used in the month after)."""
Living: TypeAlias = Sequence[tuple[int, int, int]]
"""(age, age at which they die, points alive)."""


@dataclass(frozen=True, slots=True)
class Breakage:
    """So many of `known_points` will expire; of `unknown_points` nobody can tell yet."""

    points: int
    low: int
    high: int
    known_points: int
    unknown_points: int
    vintages: int
    ages_known: int
    """Up to which age, in months, the use of points has been seen."""

    @property
    def is_told(self) -> bool:
        """Whether it can be said of at least half of the points."""
        return self.known_points > 0 and self.known_points >= self.unknown_points

    @property
    def share_bp(self) -> int:
        """The share of the known points that will expire."""
        return round(10_000 * self.points / self.known_points) if self.known_points else 0


@recipe("liability.breakage")
def breakage(*, version: int, uses: Uses, living: Living) -> Derived[Breakage]:
    """Estimate what will expire of the points that are alive."""
    known = _known_ages(uses)
    told = [one for one in living if all(age in known for age in range(one[0], one[1]))]
    vintages = sorted({vintage for vintage, age, *_points in uses if age in known})
    known_points = sum(points for *_ages, points in told)
    found = Breakage(
        points=0,
        low=0,
        high=0,
        known_points=known_points,
        unknown_points=sum(points for *_ages, points in living) - known_points,
        vintages=len(vintages),
        ages_known=_ages_in_a_row(known),
    )
    if told:
        found = _with_interval(found, uses, told, vintages)
    inputs: dict[str, Json] = {"uses": [list(one) for one in uses], "living": [list(one) for one in living]}
    return Derived(found, "liability.breakage", version, inputs, _steps(found))


def _with_interval(found: Breakage, uses: Uses, told: Living, vintages: Sequence[str]) -> Breakage:
    value = _expected(_rates(uses), told)
    without = [_expected(_rates([one for one in uses if one[0] != vintage]), told) for vintage in vintages]
    reach = _reach(without)
    return Breakage(
        points=round(value),
        low=round(max(value - reach, 0)),
        high=round(min(value + reach, found.known_points)),
        known_points=found.known_points,
        unknown_points=found.unknown_points,
        vintages=len(vintages),
        ages_known=found.ages_known,
    )


def _reach(without: Sequence[float]) -> float:
    """Half the width of the interval; nothing where the points die before they could be used."""
    number = len(without)
    if number < LEAST_VINTAGES:
        return 0.0
    middle = sum(without) / number
    error = sqrt((number - 1) / number * sum((one - middle) ** 2 for one in without))
    return float(stdtrit(number - 1, BOTH_SIDES)) * error


def _steps(found: Breakage) -> tuple[Step, ...]:
    method = Step("breakage.method", {"vintages": found.vintages, "months": found.ages_known})
    if not found.is_told:
        known = {"known_points": found.known_points, "unknown_points": found.unknown_points}
        return (method, Step("breakage.too_little", known))
    estimate = Step(
        "breakage.estimate",
        {
            "known_points": found.known_points,
            "points": found.points,
            "share_bp": found.share_bp,
            "low_points": found.low,
            "high_points": found.high,
        },
    )
    rest = Step("breakage.rest", {"unknown_points": found.unknown_points})
    return (method, estimate, rest) if found.unknown_points else (method, estimate)


def _rates(uses: Uses) -> dict[int, float]:
    """The rate of use at each age, all vintages together."""
    alive: dict[int, int] = {}
    used: dict[int, int] = {}
    for _vintage, age, living_points, used_points in uses:
        alive[age] = alive.get(age, 0) + living_points
        used[age] = used.get(age, 0) + min(max(used_points, 0), living_points)
    return {age: used[age] / points for age, points in alive.items() if points}


def _expected(rates: dict[int, float], told: Living) -> float:
    """What expires of these points at these rates."""
    total = 0.0
    for age, death, points in told:
        left = float(points)
        for step in range(age, death):
            left *= 1 - rates.get(step, 0.0)
        total += left
    return total


def _known_ages(uses: Uses) -> set[int]:
    seen: dict[int, set[str]] = {}
    for vintage, age, living_points, _used in uses:
        if living_points > 0:
            seen.setdefault(age, set()).add(vintage)
    return {age for age, vintages in seen.items() if len(vintages) >= LEAST_VINTAGES}


def _ages_in_a_row(known: set[int]) -> int:
    age = 0
    while age in known:
        age += 1
    return age
