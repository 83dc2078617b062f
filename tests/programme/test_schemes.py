"""Schemes: the classic types are made of the same rules, and are told from them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.programme.rules import Rules
from portal.programme.schemes.rules import OWN, SCHEMES, UnknownScheme, apply, scheme_of, worth_bp
from tests.programme.strategies import RULES, versions

schemes = st.sampled_from(SCHEMES)


class TestApply:
    @pytest.mark.parametrize(
        ("scheme", "discounts", "points", "shares", "doors"),
        [
            ("flat", [1100] * 4, [0] * 4, [2000, 2500, 3000, 3000], "either"),
            ("ladder_nights", [700, 1100, 1600, 2000], [0] * 4, [2000, 2500, 3000, 3000], "nights"),
            ("ladder_spend", [700, 1100, 1600, 2000], [0] * 4, [2000, 2500, 3000, 3000], "spend"),
            ("points_money", [0] * 4, [7, 11, 16, 20], [2000, 2500, 3000, 3000], "either"),
            ("points_catalogue", [0] * 4, [7, 11, 16, 20], [0] * 4, "either"),
        ],
    )
    def test_keeps_what_a_stay_is_worth(self, scheme, discounts, points, shares, doors):
        made = apply(RULES, scheme)

        assert [tier.stay_discount_bp for tier in made.tiers] == discounts
        assert [tier.points_per_euro for tier in made.tiers] == points
        assert [tier.points_share_bp for tier in made.tiers] == shares
        assert made.doors == doors

    def test_lets_points_pay_again_where_they_paid_for_gifts_only(self):
        made = apply(apply(RULES, "points_catalogue"), "points_money")

        assert {tier.points_share_bp for tier in made.tiers} == {10_000}

    def test_refuses_a_scheme_it_does_not_know(self):
        with pytest.raises(UnknownScheme):
            apply(RULES, "lottery")

    @given(versions, schemes, schemes)
    def test_makes_rules_that_may_be_published_and_are_known_again(self, version, first, then):
        made = apply(apply(version, first), then)

        assert Rules.from_json(made.to_json()) == made
        # Once all tiers are alike, what is made of them is alike too: a ladder of one height is flat.
        expected = "flat" if first == "flat" and then.startswith("ladder") else then
        assert scheme_of(made) == expected
        assert apply(made, then) == made

    @given(versions, schemes)
    def test_gives_away_no_more_than_before_but_to_the_middle(self, version, scheme):
        made = apply(version, scheme)

        if scheme != "flat":
            before = [min(worth_bp(version, tier), version.cap_bp) for tier in version.tiers]
            assert [min(worth_bp(made, tier), made.cap_bp) for tier in made.tiers] == before


class TestSchemeOf:
    def test_the_programme_that_comes_with_the_house_is_its_own(self):
        assert scheme_of(RULES) == OWN
