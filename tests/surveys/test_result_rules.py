"""Results as rules: hand-worked figures, and no difference of two that would tell a few."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations, count, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.statistics.cells import LEAST_SHOWN, Cell
from portal.surveys.answers.queries import Scored
from portal.surveys.results import rules
from portal.surveys.results.rules import Asked
from tests.cast import NOW

YEAR = rules.last_year(NOW.date())
SPANS = {one.code: one.instants("UTC") for one in rules.periods(NOW.date())}
PEOPLE = count(1000)
EARLIER = datetime(2026, 2, 1, tzinfo=UTC)


def scored(recommend, *, account_id=1, property_id=1, tier="gold", person_id=None, at=NOW):
    """An answer, by a person of its own unless one is named."""
    person_id = next(PEOPLE) if person_id is None else person_id
    return Scored(0, account_id, property_id, person_id, tier, 4, recommend, at, at)


def results_of(rows, *, period=YEAR, **more):
    return rules.results(period=period, asked=asked(**more), scored=rows, spans=SPANS)


def asked(sent=100, complete=80, **more):
    return Asked(
        **{"sent": sent, "bounced": 0, "complete": complete, "begun": complete, "left_out": {}, **more}
    )


class TestPeriods:
    @pytest.mark.parametrize(
        ("day", "code", "first"),
        [
            (date(2026, 3, 31), "2026-Q1", date(2026, 1, 1)),
            (date(2026, 4, 1), "2026-Q2", date(2026, 4, 1)),
            (date(2026, 12, 31), "2026-Q4", date(2026, 10, 1)),
            (date(2027, 1, 1), "2027-Q1", date(2027, 1, 1)),
        ],
    )
    def test_are_calendar_quarters(self, day, code, first):
        found = rules.quarter_of(day)

        assert (found.code, found.first) == (code, first)
        assert found.first <= day < found.until

    def test_of_the_last_year_are_four_quarters(self):
        found = rules.last_year(date(2026, 2, 3))

        assert (found.first, found.until) == (date(2025, 4, 1), date(2026, 4, 1))

    @given(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
    def test_follow_each_other_without_a_gap(self, day):
        assert rules.quarter_of(day, back=1).until == rules.quarter_of(day).first


class TestResults:
    def test_are_the_hand_worked_ones(self):
        """12 answers: 6 promote, 3 detract → +25; adjusted Wald: 6.75, 3.75 of 15."""
        rows = [scored(score) for score in [9, 9, 9, 10, 10, 10, 7, 8, 8, 6, 3, 0]]

        found = results_of(rows, sent=20, bounced=4, complete=12)

        assert (found.index.promoters, found.index.passives, found.index.detractors) == (6, 3, 3)
        assert found.index.value == 25
        assert (round(found.index.interval.low), round(found.index.interval.high)) == (-21, 61)
        assert (round(found.response.low, 2), round(found.response.high, 2)) == (0.51, 0.90)
        assert found.accounts is None

    def test_count_each_company_once_beside_each_answer(self):
        rows = [scored(10, account_id=1) for _ in range(20)]
        rows += [scored(0, account_id=number) for number in range(2, 6)]

        found = results_of(rows)

        assert round(found.index.value) == 67
        assert (found.accounts.value, found.accounts.n) == (-60, 5)

    def test_give_the_worst_case_where_most_are_silent(self):
        rows = [scored(10) for _ in range(8)] + [scored(0) for _ in range(4)]

        found = results_of(rows, sent=36, complete=12)

        # 4 more for than against, 24 silent, 36 in all.
        assert (round(found.worst.low), round(found.worst.high)) == (-56, 78)
        at_half = results_of(rows, sent=24, complete=12)
        assert at_half.worst is None

    def test_hide_a_small_hotel_and_the_next_one_that_would_tell_it(self):
        rows = [
            scored(9, property_id=house) for house, number in ((1, 12), (2, 6), (3, 3)) for _ in range(number)
        ]

        found = results_of(rows)

        cells = {one: index.cell for one, index in found.by_hotel.items()}
        assert cells == {1: Cell.LOW_BASE, 2: Cell.HIDDEN, 3: Cell.HIDDEN}
        assert found.by_hotel[3].answers is None

    @pytest.mark.parametrize(("answers", "cell"), [(4, Cell.HIDDEN), (5, Cell.DOTS), (10, Cell.LOW_BASE)])
    def test_show_by_the_number_of_answers(self, answers, cell):
        index = rules.index_of([9] * answers)

        assert index.cell is cell
        assert (index.value is None) is (cell is not Cell.LOW_BASE)
        assert index.dots == ((9,) * 5 if cell is Cell.DOTS else ())

    def test_say_of_a_quarter_nothing_by_hotel_or_tier(self):
        """Twelve of the sea in one quarter, two in another: beside fourteen of the year they tell two."""
        rows = [scored(9) for _ in range(12)] + [scored(9, property_id=2) for _ in range(9)]
        rows += [scored(0, at=EARLIER) for _ in range(2)]
        rows += [scored(9, property_id=2, at=EARLIER) for _ in range(9)]

        found = results_of(rows, period=rules.quarter_of(NOW.date()))

        assert (found.by_hotel, found.by_tier) == ({}, {})
        assert set(results_of(rows).by_hotel) == {1, 2}

    def test_hide_a_quarter_whose_year_would_tell_it_whatever_older_quarters_hold(self):
        """2, 20, 20, 20 of the year, and 3 before it: the year of 62 less the others would tell two."""
        quarters = [rules.quarter_of(NOW.date(), back=back) for back in range(5)]
        rows = [
            scored(9, at=quarter.instants("UTC")[0])
            for quarter, number in zip(quarters, (2, 20, 20, 20, 3), strict=True)
            for _ in range(number)
        ]

        found = [results_of(rows, period=quarter) for quarter in quarters]

        assert [one.index.cell is Cell.HIDDEN for one in found].count(True) == 3
        assert [one.is_protecting for one in found].count(True) == 1

    def test_count_people_and_not_how_often_they_answered(self):
        rows = [scored(9, person_id=number % 4) for number in range(12)]

        assert results_of(rows).index.cell is Cell.HIDDEN
        assert results_of([*rows, scored(9, person_id=4)]).index.cell is Cell.LOW_BASE

    def test_hide_what_two_quarters_tell_of_a_hotel(self):
        """20 of a hotel's 22 answered in two quarters without anybody else: two joined it later."""
        quarters = [rules.quarter_of(NOW.date(), back=back) for back in range(4)]
        rows = [
            scored(9, at=quarters[back].instants("UTC")[0], property_id=house)
            for back, house, number in ((3, 1, 10), (2, 1, 10), (1, 2, 9), (1, 1, 1), (0, 2, 9), (0, 1, 1))
            for _ in range(number)
        ]

        hotels = results_of(rows).by_hotel

        hidden = [not is_shown(rows, quarter) for quarter in quarters]
        assert hotels[1].cell is Cell.HIDDEN or (any(hidden[:2]) and any(hidden[2:]))

    @given(
        st.lists(
            st.tuples(
                st.integers(0, 7),
                st.integers(1, 3),
                st.sampled_from(["partner", "gold"]),
                st.integers(1, 9),
            ),
            max_size=7,
        ),
        st.sampled_from([7, 1000]),
    )
    def test_tell_no_few_by_any_difference_of_what_is_published(self, blocks, crowd):
        quarters = [one for one in rules.periods(NOW.date()) if one.code != rules.YEAR]
        rows = [
            scored(9, at=quarters[back].instants("UTC")[0], property_id=house, tier=tier)
            for back, house, tier, number in blocks
            for _ in range(number)
        ]
        rows = [replace(one, person_id=place % crowd) for place, one in enumerate(rows)]
        published = published_by(rows, quarters)

        for one, other in product([*published, frozenset()], repeat=2):
            if one > other:
                assert len({rows[place].person_id for place in one - other}) >= LEAST_SHOWN


