"""What hypothesis draws for the programme: orders, histories, moments."""

from datetime import date, timedelta

from hypothesis import strategies as st

from portal.programme.bundles.rules import BundleLine
from portal.programme.intake.rules import PerkFulfilled, StayCheckedOut
from portal.programme.rules import FOOD_AND_DRINK, HALLS_AND_EQUIPMENT, OTHER_SERVICES, ROOMS, default_rules

RULES = default_rules()
FIRST_DAY = date(2023, 1, 1)

tiers = st.sampled_from([tier.code for tier in RULES.tiers])
cents = st.integers(0, 2_000_000)

_kinds = {
    "hall": HALLS_AND_EQUIPMENT,
    "av": HALLS_AND_EQUIPMENT,
    "waiter": OTHER_SERVICES,
    "meal": FOOD_AND_DRINK,
    "laundry": OTHER_SERVICES,
    "taxi": OTHER_SERVICES,
    "ticket": OTHER_SERVICES,
    "interpreter": OTHER_SERVICES,
}


@st.composite
def bundle_lines(draw):
    kind = draw(st.sampled_from(sorted(_kinds)))
    price = draw(st.integers(0, 60_000))
    return BundleLine(
        service=kind,
        kind=kind,
        category=_kinds[kind],
        quantity=draw(st.integers(1, 9)),
        unit_price_cents=price,
        vat_bp=draw(st.sampled_from([0, 700, 1000, 2000])),
        third_party=draw(st.booleans()),
        gross=draw(st.booleans()),
        floor_cents=draw(st.one_of(st.just(0), st.integers(0, price + 100))),
        frozen_bp=draw(st.one_of(st.none(), st.integers(0, 2000))),
    )


@st.composite
def stays(draw, number, days=900):
    arrival = FIRST_DAY + timedelta(days=draw(st.integers(0, days)))
    nights = draw(st.integers(0, 12))
    checkout = arrival + timedelta(days=nights)
    return StayCheckedOut(
        key=f"stay:{number}",
        reference=f"r{number}",
        arrival=arrival,
        nights=nights,
        checkout=checkout,
        paid=checkout + timedelta(days=draw(st.integers(0, 20))),
        bases=((ROOMS, draw(st.integers(-500, 120_000))), (FOOD_AND_DRINK, draw(st.integers(-500, 9_000)))),
    )


@st.composite
def perks(draw, number, days=900):
    day = FIRST_DAY + timedelta(days=draw(st.integers(0, days)))
    return PerkFulfilled(
        key=f"perk:{number}",
        reference=f"p{number}",
        fulfilled=day,
        paid=day,
        bases=(("vip_bundle", draw(st.integers(0, 400_000))),),
        is_event=draw(st.booleans()),
    )


@st.composite
def histories(draw, most=25):
    count = draw(st.integers(0, most))
    return [draw(stays(n) if draw(st.integers(0, 3)) else perks(n)) for n in range(count)]
