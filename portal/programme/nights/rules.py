"""The price of a stay whose nights may differ: by contract, promotion, floor, tax and version of the rules.

Nights that agree in all of it are one stretch, priced as a stay of its own; the points are worked out
once, of all nights together, by the rules of the day of departure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from portal.derivation import Derived, Json, Step, recipe, recompute
from portal.programme.earning.rules import category_step, points_for
from portal.programme.pricing.rules import StayPrice, stay_price, taxed
from portal.programme.ranks.rules import held
from portal.programme.rules import ROOMS, Refusal, Rules, in_force
from portal.programme.terms.rules import LARGER, Names, Promotion

ROOM = "room"
MOST_NIGHTS = 60
DAY = timedelta(days=1)


class NightsNotPossible(Refusal):
    """A stay has from one to so many nights: `most_nights`."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for. The open rate is as listed; `vat_bp` is the tax where the rules are silent."""

    hotel: str
    arrival: date
    nights: int
    bar_cents: int
    gross: bool = True
    vat_bp: int = 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Nights in a row at one price.

    `by` tells what made it: `contract`, `promotion` or `tier`, or two of them joined by `_and_`.
    """

    first: date
    last: date
    price: StayPrice
    by: str
    promotion: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class NightsPrice:
    """The price of all nights as listed, then net, tax and gross; points to come."""

    stretches: tuple[Stretch, ...]
    list_cents: int
    discount_cents: int
    total_cents: int
    net_cents: int
    vat_cents: int
    gross_cents: int
    points: int


@dataclass(frozen=True, slots=True)
class _Night:
    """All on which the price of a night depends, but its day."""

    version: int
    contract_net_cents: int | None
    promotion: Names | None
    blackout: Names | None
    promotion_bp: int
    floor_cents: int
    vat_bp: int


def nights_price(
    *, versions: Sequence[Rules], tier: str, ask: Ask, contract: Callable[[date], int | None]
) -> Derived[NightsPrice]:
    """Price a stay. `contract` tells the contract's net rate of a night, if there is one."""
    if not 1 <= ask.nights <= MOST_NIGHTS:
        raise NightsNotPossible(most_nights=MOST_NIGHTS)
    departure = ask.arrival + ask.nights * DAY
    earning = in_force(versions, departure)
    runs: list[tuple[date, int, _Night]] = []
    for n in range(ask.nights):
        day = ask.arrival + n * DAY
        night = _night(in_force(versions, day), ask, day, contract(day))
        if runs and runs[-1][2] == night:
            first, nights, _same = runs.pop()
            runs.append((first, nights + 1, night))
        else:
            runs.append((day, 1, night))
    return earning.naming(
        _nights_price(
            version=earning.version,
            tier=(earns_as := held(versions, tier, departure)),
            points_per_euro=earning.tier(earns_as).points_per_euro,
            earning_bp=earning.accrual.rooms_bp,
            stretches=[_inputs(run, versions, tier, ask) for run in runs],
        )
    )


def _night(rules: Rules, ask: Ask, day: date, contract_net_cents: int | None) -> _Night:
    vat_bp = rules.vat_bp(hotel=ask.hotel, kind=ROOM, category=ROOMS, day=day)
    promotion = rules.promotion(hotel=ask.hotel, night=day)
    return _Night(
        version=rules.version,
        contract_net_cents=contract_net_cents,
        promotion=promotion.name if promotion else None,
        blackout=_left_out(rules.promotions, ask.hotel, day) if promotion is None else None,
        promotion_bp=promotion.discount_bp if promotion else 0,
        floor_cents=rules.floor_cents(hotel=ask.hotel, kind=ROOM, category=ROOMS),
        vat_bp=ask.vat_bp if vat_bp is None else vat_bp,
    )


def _left_out(promotions: Sequence[Promotion], hotel: str, day: date) -> Names | None:
    """The promotion that would hold if it did not leave this night out."""
    named = (one for one in promotions if day in one.blackout_dates)
    return next((one.name for one in named if replace(one, blackout_dates=()).holds(hotel, day)), None)


