"""What hypothesis draws for the programme: orders, histories, moments."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from portal.programme.bundles.rules import BundleLine
from portal.programme.intake.rules import PerkFulfilled, StayCheckedOut
from portal.programme.rules import (
    FOOD_AND_DRINK,
    HALLS_AND_EQUIPMENT,
    OTHER_SERVICES,
    ROOMS,
    VIP_BUNDLE,
    Rules,
    default_rules,
)
from portal.programme.terms.rules import BREACHES, DOORS, EARNING_STARTS, EVERY_HOTEL, MEETINGS, PRICED

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


@st.composite
def review_schedules(draw, days=900):
    """Versions with any review days, each in force from any day; the first one from long before."""
    begins = draw(st.lists(st.integers(-40, days), max_size=4))
    review_day = st.integers(1, 28)
    later = [
        replace(
            RULES,
            version=number,
            effective_from=FIRST_DAY + timedelta(days=begin),
            review_day=draw(review_day),
        )
        for number, begin in enumerate(begins, start=2)
    ]
    return draw(st.permutations([replace(RULES, review_day=draw(review_day)), *later]))


# What a version may agree beside tiers and points; a version keeps some of it, and is silent on the rest.
hotels = st.sampled_from([EVERY_HOTEL, "city", "resort"])
days = st.dates(FIRST_DAY, FIRST_DAY + timedelta(days=900))
shares_bp = st.integers(0, 10_000)

promotions = st.builds(
    lambda number, first, length, off_bp, at, dark: {
        "code": f"p{number}",
        "name": {"en": f"Offer {number}", "ru": f"Акция {number}"},
        "discount_bp": off_bp,
        "begins_on": first.isoformat(),
        "ends_on": (first + timedelta(days=length)).isoformat(),
        "hotels": at,
        "blackout_dates": [(first + timedelta(days=day)).isoformat() for day in dark],
    },
    st.integers(0, 99),
    days,
    st.integers(0, 60),
    shares_bp,
    st.lists(st.sampled_from(["city", "resort"]), unique=True),
    st.lists(st.integers(0, 60), max_size=3, unique=True),
)
_floors = st.fixed_dictionaries({"hotel": hotels, "kind": st.sampled_from(PRICED), "floor_cents": cents})
_vat = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(PRICED),
        "hotel": hotels,
        "valid_from": days.map(date.isoformat),
        "vat_bp": shares_bp,
    }
)
_compensation = st.fixed_dictionaries(
    {"breach": st.sampled_from(BREACHES), "threshold": st.integers(0, 90), "points": st.integers(0, 5_000)}
)
combinations = st.fixed_dictionaries(
    {
        "tier_and_promotion": st.sampled_from(MEETINGS),
        "contract_and_promotion": st.booleans(),
        "hall_and_bundle": st.sampled_from(MEETINGS),
    }
)
_accrual = st.fixed_dictionaries(
    {
        f"{name}_bp": shares_bp
        for name in (ROOMS, FOOD_AND_DRINK, HALLS_AND_EQUIPMENT, OTHER_SERVICES, VIP_BUNDLE)
    }
)


def _tables(kind, *names):
    return st.lists(kind, max_size=4, unique_by=lambda line: tuple(str(line[name]) for name in names))


terms = st.fixed_dictionaries(
    {},
    optional={
        "doors": st.sampled_from(DOORS),
        "accrual": _accrual,
        "combination": combinations,
        "promotions": _tables(promotions, "code"),
        "floors": _tables(_floors, "hotel", "kind"),
        "vat": _tables(_vat, "hotel", "kind", "valid_from"),
        "compensation": _tables(_compensation, "breach", "threshold"),
        "earning_starts": st.sampled_from(EARNING_STARTS),
        "notice_days": st.integers(0, 366),
        "point_cost_bp": shares_bp,
    },
)
versions = terms.map(lambda fields: Rules.from_json(RULES.to_json() | fields))
