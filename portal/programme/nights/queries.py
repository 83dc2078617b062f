"""What a company would pay for a stay, with its contract, its tier and the rules of each night."""

from datetime import date

from portal.derivation import Derived
from portal.hotel.models import Category, Property, ServiceKind
from portal.programme import queries as programme
from portal.programme.contracts import queries as contracts
from portal.programme.contracts import rules as contract_rules
from portal.programme.nights import rules
from portal.programme.nights.rules import DAY, MOST_NIGHTS, Ask, NightsPrice
from portal.programme.pricing.rules import invitee_price
from portal.programme.standing import queries as standing

INVITEES = {
    "meals": (ServiceKind.MEAL, Category.FOOD_AND_DRINK),
    "rooms": (ServiceKind.ROOM, Category.ROOMS),
}


def price_of_stay(account_id: int, house: Property, ask: Ask, *, room_kind: str) -> Derived[NightsPrice]:
    """The price of a stay. Raises `NightsNotPossible`, `NoRulesInForce`, `PriceNotPossible`."""
    last = ask.arrival + min(max(ask.nights, 1), MOST_NIGHTS) * DAY
    agreed = contracts.agreed_rates(account_id, house.id, first=ask.arrival, last=last)

    def contract(night: date) -> int | None:
        rate = contract_rules.rate_for(agreed, night=night, room_kind=room_kind)
        return rate.night_cents if rate is not None else None

    return rules.nights_price(
        versions=programme.all_rules(), tier=standing.tier_of(account_id), ask=ask, contract=contract
    )


def price_for_invitee(
    account_id: int, house: Property, *, kind: str, price_cents: int, day: date
) -> Derived[int]:
    """The price of an invitee's meal or room on a day."""
    in_force = programme.rules_in_force(day)
    service, category = INVITEES[kind]
    floor = in_force.floor_cents(hotel=house.code, kind=service, category=category)
    return invitee_price(
        rules=in_force,
        tier=standing.tier_of(account_id),
        kind=kind,
        price_cents=price_cents,
        floor_cents=floor,
    )


def promised_to_invitee(
    *, version: int, tier: str, house: Property, kind: str, price_cents: int, day: date
) -> Derived[int]:
    """The price of an invitee's meal or room by the version that was promised to them.

    The floor is that of the day: it may have come since, and binds every price.
    """
    promised = next(rules for rules in programme.published_rules() if rules.version == version)
    service, category = INVITEES[kind]
    floor = programme.rules_in_force(day).floor_cents(hotel=house.code, kind=service, category=category)
    return invitee_price(rules=promised, tier=tier, kind=kind, price_cents=price_cents, floor_cents=floor)