def _inputs(run: tuple[date, int, _Night], versions: Sequence[Rules], tier: str, ask: Ask) -> dict[str, Json]:
    """A stretch as plain data: its own price, recomputed from its own inputs, and what is told of it."""
    first, nights, night = run
    net = night.contract_net_cents
    price = stay_price(
        rules=next(rules for rules in versions if rules.version == night.version),
        tier=held(versions, tier, first),
        bar_cents=ask.bar_cents,
        nights=nights,
        contract_cents=taxed(total_cents=net, vat_bp=night.vat_bp, gross=False)[2]
        if net is not None and ask.gross
        else net,
        promotion_bp=night.promotion_bp,
        floor_cents=night.floor_cents,
        vat_bp=night.vat_bp,
        gross=ask.gross,
        contract_net_cents=net if ask.gross else None,
    )
    return {
        "first": first.isoformat(),
        "version": price.version,
        "price": dict(price.inputs),
        "contract_net_cents": net,
        "promotion": _names(night.promotion),
        "blackout": _names(night.blackout),
    }


def _names(names: Names | None) -> Json:
    return asdict(names) if names is not None else None


@recipe("pricing.nights")
def _nights_price(
    *, version: int, tier: str, points_per_euro: int, earning_bp: int, stretches: Sequence[Mapping[str, Any]]
) -> Derived[NightsPrice]:
    priced = [_stretch(each) for each in stretches]
    prices = [stretch.price for stretch, _steps in priced]
    net = sum(price.net_cents for price in prices)
    result = NightsPrice(
        stretches=tuple(stretch for stretch, _steps in priced),
        list_cents=sum(price.list_cents for price in prices),
        discount_cents=sum(price.discount_cents for price in prices),
        total_cents=sum(price.total_cents for price in prices),
        net_cents=net,
        vat_cents=sum(price.vat_cents for price in prices),
        gross_cents=sum(price.gross_cents for price in prices),
        points=points_for(net, points_per_euro, earning_bp),
    )
    steps = [step for _stretch, own in priced for step in own]
    if len(priced) > 1:
        told = {
            name: getattr(result, name) for name in ("total_cents", "net_cents", "vat_cents", "gross_cents")
        }
        nights = sum(price.nights for price in prices)
        steps.append(Step("pricing.all_nights", {"stay_nights": nights, **told}))
    earned: dict[str, Json] = {"net_cents": net, "tier": tier, "rate": points_per_euro}
    steps.append(category_step("pricing.points", earned | {"earned_points": result.points}, earning_bp))
    inputs: dict[str, Json] = {"tier": tier, "points_per_euro": points_per_euro, "earning_bp": earning_bp}
    inputs["stretches"] = [dict(each) for each in stretches]
    return Derived(result, "pricing.nights", version, inputs, tuple(steps))


def _stretch(told: Mapping[str, Any]) -> tuple[Stretch, list[Step]]:
    """One stretch priced anew, and its steps without the points, which all nights earn together."""
    stored = {"rule": "pricing.stay", "version": told["version"], "inputs": told["price"]}
    priced: Derived[StayPrice] = recompute(stored)
    first, terms = date.fromisoformat(told["first"]), told["price"]
    last = first + (priced.value.nights - 1) * DAY
    by = _made_by(terms)
    head: dict[str, Json] = {"first_date": first.isoformat(), "last_date": last.isoformat()}
    steps = [Step("pricing.nights", head | {"rules": told["version"]})]
    if told["promotion"] is not None:
        steps.append(Step("pricing.promotion_holds", {"promotion": told["promotion"]}))
    if told["blackout"] is not None:
        steps.append(Step("pricing.blackout", {"promotion": told["blackout"]}))
    if told["contract_net_cents"] not in {None, terms["contract_cents"]}:
        values = {"contract_net_cents": told["contract_net_cents"], "vat_bp": terms["vat_bp"]}
        steps.append(Step("pricing.contract_net", values | {"contract_cents": terms["contract_cents"]}))
    stretch = Stretch(first, last, priced.value, by, told["promotion"] if "promotion" in by else None)
    return stretch, [*steps, *priced.steps[:-1]]


def _made_by(terms: Mapping[str, Any]) -> str:
    """What made the price of a night."""
    if terms["contract_cents"] is not None and terms["contract_cents"] <= terms["bar_cents"]:
        takes = terms.get("contract_and_promotion", False) and terms["promotion_bp"]
        return "contract_and_promotion" if takes else "contract"
    if terms.get("tier_and_promotion", LARGER) != LARGER and terms["promotion_bp"]:
        return "tier_and_promotion" if terms["tier_bp"] else "promotion"
    return "promotion" if terms["promotion_bp"] > terms["tier_bp"] else "tier"
