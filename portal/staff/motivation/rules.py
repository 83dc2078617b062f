"""The score, component by component; scoring as informational feedback against one's own standard.

Never pay, rank, roster or discipline: rewards that depend on it would lower the motivation it is to
serve (Deci, Koestner & Ryan 1999), and rank feedback lowers performance. A person works at 70 when the
promises of their own shifts are kept as often as the benchmark says.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Any

from scipy.special import ndtri

from portal.derivation import Derived, Json, Step, recipe

AT_STANDARD, ABOVE, BELOW_SPAN = 70.0, 30.0, 0.25
FULL = 100.0
Z80 = float(ndtri(0.9))
RATING_SPREAD = 25.0
"""The usual spread of single ratings in points, for the interval of a mean."""
MOST_BENCHMARK = 0.98
BP = 10_000


class Component(StrEnum):
    """What a score is made of; which ones a role has is for the standards to say."""

    SERVICE_KEPT = "service_kept"
    CLIENT_VOICE = "client_voice"


class Word(StrEnum):
    """What a score is called."""

    NONE_YET = "none_yet"
    BUILDING = "building"
    ON_STANDARD = "on_standard"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Promises:
    """Promises of one cell: how many were kept of how many."""

    kept: int
    promises: int


@dataclass(frozen=True, slots=True)
class Rating:
    """What a guest of an account said of one's work, 0 to 100, and how many days ago."""

    account_id: int
    age_days: int
    value: int


@dataclass(frozen=True, slots=True)
class Standards:
    """One version of the standards."""

    version: int
    weights: Mapping[str, int]
    """By component, basis points."""
    benchmark_bp: int
    benchmarks_bp: Mapping[str, int]
    """How often promises of a kind of service are kept, to begin with."""
    prior_mean: int
    strength: int
    """As so many observations the benchmark counts."""
    half_life_days: int
    horizon_days: int
    account_cap: int
    standard_from: int
    strong_from: int
    detail_ratings: int
    detail_accounts: int

    @classmethod
    def from_json(cls, version: int, told: Mapping[str, Any]) -> "Standards":
        return cls(version=version, **told)

    def benchmark(self, cell: str) -> float:
        """How often the promises of a cell are kept: of its kind of service, else of all."""
        kind = cell.split(":")[1] if ":" in cell else cell
        return min(self.benchmarks_bp.get(kind, self.benchmark_bp) / BP, MOST_BENCHMARK)


@dataclass(frozen=True, slots=True)
class Part:
    """One component: its points, the half-width of its 80 % interval, its weight and its evidence."""

    component: Component
    points: float
    half_width: float
    weight_bp: int
    events: int
    shows_detail: bool
    """Whether single figures may be shown: a guest's own score must not be told by them."""


@dataclass(frozen=True, slots=True)
class Score:
    """The whole: points, interval, the word, and the parts."""

    points: float
    low: float
    high: float
    word: Word
    events: int
    parts: tuple[Part, ...]


def decay(age_days: int, *, half_life_days: int, horizon_days: int) -> float:
    """How much an event of this age counts: half of it after the half-life, nothing past the horizon."""
    return 0.0 if age_days > horizon_days else 2.0 ** (-max(age_days, 0) / half_life_days)


def on_scale(distance: float, *, expected: float) -> float:
    """A share of promises kept, by its distance from the expected one, from 0 to 100; 70 is as expected."""
    if distance >= 0:
        return min(FULL, AT_STANDARD + ABOVE * distance / (1 - expected))
    return AT_STANDARD * max(0.0, 1 + distance / BELOW_SPAN)


def against_benchmark(
    cells: Mapping[str, Promises], *, benchmarks: Mapping[str, float], strength: int
) -> tuple[float, float]:
    """How far the promises kept lie from those expected of the same work, and the share expected.

    The cells are pooled before they are drawn to the benchmark. Drawn one by one and weighed by one's own
    mix, a promise kept in a cell with few of them would move the mix, and could lower the whole.
    """
    total = sum(one.promises for one in cells.values())
    if not total:
        return 0.0, 0.0
    expected = sum(one.promises * benchmarks[cell] for cell, one in sorted(cells.items()))
    kept = sum(one.kept for one in cells.values())
    return (kept - expected) / (total + strength), expected / total


def client_voice(weighted: Sequence[tuple[float, float]], *, prior_mean: float, strength: int) -> float:
    """The mean of what guests said, drawn to a prior mean; (sum of weighted ratings, weights) by account."""
    total = sum(points for points, _weight in weighted)
    weight = sum(weight for _points, weight in weighted)
    return (total + strength * prior_mean) / (weight + strength)


def by_account(ratings: Sequence[Rating], *, standards: Standards) -> dict[int, tuple[float, float]]:
    """Decayed ratings and weights of each account, none weighing more than its cap."""
    sums: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for one in sorted(ratings, key=lambda rating: (rating.account_id, rating.age_days, rating.value)):
        weight = decay(
            one.age_days, half_life_days=standards.half_life_days, horizon_days=standards.horizon_days
        )
        sums[one.account_id][0] += weight * one.value
        sums[one.account_id][1] += weight
    cap = standards.account_cap
    capped = {}
    for account_id, (points, weight) in sums.items():
        share = min(1.0, cap / weight) if weight else 0.0
        capped[account_id] = (share * points, share * weight)
    return capped


