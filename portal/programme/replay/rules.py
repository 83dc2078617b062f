"""One account's past under a schedule of rules, in plain numbers.

It gives the points and tiers that `timeline.play` gives, without entries, seals and derivations, so
that a year of every account is replayed in seconds. Days are ordinals; facts come in the order of
their days and are not kept, so that memory does not grow with their number. What was taken back is
not among the facts: the past is replayed as it stands now, each stay on its own day.

The price paid is taken as the price before the discount, under whatever rules: what is compared is
the discount that the rules would give on it. Points, nights and spend are counted from what was paid.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappush
from typing import Any, NamedTuple

from portal.programme.purses.rules import Purse
from portal.programme.ranks.rules import nearest
from portal.programme.reviews.rules import first_review
from portal.programme.tariffs.rules import NEVER, Bases, Tariff, review_days_of
from portal.programme.window.rules import Window

_BROUGHT, _GIVEN, _WISHED = range(3)


class Fact(NamedTuple):
    """A stay or an order that stands. `day` is the one on which it earns.

    `first` and `nights` are those of a stay; `counted_on` is the day by which its money counts.
    `key` puts the facts of a day in order.
    """

    day: int
    key: str
    first: int
    nights: int
    counted_on: int
    bases: Bases
    base_cents: int
    event_cents: int = 0


class Given(NamedTuple):
    """Points that were not earned by a stay or an order: the same under any rules."""

    day: int
    activates_on: int
    expires_on: int
    points: int


class Redeemed(NamedTuple):
    """A wish of so many points that was granted; another set of rules grants its worth in money."""

    day: int
    points: int


class Brought(NamedTuple):
    """A tier that a company was given without earning it here: the same under any rules."""

    day: int
    tier: str


@dataclass(slots=True)
class Span:
    """What was slept, paid and given while the account had one tier."""

    stays: int = 0
    nights: int = 0
    paid_cents: int = 0
    discount_cents: int = 0
    points: int = 0


class Player:
    """An account on its way through time under one schedule of rules."""

    def __init__(self, schedule: Sequence[Tariff], joined: int | None) -> None:
        self.schedule = schedule
        self.review_days = review_days_of(schedule)
        self.joined = joined
        self.place = 0
        self.tariff = schedule[0]
        self.left = self.tariff.codes
        self.tier = self.tariff.codes[0]
        self.rank = 0
        self.grace_until: int | None = None
        self.next_review = NEVER
        self.next_switch = schedule[1].begins if len(schedule) > 1 else NEVER
        self.earns_from = self.tariff.earns_from(joined)
        self.window = Window(self.tariff.window_days)
        self.purse = Purse()
        self.spans: dict[str, Span] = {}
        self.rises = self.falls = 0

    def fork(self, schedule: Sequence[Tariff], day: int) -> "Player":
        """The same account from a day on under another schedule; its sums begin anew."""
        self.advance(day - 1)
        self.purse.settle(day - 1)
        other = Player.__new__(Player)
        for name in ("joined", "tier", "rank", "grace_until", "earns_from"):
            setattr(other, name, getattr(self, name))
        other.schedule, other.tariff, other.left = schedule, self.tariff, self.left
        other.review_days = review_days_of(schedule)
        begun = self.next_review != NEVER
        other.next_review = first_review(other.review_days, day - 1) if begun else NEVER
        other.window = self.window.copy()
        other.purse = Purse(list(self.purse.waiting), dict(self.purse.active))
        other.spans, other.rises, other.falls = {}, 0, 0
        # On its first day it goes over to the rules of its own schedule.
        in_force = max(sum(tariff.begins <= day for tariff in schedule), 1) - 1
        other.place, other.next_switch = in_force - 1, day
        return other

    def play(self, fact: Fact) -> None:
        """Count a stay or an order and give its points, by the tier of the moment; then look at the tier."""
        day = fact.day
        if self.next_review == NEVER:
            self.begin(day)
        elif day >= self.next_review or day >= self.next_switch:
            self.advance(day)
        tariff, rank = self.tariff, self.rank
        self.note(fact, tariff, rank)
        window = self.window
        window.move(day)
        window.add(day, fact.first, fact.nights, fact.counted_on, fact.base_cents, fact.event_cents)
        if rank < tariff.top or self.grace_until is not None:
            reached = self.reached()
            if reached > rank or (reached == rank and self.grace_until is not None):
                self.judge(reached, day)

    def begin(self, day: int) -> None:
        """Start the account's calendar."""
        self.switch(day)
        self.next_review = first_review(self.review_days, day)

    def note(self, fact: Fact, tariff: Tariff, rank: int) -> None:
        """Add a fact to the sums of the tier, and its points to the purse."""
        span = self.spans.get(self.tier)
        if span is None:
            span = self.spans[self.tier] = Span()
        day, bases = fact.day, fact.bases
        points = tariff.points(rank, bases) if fact.counted_on >= self.earns_from else 0
        if points:
            span.points += points
            heappush(self.purse.waiting, (day + tariff.activation_days, tariff.dies(day), points))
        if fact.nights:
            span.stays += 1
            span.nights += fact.nights
        span.paid_cents += fact.base_cents
        span.discount_cents += tariff.discount_cents(rank, bases)

    def give(self, given: Given) -> None:
        """Take in points that the hotel gave."""
        heappush(self.purse.waiting, (given.activates_on, given.expires_on, given.points))

    def redeem(self, day: int, worth_cents: int) -> None:
        """Pay with points, as far as they go; `worth_cents` is what was paid with them."""
        self.advance(day)
        self.purse.settle(day)
        self.purse.spend(worth_cents // self.tariff.point_value_cents)

    def bring(self, brought: Brought) -> None:
        """Have a tier that was brought along, until a review finds otherwise."""
        if self.next_review == NEVER:
            self.begin(brought.day)
        self.advance(brought.day)
        rank = self.rank_of(brought.tier, self.left)
        if rank > self.rank:
            self.hold(rank)

    def advance(self, day: int) -> None:
        """Hold the reviews up to and including a day, each under the rules of its day."""
        while self.next_review <= day:
            review_on = self.next_review
            self.switch(review_on)
            self.review(review_on)
            self.next_review = first_review(self.review_days, review_on)
        self.switch(day)

    def review(self, day: int) -> None:
        """Hold the monthly review."""
        window = self.window
        window.move(day)
        self.purse.settle(day)
        if self.rank or self.grace_until is not None or window.nights or window.spend_cents:
            self.judge(self.reached(), day)

    def reached(self) -> int:
        """The highest tier that the window opens, by its rank."""
        window = self.window
        return self.tariff.reached(window.nights, window.spend_cents, window.event_cents)

    def judge(self, reached: int, day: int) -> None:
        """What a review makes of the tier; `standing.rules.review` says it with its derivation."""
        if reached > self.rank:
            self.rises += 1
            self.hold(reached)
        elif reached == self.rank:
            self.grace_until = None
        elif self.grace_until is None:
            self.grace_until = day + self.tariff.grace_days
        elif day >= self.grace_until:
            self.falls += 1
            self.hold(self.rank - 1)

    def hold(self, rank: int) -> None:
        """Have a tier, without any grace."""
        self.rank, self.tier, self.grace_until = rank, self.tariff.codes[rank], None

    def switch(self, day: int) -> None:
        """Go over to the rules in force on a day."""
        if day < self.next_switch:
            return
        schedule = self.schedule
        while self.next_switch <= day:
            self.place += 1
            self.left, self.tariff = self.tariff.codes, schedule[self.place]
            self.window.resize(self.tariff.window_days, self.next_switch)
            if self.next_review == NEVER:
                # Nothing has come in yet: an account begins in the lowest tier of its first day.
                self.hold(0)
            elif self.tier in self.tariff.codes:
                self.rank = self.tariff.codes.index(self.tier)
            else:
                self.hold(self.rank_of(self.tier, self.left))
            self.next_switch = schedule[self.place + 1].begins if self.place + 1 < len(schedule) else NEVER
        self.earns_from = self.tariff.earns_from(self.joined)

    def rank_of(self, tier: str, before: Sequence[str]) -> int:
        """How high a tier stands; for one that is gone `standing.rules.carry` says what follows it."""
        codes = self.tariff.codes
        if tier in codes:
            return codes.index(tier)
        return max(codes.index(nearest(before, codes, tier)), self.reached())


@dataclass(frozen=True, slots=True)
class Replayed:
    """One account under one schedule: what the period gave it, and where it stood at its end."""

    tier: str
    rank: int
    spans: dict[str, Span]
    spent_points: int
    expired_points: int
    outstanding_points: int
    point_value_cents: int
    point_cost_bp: int
    rises: int
    falls: int
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What the rules call their tiers, where they name them themselves."""

    @property
    def points(self) -> int:
        """Points that stays and orders earned in the period."""
        return sum(span.points for span in self.spans.values())

    @property
    def discount_cents(self) -> int:
        """What the discounts took off what was paid."""
        return sum(span.discount_cents for span in self.spans.values())

    @property
    def worth_cents(self) -> int:
        """What the account has of it: discounts, and points at their face value."""
        return self.discount_cents + self.points * self.point_value_cents


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of an account: its facts in order, points and tiers given, points redeemed, and when
    it joined.
    """

    facts: Iterable[Fact]
    given: Sequence[Given] = ()
    redeemed: Sequence[Redeemed] = ()
    brought: Sequence[Brought] = ()
    joined: int | None = None


def replay(
    *, past: Past, start: int, until: int, ran: Sequence[Tariff], schedules: Sequence[Sequence[Tariff]]
) -> list[Replayed]:
    """Replay a past under each schedule from `start` to `until`, both included.

    Up to the start an account is played once, under the rules that `ran`: there all begin alike.
    """
    before = Player(ran, past.joined)
    others = _Others(past, ran)
    players: list[Player] = []
    for fact in past.facts:
        if fact.day > until:
            break
        if fact.day >= start and not players:
            players = _forked(before, others, schedules, start)
        now = players or (before,)
        others.begin(now, fact.day)
        for player in now:
            player.play(fact)
    players = players or _forked(before, others, schedules, start)
    others.end(players, until)
    for player in players:
        player.advance(until)
        player.purse.settle(until)
    return [_replayed(player) for player in players]


class _Others:
    """What happens beside earning, in the order of days: tiers brought along, points given and redeemed.

    Of a day the tiers come before its facts, the points after them.
    """

    def __init__(self, past: Past, ran: Sequence[Tariff]) -> None:
        coming: list[tuple[int, int, Any]] = [(one.day, _BROUGHT, one) for one in past.brought]
        coming += [(one.day, _GIVEN, one) for one in past.given]
        coming += [
            (one.day, _WISHED, one.points * _at(ran, one.day).point_value_cents) for one in past.redeemed
        ]
        self._coming = sorted(coming, reverse=True)

    def begin(self, players: Iterable[Player], day: int) -> None:
        """Let happen what happened before the facts of a day."""
        self._happen(players, (day, _BROUGHT))

    def end(self, players: Iterable[Player], day: int) -> None:
        """Let happen what happened up to the end of a day."""
        self._happen(players, (day, _WISHED))

    def _happen(self, players: Iterable[Player], until: tuple[int, int]) -> None:
        coming = self._coming
        while coming and coming[-1][:2] <= until:
            day, kind, what = coming.pop()
            for player in players:
                if kind == _BROUGHT:
                    player.bring(what)
                elif kind == _GIVEN:
                    player.give(what)
                else:
                    player.redeem(day, what)


def _forked(
    before: Player, others: _Others, schedules: Sequence[Sequence[Tariff]], start: int
) -> list[Player]:
    others.end((before,), start - 1)
    return [before.fork(schedule, start) for schedule in schedules]


def _at(schedule: Sequence[Tariff], day: int) -> Tariff:
    begun = [tariff for tariff in schedule if tariff.begins <= day]
    return begun[-1] if begun else schedule[0]


def _replayed(player: Player) -> Replayed:
    rules = player.tariff.rules
    return Replayed(
        tier=player.tier,
        rank=player.rank,
        spans=player.spans,
        spent_points=player.purse.spent_points,
        expired_points=player.purse.expired_points,
        outstanding_points=player.purse.outstanding_points,
        point_value_cents=rules.point_value_cents,
        point_cost_bp=rules.point_cost_bp,
        rises=player.rises,
        falls=player.falls,
        names=rules.own_names,
    )
