"""Cells too small to show, and sums that must not betray them."""

from collections import defaultdict
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.statistics import cells
from portal.statistics.cells import Cell


class TestCell:
    @pytest.mark.parametrize(
        ("answers", "expected"),
        [
            (0, Cell.HIDDEN), (4, Cell.HIDDEN), (5, Cell.DOTS), (9, Cell.DOTS),
            (10, Cell.LOW_BASE), (29, Cell.LOW_BASE), (30, Cell.PLAIN),
        ],
    )  # fmt: skip
    def test_is_shown_by_its_answers(self, answers, expected):
        assert cells.cell(answers) is expected


def labels(**counts):
    """So many answers of each part, each by a person of its own."""
    return [part for part, number in counts.items() for _ in range(number)]


def shown(**counts):
    parts = labels(**counts)
    return cells.open_parts(range(len(parts)), [parts])[0]


class TestOpenParts:
    def test_hides_the_smallest_shown_where_one_is_hidden(self):
        assert shown(sea=12, town=6, hill=3) == {"sea"}

    def test_hides_nothing_where_the_hidden_are_enough_together(self):
        assert shown(sea=12, town=3, hill=2) == {"sea"}

    def test_shows_all_that_are_large(self):
        assert shown(sea=12, town=5) == {"sea", "town"}

    def test_shows_nothing_of_a_small_whole(self):
        assert shown(sea=4) == frozenset()
        assert cells.open_parts([], [[]]) == [frozenset()]

    def test_counts_people_and_not_how_often_they_answered(self):
        parts = ["sea"] * 10 + ["town"] * 6

        assert cells.open_parts([*range(10), 20, 20, 20, 21, 22, 23], [parts]) == [frozenset()]
        assert cells.open_parts([*range(10), 20, 20, 21, 22, 23, 24], [parts]) == [{"sea", "town"}]

    def test_hides_a_part_that_another_partition_would_complete(self):
        """All twelve of the spring came to the sea, and two more: 14 of the sea less 12 would tell two."""
        quarters = labels(spring=12, autumn=14)
        houses = labels(sea=14, town=12)

        open_quarters, open_houses = cells.open_parts(range(26), [quarters, houses])

        assert not (open_quarters and open_houses)

    def test_hides_parts_that_tell_few_only_together(self):
        """The sea's 22 less winter's 10 less spring's 10 would tell two."""
        quarters = labels(winter=10, spring=10, summer=10, autumn=10)
        houses = labels(sea=20) + labels(town=9, sea=1) * 2

        open_quarters, open_houses = cells.open_parts(range(40), [quarters, houses])

        assert not (open_houses and {"winter", "spring"} <= open_quarters)
        assert not (open_houses and {"summer", "autumn"} <= open_quarters)
        assert open_quarters

    def test_hides_parts_that_three_partitions_tell_together(self):
        """The sea's 22 less winter's 10 less gold's 10 would tell two."""
        people = range(42)
        partitions = [
            labels(winter=10, spring=32),
            labels(sea=22, town=20),
            labels(plain=10, gold=10) + labels(plain=22),
        ]

        opened = cells.open_parts(people, partitions)

        assert tells_few(people, partitions, [{"winter", "spring"}, {"sea", "town"}, {"plain", "gold"}])
        assert not tells_few(people, partitions, opened)
        assert any(opened)

    @given(
        st.lists(
            st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 1), st.integers(1, 9)), max_size=7
        ),
        st.sampled_from([7, 1000]),
    )
    def test_never_tells_few_people_by_any_difference(self, blocks, crowd):
        answers = [parts for *parts, number in blocks for _ in range(number)]
        people = [place % crowd for place in range(len(answers))]
        partitions = [[parts[place] for parts in answers] for place in range(3)]

        opened = cells.open_parts(people, partitions)

        assert not tells_few(people, partitions, opened)


def tells_few(people, partitions, opened):
    """Whether sums of shown parts of each partition, with the whole or less it, count a few alone."""
    if not any(opened):
        return False
    found = defaultdict(set)
    for person, *parts in zip(people, *partitions, strict=True):
        found[tuple(parts)].add(person)
    for sums in product(*(sums_of(own, parts) for own, parts in zip(partitions, opened, strict=True))):
        counts = [sum(part in one for part, one in zip(parts, sums, strict=True)) for parts in found]
        counted = [own for count, own in zip(counts, found.values(), strict=True) if count > min(counts)]
        if 0 < len(set().union(*counted)) < cells.LEAST_SHOWN:
            return True
    return False


def sums_of(own, parts):
    """Labels of every sum of shown parts, and of the whole less each."""
    sums = [set(some) for size in range(len(parts) + 1) for some in combinations(parts, size)]
    return [*sums, *(set(own) - one for one in sums)]
