"""What a client pays for a night, and an invitee for a meal or a room.

The contract's net rate goes first, else tier and promotion. Whether the better of the two counts or the
promotion comes on top of the tier, and whether it reduces a contract's rate, the rules say; all discounts
together stay within the cap, and no price falls below its floor. Prices are EUR cents as listed (gross or
net, as the price list says); discounts are taken from them, points from net.
"""

from dataclasses import asdict, dataclass
from typing import Any

from portal.derivation import Derived, Json, Step, recipe
from portal.programme.earning.rules import category_step, points_for
from portal.programme.rules import WHOLE_BP, Refusal, Rules, net_cents, share_cents
from portal.programme.terms.rules import LARGER, together_bp

# What a version may be silent on is told where it differs: the first versions did not know it.
_SILENT = {
    "contract_net_cents": None,
    "earning_bp": WHOLE_BP,
    "tier_and_promotion": LARGER,
    "contract_and_promotion": False,
}


class UnknownInviteeKind(Refusal):
    """An invitee has a better price on meals and on rooms, on nothing else."""


class PriceNotPossible(Refusal):
    """A price or a number of nights is negative."""


@dataclass(frozen=True, slots=True)
class StayPrice:
    """The price of a stay: `night_cents` × nights as listed, then net, tax and gross; points to come."""

    night_cents: int
    nights: int
    list_cents: int
    discount_cents: int
    total_cents: int
    net_cents: int
    vat_cents: int
    gross_cents: int
    points: int


@dataclass(frozen=True, slots=True)
class _StayTerms:
    """All that the price of a stay depends on."""

    tier: str
    tier_bp: int
    points_per_euro: int
    cap_bp: int
    bar_cents: int
    nights: int
    contract_cents: int | None
    promotion_bp: int
    floor_cents: int
    vat_bp: int
    gross: bool
    earning_bp: int = WHOLE_BP
    contract_net_cents: int | None = None
    """What the contract agrees net, where the list has tax in it: then net is multiplied, not taken out."""
    tier_and_promotion: str = LARGER
    contract_and_promotion: bool = False

    @property
    def is_contract(self) -> bool:
        """Whether the contract makes the price: on a day with a lower open rate it does not."""
        return self.contract_cents is not None and self.contract_cents <= self.bar_cents

    @property
    def discount_bp(self) -> int:
        """What tier and promotion take off the open rate, before the cap."""
        return together_bp(self.tier_bp, self.promotion_bp, self.tier_and_promotion)

    @property
    def promoted_cents(self) -> int:
        """The contract's rate less the promotion, whatever the cap."""
        agreed = self.contract_cents or 0
        return agreed - share_cents(agreed, self.promotion_bp)


