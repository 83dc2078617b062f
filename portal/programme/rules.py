"""The rules of the programme as data: a version, the day it takes effect, and every number in it.

Nothing here is a constant: a manager publishes a new version, and what was computed under an
older one keeps saying so. Money is EUR cents, percentages are basis points, nights and points
are whole numbers.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from portal.derivation import Derived, Json
from portal.programme.reading.rules import (
    WHOLE_BP,
    ChoiceUnknown,
    FieldMissing,
    FieldMistyped,
    FieldOutOfRange,
    FieldUnknown,
    Refusal,
    RulesInvalid,
    check_ranges,
    read,
)
from portal.programme.terms import rules as terms
from portal.programme.terms.rules import (
    BY_NIGHTS,
    BY_SPEND,
    CATEGORIES,
    EITHER,
    FOOD_AND_DRINK,
    FROM_HISTORY,
    HALLS_AND_EQUIPMENT,
    OTHER_SERVICES,
    ROOMS,
    TIER_NAMES,
    UNNAMED,
    VIP_BUNDLE,
    AccrualShares,
    Combination,
    Compensation,
    Floor,
    Names,
    Promotion,
    VatRate,
)

__all__ = [
    "BY_NIGHTS",
    "BY_SPEND",
    "CATEGORIES",
    "EITHER",
    "FOOD_AND_DRINK",
    "FROM_HISTORY",
    "HALLS_AND_EQUIPMENT",
    "OTHER_SERVICES",
    "ROOMS",
    "VIP_BUNDLE",
    "WHOLE_BP",
    "ChoiceUnknown",
    "FieldMissing",
    "FieldMistyped",
    "FieldOutOfRange",
    "FieldUnknown",
    "Refusal",
    "Rules",
    "RulesInvalid",
]


T = TypeVar("T")


class DoorsNotRising(RulesInvalid):
    """A higher tier must not be easier to reach, nor be worth less, than the one below it."""


class FirstDoorNotOpen(RulesInvalid):
    """The lowest tier must be open to all: 0 nights, 0 spend."""


class TierTwice(RulesInvalid):
    """Two tiers bear the same code."""


class TierNamedHalf(RulesInvalid):
    """A tier has a name in one language and none in another."""


class TierNameTwice(RulesInvalid):
    """Two tiers are called the same."""


class LadderNotRising(RulesInvalid):
    """More kinds in a bundle must give a larger discount."""


class ActivationAfterDeath(RulesInvalid):
    """Points would die before they become active."""


class UnknownTier(Refusal):
    """There is no such tier in this version of the rules."""


class NoRulesInForce(Refusal):
    """No version of the rules was in effect on that day."""


@dataclass(frozen=True, slots=True)
class TierRules:
    """One tier: the doors that lead to it and what it gives."""

    code: str
    nights: int
    spend_cents: int
    stay_discount_bp: int
    points_per_euro: int
    invitee_meals_bp: int
    invitee_rooms_bp: int
    hall_av_bp: int
    points_share_bp: int
    guest_passes_a_quarter: int
    events_a_year: int
    seats_an_event: int
    late_checkout: str | None
    souvenir: str
    # Younger than version 1, as below: the code never changes, a name may from version to version.
    name: Names = UNNAMED

    @property
    def called(self) -> Names:
        """Its name; that of its code where the version gives none."""
        return self.name if self.name != UNNAMED else TIER_NAMES.get(self.code, Names(self.code, self.code))


@dataclass(frozen=True, slots=True)
class Rung:
    """From so many different kinds of service a bundle has this discount."""

    kinds: int
    discount_bp: int


@dataclass(frozen=True, slots=True)
class ManualCredits:
    """How many points may be credited by hand: by the desk, by a manager; above, by two people."""

    desk_stay_points: int
    desk_shift_points: int
    manager_points: int


@dataclass(frozen=True, slots=True)
class BookerReward:
    """The booker's own reward: off unless the employer consented; capped a year, in EUR cents."""

    enabled: bool
    reward_bp: int
    cap_cents: int


