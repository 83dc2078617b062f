"""Earning points and paying with them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.programme.earning import rules as earning
from portal.programme.earning.rules import (
    accrual,
    credit_approvals,
    manual_credit,
    month_end_after,
    starts_on,
)
from portal.programme.intake.rules import netted
from portal.programme.redemption import rules as redemption
from portal.programme.redemption.rules import points_payment, redeem
from portal.programme.rules import FOOD_AND_DRINK, ROOMS, Rules
from tests.programme.again import recomputed
from tests.programme.strategies import RULES, cents, tiers, versions


class TestAccrual:
    def test_floors_once_per_category(self):
        apart = accrual(
            rules=RULES,
            tier="silver",
            bases=[(ROOMS, 199), (FOOD_AND_DRINK, 199)],
            earned_on=date(2025, 1, 1),
        )
        together = accrual(rules=RULES, tier="silver", bases=[(ROOMS, 398)], earned_on=date(2025, 1, 1))

        assert apart.value.points == 10
        assert together.value.points == 11

    def test_lives_from_the_fourteenth_day_to_the_month_end_after_two_years(self):
        life = accrual(rules=RULES, tier="gold", bases=[(ROOMS, 1)], earned_on=date(2025, 3, 10)).value

        assert life.activates_on == date(2025, 3, 24)
        assert life.expires_on == date(2027, 3, 31)

    def test_a_negative_category_takes_nothing_from_another(self):
        result = accrual(
            rules=RULES,
            tier="gold",
            bases=[(ROOMS, 1000), (FOOD_AND_DRINK, -900)],
            earned_on=date(2025, 1, 1),
        )

        assert result.value.points == 40

    @pytest.mark.parametrize(("share_bp", "points"), [(10_000, 950), (5_000, 475), (9_999, 950), (0, 0)])
    def test_lets_a_category_earn_in_part(self, share_bp, points):
        version = Rules.from_json(RULES.to_json() | {"accrual": {"rooms_bp": share_bp}})

        earned = accrual(rules=version, tier="gold", bases=[(ROOMS, 23_760)], earned_on=date(2025, 1, 1))

        assert recomputed(earned).value.points == points
        assert ("shares_bp" in earned.inputs) == (share_bp < 10_000)

    @given(
        versions,
        tiers,
        st.lists(st.tuples(st.sampled_from([ROOMS, FOOD_AND_DRINK]), cents), max_size=3),
        st.dates(max_value=date(8999, 12, 31)),
    )
    def test_is_recomputed_from_what_is_stored(self, version, tier, bases, day):
        recomputed(accrual(rules=version, tier=tier, bases=bases, earned_on=day))


class TestStartsOn:
    @pytest.mark.parametrize(
        ("starts", "joined", "begins"),
        [
            ("history", None, date.min),
            ("joining", date(2025, 1, 31), date(2025, 1, 31)),
            ("joining", None, None),
            ("month_after_joining", date(2025, 1, 1), date(2025, 2, 1)),
            ("month_after_joining", date(2025, 12, 31), date(2026, 1, 1)),
            ("month_after_joining", None, None),
        ],
    )
    def test_is_told_by_the_version_and_the_day_of_joining(self, starts, joined, begins):
        version = Rules.from_json(RULES.to_json() | {"earning_starts": starts})

        assert starts_on(rules=version, joined_on=joined) == begins


class TestMonthEndAfter:
    @pytest.mark.parametrize(
        ("day", "months", "end"),
        [
            (date(2025, 3, 31), 24, date(2027, 3, 31)),
            (date(2024, 2, 29), 24, date(2026, 2, 28)),
            (date(2022, 2, 28), 24, date(2024, 2, 29)),
            (date(2025, 12, 1), 1, date(2026, 1, 31)),
            (date(2025, 11, 30), 1, date(2025, 12, 31)),
        ],
    )
    def test_is_the_last_day_of_that_month(self, day, months, end):
        assert month_end_after(day, months) == end


class TestManualCredit:
    def test_is_active_at_once(self):
        result = manual_credit(rules=RULES, points=500, earned_on=date(2025, 3, 10))

        assert result.value.activates_on == date(2025, 3, 10)
        assert result.value.expires_on == date(2027, 3, 31)
        recomputed(result)

    def test_refuses_to_take_points(self):
        for points in (0, -5):
            with pytest.raises(earning.CreditNotPositive):
                manual_credit(rules=RULES, points=points, earned_on=date(2025, 3, 10))


class TestCreditApprovals:
    @pytest.mark.parametrize(
        ("role", "points", "stay", "shift", "approvals"),
        [
            ("desk", 1000, 0, 0, 0),
            ("desk", 1001, 0, 0, 1),
            ("desk", 500, 500, 0, 0),
            ("desk", 501, 500, 0, 1),
            ("desk", 1000, 0, 4000, 0),
            ("desk", 1000, 0, 4001, 1),
            ("desk", 20_000, 0, 0, 1),
            ("desk", 20_001, 0, 0, 2),
            ("manager", 20_000, 0, 0, 0),
            ("manager", 20_001, 0, 0, 1),
        ],
    )
    def test_follows_the_limits(self, role, points, stay, shift, approvals):
        result = credit_approvals(rules=RULES, role=role, points=points, stay_points=stay, shift_points=shift)

        assert result.value == approvals
        recomputed(result)

    def test_refuses_others_and_nothing(self):
        with pytest.raises(earning.UnknownCreditRole):
            credit_approvals(rules=RULES, role="traveller", points=1)
        with pytest.raises(earning.CreditNotPositive):
            credit_approvals(rules=RULES, role="desk", points=0)


def pay(points=None, bill=10_000, balance=50_000, tier="gold"):
    return points_payment(
        rules=RULES, tier=tier, bill_cents=bill, balance_points=balance, requested_points=points
    )


class TestPointsPayment:
    @pytest.mark.parametrize(
        ("tier", "most"), [("partner", 2000), ("silver", 2500), ("gold", 3000), ("platinum", 3000)]
    )
    def test_pays_a_share_of_the_bill_by_tier(self, tier, most):
        assert pay(tier=tier).value.most_points == most

    def test_says_what_it_leaves(self):
        value = pay(1200, balance=3075).value

        assert (value.pays_cents, value.remains_cents, value.leaves_points) == (1200, 8800, 1875)

    def test_takes_whole_steps_only(self):
        assert pay(balance=1299).value.points == 1200
        assert pay(bill=9999).value.points == 2900
        with pytest.raises(redemption.NotInRedemptionSteps):
            pay(650)

    def test_begins_at_the_minimum(self):
        assert pay(balance=499).value.points == 0
        assert pay(balance=500).value.points == 500
        assert pay(500).value.points == 500
        with pytest.raises(redemption.BelowRedemptionMinimum):
            pay(400)

    def test_stops_at_the_share_and_at_the_balance(self):
        assert pay(3000).value.points == 3000
        with pytest.raises(redemption.MoreThanShareOfBill) as refused:
            pay(3100)
        assert refused.value.values["most_points"] == 3000
        with pytest.raises(redemption.NotEnoughPoints):
            pay(1300, balance=1299)

    def test_may_take_none(self):
        assert pay(0).value.remains_cents == 10_000
        assert pay(0, balance=0).value.points == 0

    @given(tiers, cents, st.integers(0, 100_000))
    def test_never_takes_more_than_there_is_or_than_the_share(self, tier, bill, balance):
        result = pay(bill=bill, balance=balance, tier=tier)
        value = result.value

        assert 0 <= value.points <= balance
        assert value.pays_cents * 10_000 <= bill * RULES.tier(tier).points_share_bp
        assert value.points % 100 == 0
        assert value.points == 0 or value.points >= 500
        assert value.pays_cents + value.remains_cents == bill
        recomputed(result)
        if value.points:
            assert pay(value.points, bill=bill, balance=balance, tier=tier).value == value


class TestRedeem:
    def test_tells_what_an_item_leaves(self):
        result = redeem(rules=RULES, points=900, balance_points=2500)

        assert result.value == 1600
        recomputed(result)

    @pytest.mark.parametrize(
        ("points", "refusal"),
        [
            (400, redemption.BelowRedemptionMinimum),
            (550, redemption.NotInRedemptionSteps),
            (2600, redemption.NotEnoughPoints),
        ],
    )
    def test_refuses_by_name(self, points, refusal):
        with pytest.raises(refusal):
            redeem(rules=RULES, points=points, balance_points=2500)


class TestNetted:
    @pytest.mark.parametrize(
        ("cents", "netted_cents"),
        [
            ([149, 149], [149, 149]),
            ([500, -200, 300], [300, 0, 300]),
            ([500, -600, 300], [0, 0, 200]),
            ([500, -900, 300], [0, -100, 0]),
            ([-500], [-500]),
        ],
    )
    def test_takes_from_the_other_folios_of_the_category(self, cents, netted_cents):
        folios = [(FOOD_AND_DRINK, str(number), each) for number, each in enumerate(cents, start=1)]

        bases = netted([*folios, (ROOMS, "1", 1_000)])

        assert bases == (*((FOOD_AND_DRINK, each) for each in netted_cents), (ROOMS, 1_000))
