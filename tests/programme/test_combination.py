"""How discounts meet: the larger of two, or one after the other; never past the cap, never under a floor."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.programme.bundles.rules import BundleLine, bundle_price
from portal.programme.nights.rules import Ask, nights_price
from portal.programme.pricing.rules import stay_discount, stay_price
from portal.programme.rules import HALLS_AND_EQUIPMENT, OTHER_SERVICES, ChoiceUnknown, Rules
from portal.programme.terms.rules import Combination, Names, Promotion, together_bp
from tests.programme.again import recomputed
from tests.programme.strategies import RULES, bundle_lines, cents, combinations, tiers

ON_TOP = Combination("on_top", contract_and_promotion=True, hall_and_bundle="on_top")
WIDE = replace(RULES, combination=ON_TOP, cap_bp=5_000)
TIGHT = replace(RULES, combination=ON_TOP)
shares = st.integers(0, 10_000)
programmes = st.builds(
    lambda plain, cap_bp: replace(RULES, combination=Combination(**plain), cap_bp=cap_bp),
    combinations, st.sampled_from([0, 700, 2_000, 3_333, 10_000]),
)  # fmt: skip


def night(rules, **terms):
    priced = stay_price(rules=rules, **{"tier": "gold", "bar_cents": 10_000, "nights": 1} | terms)
    recomputed(priced)
    return priced.value.night_cents


def codes(result):
    return [step.code for step in result.steps]


class TestTogether:
    @pytest.mark.parametrize(
        ("first", "then", "off"),
        [
            (1_200, 1_000, 2_080),
            (0, 1_000, 1_000),
            (1_200, 0, 1_200),
            (1_255, 333, 1_546),
            (10_000, 1, 10_000),
        ],
    )
    def test_is_taken_off_what_the_first_has_left(self, first, then, off):
        assert together_bp(first, then, "on_top") == off == together_bp(then, first, "on_top")

    @given(shares, shares, shares)
    def test_is_no_less_than_the_larger_and_grows_with_either(self, first, then, more):
        off = together_bp(first, then, "on_top")

        assert max(first, then) <= off <= min(first + then, 10_000)
        assert together_bp(max(first, more), then, "on_top") >= off


class TestAPromotionOnTheTier:
    def test_takes_its_part_of_what_the_tier_has_left(self):
        assert night(WIDE, promotion_bp=1_000) == 7_920
        assert night(WIDE) == 8_800

    def test_stops_with_it_at_the_cap(self):
        assert night(TIGHT, promotion_bp=1_000) == 8_000
        found = stay_discount(rules=TIGHT, tier="gold", promotion_bp=1_000)
        assert (found.value, codes(found)) == (
            2_000, ["pricing.tier", "pricing.promotion_on_top", "pricing.cap"],
        )  # fmt: skip
        recomputed(found)


class TestAPromotionOnAContract:
    @pytest.mark.parametrize(
        ("contract", "pays"),
        [(9_000, 8_100), (8_500, 8_000), (8_000, 8_000), (7_500, 7_500), (10_001, 8_000)],
    )
    def test_leads_down_to_the_cap_and_takes_nothing_off_what_is_lower(self, contract, pays):
        assert night(TIGHT, contract_cents=contract, promotion_bp=1_000) == pays

    def test_respects_the_floor(self):
        assert night(WIDE, contract_cents=9_000, promotion_bp=1_000, floor_cents=8_300) == 8_300

    def test_is_not_taken_unless_the_rules_say_so(self):
        assert night(RULES, contract_cents=9_000, promotion_bp=1_000) == 9_000

    def test_taxes_what_is_left_of_a_net_rate(self):
        found = stay_price(
            rules=WIDE, tier="gold", bar_cents=15_000, nights=3, vat_bp=2_000, promotion_bp=1_000,
            contract_cents=10_000, contract_net_cents=8_333,
        ).value  # fmt: skip

        assert (found.night_cents, found.gross_cents, found.net_cents) == (9_000, 27_000, 22_500)


class TestAHallInABundle:
    HALL = BundleLine("hall", "hall", HALLS_AND_EQUIPMENT, 1, 10_000, vat_bp=0)
    WAITER = BundleLine("waiter", "waiter", OTHER_SERVICES, 1, 10_000, vat_bp=0)

    def test_has_the_bundle_after_the_tier(self):
        found = bundle_price(rules=TIGHT, tier="gold", lines=[self.HALL, self.WAITER])

        assert [line.discount_bp for line in found.value.lines] == [1_450, 500]
        assert codes(found)[:3] == ["bundles.kinds", "bundles.joined", "bundles.line_own"]
        recomputed(found)

    def test_stops_at_the_cap(self):
        steep = replace(TIGHT, bundle_ladder=(replace(RULES.bundle_ladder[0], discount_bp=1_500),))

        found = bundle_price(rules=steep, tier="gold", lines=[self.HALL, self.WAITER])

        assert [line.discount_bp for line in found.value.lines] == [2_000, 1_500]
        assert "bundles.cap" in codes(found)

    @pytest.mark.parametrize(("tier", "lines"), [("gold", [HALL]), ("partner", [HALL, WAITER])])
    def test_says_nothing_of_both_where_there_is_only_one(self, tier, lines):
        found = bundle_price(rules=TIGHT, tier=tier, lines=lines)

        assert found.value == bundle_price(rules=RULES, tier=tier, lines=lines).value
        assert "bundles.joined" not in codes(found)

    def test_keeps_what_was_confirmed(self):
        frozen = replace(self.HALL, frozen_bp=1_000)

        found = bundle_price(rules=TIGHT, tier="gold", lines=[frozen, self.WAITER])

        assert found.value.lines[0].discount_bp == 1_000


class TestTheNights:
    SUMMER = Promotion("summer", Names("Summer", "Лето"), 1_000, date(2026, 7, 11), date(2026, 7, 12))

    def test_tell_what_made_each_price(self):
        version = replace(WIDE, promotions=(self.SUMMER,))
        ask = Ask("SEA", date(2026, 7, 10), nights=4, bar_cents=10_000)

        found = nights_price(
            versions=[version], tier="gold", ask=ask, contract={date(2026, 7, 12): 9_000}.get
        )

        stretches = found.value.stretches
        assert [(each.price.night_cents, each.by) for each in stretches] == [
            (8_800, "tier"), (7_920, "tier_and_promotion"), (8_100, "contract_and_promotion"),
            (8_800, "tier"),
        ]  # fmt: skip
        assert [each.promotion is None for each in stretches] == [True, False, False, True]
        recomputed(found)


class TestTheRules:
    def test_of_old_are_silent_on_it_and_their_derivations_tell_nothing_new(self):
        stay = stay_price(rules=RULES, tier="gold", bar_cents=9_000, nights=3)
        order = bundle_price(rules=RULES, tier="gold", lines=[TestAHallInABundle.HALL])
        off = stay_discount(rules=RULES, tier="gold")

        told = {name for each in (stay, order, off) for name in each.inputs}
        assert told.isdisjoint({"tier_and_promotion", "contract_and_promotion", "hall_and_bundle"})

    def test_refuse_a_way_to_meet_that_there_is_not(self):
        with pytest.raises(ChoiceUnknown) as refused:
            Rules.from_json(RULES.to_json() | {"combination": {"hall_and_bundle": "sum"}})
        assert refused.value.values["field"] == "combination.hall_and_bundle"


asks = st.fixed_dictionaries(
    {
        "tier": tiers, "bar_cents": cents, "promotion_bp": shares, "contract_cents": st.none() | cents,
        "floor_cents": cents,
    }
)  # fmt: skip


@given(programmes, asks)
def test_no_night_goes_past_the_cap_or_under_the_floor(rules, asked):
    bar, floor, contract = asked["bar_cents"], asked["floor_cents"], asked["contract_cents"]

    pays = night(rules, **asked)

    capped = bar - bar * rules.cap_bp // 10_000
    assert min(bar, floor) <= pays <= bar
    assert pays >= (capped if contract is None else min(capped, contract))
    assert pays >= night(rules, **asked | {"promotion_bp": min(asked["promotion_bp"] + 77, 10_000)})
    if contract is not None and contract <= bar:
        assert pays <= max(contract, min(bar, floor))


@given(programmes, asks)
def test_no_higher_tier_pays_more_for_a_night(rules, asked):
    paid = [night(rules, **asked | {"tier": tier.code}) for tier in rules.tiers]

    assert paid == sorted(paid, reverse=True)


@given(programmes, asks)
def test_what_comes_on_top_is_never_dearer_than_the_larger_alone(rules, asked):
    alone = replace(rules, combination=Combination())

    assert night(rules, **asked) <= night(alone, **asked)


@given(programmes, st.lists(bundle_lines(), min_size=1, max_size=6))
def test_no_order_goes_past_the_cap_or_under_a_floor_and_no_higher_tier_pays_more(rules, lines):
    alone, bills = replace(rules, combination=Combination()), []
    for tier in rules.tiers:
        found = bundle_price(rules=rules, tier=tier.code, lines=lines)
        recomputed(found)
        bills.append(found.value.bill_cents)
        assert (
            found.value.bill_cents <= bundle_price(rules=alone, tier=tier.code, lines=lines).value.bill_cents
        )
        for asked, line in zip(lines, found.value.lines, strict=True):
            assert line.discount_cents * 10_000 <= line.list_cents * rules.cap_bp
            assert line.total_cents >= min(line.list_cents, asked.floor_cents * asked.quantity)
    assert bills == sorted(bills, reverse=True)
