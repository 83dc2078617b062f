"""What an order comes to once it is delivered: less delivered is less billed, at frozen prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.derivation import Derived
from portal.hotel.models import ServiceKind
from portal.programme.bundles.rules import BundleLine as PricedService
from portal.programme.bundles.rules import BundlePrice, bundle_price
from portal.programme.redemption.rules import PointsPayment, points_payment
from portal.programme.rules import Rules


@dataclass(frozen=True, slots=True)
class DeliveredLine:
    """A line as it was confirmed, and how much of it was delivered. Prices of one unit, in cents."""

    name: Mapping[str, Any]
    kind: str
    category: str
    promised: int
    delivered: int
    unit_price_cents: int
    floor_cents: int
    is_gross: bool
    vat_bp: int
    discount_bp: int
    is_third_party: bool


def settled_price(lines: Sequence[DeliveredLine], *, rules: Rules, tier: str) -> Derived[BundlePrice]:
    """What was delivered, at the prices and discounts frozen at confirmation.

    Less delivered is less billed. More delivered than promised is billed as promised: a price that was
    confirmed does not rise behind the client's back.
    """
    services = [
        PricedService(
            service=dict(line.name),
            kind=line.kind,
            category=line.category,
            quantity=min(line.delivered, line.promised),
            unit_price_cents=line.unit_price_cents,
            vat_bp=line.vat_bp,
            third_party=line.is_third_party,
            gross=line.is_gross,
            floor_cents=line.floor_cents,
            frozen_bp=line.discount_bp,
        )
        for line in lines
    ]
    return bundle_price(rules=rules, tier=tier, lines=services)


def settled_payment(
    *, rules: Rules, tier: str, bill_cents: int, held_points: int
) -> Derived[PointsPayment] | None:
    """How many of the held points pay the settled bill: all of them, or as many as a smaller bill allows."""
    if not held_points:
        return None
    return points_payment(rules=rules, tier=tier, bill_cents=bill_cents, balance_points=held_points)


def is_event(lines: Sequence[DeliveredLine]) -> bool:
    """Whether its spend counts as event spend: something of it took place in a hall."""
    return any(line.kind == ServiceKind.HALL and line.delivered for line in lines)
