"""Where a figure stands among others: quantiles and places among peers."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor


class NoPeers(ValueError):
    """There is nobody to be compared with."""


@dataclass(frozen=True, slots=True)
class Rank:
    """How many peers are below a value, and how many are level with it."""

    below: int
    level: int
    peers: int

    @property
    def percentile(self) -> int:
        """The mid-rank in whole percent: 50 is the middle, ties count half."""
        return floor(100 * (self.below + self.level / 2) / self.peers + 0.5)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which the share (0 to 1) lies, linear between neighbours.

    Type 7 of Hyndman & Fan, "Sample quantiles in statistical packages", The American Statistician 50
    (1996) 361–365; what spreadsheets give.
    """
    if not values:
        raise NoPeers
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def rank_among(value: float, peers: Sequence[float], *, without: float | None = None) -> Rank:
    """Where a value stands among its peers', which are in ascending order; one of them may be left out."""
    here = bisect_left(peers, value)
    below, level, others = here, bisect_right(peers, value) - here, len(peers)
    if without is not None:
        below, level, others = below - (without < value), level - (without == value), others - 1
    if not others:
        raise NoPeers
    return Rank(below, level, others)


def middle(ordered: Sequence[float], *, without: float | None = None) -> float:
    """The median of values in ascending order, one of which may be left out."""
    others = len(ordered) - (without is not None)
    if not others:
        raise NoPeers
    left_out = bisect_left(ordered, without) if without is not None else others
    low, high = ((place + (place >= left_out)) for place in ((others - 1) // 2, others // 2))
    return (ordered[low] + ordered[high]) / 2
