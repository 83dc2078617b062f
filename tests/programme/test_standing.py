"""Standing: what a window counts, which tier it opens, the ways up, the reviews."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.programme.rules import Rules
from portal.programme.standing.rules import (
    Count,
    SpendFact,
    StayFact,
    count,
    credit_nights,
    reached_tier,
    review,
    standing,
    standing_of,
)
from tests.programme.again import recomputed
from tests.programme.strategies import RULES, cents

TODAY = date(2025, 6, 1)
YEAR = timedelta(days=365)


def stay(arrival, nights=1, base_cents=100, key="s"):
    return StayFact(key, arrival, nights, base_cents, arrival + timedelta(days=nights))


def counted(stays=(), spends=(), as_of=TODAY):
    return count(window_days=365, stays=stays, spends=spends, as_of=as_of)


def slept(nights):
    """So many nights, cheap enough that money opens no door."""
    return [stay(TODAY - timedelta(days=1), key=str(n)) for n in range(nights)]


def programme_count(nights, spend_cents):
    return Count(slept_nights=nights, event_cents=0, spend_cents=spend_cents, night_cents=0)


def tier_of(stays=(), spends=()):
    return standing(rules=RULES, stays=stays, spends=spends, as_of=TODAY).value.tier


class TestCount:
    @pytest.mark.parametrize(("days_ago", "nights"), [(0, 0), (1, 1), (364, 1), (365, 1), (366, 0)])
    def test_holds_a_night_from_the_morning_after_for_365_days(self, days_ago, nights):
        assert counted([stay(TODAY - timedelta(days=days_ago))]).slept_nights == nights

    def test_holds_the_part_of_a_stay_that_lies_in_the_window(self):
        assert counted([stay(TODAY - YEAR - timedelta(days=3), nights=5)]).slept_nights == 2
        assert counted([stay(TODAY - timedelta(days=2), nights=5)]).slept_nights == 2

    @pytest.mark.parametrize(("base_cents", "nights"), [(1, 1), (0, 0), (-1, 0)])
    def test_holds_only_nights_with_a_positive_rate(self, base_cents, nights):
        assert counted([stay(TODAY - timedelta(days=1), base_cents=base_cents)]).slept_nights == nights

    @pytest.mark.parametrize(("days_ago", "spend"), [(-1, 0), (0, 700), (364, 700), (365, 0)])
    def test_holds_money_by_the_day_of_check_out_or_fulfilment(self, days_ago, spend):
        day = TODAY - timedelta(days=days_ago)

        assert counted([StayFact("s", day, 0, 700, day)]).spend_cents == spend
        assert counted(spends=[SpendFact("e", day, 700)]).spend_cents == spend

    def test_tells_event_spend_from_other_orders(self):
        both = [SpendFact("a", TODAY, 500), SpendFact("b", TODAY, 300, is_event=False)]

        assert counted(spends=both).event_cents == 500
        assert counted(spends=both).spend_cents == 800

    def test_averages_the_price_of_a_night(self):
        stays = [stay(TODAY - timedelta(days=9), 2, 20_000), stay(TODAY - timedelta(days=9), 1, 11_000)]

        assert counted(stays).night_cents == 10_333
        assert counted().night_cents == 0

    @given(
        st.lists(st.tuples(st.integers(-800, 20), st.integers(0, 40), st.integers(-5, 500)), max_size=12),
        st.randoms(),
    )
    @settings(max_examples=60)
    def test_agrees_with_counting_night_by_night_in_any_order(self, drawn, random):
        stays = [stay(TODAY + timedelta(days=start), nights, base) for start, nights, base in drawn]
        nights = sum(
            TODAY - YEAR <= fact.arrival + timedelta(days=n) < TODAY
            for fact in stays
            for n in range(fact.nights)
            if fact.base_cents > 0
        )
        shuffled = list(stays)
        random.shuffle(shuffled)

        assert counted(stays).slept_nights == nights
        assert counted(shuffled) == counted(stays)


class TestCreditNights:
    @pytest.mark.parametrize(
        ("event_cents", "nights"),
        [(0, 0), (49_999, 0), (50_000, 1), (1_999_999, 39), (2_000_000, 40), (2_050_000, 40)],
    )
    def test_gives_one_for_each_full_step_up_to_forty(self, event_cents, nights):
        assert credit_nights(rules=RULES, event_cents=event_cents) == nights


class TestStanding:
    @pytest.mark.parametrize(
        ("nights", "tier"),
        [
            (0, "partner"),
            (24, "partner"),
            (25, "silver"),
            (26, "silver"),
            (74, "silver"),
            (75, "gold"),
            (199, "gold"),
            (200, "platinum"),
        ],
    )
    def test_opens_tiers_by_nights(self, nights, tier):
        assert tier_of(slept(nights)) == tier

    @pytest.mark.parametrize(
        ("spend_cents", "tier"),
        [
            (249_999, "partner"),
            (250_000, "silver"),
            (749_999, "silver"),
            (750_000, "gold"),
            (1_999_999, "gold"),
            (2_000_000, "platinum"),
        ],
    )
    def test_opens_tiers_by_spend(self, spend_cents, tier):
        assert tier_of(spends=[SpendFact("o", TODAY, spend_cents, is_event=False)]) == tier

    def test_adds_stays_and_orders_to_one_spend(self):
        assert tier_of([stay(TODAY - timedelta(days=1), 1, 125_000)], [SpendFact("o", TODAY, 125_000)]) == (
            "silver"
        )

    def test_adds_night_credits_to_nights_slept(self):
        assert tier_of(slept(23), [SpendFact("e", TODAY, 99_999)]) == "partner"
        assert tier_of(slept(23), [SpendFact("e", TODAY, 100_000)]) == "silver"

    @given(st.integers(0, 300), cents, st.booleans())
    @settings(max_examples=60)
    def test_is_recomputed_from_what_is_stored(self, nights, spend, is_event):
        spends = [SpendFact("o", TODAY, spend, is_event)]

        recomputed(standing(rules=RULES, stays=slept(nights), spends=spends, as_of=TODAY))

    @given(st.integers(0, 250), cents, st.integers(0, 50), cents)
    @settings(max_examples=60)
    def test_never_falls_when_more_is_slept_or_spent(self, nights, spend, more_nights, more_spend):
        before = tier_of(slept(nights), [SpendFact("o", TODAY, spend)])
        after = tier_of(slept(nights + more_nights), [SpendFact("o", TODAY, spend + more_spend)])

        assert RULES.rank(after) >= RULES.rank(before)


class TestReview:
    def judge(self, tier, reached, day=TODAY, grace_until=None):
        result = review(rules=RULES, tier=tier, grace_until=grace_until, reached=reached, day=day)
        recomputed(result)
        return (result.value.outcome, result.value.tier, result.value.grace_until)

    def test_keeps_a_tier_that_is_reached(self):
        assert self.judge("gold", "gold") == ("kept", "gold", None)

    def test_lifts_at_once_and_by_several_levels(self):
        assert self.judge("partner", "platinum") == ("up", "platinum", None)

    def test_gives_sixty_days_of_grace_first(self):
        assert self.judge("gold", "partner") == ("grace_started", "gold", TODAY + timedelta(days=60))

    def test_takes_one_level_on_the_last_day_of_grace_but_not_before(self):
        assert self.judge("platinum", "partner", grace_until=TODAY + timedelta(days=1)) == (
            "in_grace",
            "platinum",
            TODAY + timedelta(days=1),
        )
        assert self.judge("platinum", "partner", grace_until=TODAY) == ("down", "gold", None)

    def test_ends_the_grace_of_a_company_that_qualifies_again(self):
        assert self.judge("gold", "gold", grace_until=TODAY) == ("grace_cleared", "gold", None)
        assert self.judge("gold", "platinum", grace_until=TODAY) == ("up", "platinum", None)


class TestDoors:
    """A version may let only nights, or only spend, lead to a tier."""

    def of(self, doors):
        return Rules.from_json(RULES.to_json() | {"doors": doors})

    @pytest.mark.parametrize(
        ("doors", "nights", "spend", "tier"),
        [
            ("either", 24, 250_000, "silver"),
            ("nights", 24, 9_000_000, "partner"),
            ("nights", 25, 0, "silver"),
            ("spend", 300, 249_999, "partner"),
            ("spend", 0, 250_000, "silver"),
        ],
    )
    def test_of_the_other_kind_stay_shut(self, doors, nights, spend, tier):
        window = programme_count(nights, spend)

        result = recomputed(standing_of(rules=self.of(doors), counted=window, as_of=TODAY))

        assert result.value.tier == reached_tier(rules=self.of(doors), counted=window) == tier

    def test_are_told_in_the_derivation_only_where_one_is_shut(self):
        window = programme_count(30, 0)

        told = [
            standing_of(rules=self.of(doors), counted=window, as_of=TODAY) for doors in ("either", "nights")
        ]

        assert [one.inputs.get("led_by") for one in told] == [None, "nights"]
