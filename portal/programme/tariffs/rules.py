"""A version of the rules made ready for a replay: by rank, and without a look-up by name."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeAlias

from portal.programme.earning.rules import CENTS_IN_EURO, month_end_after, starts_on
from portal.programme.reviews.rules import ReviewDays
from portal.programme.rules import (
    BY_NIGHTS,
    BY_SPEND,
    FOOD_AND_DRINK,
    HALLS_AND_EQUIPMENT,
    OTHER_SERVICES,
    ROOMS,
    VIP_BUNDLE,
    WHOLE_BP,
    Rules,
)

NEVER = date.max.toordinal()
EARNING = (ROOMS, FOOD_AND_DRINK, HALLS_AND_EQUIPMENT, OTHER_SERVICES, VIP_BUNDLE)
Bases: TypeAlias = tuple[tuple[str, int], ...]
"""(category, EUR cents above zero) of each folio."""


class Tariff:
    """One version; days are ordinals.

    `begins` is the day from which it holds here, which for a draft is the first day of the replay.
    """

    def __init__(self, rules: Rules, *, begins: int | None = None) -> None:
        self.rules = rules
        self.begins = rules.effective_from.toordinal() if begins is None else begins
        self.codes = [tier.code for tier in rules.tiers]
        self.top = len(self.codes) - 1
        self.window_days, self.grace_days = rules.window_days, rules.grace_days
        self.activation_days = rules.activation_days
        self.point_value_cents = rules.point_value_cents
        self._doors = [
            (
                rank,
                NEVER if rules.doors == BY_SPEND and rank else tier.nights,
                NEVER * CENTS_IN_EURO if rules.doors == BY_NIGHTS and rank else tier.spend_cents,
            )
            for rank, tier in enumerate(rules.tiers)
        ][::-1]
        self._rates = [tier.points_per_euro for tier in rules.tiers]
        self._discounts = [
            {ROOMS: tier.stay_discount_bp, HALLS_AND_EQUIPMENT: tier.hall_av_bp} for tier in rules.tiers
        ]
        self._shares = rules.accrual
        self._is_whole = not rules.accrual.reduced(EARNING)
        self._deaths: dict[int, int] = {}

    def reached(self, nights: int, spend_cents: int, event_cents: int) -> int:
        """The rank of the highest tier that so much opens."""
        rules = self.rules
        if event_cents:
            nights += min(event_cents // rules.credit_step_cents, rules.credit_max_nights)
        for rank, by_nights, by_spend in self._doors:
            if nights >= by_nights or spend_cents >= by_spend:
                return rank
        return 0

    def points(self, rank: int, bases: Bases) -> int:
        """What a folio earns: whole points for each category, as `earning.rules.points_for` gives them."""
        rate = self._rates[rank]
        if self._is_whole:
            return sum(cents * rate // CENTS_IN_EURO for _, cents in bases)
        share = self._shares.share_bp
        whole = CENTS_IN_EURO * WHOLE_BP
        return sum(cents * rate * share(category) // whole for category, cents in bases)

    def discount_cents(self, rank: int, bases: Bases) -> int:
        """What the tier takes off rooms and halls: half-up and within the cap, category by category."""
        discounts, cap_bp = self._discounts[rank], self.rules.cap_bp
        off = 0
        for category, cents in bases:
            discount_bp = discounts.get(category, 0)
            if discount_bp:
                off += min((2 * cents * discount_bp + WHOLE_BP) // (2 * WHOLE_BP), cents * cap_bp // WHOLE_BP)
        return off

    def dies(self, earned: int) -> int:
        """The last day of points that were earned on a day."""
        if earned not in self._deaths:
            day = month_end_after(date.fromordinal(earned), self.rules.lot_months)
            self._deaths[earned] = day.toordinal()
        return self._deaths[earned]

    def earns_from(self, joined: int | None) -> int:
        """From which day on a company earns that joined on a day."""
        day = starts_on(rules=self.rules, joined_on=date.fromordinal(joined) if joined else None)
        return NEVER if day is None else day.toordinal()


def schedule_of(versions: Iterable[Rules]) -> list[Tariff]:
    """The versions in the order in which they come into force; of one day the later number holds."""
    return [
        Tariff(rules) for rules in sorted(versions, key=lambda rules: (rules.effective_from, rules.version))
    ]


def review_days_of(schedule: Sequence[Tariff]) -> ReviewDays:
    """On which day of the month reviews are held, from which day on."""
    return tuple((tariff.begins, tariff.rules.review_day) for tariff in schedule)
