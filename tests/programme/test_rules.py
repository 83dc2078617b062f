"""The rules as data: what they hold, and what may not be published."""

from datetime import date
from pathlib import Path

import pytest

from portal.hotel.models import Category
from portal.programme import rules
from portal.programme.rules import Rules, default_rules, half_up, in_force, net_cents, share_cents


def changed(**fields):
    return default_rules().to_json() | fields


class TestDefaultRules:
    def test_are_the_first_version_and_old_enough_to_play_past_stays(self):
        first = default_rules()

        assert first.version == 1
        assert first.effective_from == date(2015, 1, 1)
        assert [tier.code for tier in first.tiers] == ["partner", "silver", "gold", "platinum"]

    def test_hold_the_table_that_was_agreed(self):
        table = [
            (
                t.nights,
                t.spend_cents,
                t.stay_discount_bp,
                t.points_per_euro,
                t.points_share_bp,
                t.late_checkout,
            )
            for t in default_rules().tiers
        ]

        assert table == [
            (0, 0, 500, 2, 2000, None),
            (25, 250_000, 800, 3, 2500, "14:00"),
            (75, 750_000, 1200, 4, 3000, "16:00"),
            (200, 2_000_000, 1500, 5, 3000, "18:00"),
        ]

    def test_come_back_from_their_plain_data(self):
        assert Rules.from_json(default_rules().to_json()) == default_rules()

    def test_lie_beside_the_code_as_data(self):
        assert Path(rules.__file__).with_name("default_rules.json").is_file()

    def test_call_categories_as_the_hotel_does(self):
        ours = {rules.ROOMS, rules.FOOD_AND_DRINK, rules.HALLS_AND_EQUIPMENT, rules.OTHER_SERVICES}

        assert ours == {category.value for category in Category}


class TestFromJson:
    @pytest.mark.parametrize(
        ("data", "refusal", "field"),
        [
            (changed(cap_bp="20"), rules.FieldMistyped, "cap_bp"),
            (changed(cap_bp=True), rules.FieldMistyped, "cap_bp"),
            (changed(cap_bp=10_001), rules.FieldOutOfRange, "cap_bp"),
            (changed(cap_bp=-1), rules.FieldOutOfRange, "cap_bp"),
            (changed(review_day=0), rules.FieldOutOfRange, "review_day"),
            (changed(review_day=29), rules.FieldOutOfRange, "review_day"),
            (changed(effective_from="soon"), rules.FieldMistyped, "effective_from"),
            (changed(effective_from=None), rules.FieldMistyped, "effective_from"),
            (changed(expiry_notice_days=7), rules.FieldMistyped, "expiry_notice_days"),
            (changed(expiry_notice_days=[7, "3"]), rules.FieldMistyped, "expiry_notice_days[1]"),
            (changed(expiry_notice_days=[-1]), rules.FieldOutOfRange, "expiry_notice_days[0]"),
            (changed(expiry_notice_days=[60, 0]), rules.FieldOutOfRange, "expiry_notice_days[1]"),
            (changed(expiry_notice_days=[367]), rules.FieldOutOfRange, "expiry_notice_days[0]"),
            (changed(dead_lot_revival_days=3_661), rules.FieldOutOfRange, "dead_lot_revival_days"),
            (changed(surprise=1), rules.FieldUnknown, "surprise"),
            (changed(tiers=[]), rules.FieldMissing, "tiers"),
            (changed(activation_days=700), rules.ActivationAfterDeath, "activation_days"),
            (changed(redemption_step_points=0), rules.FieldOutOfRange, "redemption_step_points"),
            (
                changed(bundle_ladder=[{"kinds": 2, "discount_bp": 500}, {"kinds": 2, "discount_bp": 900}]),
                rules.LadderNotRising,
                "bundle_ladder",
            ),
            (
                changed(bundle_ladder=[{"kinds": 2, "discount_bp": 500}, {"kinds": 3, "discount_bp": 400}]),
                rules.LadderNotRising,
                "bundle_ladder",
            ),
            (changed(manual_credits={}), rules.FieldMissing, "manual_credits.desk_stay_points"),
            (
                changed(
                    contact_budget=default_rules().to_json()["contact_budget"] | {"quiet_from": "eight"},
                ),
                rules.FieldMistyped,
                "contact_budget.quiet_from",
            ),
            ([], rules.FieldMistyped, "rules"),
        ],
    )
    def test_refuses_by_name_and_says_where(self, data, refusal, field):
        with pytest.raises(refusal) as refused:
            Rules.from_json(data)

        assert refused.value.values["field"] == field

    def test_refuses_a_version_without_a_number(self):
        data = default_rules().to_json()
        del data["lot_months"]

        with pytest.raises(rules.FieldMissing) as refused:
            Rules.from_json(data)

        assert refused.value.values == {"field": "lot_months"}

    @pytest.mark.parametrize(
        ("tier", "fields", "refusal"),
        [
            (0, {"nights": 1}, rules.FirstDoorNotOpen),
            (1, {"code": "partner"}, rules.TierTwice),
            (2, {"nights": 24}, rules.DoorsNotRising),
            (3, {"points_per_euro": 3}, rules.DoorsNotRising),
            (1, {"late_checkout": "noon"}, rules.FieldMistyped),
            (1, {"late_checkout": 14}, rules.FieldMistyped),
        ],
    )
    def test_refuses_tiers_that_a_company_could_lose_by_climbing(self, tier, fields, refusal):
        data = default_rules().to_json()
        data["tiers"][tier] |= fields

        with pytest.raises(refusal):
            Rules.from_json(data)


class TestTiers:
    def test_names_the_tier_above(self):
        first = default_rules()

        assert first.next_tier("partner") == "silver"
        assert first.next_tier("platinum") is None

    def test_refuses_a_tier_it_does_not_know(self):
        with pytest.raises(rules.UnknownTier):
            default_rules().tier("diamond")


class TestInForce:
    def test_is_the_last_version_to_have_begun(self):
        first = default_rules()
        second = Rules.from_json(changed(version=2, effective_from="2025-03-01"))
        third = Rules.from_json(changed(version=3, effective_from="2025-03-01"))
        versions = [third, second, first]

        assert in_force(versions, date(2025, 2, 28)) is first
        assert in_force(versions, date(2025, 3, 1)) is third

    def test_refuses_a_day_before_all_rules(self):
        with pytest.raises(rules.NoRulesInForce):
            in_force([default_rules()], date(2014, 12, 31))


class TestRounding:
    @pytest.mark.parametrize(
        ("numerator", "denominator", "rounded"),
        [
            (1, 2, 1),
            (3, 2, 2),
            (-1, 2, -1),
            (-3, 2, -2),
            (49, 100, 0),
            (50, 100, 1),
            (-49, 100, 0),
            (7, 1, 7),
        ],
    )
    def test_rounds_halves_away_from_zero(self, numerator, denominator, rounded):
        assert half_up(numerator, denominator) == rounded

    def test_takes_a_percentage_and_the_tax_half_up(self):
        assert share_cents(25, 1000) == 3
        assert share_cents(24, 1000) == 2
        assert net_cents(120, 2000) == 100
        assert net_cents(1700, 2000) == 1417
