"""The score: the worked example to the second decimal, and what must hold whatever happened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.derivation import recompute
from portal.staff.motivation import rules
from portal.staff.motivation.rules import Promises, Rating, Standards, Word

HELD = Standards(
    version=1,
    weights={"service_kept": 2500, "client_voice": 2000},
    benchmark_bp=9200,
    benchmarks_bp={"taxi": 9000, "hall": 9500},
    prior_mean=75,
    strength=8,
    half_life_days=45,
    horizon_days=180,
    account_cap=3,
    standard_from=60,
    strong_from=80,
    detail_ratings=5,
    detail_accounts=3,
)
MIX = {"day": 0.5, "evening": 0.3, "night": 0.2}
BENCHMARKS = {"day": 0.94, "evening": 0.92, "night": 0.85}
CELL_NAMES = ["front_desk:taxi:day", "front_desk:hall:day", "front_desk:taxi:night"]
CELLS = st.dictionaries(
    st.sampled_from(CELL_NAMES),
    st.integers(0, 60).flatmap(lambda n: st.integers(0, n).map(lambda k: Promises(k, n))),
)
RATINGS = st.lists(
    st.builds(Rating, st.integers(1, 6), st.integers(0, 200), st.integers(0, 100)), max_size=30
)


def points(cells, ratings=()):
    return rules.score(cells, list(ratings), standards=HELD).value.points


class TestTheWorkedExample:
    def test_of_service_kept_is_78_58(self):
        counts = {"day": (58, 60), "evening": (33, 36), "night": (17, 18)}
        share = sum(
            MIX[cell] * (kept + 8 * BENCHMARKS[cell]) / (promises + 8)
            for cell, (kept, promises) in counts.items()
        )
        expected = sum(MIX[cell] * BENCHMARKS[cell] for cell in MIX)

        assert round(rules.on_scale(share - expected, expected=expected), 2) == 78.58

    def test_of_service_kept_as_it_is_pooled_is_79_71(self):
        """By hand: 108 kept of 114, 104.82 expected; 3.18/122 above 0.91947; 70 + 30 · 0.02607/0.08053."""
        cells = {"day": Promises(58, 60), "evening": Promises(33, 36), "night": Promises(17, 18)}

        distance, expected = rules.against_benchmark(cells, benchmarks=BENCHMARKS, strength=8)

        assert (round(distance, 5), round(expected, 5)) == (0.02607, 0.91947)
        assert round(rules.on_scale(distance, expected=expected), 2) == 79.71

    def test_of_client_voice_is_78_42(self):
        accounts = [(294.0, 3.0), (51.4, 0.735), (75.7, 0.897), (31.8, 0.794)]

        assert round(rules.client_voice(accounts, prior_mean=75, strength=8), 2) == 78.42


class TestServiceKept:
    def test_at_the_benchmark_is_70_whatever_the_mix_and_so_is_no_work_at_all(self):
        exact = {"day": Promises(94, 100), "evening": Promises(92, 100), "night": Promises(85, 100)}
        for cells in (exact, {"day": exact["day"]}, {"night": exact["night"], "day": exact["day"]}):
            distance, expected = rules.against_benchmark(cells, benchmarks=BENCHMARKS, strength=8)
            assert rules.on_scale(distance, expected=expected) == pytest.approx(70)
        assert points({}) == pytest.approx((2500 * 70 + 2000 * 75) / 4500)

    def test_of_every_promise_kept_nears_100_and_of_a_quarter_less_than_expected_0(self):
        assert rules.on_scale(0.08, expected=0.92) == pytest.approx(100)
        assert rules.on_scale(-0.25, expected=0.92) == pytest.approx(0)
        assert rules.on_scale(-0.9, expected=0.92) == 0


class TestDecay:
    @pytest.mark.parametrize(("age", "expected"), [(0, 1), (45, 0.5), (90, 0.25), (180, 0.0625), (181, 0)])
    def test_halves_in_45_days_and_ends_after_180(self, age, expected):
        assert rules.decay(age, half_life_days=45, horizon_days=180) == expected


class TestTheScore:
    @given(CELLS, RATINGS)
    def test_lies_within_its_scale_and_its_interval(self, cells, ratings):
        found = rules.score(cells, ratings, standards=HELD).value

        assert 0 <= found.low <= found.points <= found.high <= 100
        weights = sum(part.weight_bp for part in found.parts)
        parts = sum(part.weight_bp * part.points for part in found.parts) / weights
        assert parts == pytest.approx(found.points)

    @given(CELLS, RATINGS, st.randoms())
    def test_does_not_depend_on_the_order_of_events(self, cells, ratings, dice):
        shuffled = list(ratings)
        dice.shuffle(shuffled)

        assert points(cells, ratings) == points(dict(reversed(cells.items())), shuffled)

    @given(CELLS, st.sampled_from(CELL_NAMES), RATINGS)
    def test_never_falls_by_a_promise_kept_nor_rises_by_one_broken(self, cells, cell, ratings):
        one, before = cells.get(cell, Promises(0, 0)), points(cells, ratings)
        kept = {**cells, cell: Promises(one.kept + 1, one.promises + 1)}
        broken = {**cells, cell: Promises(one.kept, one.promises + 1)}

        assert points(kept, ratings) >= before - 1e-9
        assert points(broken, ratings) <= before + 1e-9

    @given(CELLS, RATINGS)
    def test_never_falls_by_the_best_rating_of_a_new_company_once_ratings_count(self, cells, ratings):
        known = [*ratings, *(Rating(100 + number % 3, 0, 50) for number in range(5))]

        assert points(cells, [*known, Rating(99, 0, 100)]) >= points(cells, known) - 1e-9

    @given(
        CELLS, st.lists(st.tuples(st.integers(0, 190), st.integers(0, 100), st.integers(0, 100)), max_size=9)
    )
    def test_tells_nothing_of_single_ratings_before_there_are_five_of_three_companies(self, cells, told):
        # Two companies at most, so never enough: whatever they say, every shown figure is the same.
        one = [Rating(number % 2, age, value) for number, (age, value, _other) in enumerate(told)]
        other = [Rating(number % 2, age, value) for number, (age, _value, value) in enumerate(told)]
        found, same = (rules.score(cells, ratings, standards=HELD) for ratings in (one, other))

        assert (found.value, found.steps) == (same.value, same.steps)

    @given(RATINGS)
    def test_is_moved_by_one_company_by_a_bounded_amount(self, ratings):
        known = [*ratings, *(Rating(100 + number % 3, 0, 50) for number in range(5))]
        calm, stormy = points({}, known), points({}, [*known, *[Rating(99, 0, 0)] * 500])

        # A company weighs at most three ratings, beside eight of the prior: 3/11 of 100, by 2000/4500.
        assert calm - stormy <= 100 * 3 / 11 * 2000 / 4500 + 1e-9

    @given(CELLS, RATINGS)
    def test_recomputes_from_its_own_inputs(self, cells, ratings):
        found = rules.score(cells, ratings, standards=HELD)

        again = recompute(found.to_json())
        assert again.value == found.value

    @pytest.mark.parametrize(
        ("kept", "word"), [(40, Word.STRONG), (30, Word.ON_STANDARD), (10, Word.BUILDING)]
    )
    def test_has_a_word(self, kept, word):
        ratings = [Rating(number, 0, 100 if kept == 40 else 75) for number in range(20)]

        found = rules.score(
            {"front_desk:taxi:day": Promises(kept, 40 if kept != 30 else 33)}, ratings, standards=HELD
        )

        assert found.value.word is word

    def test_has_no_word_and_a_wide_interval_before_anything_happened(self):
        nothing, one = (
            rules.score(cells, [], standards=HELD).value for cells in ({}, {"taxi": Promises(1, 1)})
        )

        assert nothing.word is Word.NONE_YET
        assert one.word is not Word.NONE_YET
        assert nothing.high - nothing.low > one.high - one.low > 20

    def test_shows_ratings_one_by_one_only_from_five_of_three_companies(self):
        def shows(ratings):
            return rules.score({}, ratings, standards=HELD).value.parts[1].shows_detail

        assert not shows([Rating(number % 3, 0, 90) for number in range(4)])
        assert not shows([Rating(number % 2, 0, 90) for number in range(5)])
        assert shows([Rating(number % 3, 0, 90) for number in range(5)])
