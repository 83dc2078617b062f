"""The four classic scheme types as templates over the same rules, the second by nights or by sum.

A template moves only what a stay gives: the discount off the open rate, the points, and how points
pay. It keeps what that is worth: a point more or a discount less for each euro, at the face value
of a point. Tiers, perks, bundles and all other numbers stay as they are, so schemes can be compared.
"""

from collections.abc import Callable
from dataclasses import replace

from portal.programme.rules import BY_NIGHTS, BY_SPEND, WHOLE_BP, Refusal, Rules, half_up
from portal.programme.rules import TierRules as Tier

FLAT = "flat"
LADDER_NIGHTS = "ladder_nights"
LADDER_SPEND = "ladder_spend"
POINTS_MONEY = "points_money"
POINTS_CATALOGUE = "points_catalogue"
OWN = "own"
SCHEMES = (FLAT, LADDER_NIGHTS, LADDER_SPEND, POINTS_MONEY, POINTS_CATALOGUE)

CENTS_IN_EURO = 100
_POINT_BP = WHOLE_BP // CENTS_IN_EURO


class UnknownScheme(Refusal):
    """There is no template by this name."""


def apply(rules: Rules, scheme: str) -> Rules:
    """Make the rules over into a classic scheme; all that a scheme does not speak of stays."""
    templates: dict[str, Callable[[Rules], Rules]] = {
        FLAT: _flat,
        LADDER_NIGHTS: lambda given: replace(_ladder(given), doors=BY_NIGHTS),
        LADDER_SPEND: lambda given: replace(_ladder(given), doors=BY_SPEND),
        POINTS_MONEY: _points_money,
        POINTS_CATALOGUE: _points_catalogue,
    }
    if scheme not in templates:
        raise UnknownScheme(scheme=scheme)
    return templates[scheme](rules)


def scheme_of(rules: Rules) -> str:
    """Which classic scheme the rules are; `own` when they mix several."""
    discounts = {tier.stay_discount_bp for tier in rules.tiers}
    if not any(tier.points_per_euro for tier in rules.tiers):
        ladders = {BY_NIGHTS: LADDER_NIGHTS, BY_SPEND: LADDER_SPEND}
        return FLAT if len(discounts) == 1 else ladders.get(rules.doors, OWN)
    if discounts == {0}:
        pays = [tier.points_share_bp > 0 for tier in rules.tiers]
        return POINTS_MONEY if all(pays) else OWN if any(pays) else POINTS_CATALOGUE
    return OWN


def worth_bp(rules: Rules, tier: Tier) -> int:
    """What a euro of a stay gives at a tier, discount and points at face value, in basis points."""
    return tier.stay_discount_bp + tier.points_per_euro * rules.point_value_cents * _POINT_BP


def _flat(rules: Rules) -> Rules:
    # Everybody gets what a middling company got; points that were earned can still be spent.
    middle = rules.tiers[(len(rules.tiers) - 1) // 2]
    discount_bp = min(worth_bp(rules, middle), rules.cap_bp)
    return replace(
        rules,
        tiers=tuple(replace(tier, stay_discount_bp=discount_bp, points_per_euro=0) for tier in rules.tiers),
    )


def _ladder(rules: Rules) -> Rules:
    return replace(
        rules,
        tiers=tuple(
            replace(tier, stay_discount_bp=min(worth_bp(rules, tier), rules.cap_bp), points_per_euro=0)
            for tier in rules.tiers
        ),
    )


def _in_points(rules: Rules, tier: Tier) -> Tier:
    points = half_up(worth_bp(rules, tier), rules.point_value_cents * _POINT_BP)
    return replace(tier, stay_discount_bp=0, points_per_euro=points)


def _points_money(rules: Rules) -> Rules:
    """Points pay bills: at a tier where they did not, as little of a bill as at any that let them."""
    shares = [tier.points_share_bp for tier in rules.tiers if tier.points_share_bp]
    least_bp = min(shares, default=WHOLE_BP)
    tiers = (_in_points(rules, tier) for tier in rules.tiers)
    return replace(
        rules,
        tiers=tuple(replace(tier, points_share_bp=tier.points_share_bp or least_bp) for tier in tiers),
    )


def _points_catalogue(rules: Rules) -> Rules:
    """Points buy what is in the catalogue and pay no bill."""
    return replace(
        rules,
        tiers=tuple(replace(_in_points(rules, tier), points_share_bp=0) for tier in rules.tiers),
    )
