"""Intervals of what surveys and purchases tell. Each says its source and refuses by name with too few data.

`level` is the coverage asked for, 0.95 unless told. All are two-sided.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from scipy.special import betaincinv, chdtri, ndtri, stdtrit

LEVEL = 0.95
FULL = 100
"""The ends of an index are ±100 points."""


class TooFewAnswers(ValueError):
    """There is too little data to say anything; `have` is what there is, `need` the least."""

    def __init__(self, *, have: int, need: int) -> None:
        super().__init__(f"{have} of {need}")
        self.have = have
        self.need = need


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both ends included."""

    low: float
    high: float

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval and the number of units it stands on."""

    value: float
    interval: Interval
    n: int


def recommendation_index(*, promoters: int, detractors: int, answers: int) -> float:
    """The raw index in points: 100 (promoters − detractors) / answers. Refuses without an answer."""
    _need(answers, 1)
    return FULL * (promoters - detractors) / answers


def recommendation_interval(
    *, promoters: int, detractors: int, answers: int, level: float = LEVEL
) -> Interval:
    """The interval of a recommendation index in points, clipped to ±100.

    Adjusted Wald: ¾ of a promoter and ¾ of a detractor added, 3 answers in all (Rocks, "Interval
    estimation for the Net Promoter Score", The American Statistician 70 (2016) 365–372). Its centre is
    not the raw index, which is why the two are not concentric.
    """
    _need(answers, 1)
    up, down, n = promoters + 0.75, detractors + 0.75, answers + 3
    centre = (up - down) / n
    half = _z(level) * sqrt(max(((up + down) / n - centre**2) / n, 0.0))
    return Interval(FULL * max(centre - half, -1.0), FULL * min(centre + half, 1.0))


def wilson(*, successes: int, trials: int, level: float = LEVEL) -> Interval:
    """The score interval of a share in [0, 1] (Wilson, JASA 22 (1927) 209–212)."""
    _need(trials, 1)
    z = _z(level)
    share, z2 = successes / trials, z * z
    centre = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = z * sqrt(share * (1 - share) / trials + z2 / (4 * trials**2)) / (1 + z2 / trials)
    # The ends of an extreme share are exactly 0 and 1; rounding must not say otherwise.
    low = 0.0 if successes == 0 else max(centre - half, 0.0)
    high = 1.0 if successes == trials else min(centre + half, 1.0)
    return Interval(low, high)


def garwood(*, events: int, level: float = LEVEL) -> Interval:
    """The exact interval of a Poisson mean by how often it happened (Garwood, Biometrika 28 (1936) 437)."""
    tail = (1 - level) / 2
    low = float(chdtri(2 * events, 1 - tail)) / 2 if events else 0.0
    return Interval(low, float(chdtri(2 * events + 2, tail)) / 2)


def poisson_ratio(*, events: int, before: int, level: float = LEVEL) -> Interval:
    """The exact interval of the ratio of two Poisson means by two counts of equally long spans.

    Given their sum the first count is binomial (Przyborowski & Wilenski, Biometrika 31 (1940) 313–323);
    the ends of its share are those of Clopper & Pearson, Biometrika 26 (1934) 404–413. Refuses where
    nothing happened in the span before: there is no ratio then.
    """
    _need(before, 1)
    tail = (1 - level) / 2
    low = float(betaincinv(events, before + 1, tail)) if events else 0.0
    high = float(betaincinv(events + 1, before, 1 - tail))
    return Interval(low / (1 - low), high / (1 - high))


def mean_estimate(values: Sequence[float], *, level: float = LEVEL) -> Estimate:
    """A mean with its interval by Student's t; refuses under two values."""
    n = len(values)
    _need(n, 2)
    mean = sum(values) / n
    variance = sum((value - mean) ** 2 for value in values) / (n - 1)
    half = float(stdtrit(n - 1, (1 + level) / 2)) * sqrt(variance / n)
    return Estimate(mean, Interval(mean - half, mean + half), n)


def account_index(scores_by_account: Sequence[Sequence[int]], *, level: float = LEVEL) -> Estimate:
    """The mean of the accounts' own recommendation indices in points, each account one voice.

    Colleagues of one company resemble each other, so their answers are not independent; companies are.
    Scores are 0–10. Interval by t on G − 1, clipped to ±100; refuses under two accounts.
    """
    own = [index_of(scores) for scores in scores_by_account if scores]
    found = mean_estimate(own, level=level)
    low, high = max(found.interval.low, -FULL), min(found.interval.high, FULL)
    return Estimate(found.value, Interval(low, high), found.n)


def index_of(scores: Sequence[int]) -> float:
    """The raw recommendation index of 0–10 scores in points."""
    promoters, detractors = voices(scores)
    return recommendation_index(promoters=promoters, detractors=detractors, answers=len(scores))


def voices(scores: Sequence[int]) -> tuple[int, int]:
    """How many promote (9 and 10) and how many detract (0 to 6)."""
    return sum(score >= 9 for score in scores), sum(score <= 6 for score in scores)  # noqa: PLR2004 -- by definition


def _z(level: float) -> float:
    return float(ndtri((1 + level) / 2))


def _need(have: int, need: int) -> None:
    if have < need:
        raise TooFewAnswers(have=have, need=need)
