"""Intervals against closed forms, published values and exact enumeration."""

from math import comb, exp, factorial, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.statistics import intervals
from portal.statistics.intervals import Interval, TooFewAnswers

Z = 1.959963984540054


class TestRecommendationIndex:
    def test_is_the_difference_of_promoters_and_detractors_in_points(self):
        assert intervals.recommendation_index(promoters=6, detractors=1, answers=10) == 50

    def test_of_scores_counts_nine_and_ten_up_and_six_and_less_down(self):
        assert intervals.index_of([10, 9, 8, 7, 6, 0]) == pytest.approx(0)
        assert intervals.voices([10, 9, 8, 7, 6, 0]) == (2, 2)

    def test_refuses_without_an_answer(self):
        with pytest.raises(TooFewAnswers):
            intervals.recommendation_index(promoters=0, detractors=0, answers=0)


class TestRecommendationInterval:
    def test_follows_the_closed_form(self):
        found = intervals.recommendation_interval(promoters=30, detractors=10, answers=60)

        n, up, down = 63, 30.75 / 63, 10.75 / 63
        half = Z * sqrt((up + down - (up - down) ** 2) / n)
        assert found.low == pytest.approx(100 * (up - down - half))
        assert found.high == pytest.approx(100 * (up - down + half))

    def test_is_about_36_points_to_each_side_at_twelve_answers(self):
        found = intervals.recommendation_interval(promoters=6, detractors=3, answers=12)

        assert found.half_width == pytest.approx(39.5, abs=4)

    def test_covers_nearly_as_often_as_it_says_where_the_plain_one_fails(self):
        """Exact, by enumeration: n = 10 and shares .92, .06, .02 of promoters, passives, detractors."""
        truth, covered, plain = 100 * (0.92 - 0.02), 0.0, 0.0
        for up in range(11):
            for down in range(11 - up):
                rest = 10 - up - down
                chance = comb(10, up) * comb(10 - up, down) * 0.92**up * 0.02**down * 0.06**rest
                found = intervals.recommendation_interval(promoters=up, detractors=down, answers=10)
                covered += chance * (found.low <= truth <= found.high)
                index = (up - down) / 10
                half = Z * sqrt(((up + down) / 10 - index**2) / 10)
                plain += chance * (abs(100 * index - truth) <= 100 * half)

        assert covered == pytest.approx(0.960, abs=0.001)
        assert plain == pytest.approx(0.564, abs=0.001)

    @given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
    def test_stays_within_the_scale_and_holds_its_middle(self, up, between, down):
        if not (answers := up + between + down):
            return
        found = intervals.recommendation_interval(promoters=up, detractors=down, answers=answers)

        assert -100 <= found.low <= 100 * (up - down) / (answers + 3) <= found.high <= 100

    @given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 40))
    def test_of_the_opposite_voices_is_its_mirror(self, up, down, between):
        answers = up + down + between
        one = intervals.recommendation_interval(promoters=up, detractors=down, answers=answers)
        other = intervals.recommendation_interval(promoters=down, detractors=up, answers=answers)

        assert (one.low, one.high) == pytest.approx((-other.high, -other.low))


class TestWilson:
    def test_gives_the_textbook_values(self):
        """81 of 263, and the extremes: Newcombe, Statistics in Medicine 17 (1998) 857–872, table I."""
        found = intervals.wilson(successes=81, trials=263)
        assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)
        found = intervals.wilson(successes=0, trials=20)
        assert (found.low, round(found.high, 4)) == (0.0, 0.1611)
        found = intervals.wilson(successes=29, trials=29)
        assert (round(found.low, 4), found.high) == (0.8830, 1.0)

    @given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
    def test_holds_the_share_and_stays_within_nought_and_one(self, case):
        successes, trials = case
        found = intervals.wilson(successes=successes, trials=trials)

        assert 0 <= found.low <= successes / trials <= found.high <= 1


class TestGarwood:
    def test_is_the_hand_worked_example(self):
        """6 events against 4 expected: 1.50 [0.55; 3.26]."""
        found = intervals.garwood(events=6)

        assert (round(found.low / 4, 2), round(found.high / 4, 2)) == (0.55, 3.26)

    def test_of_nothing_begins_at_nought(self):
        found = intervals.garwood(events=0)

        assert (found.low, round(found.high, 3)) == (0.0, 3.689)

    @pytest.mark.parametrize("events", [1, 6, 40])
    def test_leaves_two_and_a_half_percent_in_each_tail(self, events):
        found = intervals.garwood(events=events)

        def at_most(k: int, mean: float) -> float:
            return sum(exp(-mean) * mean**i / factorial(i) for i in range(k + 1))

        assert 1 - at_most(events - 1, found.low) == pytest.approx(0.025)
        assert at_most(events, found.high) == pytest.approx(0.025)


class TestPoissonRatio:
    def test_is_that_of_two_counts(self):
        """8 and 2 are 8 of ten: Clopper & Pearson's 0.4439 to 0.9748 are 0.80 to 38.67 as a ratio."""
        found = intervals.poisson_ratio(events=8, before=2)

        assert (round(found.low, 3), round(found.high, 2)) == (0.798, 38.67)

    @pytest.mark.parametrize(("events", "before"), [(8, 2), (1, 1), (30, 41)])
    def test_leaves_two_and_a_half_percent_in_each_tail(self, events, before):
        found, both = intervals.poisson_ratio(events=events, before=before), events + before

        def at_most(k: int, ratio: float) -> float:
            share = ratio / (1 + ratio)
            return sum(comb(both, i) * share**i * (1 - share) ** (both - i) for i in range(k + 1))

        assert 1 - at_most(events - 1, found.low) == pytest.approx(0.025)
        assert at_most(events, found.high) == pytest.approx(0.025)

    def test_of_nothing_begins_at_nought_and_after_nothing_there_is_none(self):
        found = intervals.poisson_ratio(events=0, before=4)

        assert found.low == 0.0
        assert found.high == pytest.approx(0.025 ** (-1 / 4) - 1)
        with pytest.raises(TooFewAnswers):
            intervals.poisson_ratio(events=4, before=0)

    @given(st.integers(0, 60), st.integers(1, 60))
    def test_turned_round_is_the_reciprocal_and_holds_the_ratio(self, events, before):
        found = intervals.poisson_ratio(events=events, before=before)

        assert found.low <= events / before <= found.high
        if events:
            turned = intervals.poisson_ratio(events=before, before=events)
            assert turned.low == pytest.approx(1 / found.high)
            assert turned.high == pytest.approx(1 / found.low if found.low else float("inf"))


class TestMeanEstimate:
    def test_is_students(self):
        """Five values, t(4; .975) = 2.776."""
        found = intervals.mean_estimate([1, 2, 3, 4, 5])

        assert found.value == 3
        assert found.interval.half_width == pytest.approx(2.776445 * sqrt(2.5 / 5))

    def test_refuses_under_two_values(self):
        with pytest.raises(TooFewAnswers) as refused:
            intervals.mean_estimate([7])
        assert (refused.value.have, refused.value.need) == (1, 2)


class TestAccountIndex:
    def test_gives_each_company_one_voice(self):
        found = intervals.account_index([[10] * 50, [0], [8, 8]])

        assert (found.value, found.n) == (pytest.approx(0), 3)
        assert found.interval == Interval(-100, 100)

    def test_leaves_out_companies_without_an_answer(self):
        assert intervals.account_index([[10], [], [10]]).n == 2