@dataclass(frozen=True, slots=True)
class ContactBudget:
    """How often a person may be written to, and the local hours in which nobody is."""

    marketing_a_month: int
    quiet_from: str
    quiet_until: str
    survey_days: int


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of the programme."""

    version: int
    effective_from: date
    tiers: tuple[TierRules, ...]
    bundle_ladder: tuple[Rung, ...]
    cap_bp: int
    point_value_cents: int
    activation_days: int
    lot_months: int
    dead_lot_revival_days: int
    expiry_notice_days: tuple[int, ...]
    credit_step_cents: int
    credit_max_nights: int
    window_days: int
    grace_days: int
    review_day: int
    redemption_min_points: int
    redemption_step_points: int
    hold_minutes: int
    manual_credits: ManualCredits
    booker_reward: BookerReward
    contact_budget: ContactBudget
    # Younger than version 1: a version that is silent on one of them means what is said here.
    doors: str = EITHER
    accrual: AccrualShares = terms.ALL_EARNS
    promotions: tuple[Promotion, ...] = ()
    floors: tuple[Floor, ...] = ()
    vat: tuple[VatRate, ...] = ()
    compensation: tuple[Compensation, ...] = ()
    earning_starts: str = FROM_HISTORY
    notice_days: int = 30
    point_cost_bp: int = WHOLE_BP
    combination: Combination = terms.LARGER_COUNTS

    def tier(self, code: str) -> TierRules:
        """Find a tier by its code."""
        return self.tiers[self.rank(code)]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the tiers, from the lowest."""
        return tuple(tier.code for tier in self.tiers)

    def naming(self, derived: Derived[T]) -> Derived[T]:
        """A derivation that keeps what this version calls its tiers, where it names them itself."""
        names = {**self.own_names, **derived.names}
        return replace(derived, names=names) if names != derived.names else derived

    @property
    def own_names(self) -> dict[str, dict[str, str]]:
        """The names that this version gives its tiers itself, language by language."""
        # Asked for every stay that is played; most versions name no tier themselves.
        named = [tier for tier in self.tiers if tier.name is not UNNAMED and tier.name != UNNAMED]
        return {tier.code: asdict(tier.name) for tier in named}

    def rank(self, code: str) -> int:
        """How high a tier stands; the lowest is 0."""
        for rank, tier in enumerate(self.tiers):
            if tier.code == code:
                return rank
        raise UnknownTier(tier=code, version=self.version)

    def next_tier(self, code: str) -> str | None:
        """The tier above; none above the highest."""
        above = self.rank(code) + 1
        return self.tiers[above].code if above < len(self.tiers) else None

    def promotion(self, *, hotel: str, night: date) -> Promotion | None:
        """The promotion that reduces a night at a hotel, by the code of the property."""
        return terms.promotion_of(self.promotions, hotel=hotel, night=night)

    def floor_cents(self, *, hotel: str, kind: str, category: str) -> int:
        """The price under which no discount goes; 0 where none is agreed."""
        return terms.floor_of(self.floors, hotel=hotel, kind=kind, category=category)

    def vat_bp(self, *, hotel: str, kind: str, category: str, day: date) -> int | None:
        """The tax on a service on a day; none where the table is silent."""
        return terms.vat_bp_of(self.vat, hotel=hotel, kind=kind, category=category, day=day)

    def compensation_points(self, *, breach: str, size: int) -> int:
        """Points for a broken promise: `size` is minutes late or percent short."""
        return terms.compensation_points(self.compensation, breach=breach, size=size)

    def to_json(self) -> dict[str, Json]:
        """Plain data, as stored and as a manager edits it."""
        stored: dict[str, Any] = json.loads(json.dumps(asdict(self), default=date.isoformat))
        for tier, plain in zip(self.tiers, stored["tiers"], strict=True):
            if tier.name == UNNAMED:
                del plain["name"]
        return stored

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Rules":
        """Read a version, refusing by name what cannot be."""
        rules = read(cls, data, "")
        _check(rules)
        return rules


