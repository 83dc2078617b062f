"""Comparing two versions: what changes, and whether anybody can lose by it."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.programme.comparison.rules import Change, differences
from portal.programme.improvement.rules import Loss, losses, worsened
from portal.programme.redemption.rules import points_payment
from portal.programme.rules import Rules
from portal.programme.standing.rules import Count, reached_tier
from tests.programme.strategies import RULES, versions

SUMMER = {
    "code": "summer",
    "name": {"en": "Summer", "ru": "Лето"},
    "discount_bp": 1_000,
    "begins_on": "2030-07-01",
    "ends_on": "2030-07-31",
    "hotels": ["city"],
}
LATER = {"version": 2, "effective_from": "2026-01-01"}


def version(base=RULES, **fields):
    return Rules.from_json(base.to_json() | LATER | fields)


def with_tier(number, **fields):
    data = RULES.to_json()
    data["tiers"][number] |= fields
    return Rules.from_json(data | LATER)


def combined(**fields):
    return version(combination=fields)


class TestDifferences:
    def test_are_none_between_a_version_and_its_copy(self):
        assert differences(RULES, version()) == []

    def test_name_the_field_of_a_tier(self):
        assert differences(RULES, with_tier(2, nights=70)) == [Change("tiers", ("gold",), "nights", 75, 70)]

    def test_tell_a_line_that_came_or_went_as_a_whole(self):
        summer = version(promotions=[SUMMER])

        (came,), (went,) = differences(RULES, summer), differences(summer, RULES)

        assert (came.part, came.line, came.field, came.before) == ("promotions", ("summer",), "", None)
        assert (went.before, went.after) == (came.after, None)

    def test_tell_a_moved_line_by_what_it_is_about(self):
        other = SUMMER | {"code": "other"}

        assert differences(version(promotions=[SUMMER, other]), version(promotions=[other, SUMMER])) == []

    @given(versions, versions)
    def test_are_none_only_between_versions_that_hold_the_same(self, old, new):
        said = differences(old, new)

        if not said:
            assert {line.code for line in old.promotions} == {line.code for line in new.promotions}
            assert (old.doors, old.accrual, old.notice_days) == (new.doors, new.accrual, new.notice_days)


class TestLosses:
    def test_are_none_where_nothing_is_worsened(self):
        assert losses(RULES, with_tier(2, nights=70)) == ()

    def test_name_each_tier_and_what_of_it_is_less(self):
        worse = with_tier(2, nights=76, points_per_euro=3, late_checkout=None, souvenir="set_s")

        assert losses(RULES, worse) == tuple(
            Loss("tiers", "gold", name) for name in ("nights", "points_per_euro", "late_checkout", "souvenir")
        )

    def test_name_a_tier_that_is_gone(self):
        fewer = version(tiers=RULES.to_json()["tiers"][:3])

        assert losses(RULES, fewer) == (Loss("tiers", "platinum"),)

    def test_name_the_tiers_alone_where_another_is_the_lowest(self):
        first, *rest = RULES.to_json()["tiers"]
        bronze = first | {"code": "bronze", "name": {"en": "Bronze", "ru": "Бронзовый"}}

        assert losses(RULES, version(tiers=[bronze, first, *rest])) == (Loss("tiers"),)

    def test_are_none_where_a_tier_was_put_between(self):
        first, second, *rest = RULES.to_json()["tiers"]
        bronze = second | {"code": "bronze", "name": {"en": "Bronze", "ru": "Бронзовый"}}

        assert losses(RULES, version(tiers=[first, bronze, second, *rest])) == ()

    def test_name_other_parts_as_a_whole(self):
        worse = version(cap_bp=1_900, contact_budget=RULES.to_json()["contact_budget"] | {"survey_days": 1})

        assert losses(RULES, worse) == (Loss("cap_bp"), Loss("contact_budget"))

    @given(versions, versions)
    def test_are_of_the_parts_that_are_worsened(self, old, new):
        assert tuple(dict.fromkeys(loss.part for loss in losses(old, new))) == worsened(old, new)


class TestWorsened:
    @pytest.mark.parametrize(
        ("better", "worse"),
        [
            (with_tier(2, nights=70), with_tier(2, nights=76)),
            (with_tier(3, points_per_euro=6), with_tier(3, points_per_euro=4)),
            (with_tier(1, late_checkout="15:00"), with_tier(1, late_checkout=None)),
            (version(cap_bp=2_100), version(cap_bp=1_900)),
            (version(activation_days=7), version(activation_days=15)),
            (version(lot_months=36), version(lot_months=23)),
            (version(redemption_step_points=50), version(redemption_step_points=150)),
            (version(expiry_notice_days=[90, 60, 30, 7]), version(expiry_notice_days=[60, 7])),
            (version(promotions=[SUMMER]), version(accrual={"rooms_bp": 9_999})),
            (
                version(compensation=[{"breach": "late", "threshold": 30, "points": 1}]),
                version(doors="nights"),
            ),
            (version(notice_days=60), version(notice_days=29)),
            (
                version(bundle_ladder=[{"kinds": 2, "discount_bp": 600}, {"kinds": 4, "discount_bp": 1500}]),
                version(bundle_ladder=[{"kinds": 3, "discount_bp": 1500}]),
            ),
            (
                version(vat=[{"kind": "hall", "hotel": "", "valid_from": "2026-01-01", "vat_bp": 1}]),
                version(review_day=2),
            ),
            (version(point_cost_bp=9_000), version(earning_starts="joining")),
            (combined(tier_and_promotion="on_top"), version(notice_days=1)),
            (combined(contract_and_promotion=True), version(lot_months=1)),
            (combined(hall_and_bundle="on_top"), version(window_days=1)),
            (version(grace_days=90), version(floors=[{"hotel": "", "kind": "hall", "floor_cents": 1}])),
        ],
    )
    def test_takes_nothing_from_anybody(self, better, worse):
        assert worsened(RULES, better) == ()
        assert len(worsened(RULES, worse)) == 1

    @pytest.mark.parametrize(
        "fields",
        [{"tier_and_promotion": "on_top"}, {"contract_and_promotion": True}, {"hall_and_bundle": "on_top"}],
    )
    def test_takes_nothing_back_of_how_discounts_meet(self, fields):
        assert worsened(combined(**fields), version()) == ("combination",)

    @pytest.mark.parametrize(
        ("fields", "holds"),
        [
            ({}, True),
            ({"discount_bp": 1_100}, True),
            ({"discount_bp": 900}, False),
            ({"hotels": []}, True),
            ({"hotels": ["resort"]}, False),
            ({"ends_on": "2030-07-30"}, False),
            ({"blackout_dates": ["2030-07-14"]}, False),
        ],
    )
    def test_keeps_what_was_promised_for_nights_to_come(self, fields, holds):
        assert (worsened(version(promotions=[SUMMER]), version(promotions=[SUMMER | fields])) == ()) == holds

    def test_may_drop_a_promotion_that_is_over(self):
        over = SUMMER | {"begins_on": "2024-07-01", "ends_on": "2024-07-31"}

        assert worsened(version(promotions=[over]), version()) == ()

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            # The line of a kind goes, and the kind falls back to its category.
            (
                {("", "hall"): 50, ("", "halls_and_equipment"): 100},
                {("", "halls_and_equipment"): 100},
            ),
            # A hotel's line for the category goes before that of all hotels for the kind.
            (
                {("", "hall"): 10, ("", "halls_and_equipment"): 100},
                {("", "hall"): 10, ("", "halls_and_equipment"): 100, ("SEA", "halls_and_equipment"): 90},
            ),
        ],
    )
    def test_raises_no_floor_by_what_a_kind_falls_back_to(self, old, new):
        was, now = (
            version(
                floors=[
                    {"hotel": hotel, "kind": kind, "floor_cents": cents}
                    for (hotel, kind), cents in told.items()
                ]
            )
            for told in (old, new)
        )

        assert worsened(was, now) == ("floors",)

    def test_leaves_small_bills_payable_when_a_point_is_worth_more(self):
        assert worsened(RULES, version(point_value_cents=2)) == (
            "redemption_min_points",
            "redemption_step_points",
        )
        halved = {"redemption_min_points": 250, "redemption_step_points": 50}
        assert worsened(RULES, version(point_value_cents=2, **halved)) == ()

    @given(
        st.integers(1, 4),
        st.sampled_from([10, 25, 50, 100, 150]),
        st.sampled_from([100, 250, 500]),
        st.integers(0, 9_000),
        st.integers(0, 2_000),
    )
    def test_lets_as_much_be_paid_as_before(self, value, step, least, bill, balance):
        offered = {"redemption_step_points": step, "redemption_min_points": least}
        new = version(point_value_cents=value, **offered)
        assume(not worsened(RULES, new))
        paid = [
            points_payment(rules=one, tier="gold", bill_cents=bill, balance_points=balance).value.pays_cents
            for one in (RULES, new)
        ]

        assert paid[0] <= paid[1]

    @given(versions)
    def test_is_what_changes_nothing(self, drawn):
        assert worsened(drawn, version(drawn, effective_from=date(2026, 1, 1).isoformat())) == ()

    @given(versions, versions, st.integers(0, 250), st.integers(0, 2_500_000))
    def test_lets_nobody_fall(self, old, new, nights, spend_cents):
        assume(not worsened(old, new))
        window = Count(nights, 0, spend_cents, 0)

        ranks = [version.rank(reached_tier(rules=version, counted=window)) for version in (old, new)]

        assert ranks[0] <= ranks[1]
