"""What a company may book today, at its own prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.corporate.bundles import queries as bundles
from portal.corporate.bundles import rules
from portal.corporate.bundles.models import Bundle
from portal.corporate.bundles.rules import Offer
from portal.hotel import queries as hotel
from portal.programme.rules import Rules


@dataclass(frozen=True, slots=True)
class Tile:
    """A ready bundle and the least that it costs at any hotel, in cents; none where nobody offers it."""

    bundle: Bundle
    from_cents: int | None
    discount_bp: int
    currency: str


def tiles(*, tier: str, in_force: Rules, today: date) -> list[Tile]:
    """The ready bundles, each with its price for the smallest party, and its discount."""
    offered = bundles.offers_by_property(on=today)
    currencies = {house.id: house.currency for house in hotel.properties()}
    return [
        _tile(bundle, offered, currencies, tier=tier, in_force=in_force)
        for bundle in bundles.offered_bundles()
    ]


def _tile(
    bundle: Bundle,
    offered: Mapping[int, Sequence[Offer]],
    currencies: Mapping[int, str],
    *,
    tier: str,
    in_force: Rules,
) -> Tile:
    lines = bundles.ready_lines(bundle.lines)
    priced = {
        property_id: price
        for property_id, offers in offered.items()
        if (price := rules.least_price(lines, offers=offers, rules=in_force, tier=tier)) is not None
    }
    cheapest = min(priced, key=lambda property_id: priced[property_id].bill_cents, default=None)
    if cheapest is None:
        return Tile(bundle, None, 0, "")
    price = priced[cheapest]
    return Tile(bundle, price.bill_cents, price.bundle_bp, currencies[cheapest])
