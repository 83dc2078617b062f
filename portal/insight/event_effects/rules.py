"""What went with an event: the nights of who came, beside those of comparable companies. Pure.

Each company that came is paired with the one most like it among those it is compared with: of the same
tier on the day, and near to it in the nights and the spend of the twelve months before and in the nights of
the compared days before (nearest neighbour within a caliper, without replacement): a company that happened
to stay much just before would fall back by itself, and flatter who came. What is compared is how the nights
changed, after against before, so that a company which stays much anyway counts for nothing (a difference of
differences). Whoever comes chooses to come: this goes with the event and does not show that it came of it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import dist, log1p, sqrt

from portal.statistics.intervals import Estimate, mean_estimate

WINDOWS = (180, 90)
"""Days before and after that are compared: the longest that has passed."""
LEAST_PAIRS = 10
"""Fewer pairs than these say nothing that could be told from chance."""
CALIPER = 0.5
"""How far apart a pair may be, in standard deviations of all companies."""
Traits = tuple[float, float, float]
"""Nights and spend of the twelve months before, and nights of the compared days before."""


@dataclass(frozen=True, slots=True)
class Client:
    """What is known of one company around the day of the event."""

    account_id: int
    tier: str
    year_nights: int
    year_cents: int
    """Nights and room spend of the twelve months before."""
    before: int
    after: int
    """Nights in the window before the day, and in the one after it."""

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """Who came beside others: the pairs, their means, and by how much more their nights changed."""

    pairs: tuple[tuple[Client, Client], ...]
    unmatched: int
    """Companies that came and have nobody like them among the others, or had no stay in the year before."""
    estimate: Estimate | None
    """Extra nights a company, with its interval; none where there are too few pairs."""

    @property
    def have(self) -> int:
        return len(self.pairs)

    @property
    def means(self) -> tuple[float, float, float, float]:
        """Nights a company: of who came before and after, of the others before and after."""
        columns = zip(*((a.before, a.after, b.before, b.after) for a, b in self.pairs), strict=True)
        one, two, three, four = (sum(column) / len(self.pairs) for column in columns)
        return one, two, three, four


def window_on(*, day: date, through: date) -> int | None:
    """How many days before and after the event can be compared; none while too few have passed."""
    return next((days for days in WINDOWS if day + timedelta(days=days) <= through), None)


def told_from(*, day: date) -> date:
    """From which day on something can be told."""
    return day + timedelta(days=min(WINDOWS))


def compare(came: Sequence[Client], others: Sequence[Client], *, strangers: int = 0) -> Comparison:
    """Pair who came with others, and tell by how much more their nights changed.

    `strangers` are companies that came and had no stay in the year before: nobody is like them.
    """
    scale = _scale([*came, *others])
    free = _Free(others, scale)
    pairs: list[tuple[Client, Client]] = []
    # Whoever stays most is hardest to match and chooses first; the order hangs on nothing else.
    for client in sorted(came, key=lambda one: (-one.year_nights, one.account_id)):
        other = free.take_nearest(client)
        if other is not None:
            pairs.append((client, other))
    extra = [client.change - other.change for client, other in pairs]
    return Comparison(
        pairs=tuple(pairs),
        unmatched=len(came) + strangers - len(pairs),
        estimate=mean_estimate(extra) if len(pairs) >= LEAST_PAIRS else None,
    )


class _Free:
    """The companies that nobody is paired with yet: by tier, in the order of their nights, so that only those
    within the caliper are looked at.
    """

    def __init__(self, others: Sequence[Client], scale: Traits) -> None:
        self.scale = scale
        self.by_tier: dict[str, list[tuple[Traits, int, Client]]] = {}
        for other in others:
            self.by_tier.setdefault(other.tier, []).append((self._place(other), other.account_id, other))
        for placed in self.by_tier.values():
            placed.sort(key=lambda one: one[:2])

    def take_nearest(self, client: Client) -> Client | None:
        """The one most like a company, which then is free no more; none where none is near enough."""
        placed, place = self.by_tier.get(client.tier, []), self._place(client)
        first = bisect_left(placed, place[0] - CALIPER, key=lambda one: one[0][0])
        last = bisect_right(placed, place[0] + CALIPER, key=lambda one: one[0][0])
        near = [(dist(place, placed[at][0]), placed[at][1], at) for at in range(first, last)]
        distance, _account_id, at = min(near, default=(CALIPER + 1, 0, 0))
        return placed.pop(at)[2] if distance <= CALIPER else None

    def _place(self, client: Client) -> Traits:
        nights, spend, before = _traits(client)
        return nights / self.scale[0], spend / self.scale[1], before / self.scale[2]


def _scale(clients: Sequence[Client]) -> Traits:
    """The standard deviation of each trait; where all are alike, one."""
    nights, spend, before = zip(*map(_traits, clients), strict=True) if clients else ((), (), ())
    return _deviation(nights), _deviation(spend), _deviation(before)


def _traits(client: Client) -> Traits:
    # Logarithms: between two nights and four lies more than between forty and forty-two.
    return log1p(client.year_nights), log1p(client.year_cents / 100), log1p(client.before)


def _deviation(values: Sequence[float]) -> float:
    mean = sum(values) / len(values) if values else 0.0
    found = sqrt(sum((value - mean) ** 2 for value in values) / len(values)) if values else 0.0
    return found or 1.0
