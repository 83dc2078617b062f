"""What a rehearsal finds: account by account, and added up. Money is EUR cents.

An account gains what it has more of discounts and points, points at their face value; the house pays
what the discounts come to and what a spent point costs it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from portal.derivation import Derived, Json, Step, recipe
from portal.programme.comparison.rules import Change, differences
from portal.programme.ranks.rules import merged
from portal.programme.replay.rules import Replayed, Span
from portal.programme.rules import Refusal, Rules, share_cents

PERIODS = (12, 18, 24)
FRESH_DAYS = 31
"""A rehearsal that ends so long before the last day that was played is too old to publish by."""
KEPT = timedelta(days=180)
"""How long the figures of single companies are kept, where no version was published by them."""
TIDY_JOB = "programme.rehearsals_tidy"
SIZES = (0, 1, 25, 75, 200)
"""Classes of accounts by the nights of the period: from so many on."""
MONTHS_IN_YEAR = 12
TIERS = "tiers"
REPLAYED_OF_A_TIER = frozenset({"nights", "spend_cents", "stay_discount_bp", "points_per_euro", "hall_av_bp"})
NAMES = frozenset({"code", "en", "ru"})
"""What a tier is called decides nothing."""
REPLAYED = frozenset(
    {
        "doors", "credit_step_cents", "credit_max_nights", "window_days", "grace_days", "review_day",
        "cap_bp", "accrual", "earning_starts", "point_value_cents", "point_cost_bp", "activation_days",
        "lot_months",
    }
)  # fmt: skip
"""What a replay reads of the rules; whatever else changes, it says nothing of."""
BY_TIER, BY_COUNTRY, BY_SIZE = "tier", "country", "size"


class NothingPlayedYet(Refusal):
    """No stay has been played: there is no past to rehearse over."""


class AskedOtherwise(Refusal):
    """The form was sent before and asked for another rehearsal."""


def begins_on(ends_on: date, months: int) -> date:
    """The first day of a period of so many whole months that ends with a day."""
    after = ends_on + timedelta(days=1)
    year, month = divmod(after.year * MONTHS_IN_YEAR + after.month - 1 - months, MONTHS_IN_YEAR)
    # The 31st of a short month is its last day.
    following = date(year + (month + 1) // MONTHS_IN_YEAR, (month + 1) % MONTHS_IN_YEAR + 1, 1)
    last = (following - timedelta(days=1)).day
    return date(year, month + 1, min(after.day, last))


def difference(*, before: Replayed, after: Replayed, version: int, begins: date, ends: date) -> Derived[int]:
    """What an account gains by the rehearsed rules, with the sums behind it."""
    return _difference(
        version=version,
        from_date=begins.isoformat(),
        until_date=ends.isoformat(),
        before=_side(before),
        after=_side(after),
    )


def _side(replayed: Replayed) -> dict[str, Any]:
    spans = [
        [code, span.stays, span.nights, span.paid_cents, span.discount_cents, span.points]
        for code, span in replayed.spans.items()
    ]
    side: dict[str, Any] = {"tiers": spans, "point_value_cents": replayed.point_value_cents}
    # The two sides may call one tier by two names.
    return side | {"names": dict(replayed.names)} if replayed.names else side


@recipe("rehearsal.account")
def _difference(*, version: int, **inputs: Any) -> Derived[int]:
    worth, steps = {}, []
    for side in ("before", "after"):
        value_cents, names = inputs[side]["point_value_cents"], inputs[side].get("names", {})
        off, points = 0, 0
        for tier, stays, nights, paid, discount, earned in inputs[side]["tiers"]:
            off, points = off + discount, points + earned
            values: dict[str, Json] = {"tier": names.get(tier, tier), "stays": stays, "slept_nights": nights}
            values |= {"paid_cents": paid, "off_cents": discount, "earned_points": earned}
            steps.append(Step(f"rehearsal.{side}", values))
        worth[side] = off + points * value_cents
        sums: dict[str, Json] = {"off_cents": off, "earned_points": points}
        sums |= {"value_cents": value_cents, "worth_cents": worth[side]}
        steps.append(Step(f"rehearsal.{side}_sum", sums))
    gain = worth["after"] - worth["before"]
    last: dict[str, Json] = {"after_cents": worth["after"], "before_cents": worth["before"]}
    steps.append(Step("rehearsal.gain", last | {"gain_cents": gain}))
    return Derived(gain, "rehearsal.account", version, inputs, tuple(steps))


@dataclass(slots=True)
class Sums:
    """What one set of rules gave in the period, and what the house owed at its end."""

    discount_cents: int = 0
    points: int = 0
    worth_cents: int = 0
    cost_cents: int = 0
    spent_points: int = 0
    expired_points: int = 0
    outstanding_points: int = 0
    liability_cents: int = 0

    def add(self, one: Replayed) -> None:
        """Take in one account."""
        self.discount_cents += one.discount_cents
        self.points += one.points
        self.worth_cents += one.worth_cents
        self.cost_cents += one.discount_cents + cost_of(one, one.points)
        self.spent_points += one.spent_points
        self.expired_points += one.expired_points
        self.outstanding_points += one.outstanding_points
        self.liability_cents += cost_of(one, one.outstanding_points)


def cost_of(one: Replayed, points: int) -> int:
    """What points cost the house once they are spent."""
    return share_cents(points * one.point_value_cents, one.point_cost_bp)


@dataclass(slots=True)
class Tally:
    """How many gain, lose and stay as they are, and what they gain together."""

    winners: int = 0
    losers: int = 0
    same: int = 0
    gain_cents: int = 0

    def add(self, gain_cents: int) -> None:
        """Take in one account."""
        self.winners += gain_cents > 0
        self.losers += gain_cents < 0
        self.same += gain_cents == 0
        self.gain_cents += gain_cents

    def join(self, other: "Tally") -> None:
        """Take in another tally."""
        self.winners += other.winners
        self.losers += other.losers
        self.same += other.same
        self.gain_cents += other.gain_cents


@dataclass(slots=True)
class Trial:
    """One set of rules beside those until now."""

    sums: Sums = field(default_factory=Sums)
    tally: Tally = field(default_factory=Tally)

    def add(self, ran: Replayed, tried: Replayed) -> None:
        """Take in one account."""
        self.sums.add(tried)
        self.tally.add(tried.worth_cents - ran.worth_cents)


@dataclass(slots=True)
class Findings:
    """The whole of a rehearsal. `schemes` are the classic ones, by their code."""

    before: Sums = field(default_factory=Sums)
    draft: Trial = field(default_factory=Trial)
    schemes: dict[str, Trial] = field(default_factory=dict)
    tiers: list[str] = field(default_factory=list)
    """The tiers of both sides in one order, from the lowest."""
    names: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    """What each side calls its tiers, where it names them itself: `before` and `after`."""
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    segments: dict[str, dict[str, Tally]] = field(default_factory=dict)
    lifted: int = 0
    lowered: int = 0
    left_out: list[str] = field(default_factory=list)
    """Fields that change and of which a replay says nothing."""

    def add(self, ran: Replayed, draft: Replayed, *, country: str) -> None:
        """Take in one account under the rules until now and under the draft."""
        self.before.add(ran)
        self.draft.add(ran, draft)
        self.moves[ran.tier, draft.tier] += 1
        move = higher_by(self.tiers, ran.tier, draft.tier)
        self.lifted += move > 0
        self.lowered += move < 0
        gain = draft.worth_cents - ran.worth_cents
        size = size_of(sum(span.nights for span in ran.spans.values()))
        for kind, key in ((BY_TIER, ran.tier), (BY_COUNTRY, country), (BY_SIZE, str(size))):
            self.segments.setdefault(kind, {}).setdefault(key, Tally()).add(gain)

    def try_schemes(self, ran: Replayed, tried: Iterable[tuple[str, Replayed]]) -> None:
        """Take in the same account under the classic schemes."""
        for code, replayed in tried:
            self.schemes.setdefault(code, Trial()).add(ran, replayed)

    @property
    def accounts(self) -> int:
        """How many accounts were replayed."""
        return self.draft.tally.winners + self.draft.tally.losers + self.draft.tally.same

    @property
    def cost_cents(self) -> int:
        """What the draft costs the house more."""
        return self.draft.sums.cost_cents - self.before.cost_cents

    @property
    def changes_nothing(self) -> bool:
        """Whether it is the same for everybody, to the last point."""
        tally = self.draft.tally
        moved = any(before != after for before, after in self.moves)
        return not (tally.winners or tally.losers or moved) and self.before == self.draft.sums

    def to_json(self) -> dict[str, Any]:
        """Plain values, as a database keeps them."""
        plain = asdict(self)
        plain["moves"] = [[*pair, count] for pair, count in sorted(self.moves.items())]
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Findings":
        """Findings that were kept."""
        return cls(
            before=Sums(**plain["before"]),
            draft=_trial(plain["draft"]),
            schemes={code: _trial(trial) for code, trial in plain["schemes"].items()},
            tiers=plain["tiers"],
            names=plain.get("names", {}),
            moves=Counter({(before, after): count for before, after, count in plain["moves"]}),
            segments={
                kind: {key: Tally(**tally) for key, tally in tallies.items()}
                for kind, tallies in plain["segments"].items()
            },
            lifted=plain["lifted"],
            lowered=plain["lowered"],
            left_out=plain.get("left_out", []),
        )


def _names(rules: Rules, other: Rules) -> dict[str, dict[str, str]]:
    """What one side calls its tiers, where either side does not go by the usual name."""
    named = {*rules.own_names, *other.own_names}
    return {tier.code: asdict(tier.called) for tier in rules.tiers if tier.code in named}


def begun(before: Rules, after: Rules) -> Findings:
    """Findings before the first account."""
    return Findings(
        tiers=merged(before.codes, after.codes),
        names={"before": _names(before, after), "after": _names(after, before)},
        left_out=left_out(before, after),
    )


def _trial(plain: Mapping[str, Any]) -> Trial:
    return Trial(Sums(**plain["sums"]), Tally(**plain["tally"]))


def codes(found: Findings) -> list[str]:
    """Every tier that some account had or would have had, from the lowest."""
    order = list(dict.fromkeys([pair[0] for pair in found.moves] + [pair[1] for pair in found.moves]))
    known = found.tiers
    return sorted(order, key=lambda code: (code not in known, known.index(code) if code in known else 0))


def higher_by(order: Sequence[str], before: str, after: str) -> int:
    """By how many tiers `after` is the higher, in the order of both sides together; below zero when lower."""
    return order.index(after) - order.index(before)


def size_of(nights: int) -> int:
    """The class of an account by its nights: where it begins."""
    return max(least for least in SIZES if least <= nights)


def versions_of(ran: Sequence[Rules], begins: date, ends: date) -> list[Rules]:
    """The versions that were in force on some day of a period, in their order."""
    in_order = sorted(ran, key=lambda rules: (rules.effective_from, rules.version))
    found = []
    for place, rules in enumerate(in_order):
        over = in_order[place + 1].effective_from if place + 1 < len(in_order) else date.max
        if rules.effective_from <= ends and over > max(begins, rules.effective_from):
            found.append(rules)
    return found


def left_out(before: Rules, after: Rules) -> list[str]:
    """The fields that change and that no replay reads, in the order of the rules."""
    found = [name for change in differences(before, after) for name in _changed(change)]
    return [name for name in dict.fromkeys(found) if name not in REPLAYED | REPLAYED_OF_A_TIER | NAMES]


def _changed(change: Change) -> Iterable[str]:
    """Of tiers the fields that change, all of them where a whole tier comes or goes; else the part."""
    if change.part != TIERS:
        return (change.part,)
    line: Any = change.after or change.before
    return (change.field,) if change.field else list(line)


def total(spans: Iterable[Span]) -> Span:
    """Spans together."""
    whole = Span()
    for span in spans:
        whole.stays += span.stays
        whole.nights += span.nights
        whole.paid_cents += span.paid_cents
        whole.discount_cents += span.discount_cents
        whole.points += span.points
    return whole
