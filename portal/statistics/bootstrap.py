"""Intervals by resampling, from a seed that is written down: the same data give the same interval."""

from collections.abc import Sequence

import numpy as np

from portal.statistics.intervals import LEVEL, Interval, TooFewAnswers

RESAMPLES = 1000
SEED = 19_079_301
LEAST = 5
"""Fewer values than these on a side say nothing of their spread."""


class Resampled:
    """The means of the resamples of some values: drawn once, for as many ratios as there are."""

    def __init__(self, values: Sequence[float]) -> None:
        if len(values) < LEAST or sum(values) <= 0:
            raise TooFewAnswers(have=len(values), need=LEAST)
        self.means = _means(values, np.random.default_rng(SEED + 1))


def ratio_of_means(values: Sequence[float], others: Resampled, *, level: float = LEVEL) -> Interval:
    """The percentile interval of mean(values) / mean(others), each side resampled by itself.

    Efron & Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13. Refuses under five values
    on a side, or where the others' mean is not positive.
    """
    if len(values) < LEAST:
        raise TooFewAnswers(have=len(values), need=LEAST)
    ratios = _means(values, np.random.default_rng(SEED)) / np.maximum(others.means, np.finfo(float).tiny)
    tail = (1 - level) / 2
    low, high = np.quantile(ratios, [tail, 1 - tail])
    return Interval(float(low), float(high))


def _means(values: Sequence[float], dice: np.random.Generator) -> np.ndarray:
    found = np.asarray(values, dtype=float)
    picks = dice.integers(0, len(found), size=(RESAMPLES, len(found)))
    means: np.ndarray = found[picks].mean(axis=1)
    return means