def discounted(*, list_cents: int, discount_bp: int, cap_bp: int, floor_cents: int) -> int:
    """Take a discount off a list price: half-up, within the cap to the cent, never below the floor.

    A list price that is itself below the floor stays as it is: a floor raises no price.
    """
    off = min(share_cents(list_cents, discount_bp), list_cents * cap_bp // WHOLE_BP)
    return max(list_cents - off, min(list_cents, floor_cents))


def taxed(*, total_cents: int, vat_bp: int, gross: bool) -> tuple[int, int, int]:
    """Net, tax and gross of a sum as listed, half-up."""
    if gross:
        net = net_cents(total_cents, vat_bp)
        return net, total_cents - net, total_cents
    vat = share_cents(total_cents, vat_bp)
    return total_cents, vat, total_cents + vat


def stay_discount(*, rules: Rules, tier: str, promotion_bp: int = 0) -> Derived[int]:
    """Tell the discount off the open rate in basis points: tier and promotion together, capped."""
    meeting = rules.combination.tier_and_promotion
    return rules.naming(
        _stay_discount(
            version=rules.version,
            tier=tier,
            tier_bp=rules.tier(tier).stay_discount_bp,
            promotion_bp=promotion_bp,
            cap_bp=rules.cap_bp,
            **({} if meeting == LARGER else {"tier_and_promotion": meeting}),
        )
    )


@recipe("pricing.stay_discount")
def _stay_discount(*, version: int, **inputs: Any) -> Derived[int]:
    tier_bp, promotion_bp, cap_bp = inputs["tier_bp"], inputs["promotion_bp"], inputs["cap_bp"]
    meeting = inputs.get("tier_and_promotion", LARGER)
    return Derived(
        value=min(together_bp(tier_bp, promotion_bp, meeting), cap_bp),
        rule="pricing.stay_discount",
        version=version,
        inputs=inputs,
        steps=_discount_steps(inputs["tier"], tier_bp, promotion_bp, meeting, cap_bp=cap_bp),
    )


def _discount_steps(
    tier: str, tier_bp: int, promotion_bp: int, meeting: str, *, cap_bp: int
) -> tuple[Step, ...]:
    off_bp = together_bp(tier_bp, promotion_bp, meeting)
    steps = [Step("pricing.tier", {"tier": tier, "tier_bp": tier_bp})]
    if meeting == LARGER and promotion_bp > tier_bp:
        beaten: dict[str, Json] = {"promotion_bp": promotion_bp, "tier": tier, "tier_bp": tier_bp}
        steps = [Step("pricing.promotion", beaten)]
    elif meeting != LARGER and promotion_bp:
        steps.append(Step("pricing.promotion_on_top", {"promotion_bp": promotion_bp, "off_bp": off_bp}))
    if off_bp > cap_bp:
        steps.append(Step("pricing.cap", {"cap_bp": cap_bp}))
    return tuple(steps)


def stay_price(
    *,
    rules: Rules,
    tier: str,
    bar_cents: int,
    nights: int,
    contract_cents: int | None = None,
    promotion_bp: int = 0,
    floor_cents: int = 0,
    vat_bp: int = 0,
    gross: bool = True,
    contract_net_cents: int | None = None,
) -> Derived[StayPrice]:
    """Price a stay of so many nights at one open rate a night.

    A contract's rate is a price agreed with the company, not a discount: the cap does not raise it. A
    promotion that it takes is one: it leads no further down than the cap.
    On a day when the open rate is lower than the contract's, the open rate and its discount hold.
    """
    if min(bar_cents, nights, floor_cents, vat_bp, promotion_bp, contract_cents or 0) < 0:
        raise PriceNotPossible(list_cents=bar_cents, stay_nights=nights)
    levels = rules.tier(tier)
    terms = _StayTerms(
        tier=tier,
        tier_bp=levels.stay_discount_bp,
        points_per_euro=levels.points_per_euro,
        cap_bp=rules.cap_bp,
        bar_cents=bar_cents,
        nights=nights,
        contract_cents=contract_cents,
        promotion_bp=promotion_bp,
        floor_cents=floor_cents,
        vat_bp=vat_bp,
        gross=gross,
        earning_bp=rules.accrual.rooms_bp,
        contract_net_cents=contract_net_cents,
        tier_and_promotion=rules.combination.tier_and_promotion,
        contract_and_promotion=rules.combination.contract_and_promotion,
    )
    told = asdict(terms).items()
    inputs = {name: value for name, value in told if name not in _SILENT or value != _SILENT[name]}
    return rules.naming(_stay_price(version=rules.version, **inputs))


@recipe("pricing.stay")
def _stay_price(*, version: int, **inputs: Any) -> Derived[StayPrice]:
    terms = _StayTerms(**inputs)
    night, night_steps = _night(terms)
    net, vat, whole = _taxed(terms, night)
    total = whole if terms.gross else net
    points = points_for(net, terms.points_per_euro, terms.earning_bp)
    result = StayPrice(
        night_cents=night,
        nights=terms.nights,
        list_cents=terms.bar_cents * terms.nights,
        discount_cents=terms.bar_cents * terms.nights - total,
        total_cents=total,
        net_cents=net,
        vat_cents=vat,
        gross_cents=whole,
        points=points,
    )
    earned: dict[str, Json] = {"net_cents": net, "tier": terms.tier, "rate": terms.points_per_euro}
    steps = (
        *night_steps,
        Step("pricing.night", {"night_cents": night}),
        *_net_steps(terms, net, whole),
        Step("pricing.total", {"stay_nights": terms.nights, "total_cents": total}),
        *vat_steps(terms.vat_bp, net, vat, whole),
        category_step("pricing.points", earned | {"earned_points": points}, terms.earning_bp),
    )
    return Derived(result, "pricing.stay", version, inputs, steps)


def _taxed(terms: _StayTerms, night: int) -> tuple[int, int, int]:
    """Net, tax and gross of all nights; a net rate of a contract is multiplied before it is taxed."""
    net_rate = terms.contract_net_cents
    if net_rate is not None and terms.is_contract and night == terms.contract_cents:
        return taxed(total_cents=net_rate * terms.nights, vat_bp=terms.vat_bp, gross=False)
    return taxed(total_cents=night * terms.nights, vat_bp=terms.vat_bp, gross=terms.gross)


def _net_steps(terms: _StayTerms, net: int, gross: int) -> tuple[Step, ...]:
    """That nights were multiplied net, where that is not what the night as listed comes to."""
    rate = terms.contract_net_cents
    if rate is None or net != rate * terms.nights or gross == (terms.contract_cents or 0) * terms.nights:
        return ()
    told: dict[str, Json] = {"stay_nights": terms.nights, "contract_net_cents": rate, "net_cents": net}
    return (Step("pricing.total_net", told),)


def vat_steps(vat_bp: int, net: int, vat: int, gross: int) -> tuple[Step, ...]:
    """What of a sum is tax; nothing is said where there is none."""
    if not vat_bp:
        return ()
    told: dict[str, Json] = {"vat_bp": vat_bp, "net_cents": net, "vat_cents": vat, "gross_cents": gross}
    return (Step("pricing.vat", told),)


def _night(terms: _StayTerms) -> tuple[int, list[Step]]:
    """Price one night as listed, and tell how it came about."""
    steps = [Step("pricing.list", {"bar_cents": terms.bar_cents})]
    if terms.contract_cents is not None and terms.is_contract:
        unheld = _contract_cents(terms, terms.contract_cents)
        night = max(unheld, min(terms.bar_cents, terms.floor_cents))
        steps += _contract_steps(terms, unheld)
    else:
        unheld, night = (
            discounted(
                list_cents=terms.bar_cents,
                discount_bp=terms.discount_bp,
                cap_bp=terms.cap_bp,
                floor_cents=floor_cents,
            )
            for floor_cents in (0, terms.floor_cents)
        )
        if terms.contract_cents is not None:
            steps.append(Step("pricing.contract_above", {"contract_cents": terms.contract_cents}))
        steps += _discount_steps(
            terms.tier, terms.tier_bp, terms.promotion_bp, terms.tier_and_promotion, cap_bp=terms.cap_bp
        )
    if night > unheld:
        steps.append(_floor_step(night, terms.floor_cents))
    return night, steps


def _contract_cents(terms: _StayTerms, agreed_cents: int) -> int:
    """The contract's rate, less the promotion where it takes one: not below the cap, never above itself."""
    if not terms.contract_and_promotion:
        return agreed_cents
    least = terms.bar_cents - terms.bar_cents * terms.cap_bp // WHOLE_BP
    return min(agreed_cents, max(terms.promoted_cents, least))


def _contract_steps(terms: _StayTerms, night_cents: int) -> list[Step]:
    steps = [Step("pricing.contract", {"contract_cents": terms.contract_cents})]
    if terms.contract_and_promotion and terms.promotion_bp:
        off: dict[str, Json] = {"promotion_bp": terms.promotion_bp, "promoted_cents": terms.promoted_cents}
        steps.append(Step("pricing.contract_promotion", off))
        if night_cents > terms.promoted_cents:
            held: dict[str, Json] = {"cap_bp": terms.cap_bp, "held_cents": night_cents}
            steps.append(Step("pricing.contract_cap", held))
    return steps


def _floor_step(pays_cents: int, floor_cents: int) -> Step:
    """A floor holds a price, but raises none that is listed below it."""
    held = "pricing.floor" if pays_cents == floor_cents else "pricing.floor_above"
    return Step(held, {"floor_cents": floor_cents})


def invitee_price(
    *, rules: Rules, tier: str, kind: str, price_cents: int, floor_cents: int = 0
) -> Derived[int]:
    """Price an invitee's meal or room, EUR cents as listed; `kind` is `meals` or `rooms`."""
    if min(price_cents, floor_cents) < 0:
        raise PriceNotPossible(list_cents=price_cents, stay_nights=0)
    levels = rules.tier(tier)
    discounts = {"meals": levels.invitee_meals_bp, "rooms": levels.invitee_rooms_bp}
    if kind not in discounts:
        raise UnknownInviteeKind(kind=kind)
    return rules.naming(
        _invitee_price(
            version=rules.version,
            tier=tier,
            kind=kind,
            discount_bp=discounts[kind],
            cap_bp=rules.cap_bp,
            price_cents=price_cents,
            floor_cents=floor_cents,
        )
    )


@recipe("pricing.invitee")
def _invitee_price(
    *,
    version: int,
    tier: str,
    kind: str,
    discount_bp: int,
    cap_bp: int,
    price_cents: int,
    floor_cents: int,
) -> Derived[int]:
    pays = discounted(list_cents=price_cents, discount_bp=discount_bp, cap_bp=cap_bp, floor_cents=floor_cents)
    inputs: dict[str, Json] = {"tier": tier, "kind": kind, "discount_bp": discount_bp, "cap_bp": cap_bp}
    inputs |= {"price_cents": price_cents, "floor_cents": floor_cents}
    first: dict[str, Json] = {"tier": tier, "invitee": kind, "discount_bp": discount_bp}
    steps = [Step("pricing.invitee", first | {"price_cents": price_cents})]
    if discount_bp > cap_bp:
        steps.append(Step("pricing.cap", {"cap_bp": cap_bp}))
    if pays > discounted(list_cents=price_cents, discount_bp=discount_bp, cap_bp=cap_bp, floor_cents=0):
        steps.append(_floor_step(pays, floor_cents))
    steps.append(Step("pricing.invitee_pays", {"pays_cents": pays}))
    return Derived(pays, "pricing.invitee", version, inputs, tuple(steps))
