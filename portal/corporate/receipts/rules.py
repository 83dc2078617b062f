"""An order's price as it is printed: what is in-house, what is at cost, what is taken off, what is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.programme.bundles.rules import BundlePrice, PricedLine
from portal.programme.redemption.rules import PointsPayment


@dataclass(frozen=True, slots=True)
class Promise:
    """What one line promises. `place` is the hall, where it has one, `layout` the code of how it stands.

    `quantity` is in `unit`.
    """

    unit: str
    quantity: int
    starts_at: datetime
    ends_at: datetime
    is_momentary: bool
    place: Mapping[str, Any] | None = None
    layout: str | None = None


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line: what it is, what was promised, and its list price in cents."""

    name: Any
    promise: Promise
    list_cents: int
    discount_bp: int


@dataclass(frozen=True, slots=True)
class Discount:
    """One percentage and what it takes off; the bundle's, or a line's own."""

    is_bundle: bool
    discount_bp: int
    cents: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """A price, ready to be printed. Money in cents; `vat_added_cents` is what net lines get on top."""

    own: tuple[ReceiptLine, ...]
    third_party: tuple[ReceiptLine, ...]
    kinds: int
    discounts: tuple[Discount, ...]
    discount_cents: int
    vat_cents: int
    vat_added_cents: int
    bill_cents: int
    points: int
    pays_cents: int
    to_pay_cents: int
    earns_points: int


def receipt(
    price: BundlePrice, promises: Sequence[Promise], *, payment: PointsPayment | None = None
) -> Receipt:
    """Set a price out line by line; `promises` are in the order of its lines."""
    lines = list(zip(price.lines, promises, strict=True))
    pays_cents = payment.pays_cents if payment else 0
    return Receipt(
        own=tuple(_line(line, promise) for line, promise in lines if not line.third_party),
        third_party=tuple(_line(line, promise) for line, promise in lines if line.third_party),
        kinds=price.kinds,
        discounts=_discounts(price),
        discount_cents=price.discount_cents,
        vat_cents=price.vat_cents,
        vat_added_cents=price.bill_cents - (price.list_cents - price.discount_cents),
        bill_cents=price.bill_cents,
        points=payment.points if payment else 0,
        pays_cents=pays_cents,
        to_pay_cents=price.bill_cents - pays_cents,
        earns_points=price.points,
    )


def _line(line: PricedLine, promise: Promise) -> ReceiptLine:
    return ReceiptLine(line.service, promise, line.list_cents, line.discount_bp)


def _discounts(price: BundlePrice) -> tuple[Discount, ...]:
    """What each percentage takes off, the bundle's first."""
    sums: dict[int, int] = {}
    for line in price.lines:
        if line.discount_cents:
            sums[line.discount_bp] = sums.get(line.discount_bp, 0) + line.discount_cents
    found = [Discount(bp == price.bundle_bp, bp, cents) for bp, cents in sums.items()]
    return tuple(sorted(found, key=lambda each: (not each.is_bundle, each.discount_bp)))
