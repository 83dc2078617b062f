"""Length, breadth, depth, silence, frequency and stage by hand, on both sides of every line."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.insight.activity import rules as activity
from portal.insight.activity.rules import Criteria, Expected, Reference, Stage, Verdict, Wakefulness
from portal.insight.measures import rules
from portal.insight.purchases.rules import Purchase

TODAY = date(2026, 6, 15)


def bought(*days, cents=10_000, nights=1, kind="room", hotel=1):
    return sorted(Purchase(day, cents, nights, hotel, ((kind, cents),), f"stay:{day}") for day in days)


def ago(*numbers):
    return [TODAY - timedelta(days=number) for number in numbers]


def usual(centi):
    return Expected(centi, Reference.TIER)


def weekly(number, *, last=3, every=7):
    return bought(*[TODAY - timedelta(days=last + every * back) for back in range(number)])


class TestLength:
    @pytest.mark.parametrize(
        ("first", "months"),
        [
            (date(2026, 5, 16), 0), (date(2026, 5, 15), 1), (date(2025, 6, 16), 11),
            (date(2025, 6, 15), 12), (date(2024, 2, 29), 27),
        ],
    )  # fmt: skip
    def test_is_in_whole_months_to_today_while_they_are_awake(self, first, months):
        found = rules.length(bought(first), as_of=TODAY, is_awake=True, begins=None)

        assert found.value.months == months

    def test_ends_with_the_last_purchase_of_the_silent(self):
        found = rules.length(
            bought(date(2025, 1, 10), date(2025, 4, 10)), as_of=TODAY, is_awake=False, begins=None
        )

        assert found.value.months == 3

    def test_begins_with_the_first_that_was_paid(self):
        rows = bought(date(2025, 1, 10), cents=0) + bought(date(2026, 1, 10))

        assert rules.length(rows, as_of=TODAY, is_awake=True, begins=None).value.months == 5

    @pytest.mark.parametrize(("days", "at_least"), [(30, True), (31, False)])
    def test_may_be_longer_where_the_history_begins_with_them(self, days, at_least):
        begins = date(2025, 1, 1)
        found = rules.length(bought(begins + timedelta(days=days)), as_of=TODAY, is_awake=True, begins=begins)

        assert found.value.is_at_least is at_least

    def test_counts_the_longest_run_of_quarters(self):
        days = [date(2024, 2, 1), date(2024, 5, 1), date(2024, 12, 1), date(2025, 3, 1), date(2025, 5, 1)]

        assert rules.length(bought(*days), as_of=TODAY, is_awake=True, begins=None).value.run_quarters == 3

    def test_of_nothing_is_nothing(self):
        assert rules.length([], as_of=TODAY, is_awake=True, begins=None).value.months == 0


class TestBreadth:
    def test_counts_a_kind_from_two_purchases_or_two_percent_of_the_spend(self):
        rows = bought(*ago(10, 20, 30), cents=98_000 // 3)
        rows += bought(*ago(40), cents=2_100, kind="taxi")  # over 2 %
        rows += bought(*ago(50), cents=100, kind="laundry")  # once, and too little
        rows += bought(*ago(60, 70), cents=1, kind="meal")  # twice

        found = rules.breadth(rows, as_of=TODAY, offered=10).value

        assert (found.kinds, found.share_bp, found.purchases) == (3, 3_000, 7)

    def test_looks_back_twelve_months(self):
        rows = bought(date(2025, 6, 15), date(2025, 6, 16))

        assert rules.breadth(rows, as_of=TODAY, offered=10).value.purchases == 1

    def test_is_even_when_each_kind_costs_the_same_and_says_nothing_of_one(self):
        even = bought(*ago(1, 2)) + bought(*ago(3, 4), kind="taxi")

        assert rules.breadth(even, as_of=TODAY, offered=10).value.evenness_bp == 10_000
        assert rules.breadth(bought(*ago(1, 2)), as_of=TODAY, offered=10).value.evenness_bp is None

    @given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 9_999), st.sampled_from("abcde"))))
    def test_stays_between_nothing_and_all(self, told):
        rows = [Purchase(ago(back)[0], cents, 0, 1, ((kind, cents),), "x") for back, cents, kind in told]

        found = rules.breadth(rows, as_of=TODAY, offered=10).value

        assert 0 <= found.kinds <= 5
        assert found.evenness_bp is None or 0 <= found.evenness_bp <= 10_000


class TestDepth:
    def test_divides_by_the_months_in_which_they_came(self):
        rows = bought(date(2026, 1, 5), date(2026, 1, 20), date(2026, 3, 1), nights=3, cents=30_000)

        found = rules.depth(rows, as_of=TODAY).value

        assert (found.nights, found.active_months, found.nights_centi) == (9, 2, 450)
        assert (found.month_cents, found.bill_cents) == (45_000, 30_000)

    def test_of_nothing_is_nothing(self):
        assert rules.depth([], as_of=TODAY).value.nights_centi == 0


class TestSilence:
    def test_compares_the_silence_with_nine_of_ten_of_the_own_gaps(self):
        """Gaps of 10, 10, 10 and 20 days: the 90th percentile is 17."""
        rows = bought(*ago(67, 57, 47, 37, 17))

        found = activity.silence(rows, as_of=TODAY, peers_gap_days=99).value

        assert (found.days, found.gap_days, found.ratio_bp) == (17, 17, 10_000)
        assert found.state is Wakefulness.AWAKE

    @pytest.mark.parametrize(
        ("last", "state"),
        [(10, Wakefulness.AWAKE), (11, Wakefulness.ASLEEP), (20, Wakefulness.ASLEEP), (21, Wakefulness.GONE)],
    )
    def test_calls_them_asleep_over_one_and_gone_over_two(self, last, state):
        rows = weekly(5, last=last, every=10)

        assert activity.silence(rows, as_of=TODAY, peers_gap_days=None).value.state is state

    def test_takes_the_gap_of_others_under_four_purchase_days(self):
        three = bought(*ago(5, 12, 19))

        found = activity.silence(three, as_of=TODAY, peers_gap_days=50).value
        assert (found.gap_days, found.is_own_rhythm) == (50, False)
        assert activity.silence(three, as_of=TODAY, peers_gap_days=None) is None
        four = activity.silence(bought(*ago(5, 12, 19, 26)), as_of=TODAY, peers_gap_days=50).value
        assert (four.gap_days, four.is_own_rhythm) == (7, True)

    def test_says_nothing_without_a_purchase(self):
        assert activity.silence([], as_of=TODAY, peers_gap_days=50) is None


class TestFrequency:
    def test_is_the_worked_example_and_proves_nothing(self):
        """6 against 4: 1.50 [0.55; 3.26]."""
        found = activity.frequency(days=6, expected=usual(400)).value

        assert (found.index_bp, found.low_bp, found.high_bp) == (15_000, 5_505, 32_649)
        assert found.verdict is Verdict.NOT_PROVEN

    def test_is_above_only_where_the_lower_end_is(self):
        assert activity.frequency(days=40, expected=usual(2_000)).value.verdict is Verdict.ABOVE
        assert activity.frequency(days=5, expected=usual(2_000)).value.verdict is Verdict.BELOW

    def test_takes_the_own_year_before_for_a_count_like_this_one(self):
        """8 after 2: 4.00 [0.80; 38.67] of two counts; of a known 2 it would be "proven"."""
        own = activity.frequency(days=8, expected=Expected(200, Reference.OWN_YEAR)).value

        assert (own.index_bp, own.low_bp, own.high_bp) == (40_000, 7_983, 386_657)
        assert own.verdict is Verdict.NOT_PROVEN
        assert activity.frequency(days=8, expected=usual(200)).value.verdict is Verdict.ABOVE

    def test_tells_with_what_it_compared(self):
        for reference in Reference:
            found = activity.frequency(days=6, expected=Expected(400, reference))

            assert found.steps[0].code == f"frequency.{reference}"

    def test_needs_a_reference(self):
        assert activity.frequency(days=6, expected=None) is None
        assert activity.frequency(days=6, expected=usual(0)) is None


class TestStage:
    def at(self, rows, *, index=None, before=None, criteria=None):
        return self.why(rows, index=index, before=before, criteria=criteria).value

    def why(self, rows, *, index=None, before=None, criteria=None):
        found = activity.frequency(days=index, expected=usual(10_000)) if index is not None else None
        return activity.stage(
            rows, as_of=TODAY, index=found.value if found else None,
            criteria=criteria or Criteria(), before=before,
        )  # fmt: skip

    def test_is_first_contact_single_and_repeat_by_days(self):
        assert self.at([]) is Stage.FIRST_CONTACT
        assert self.at(bought(*ago(3)) * 2) is Stage.SINGLE
        assert self.at(bought(*ago(3, 4))) is Stage.REPEAT

    @pytest.mark.parametrize(("index", "expected"), [(99, Stage.REPEAT), (100, Stage.REGULAR)])
    def test_is_regular_from_the_reference_on(self, index, expected):
        assert self.at(bought(*ago(10, 100, 200)), index=index) is expected

    def test_takes_three_of_the_last_four_quarters(self):
        assert self.at(bought(*ago(10, 20, 100)), index=200) is Stage.REPEAT
        assert self.at(bought(*ago(10, 100, 360)), index=200) is Stage.REGULAR

    @pytest.mark.parametrize(("index", "expected"), [(79, Stage.REPEAT), (80, Stage.REGULAR)])
    def test_once_regular_is_kept_down_to_four_fifths(self, index, expected):
        assert self.at(bought(*ago(10, 100, 200)), index=index, before=Stage.REGULAR) is expected

    def test_is_an_advocate_by_three_signs_and_a_referral_and_unknown_is_never_yes(self):
        rows = bought(*ago(10, 100, 200))
        three = {"recommends": True, "bill_above": True, "uses_three": True}

        assert self.at(rows, index=200, criteria=Criteria(**three)) is Stage.REGULAR
        referred = Criteria(**three, has_referral=True)
        assert self.at(rows, index=200, criteria=referred) is Stage.ADVOCATE
        assert Criteria(recommends=True, bill_above=None).met == 1

    def test_by_the_quarters_alone_where_there_is_nothing_to_compare_with(self):
        """Unknown is not no, and no sentence ends in a dash."""
        steady, unsteady = bought(*ago(10, 100, 200)), bought(*ago(10, 20, 100))

        assert (self.at(steady), self.at(unsteady)) == (Stage.REGULAR, Stage.REPEAT)
        assert self.why(steady).steps[0].code == "stage.regular_unmeasured"
        assert self.why(unsteady).steps[0].code == "stage.repeat_quarters"
        assert self.why(steady, index=99).steps[0].code == "stage.repeat"

    @given(st.lists(st.integers(0, 900), min_size=1, max_size=20))
    def test_never_falls_by_a_purchase_on_another_day(self, backs):
        rows = bought(*ago(*backs))
        with_one_more = rows + bought(TODAY)

        assert self.at(with_one_more, index=100) >= self.at(rows, index=100)
