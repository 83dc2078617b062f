"""Quantiles and places among peers, by hand."""

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.statistics import ranks


class TestQuantile:
    def test_is_linear_between_neighbours(self):
        assert ranks.quantile([10, 20, 30, 40], 0.9) == pytest.approx(37)
        assert ranks.quantile([40, 10, 30, 20], 0.5) == 25

    def test_of_one_value_is_that_value(self):
        assert ranks.quantile([7], 0.9) == 7

    def test_refuses_nothing(self):
        with pytest.raises(ranks.NoPeers):
            ranks.quantile([], 0.5)


class TestRankAmong:
    def test_counts_ties_half(self):
        assert ranks.rank_among(3, [1, 2, 3, 4, 5]) == ranks.Rank(below=2, level=1, peers=5)
        assert ranks.rank_among(3, [1, 2, 3, 4, 5]).percentile == 50
        assert ranks.rank_among(0, [0, 0, 0]).percentile == 50
        assert ranks.rank_among(9, [1, 2, 3]).percentile == 100
        assert ranks.rank_among(0, [1, 2, 3]).percentile == 0

    @given(st.lists(st.integers(-9, 9), min_size=1), st.integers(-9, 9), st.integers(-9, 9))
    def test_never_falls_as_the_value_rises(self, peers, one, other):
        low, high = sorted((one, other))
        peers.sort()

        assert ranks.rank_among(low, peers).percentile <= ranks.rank_among(high, peers).percentile

    @given(st.lists(st.integers(-9, 9), min_size=2), st.integers(-9, 9), st.data())
    def test_without_one_of_them_is_the_place_among_the_others(self, values, value, data):
        left_out = data.draw(st.sampled_from(values))
        others = sorted(values)
        others.remove(left_out)
        below, level = sum(one < value for one in others), others.count(value)

        found = ranks.rank_among(value, sorted(values), without=left_out)

        assert found == ranks.Rank(below, level, len(others))

    def test_refuses_nobody_but_oneself(self):
        with pytest.raises(ranks.NoPeers):
            ranks.rank_among(3, [3], without=3)


class TestMiddle:
    @given(st.lists(st.integers(-9, 9), min_size=2), st.data())
    def test_is_the_median_of_all_or_of_the_others(self, values, data):
        left_out = data.draw(st.sampled_from(values))
        others = sorted(values)
        others.remove(left_out)

        assert ranks.middle(sorted(values)) == median(values)
        assert ranks.middle(sorted(values), without=left_out) == median(others)

    def test_refuses_nobody(self):
        for values, without in (([], None), ([3], 3)):
            with pytest.raises(ranks.NoPeers):
                ranks.middle(values, without=without)
