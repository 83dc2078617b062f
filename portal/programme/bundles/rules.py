"""What an order of services costs: a VIP bundle when it holds services of different kinds.

The ladder counts the different kinds, third-party ones too; the discount falls on in-house lines
only. Of bundle percentage and hall percentage the larger wins, line by line, unless the rules let one come
after the other. Third-party lines are at cost and earn nothing. Money is EUR cents, half-up per line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from portal.derivation import Derived, Json, Step, recipe
from portal.programme.earning.rules import category_step, points_for
from portal.programme.pricing.rules import discounted, taxed
from portal.programme.rules import CATEGORIES, HALLS_AND_EQUIPMENT, VIP_BUNDLE, WHOLE_BP, Refusal, Rules
from portal.programme.terms.rules import LARGER, together_bp


class EmptyOrder(Refusal):
    """There is nothing to price."""


class QuantityNotPossible(Refusal):
    """A line needs a quantity of at least one, or of none once it is known what was delivered."""


class LinePriceNotPossible(Refusal):
    """A price, floor or percentage of a line is out of range."""


@dataclass(frozen=True, slots=True)
class BundleLine:
    """One service of an order: what, how much, and its price as listed.

    `service` is a code, or the name per language. `unit_price_cents` and `floor_cents` are of one
    unit, gross or net as `gross` says. `frozen_bp` is the discount confirmed earlier: when what was
    delivered is settled, it holds whatever else was cancelled.
    """

    service: Json
    kind: str
    category: str
    quantity: int
    unit_price_cents: int
    vat_bp: int
    third_party: bool = False
    gross: bool = True
    floor_cents: int = 0
    frozen_bp: int | None = None


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its price: list, discount and total as listed; then net, tax and gross."""

    service: Json
    kind: str
    category: str
    third_party: bool
    quantity: int
    list_cents: int
    discount_bp: int
    discount_cents: int
    total_cents: int
    net_cents: int
    vat_cents: int
    gross_cents: int


@dataclass(frozen=True, slots=True)
class BundlePrice:
    """The price of an order. `bill_cents` is gross; `bases` are the net cents that earn, by category."""

    lines: tuple[PricedLine, ...]
    kinds: int
    bundle_bp: int
    list_cents: int
    discount_cents: int
    bill_cents: int
    net_cents: int
    vat_cents: int
    eligible_cents: int
    bases: tuple[tuple[str, int], ...]
    points: int


def bundle_price(*, rules: Rules, tier: str, lines: Sequence[BundleLine]) -> Derived[BundlePrice]:
    """Price an order line by line, and tell what it will earn."""
    if not lines:
        raise EmptyOrder
    for line in lines:
        _check(line)
    levels, meeting = rules.tier(tier), rules.combination.hall_and_bundle
    return rules.naming(
        _bundle_price(
            version=rules.version,
            tier=tier,
            hall_av_bp=levels.hall_av_bp,
            points_per_euro=levels.points_per_euro,
            ladder=[[rung.kinds, rung.discount_bp] for rung in rules.bundle_ladder],
            cap_bp=rules.cap_bp,
            lines=[asdict(line) for line in lines],
            **({"shares_bp": shares} if (shares := rules.accrual.reduced((*CATEGORIES, VIP_BUNDLE))) else {}),
            **({} if meeting == LARGER else {"hall_and_bundle": meeting}),
        )
    )


def _check(line: BundleLine) -> None:
    least = 1 if line.frozen_bp is None else 0
    if line.quantity < least:
        raise QuantityNotPossible(service=line.service, quantity=line.quantity, least=least)
    if min(line.unit_price_cents, line.floor_cents, line.vat_bp, line.frozen_bp or 0) < 0:
        raise LinePriceNotPossible(service=line.service, unit_price_cents=line.unit_price_cents)
    if (line.frozen_bp or 0) > WHOLE_BP:
        raise LinePriceNotPossible(service=line.service, unit_price_cents=line.unit_price_cents)