@cache
def default_rules() -> Rules:
    """Version 1, with which every house begins; in effect early enough to play past stays."""
    path = Path(__file__).with_name("default_rules.json")
    return Rules.from_json(json.loads(path.read_text(encoding="utf-8")))


def in_force(versions: Sequence[Rules], day: date) -> Rules:
    """The version in effect on a day: the latest to have begun, by day and then by number."""
    begun = [rules for rules in versions if rules.effective_from <= day]
    if not begun:
        raise NoRulesInForce(day_date=day.isoformat())
    return max(begun, key=lambda rules: (rules.effective_from, rules.version))


def half_up(numerator: int, denominator: int) -> int:
    """Round a fraction to a whole number, halves away from zero."""
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size


def share_cents(cents: int, share_bp: int) -> int:
    """Take a percentage of a sum of money, half-up."""
    return half_up(cents * share_bp, WHOLE_BP)


def net_cents(gross_cents: int, vat_bp: int) -> int:
    """Take the tax out of a gross sum, half-up."""
    return half_up(gross_cents * WHOLE_BP, WHOLE_BP + vat_bp)


_DAYS_IN_SHORTEST_MONTH = 28


def _check(rules: Rules) -> None:
    """Refuse what each number alone would allow, but not all together."""
    check_ranges(rules, "")
    _check_tiers(rules.tiers)
    terms.check_choice(rules.doors, terms.DOORS, "doors")
    terms.check_choice(rules.earning_starts, terms.EARNING_STARTS, "earning_starts")
    terms.check_combination(rules.combination)
    terms.check_promotions(rules.promotions)
    terms.check_tables(rules.floors, rules.vat, rules.compensation)
    for low, high in pairwise(rules.bundle_ladder):
        if high.kinds <= low.kinds or high.discount_bp < low.discount_bp:
            raise LadderNotRising(field="bundle_ladder", kinds=high.kinds)
    if rules.activation_days >= _DAYS_IN_SHORTEST_MONTH * rules.lot_months:
        raise ActivationAfterDeath(field="activation_days", days=rules.activation_days)


# A better tier may never be worth less: a company that climbs must not lose by it.
_RISING = (
    "nights",
    "spend_cents",
    "stay_discount_bp",
    "points_per_euro",
    "invitee_meals_bp",
    "invitee_rooms_bp",
    "hall_av_bp",
    "points_share_bp",
    "guest_passes_a_quarter",
    "events_a_year",
    "seats_an_event",
)


def _check_tiers(tiers: tuple[TierRules, ...]) -> None:
    if not tiers:
        raise FieldMissing(field="tiers")
    if tiers[0].nights or tiers[0].spend_cents:
        door = "nights" if tiers[0].nights else "spend_cents"
        raise FirstDoorNotOpen(field=f"tiers[0].{door}", tier=tiers[0].code)
    if len({tier.code for tier in tiers}) < len(tiers):
        raise TierTwice(field="tiers")
    _check_names(tiers)
    for n, (low, high) in enumerate(pairwise(tiers), start=1):
        for name in _RISING:
            if getattr(high, name) < getattr(low, name):
                raise DoorsNotRising(field=f"tiers[{n}].{name}", tier=high.code)


def _check_names(tiers: tuple[TierRules, ...]) -> None:
    """A tier has a name in every language, and nobody takes it for another."""
    for language in ("en", "ru"):
        taken: set[str] = set()
        for n, tier in enumerate(tiers):
            name = getattr(tier.called, language).strip()
            if not name:
                raise TierNamedHalf(field=f"tiers[{n}].{language}")
            if name.casefold() in taken:
                raise TierNameTwice(field=f"tiers[{n}].{language}", name=name)
            taken.add(name.casefold())
