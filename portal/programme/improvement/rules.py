"""A pure improvement takes nothing from anybody, so it needs no notice.

Judged over the same nights and the same list prices: no tier is harder to reach, no discount is
smaller, no point fewer, none dies sooner, nobody is written to more often. That a larger discount
leaves less to be spent is no loss. Taxes are the state's, and what a point costs is the house's own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

from portal.programme.comparison.rules import late_checkout_minutes
from portal.programme.rules import EITHER, Rules, TierRules
from portal.programme.terms.rules import (
    BREACHES,
    CATEGORIES,
    EARNING_STARTS,
    EVERY_HOTEL,
    KINDS,
    LARGER,
    Promotion,
)

_MORE_IS_BETTER = (
    "cap_bp",
    "point_value_cents",
    "lot_months",
    "dead_lot_revival_days",
    "credit_max_nights",
    "window_days",
    "grace_days",
    "hold_minutes",
    "notice_days",
)
_LESS_IS_BETTER = ("activation_days", "credit_step_cents")
_TIER_MORE = (
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
DOORS_OF_A_TIER = ("nights", "spend_cents")
"""What a tier asks; everything else of it is what it gives."""


def worsened(old: Rules, new: Rules) -> tuple[str, ...]:
    """The parts of the rules in which somebody could lose, by the names of their fields."""
    judges: Mapping[str, Callable[[Rules, Rules], bool]] = {
        "tiers": _tiers_hold,
        "bundle_ladder": _ladder_holds,
        "redemption_min_points": _minimum_holds,
        "redemption_step_points": _steps_hold,
        "expiry_notice_days": lambda was, now: {*was.expiry_notice_days} <= {*now.expiry_notice_days},
        "review_day": lambda was, now: was.review_day == now.review_day,
        "doors": lambda was, now: now.doors in {EITHER, was.doors},
        "earning_starts": lambda was, now: _place(now) <= _place(was),
        "accrual": _accrual_holds,
        "promotions": _promotions_hold,
        "floors": _floors_hold,
        "compensation": _compensation_holds,
        "manual_credits": lambda was, now: _at_least(was.manual_credits, now.manual_credits),
        "booker_reward": lambda was, now: _at_least(was.booker_reward, now.booker_reward),
        "contact_budget": _contact_holds,
        "combination": _combination_holds,
    }
    found = [name for name in _MORE_IS_BETTER if getattr(new, name) < getattr(old, name)]
    found += [name for name in _LESS_IS_BETTER if getattr(new, name) > getattr(old, name)]
    found += [name for name, holds in judges.items() if not holds(old, new)]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Loss:
    """What somebody could lose by: a part of the rules; of the tiers, which one, and which field of it."""

    part: str
    tier: str = ""
    field: str = ""


def losses(old: Rules, new: Rules) -> tuple[Loss, ...]:
    """Everything by which somebody could lose, tier by tier; nothing if nobody can."""
    found: list[Loss] = []
    for part in worsened(old, new):
        # Tiers that are worth as much in another order, or above a new lowest, are a loss all the same.
        found += (part == "tiers" and _tier_losses(old, new)) or [Loss(part)]
    return tuple(found)


def _tier_losses(old: Rules, new: Rules) -> list[Loss]:
    now = {tier.code: tier for tier in new.tiers}
    found = [Loss("tiers", tier.code) for tier in old.tiers if tier.code not in now]
    for tier in old.tiers:
        if tier.code in now:
            found += [Loss("tiers", tier.code, name) for name in _lessened(tier, now[tier.code])]
    return found


def _tiers_hold(old: Rules, new: Rules) -> bool:
    """Every tier is still there, in its order, no harder to reach and worth no less.

    A new one may stand anywhere above the lowest: whoever falls, falls no further than before.
    """
    kept = [tier for tier in new.tiers if tier.code in old.codes]
    if tuple(tier.code for tier in kept) != old.codes or new.codes[0] != old.codes[0]:
        return False
    return not any(_lessened(was, now) for was, now in zip(old.tiers, kept, strict=True))


def _lessened(was: TierRules, now: TierRules) -> list[str]:
    """The fields by which a tier is harder to reach, or worth less."""
    found = [name for name in DOORS_OF_A_TIER if getattr(now, name) > getattr(was, name)]
    found += [name for name in _TIER_MORE if getattr(now, name) < getattr(was, name)]
    if late_checkout_minutes(now.late_checkout) < late_checkout_minutes(was.late_checkout):
        found.append("late_checkout")
    return found if now.souvenir == was.souvenir else [*found, "souvenir"]


def _minimum_holds(old: Rules, new: Rules) -> bool:
    """Neither more points nor more money is asked for at once: a small bill can be paid still."""
    least, was = new.redemption_min_points, old.redemption_min_points
    return least <= was and least * new.point_value_cents <= was * old.point_value_cents


def _steps_hold(old: Rules, new: Rules) -> bool:
    """Every number of points that could be spent can be spent still, and every sum be paid."""
    step, was = new.redemption_step_points, old.redemption_step_points
    return not (was % step or (was * old.point_value_cents) % (step * new.point_value_cents))


def _ladder_holds(old: Rules, new: Rules) -> bool:
    steps = {rung.kinds for version in (old, new) for rung in version.bundle_ladder}
    return all(_bundle_bp(new, kinds) >= _bundle_bp(old, kinds) for kinds in steps)


def _bundle_bp(rules: Rules, kinds: int) -> int:
    return max((rung.discount_bp for rung in rules.bundle_ladder if rung.kinds <= kinds), default=0)


def _place(rules: Rules) -> int:
    return EARNING_STARTS.index(rules.earning_starts)


def _at_least(old: object, new: object) -> bool:
    """Every number of a record is at least what it was; what is switched on stays on."""
    names = type(old).__dataclass_fields__  # type: ignore[attr-defined]
    return all(getattr(new, name) >= getattr(old, name) for name in names)


def _combination_holds(old: Rules, new: Rules) -> bool:
    """Discounts that came one after the other still do: the larger alone is never more."""
    was, now = old.combination, new.combination
    return (
        was.tier_and_promotion in {LARGER, now.tier_and_promotion}
        and was.contract_and_promotion <= now.contract_and_promotion
        and was.hall_and_bundle in {LARGER, now.hall_and_bundle}
    )


def _accrual_holds(old: Rules, new: Rules) -> bool:
    return _at_least(old.accrual, new.accrual)


def _promotions_hold(old: Rules, new: Rules) -> bool:
    """What is promised for nights to come stays promised."""
    coming = [one for one in old.promotions if one.ends_on >= new.effective_from]
    return all(any(_covers(now, was) for now in new.promotions) for was in coming)


def _covers(now: Promotion, was: Promotion) -> bool:
    return (
        now.discount_bp >= was.discount_bp
        and now.begins_on <= was.begins_on
        and now.ends_on >= was.ends_on
        and (not now.hotels or (bool(was.hotels) and {*was.hotels} <= {*now.hotels}))
        and {*now.blackout_dates} <= {*was.blackout_dates}
    )


def _floors_hold(old: Rules, new: Rules) -> bool:
    """No floor is higher, asked at every hotel that either names, of every kind in every category.

    A kind falls back to its category, and each house says itself in which category a service is.
    """
    hotels = {line.hotel for line in (*old.floors, *new.floors)} | {EVERY_HOTEL}
    return all(
        new.floor_cents(hotel=hotel, kind=kind, category=category)
        <= old.floor_cents(hotel=hotel, kind=kind, category=category)
        for hotel, kind, category in product(hotels, KINDS, CATEGORIES)
    )


def _compensation_holds(old: Rules, new: Rules) -> bool:
    sizes = {line.threshold for version in (old, new) for line in version.compensation}
    return all(
        new.compensation_points(breach=breach, size=size) >= old.compensation_points(breach=breach, size=size)
        for breach, size in product(BREACHES, sizes)
    )


def _contact_holds(old: Rules, new: Rules) -> bool:
    was, now = old.contact_budget, new.contact_budget
    return (
        now.marketing_a_month <= was.marketing_a_month
        and now.survey_days >= was.survey_days
        and (now.quiet_from, now.quiet_until) == (was.quiet_from, was.quiet_until)
    )
