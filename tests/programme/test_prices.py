"""Prices: of a night, of an invitee's meal, of an order of services."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.programme.bundles import rules as bundles
from portal.programme.bundles.rules import BundleLine, bundle_price
from portal.programme.pricing import rules as pricing
from portal.programme.pricing.rules import invitee_price, stay_discount, stay_price
from portal.programme.rules import (
    FOOD_AND_DRINK,
    HALLS_AND_EQUIPMENT,
    OTHER_SERVICES,
    VIP_BUNDLE,
    Rules,
    default_rules,
)
from tests.programme.again import recomputed
from tests.programme.strategies import RULES, bundle_lines, cents, tiers


def night(**terms):
    return stay_price(
        rules=RULES, **{"tier": "gold", "bar_cents": 10_000, "nights": 1} | terms
    ).value.night_cents


class TestStayPrice:
    def test_takes_the_better_of_tier_and_promotion(self):
        assert night(promotion_bp=1100) == 8800
        assert night(promotion_bp=1200) == 8800
        assert night(promotion_bp=1300) == 8700

    def test_stops_at_the_cap(self):
        assert night(promotion_bp=1999) == 8001
        assert night(promotion_bp=2000) == 8000
        assert night(promotion_bp=2001) == 8000

    def test_never_falls_below_the_floor(self):
        assert night(floor_cents=8799) == 8800
        assert night(floor_cents=8800) == 8800
        assert night(floor_cents=8801) == 8801

    def test_a_floor_above_the_open_rate_raises_no_price(self):
        assert night(floor_cents=20_000) == 10_000

    def test_a_contract_goes_before_tier_and_promotion_and_is_not_capped(self):
        assert night(contract_cents=7000, promotion_bp=1900) == 7000
        assert night(contract_cents=9500) == 9500
        assert night(contract_cents=7000, floor_cents=7500) == 7500

    def test_a_contract_dearer_than_the_open_rate_is_left_aside(self):
        assert night(contract_cents=10_000) == 10_000
        assert night(contract_cents=10_001) == 8800

    def test_rounds_a_night_half_up_and_then_multiplies(self):
        price = stay_price(rules=RULES, tier="gold", bar_cents=9999, nights=3).value

        assert price.night_cents == 9999 - 1200
        assert price.total_cents == 3 * 8799
        assert price.discount_cents == 3 * 1200

    def test_takes_discounts_from_the_listed_price_and_points_from_net(self):
        gross = stay_price(rules=RULES, tier="gold", bar_cents=12_000, nights=1, vat_bp=2000).value
        net = stay_price(rules=RULES, tier="gold", bar_cents=10_000, nights=1, vat_bp=2000, gross=False).value

        assert (gross.total_cents, gross.net_cents, gross.vat_cents, gross.gross_cents) == (
            10560,
            8800,
            1760,
            10560,
        )
        assert (net.total_cents, net.net_cents, net.vat_cents, net.gross_cents) == (8800, 8800, 1760, 10560)
        assert gross.points == net.points == 352

    def test_costs_nothing_for_no_nights(self):
        price = stay_price(rules=RULES, tier="gold", bar_cents=9000, nights=0).value

        assert (price.total_cents, price.points) == (0, 0)

    @pytest.mark.parametrize(
        "terms", [{"bar_cents": -1}, {"nights": -1}, {"contract_cents": -1}, {"floor_cents": -1}]
    )
    def test_refuses_what_is_negative(self, terms):
        with pytest.raises(pricing.PriceNotPossible):
            night(**terms)

    @given(tiers, cents, st.integers(0, 10_000), cents, st.none() | cents)
    def test_stays_between_floor_cap_and_list_and_is_recomputed(self, tier, bar, promotion, floor, contract):
        result = stay_price(
            rules=RULES,
            tier=tier,
            bar_cents=bar,
            nights=2,
            promotion_bp=promotion,
            floor_cents=floor,
            contract_cents=contract,
            vat_bp=1000,
        )
        price = result.value

        assert min(bar, floor) <= price.night_cents <= bar
        if contract is None:
            assert (bar - price.night_cents) * 10_000 <= bar * RULES.cap_bp
        assert price.net_cents + price.vat_cents == price.gross_cents == price.total_cents
        recomputed(result)

    @given(cents, st.integers(0, 3_000))
    def test_a_higher_tier_never_pays_more(self, bar, promotion):
        ladder = [
            stay_price(rules=RULES, tier=tier.code, bar_cents=bar, nights=1, promotion_bp=promotion).value
            for tier in RULES.tiers
        ]

        paid = [price.night_cents for price in ladder]
        assert paid == sorted(paid, reverse=True)


class TestStayDiscount:
    def test_is_the_best_of_both_within_the_cap(self):
        assert stay_discount(rules=RULES, tier="gold").value == 1200
        assert stay_discount(rules=RULES, tier="gold", promotion_bp=1500).value == 1500
        result = stay_discount(rules=RULES, tier="gold", promotion_bp=2500)
        assert result.value == 2000
        assert [step.code for step in result.steps] == ["pricing.promotion", "pricing.cap"]
        recomputed(result)


class TestInviteePrice:
    @pytest.mark.parametrize(
        ("tier", "kind", "pays"),
        [
            ("partner", "meals", 9500),
            ("partner", "rooms", 9700),
            ("silver", "meals", 9000),
            ("silver", "rooms", 9500),
            ("gold", "rooms", 9000),
            ("platinum", "meals", 8000),
            ("platinum", "rooms", 8800),
        ],
    )
    def test_follows_the_table(self, tier, kind, pays):
        result = invitee_price(rules=RULES, tier=tier, kind=kind, price_cents=10_000)

        assert result.value == pays
        recomputed(result)

    def test_never_falls_below_the_floor(self):
        result = invitee_price(rules=RULES, tier="gold", kind="meals", price_cents=2400, floor_cents=2100)

        assert result.value == 2100
        recomputed(result)

    def test_refuses_another_kind_and_a_negative_price(self):
        with pytest.raises(pricing.UnknownInviteeKind):
            invitee_price(rules=RULES, tier="gold", kind="halls", price_cents=1)
        with pytest.raises(pricing.PriceNotPossible):
            invitee_price(rules=RULES, tier="gold", kind="meals", price_cents=-1)


def line(kind, category=OTHER_SERVICES, price=10_000, **more):
    return BundleLine(kind, kind, category, 1, price, vat_bp=0, **more)


HALL = line("hall", HALLS_AND_EQUIPMENT)
OTHERS = [line(kind) for kind in ("waiter", "laundry", "taxi", "ticket", "interpreter", "conference_call")]


class TestBundlePrice:
    @pytest.mark.parametrize(
        ("kinds", "bundle_bp"), [(1, 0), (2, 500), (3, 500), (4, 1000), (5, 1000), (6, 1500)]
    )
    def test_climbs_the_ladder_by_different_kinds(self, kinds, bundle_bp):
        price = bundle_price(rules=RULES, tier="partner", lines=OTHERS[:kinds]).value

        assert price.kinds == kinds
        assert price.bundle_bp == bundle_bp
        assert price.discount_cents == kinds * bundle_bp

    def test_counts_a_kind_once_however_many_lines_it_has(self):
        price = bundle_price(rules=RULES, tier="partner", lines=[OTHERS[0]] * 5).value

        assert (price.kinds, price.discount_cents) == (1, 0)

    def test_third_parties_count_as_kinds_but_stay_at_cost_and_earn_nothing(self):
        taxi = line("taxi", third_party=True)

        price = bundle_price(rules=RULES, tier="gold", lines=[OTHERS[0], taxi]).value

        assert [priced.discount_cents for priced in price.lines] == [500, 0]
        assert price.eligible_cents == 9500
        assert price.points == 380

    @pytest.mark.parametrize(
        ("tier", "others", "discount_cents"),
        [("silver", 0, 500), ("gold", 0, 1000), ("gold", 1, 1000), ("gold", 5, 1500), ("partner", 1, 500)],
    )
    def test_gives_a_hall_the_larger_of_bundle_and_hall_discount(self, tier, others, discount_cents):
        price = bundle_price(rules=RULES, tier=tier, lines=[HALL, *OTHERS[:others]]).value

        assert price.lines[0].discount_cents == discount_cents
        assert all(priced.discount_bp == price.bundle_bp for priced in price.lines[1:])

    def test_gives_a_third_party_hall_nothing(self):
        price = bundle_price(rules=RULES, tier="gold", lines=[replace(HALL, third_party=True)]).value

        assert price.discount_cents == 0

    def test_is_capped_line_by_line(self):
        data = default_rules().to_json() | {"bundle_ladder": [{"kinds": 2, "discount_bp": 3000}]}
        generous = Rules.from_json(data)

        result = bundle_price(rules=generous, tier="gold", lines=[HALL, line("waiter", price=3)])

        assert result.value.bundle_bp == 2000
        assert [priced.discount_cents for priced in result.value.lines] == [2000, 0]
        assert "bundles.cap" in [step.code for step in result.steps]

    def test_never_falls_below_the_floor_of_its_units(self):
        floored = replace(HALL, quantity=3, floor_cents=9800)

        price = bundle_price(rules=RULES, tier="gold", lines=[floored]).value

        assert price.lines[0].total_cents == 29_400

    def test_a_bundle_is_one_category_and_a_single_service_keeps_its_own(self):
        meal = line("meal", FOOD_AND_DRINK, price=1999)

        alone = bundle_price(rules=RULES, tier="gold", lines=[meal]).value
        together = bundle_price(rules=RULES, tier="gold", lines=[meal, OTHERS[0]]).value

        assert alone.bases == ((FOOD_AND_DRINK, 1999),)
        assert together.bases == ((VIP_BUNDLE, 11_399),)
        assert together.points == 455

    def test_settles_what_was_delivered_at_the_confirmed_percentages(self):
        frozen = [replace(HALL, frozen_bp=1500), replace(OTHERS[0], frozen_bp=1500, quantity=0)]

        price = bundle_price(rules=RULES, tier="gold", lines=frozen).value

        assert [priced.discount_cents for priced in price.lines] == [1500, 0]
        assert price.bill_cents == 8500
        assert price.bases == ((VIP_BUNDLE, 8500),)

    def test_knows_net_and_gross_lists(self):
        lines = [replace(HALL, vat_bp=2000, gross=False), replace(OTHERS[0], vat_bp=2000, gross=True)]

        price = bundle_price(rules=RULES, tier="partner", lines=lines).value

        assert [(p.net_cents, p.vat_cents, p.gross_cents) for p in price.lines] == [
            (9500, 1900, 11400),
            (7917, 1583, 9500),
        ]
        assert price.bill_cents == 20_900

    def test_refuses_an_empty_order_and_impossible_lines(self):
        with pytest.raises(bundles.EmptyOrder):
            bundle_price(rules=RULES, tier="gold", lines=[])
        with pytest.raises(bundles.QuantityNotPossible):
            bundle_price(rules=RULES, tier="gold", lines=[replace(HALL, quantity=0)])
        for fields in ({"unit_price_cents": -1}, {"vat_bp": -1}, {"floor_cents": -1}, {"frozen_bp": 10_001}):
            with pytest.raises(bundles.LinePriceNotPossible):
                bundle_price(rules=RULES, tier="gold", lines=[replace(HALL, **fields)])

    @given(tiers, st.lists(bundle_lines(), min_size=1, max_size=8))
    def test_adds_up_keeps_the_cap_and_is_recomputed(self, tier, lines):
        result = bundle_price(rules=RULES, tier=tier, lines=lines)
        price = result.value

        assert price.list_cents - price.discount_cents == sum(p.total_cents for p in price.lines)
        assert price.discount_cents * 10_000 <= price.list_cents * RULES.cap_bp
        assert price.net_cents + price.vat_cents == price.bill_cents
        assert price.eligible_cents == sum(p.net_cents for p in price.lines if not p.third_party)
        for wanted, priced in zip(lines, price.lines, strict=True):
            assert priced.total_cents >= min(priced.list_cents, wanted.floor_cents * wanted.quantity)
            assert priced.discount_cents == 0 or not priced.third_party
        recomputed(result)

    @given(tiers, st.lists(bundle_lines(), min_size=1, max_size=6), st.randoms())
    @settings(max_examples=50)
    def test_does_not_depend_on_the_order_of_its_lines(self, tier, lines, random):
        shuffled = list(lines)
        random.shuffle(shuffled)

        price, again = (bundle_price(rules=RULES, tier=tier, lines=some).value for some in (lines, shuffled))

        assert (price.bill_cents, price.points) == (again.bill_cents, again.points)

    @given(st.lists(bundle_lines(), min_size=1, max_size=6))
    @settings(max_examples=50)
    def test_costs_a_higher_tier_no_more(self, lines):
        bills = [
            bundle_price(rules=RULES, tier=tier.code, lines=lines).value.bill_cents for tier in RULES.tiers
        ]

        assert bills == sorted(bills, reverse=True)