def published_by(rows, quarters):
    """The answers behind every figure and sum of figures on any page, and the year less each of them."""
    year = results_of(rows)
    if year.index.cell is Cell.HIDDEN:
        return [behind(rows, quarter) for quarter in quarters if is_shown(rows, quarter)]
    whole = frozenset(place for place, one in enumerate(rows) if one.asked_at >= SPANS[rules.YEAR][0])
    parts = [
        [behind(rows, quarter) for quarter in quarters[:4] if is_shown(rows, quarter)],
        [
            frozenset(place for place in whole if rows[place].property_id == house)
            for house, index in year.by_hotel.items()
            if index.cell is not Cell.HIDDEN
        ],
        [
            frozenset(place for place in whole if rows[place].tier == tier)
            for tier, index in year.by_tier.items()
            if index.cell is not Cell.HIDDEN
        ],
    ]
    sums = [
        frozenset().union(*some)
        for sets in parts
        for size in range(1, len(sets) + 1)
        for some in combinations(sets, size)
    ]
    older = [behind(rows, quarter) for quarter in quarters[4:] if is_shown(rows, quarter)]
    return [whole, *sums, *(whole - one for one in sums), *older]


def is_shown(rows, quarter):
    return results_of(rows, period=quarter).index.cell is not Cell.HIDDEN


def behind(rows, quarter):
    since, until = SPANS[quarter.code]
    return frozenset(place for place, one in enumerate(rows) if since <= one.asked_at < until)
