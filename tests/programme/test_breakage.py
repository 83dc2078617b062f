"""Breakage: a life table of the points of one age, and what it cannot say."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from portal.derivation import recompute
from portal.programme.breakage.rules import LEAST_VINTAGES, breakage
from portal.programme.months import rules as months


def vintages(count, life, rate, *, start=100_000):
    """Vintages of which each month the same share is used."""
    found = []
    for number in range(count):
        alive = start
        for age in range(life):
            used = round(alive * rate)
            found.append((months.after(date(2024, 1, 1), number).isoformat(), age, alive, used))
            alive -= used
    return found


ages = st.integers(0, 5)


class TestBreakage:
    def test_of_a_steady_rate_is_what_is_left_of_it(self):
        found = breakage(version=1, uses=vintages(5, 12, 0.1), living=[(0, 12, 1_000), (11, 12, 1_000)]).value

        assert found.points == round(1_000 * 0.9**12 + 1_000 * 0.9)
        assert found.low <= found.points <= found.high
        assert (found.known_points, found.unknown_points, found.vintages) == (2_000, 0, 5)

    def test_says_nothing_of_ages_that_too_few_vintages_have_seen(self):
        uses = vintages(LEAST_VINTAGES - 1, 12, 0.1)

        found = breakage(version=1, uses=uses, living=[(3, 12, 1_000)]).value

        assert not found.is_told
        assert found.unknown_points == 1_000

    def test_leaves_out_what_lives_longer_than_anything_seen(self):
        found = breakage(version=1, uses=vintages(4, 12, 0.2), living=[(2, 12, 700), (2, 20, 300)]).value

        assert found.is_told
        assert (found.known_points, found.unknown_points, found.ages_known) == (700, 300, 12)

    def test_says_nothing_where_it_could_for_less_than_half(self):
        found = breakage(version=1, uses=vintages(4, 12, 0.2), living=[(2, 12, 300), (2, 20, 700)]).value

        assert not found.is_told

    @given(
        rows=st.lists(
            st.tuples(
                st.sampled_from("abcdef"), st.integers(0, 5), st.integers(0, 900), st.integers(-50, 999)
            ),
            max_size=40,
        ),
        living=st.lists(st.tuples(ages, st.integers(0, 6), st.integers(1, 999)), max_size=8),
    )
    def test_never_expires_more_than_there_is_and_comes_out_the_same_again(self, rows, living):
        derived = breakage(version=1, uses=rows, living=living)
        found = derived.value

        assert 0 <= found.low <= found.points <= found.high <= found.known_points or not found.known_points
        assert found.known_points + found.unknown_points == sum(points for *_ages, points in living)
        assert recompute(derived.to_json()).value == found