@recipe("bundles.price")
def _bundle_price(*, version: int, **inputs: Any) -> Derived[BundlePrice]:
    ladder, points_per_euro = inputs["ladder"], inputs["points_per_euro"]
    shares_bp = inputs.get("shares_bp", {})
    lines = [BundleLine(**line) for line in inputs["lines"]]
    kinds = len({line.kind for line in lines})
    rung_bp = max((bp for least, bp in ladder if kinds >= least), default=0)
    bundle_bp = min(rung_bp, inputs["cap_bp"])
    hall_av_bp = min(inputs["hall_av_bp"], inputs["cap_bp"])
    joined_bp = together_bp(hall_av_bp, bundle_bp, inputs.get("hall_and_bundle", LARGER))
    discounts_bp = [_line_bp(line, bundle_bp, min(joined_bp, inputs["cap_bp"])) for line in lines]
    priced = [
        _price(line, discount_bp, inputs["cap_bp"])
        for line, discount_bp in zip(lines, discounts_bp, strict=True)
    ]
    # The first rung makes it a bundle, and a bundle is one category; a single service keeps its own.
    bases = _bases(priced, is_bundle=bool(ladder) and kinds >= ladder[0][0])
    result = BundlePrice(
        lines=tuple(priced),
        kinds=kinds,
        bundle_bp=bundle_bp,
        list_cents=sum(line.list_cents for line in priced),
        discount_cents=sum(line.discount_cents for line in priced),
        bill_cents=sum(line.gross_cents for line in priced),
        net_cents=sum(line.net_cents for line in priced),
        vat_cents=sum(line.vat_cents for line in priced),
        eligible_cents=sum(base_cents for _, base_cents in bases),
        bases=bases,
        points=sum(
            points_for(base_cents, points_per_euro, shares_bp.get(category, WHOLE_BP))
            for category, base_cents in bases
        ),
    )
    steps = _steps(result, inputs["tier"], points_per_euro, shares_bp)
    head = [steps[0]]
    if rung_bp > bundle_bp:
        head.append(Step("bundles.cap", {"cap_bp": bundle_bp}))
    # One after the other make more than the larger alone: where either is nothing, nothing is joined.
    if joined_bp > max(bundle_bp, hall_av_bp) and any(_takes_both(line) for line in lines):
        head += _joined_steps(hall_av_bp, bundle_bp, joined_bp, inputs["cap_bp"])
    return Derived(result, "bundles.price", version, inputs, (*head, *steps[1:]))


def _line_bp(line: BundleLine, bundle_bp: int, hall_bp: int) -> int:
    if line.third_party:
        return 0
    if line.frozen_bp is not None:
        return line.frozen_bp
    return hall_bp if _takes_both(line) else bundle_bp


def _takes_both(line: BundleLine) -> bool:
    """Whether a line has a discount of its tier beside the bundle's."""
    is_open = line.frozen_bp is None and not line.third_party
    return is_open and line.category == HALLS_AND_EQUIPMENT


def _joined_steps(hall_av_bp: int, bundle_bp: int, joined_bp: int, cap_bp: int) -> list[Step]:
    joined: dict[str, Json] = {"hall_av_bp": hall_av_bp, "bundle_bp": bundle_bp, "joined_bp": joined_bp}
    steps = [Step("bundles.joined", joined)]
    if joined_bp > cap_bp:
        steps.append(Step("bundles.cap", {"cap_bp": cap_bp}))
    return steps


def _price(line: BundleLine, discount_bp: int, cap_bp: int) -> PricedLine:
    listed = line.unit_price_cents * line.quantity
    total = discounted(
        list_cents=listed,
        discount_bp=discount_bp,
        cap_bp=cap_bp,
        floor_cents=line.floor_cents * line.quantity,
    )
    net, vat, gross = taxed(total_cents=total, vat_bp=line.vat_bp, gross=line.gross)
    return PricedLine(
        service=line.service,
        kind=line.kind,
        category=line.category,
        third_party=line.third_party,
        quantity=line.quantity,
        list_cents=listed,
        discount_bp=discount_bp,
        discount_cents=listed - total,
        total_cents=total,
        net_cents=net,
        vat_cents=vat,
        gross_cents=gross,
    )


def _bases(lines: Sequence[PricedLine], *, is_bundle: bool) -> tuple[tuple[str, int], ...]:
    """Net cents that earn, by category in order of appearance; none from third parties."""
    bases: dict[str, int] = {}
    for line in lines:
        if not line.third_party:
            category = VIP_BUNDLE if is_bundle else line.category
            bases[category] = bases.get(category, 0) + line.net_cents
    return tuple(bases.items())


def _steps(
    price: BundlePrice, tier: str, points_per_euro: int, shares_bp: Mapping[str, int]
) -> tuple[Step, ...]:
    steps = [Step("bundles.kinds", {"kinds": price.kinds, "bundle_bp": price.bundle_bp})]
    for line in price.lines:
        values: dict[str, Json] = {"service": line.service, "list_cents": line.list_cents}
        if line.third_party:
            steps.append(Step("bundles.third_party", values))
            continue
        values |= {"discount_bp": line.discount_bp, "discount_cents": line.discount_cents}
        values |= {"pays_cents": line.total_cents}
        steps.append(Step(_line_code(line, price.bundle_bp), values))
    bill: dict[str, Json] = {"bill_cents": price.bill_cents, "discount_cents": price.discount_cents}
    steps.append(Step("bundles.bill", bill | {"vat_cents": price.vat_cents}))
    for category, base_cents in price.bases:
        share_bp = shares_bp.get(category, WHOLE_BP)
        values = {"category": category, "base_cents": base_cents, "tier": tier, "rate": points_per_euro}
        values["earned_points"] = points_for(base_cents, points_per_euro, share_bp)
        steps.append(category_step("bundles.points", values, share_bp))
    return tuple(steps)


def _line_code(line: PricedLine, bundle_bp: int) -> str:
    """Which sentence tells how the line came to its discount."""
    if line.discount_bp == 0:
        return "bundles.line_at_list"
    if line.total_cents > discounted(
        list_cents=line.list_cents, discount_bp=line.discount_bp, cap_bp=WHOLE_BP, floor_cents=0
    ):
        return "bundles.line_held_up"
    return "bundles.line" if line.discount_bp == bundle_bp else "bundles.line_own"