def score(
    cells: Mapping[str, Promises], ratings: Sequence[Rating], *, standards: Standards
) -> Derived[Score]:
    """The score of one person from their own events, with its steps."""
    kept, voice = _kept(cells, standards), _voice(ratings, standards)
    parts = (kept, voice)
    weight = sum(part.weight_bp for part in parts)
    points = sum(part.weight_bp * part.points for part in parts) / weight
    half = sqrt(sum((part.weight_bp * part.half_width / weight) ** 2 for part in parts))
    evident = any(part.events and part.shows_detail for part in parts)
    value = Score(
        points=points,
        low=max(0.0, points - half),
        high=min(FULL, points + half),
        word=_word(points, standards) if evident else Word.NONE_YET,
        events=sum(part.events for part in parts),
        parts=parts,
    )
    counts: dict[str, Json] = {cell: [one.kept, one.promises] for cell, one in sorted(cells.items())}
    in_order = sorted(ratings, key=lambda rating: (rating.account_id, rating.age_days, rating.value))
    heard: list[Json] = [[one.account_id, one.age_days, one.value] for one in in_order]
    inputs: dict[str, Json] = {"cells": counts, "ratings": heard, "standards": _told(standards)}
    return Derived(value, "motivation", standards.version, inputs, _steps(value, cells, standards))


@recipe("motivation")
def recompute_score(
    *, version: int, cells: Mapping[str, Any], ratings: Sequence[Any], standards: Mapping[str, Any]
) -> Derived[Score]:
    """A stored score once more, from its own inputs."""
    return score(
        {cell: Promises(*counts) for cell, counts in cells.items()},
        [Rating(*one) for one in ratings],
        standards=Standards.from_json(version, standards),
    )


def _kept(cells: Mapping[str, Promises], standards: Standards) -> Part:
    """Service kept; its interval is that of a share drawn to the benchmark, put on the same scale."""
    total = sum(one.promises for one in cells.values())
    benchmarks = {cell: standards.benchmark(cell) for cell in cells}
    distance, expected = against_benchmark(cells, benchmarks=benchmarks, strength=standards.strength)
    if not total:
        expected = standards.benchmark("")
    share = min(max(expected + distance, 0.0), 1.0)
    spread = Z80 * sqrt(share * (1 - share) / (total + standards.strength))
    half = on_scale(distance + spread, expected=expected) - on_scale(distance - spread, expected=expected)
    points, weight = on_scale(distance, expected=expected), standards.weights[Component.SERVICE_KEPT]
    return Part(Component.SERVICE_KEPT, points, half / 2, weight, total, shows_detail=True)


def _voice(ratings: Sequence[Rating], standards: Standards) -> Part:
    """Client voice; the starting mean alone while ratings are so few that one guest would be told."""
    accounts = by_account(ratings, standards=standards)
    counted = sum(1 for one in ratings if one.age_days <= standards.horizon_days)
    companies = sum(1 for _points, weight in accounts.values() if weight)
    enough = counted >= standards.detail_ratings and companies >= standards.detail_accounts
    weighted = list(accounts.values()) if enough else []
    points = client_voice(weighted, prior_mean=standards.prior_mean, strength=standards.strength)
    weight = sum(each for _points, each in weighted)
    half = Z80 * RATING_SPREAD / sqrt(weight + standards.strength)
    share = standards.weights[Component.CLIENT_VOICE]
    return Part(Component.CLIENT_VOICE, points, half, share, counted, shows_detail=enough)


def _word(points: float, standards: Standards) -> Word:
    if points >= standards.strong_from:
        return Word.STRONG
    return Word.ON_STANDARD if points >= standards.standard_from else Word.BUILDING


def _told(standards: Standards) -> dict[str, Json]:
    names = [name for name in Standards.__dataclass_fields__ if name != "version"]
    return {
        name: dict(value) if isinstance(value := getattr(standards, name), Mapping) else value
        for name in names
    }


def _steps(value: Score, cells: Mapping[str, Promises], standards: Standards) -> tuple[Step, ...]:
    kept = sum(one.kept for one in cells.values())
    total = sum(one.promises for one in cells.values())
    service, voice = value.parts
    return (
        Step(
            "motivation.service_kept" if total else "motivation.no_promises",
            {"kept": kept, "promises": total, "strength": standards.strength, "made": round(service.points)},
        ),
        Step(
            "motivation.client_voice" if voice.shows_detail or not voice.events else "motivation.few_ratings",
            {"ratings": voice.events, "prior": standards.prior_mean, "made": round(voice.points)},
        ),
        Step(
            "motivation.total",
            {
                "service_bp": service.weight_bp,
                "voice_bp": voice.weight_bp,
                "total": round(value.points),
                "low": round(value.low),
                "high": round(value.high),
            },
        ),
    )
