"""Resampled ratios: the same for the same data, each side by itself, and none of few values."""

import pytest

from portal.statistics import bootstrap
from portal.statistics.intervals import TooFewAnswers

BILLS = [100.0, 120.0, 90.0, 300.0, 60.0, 110.0]


def test_is_the_same_for_the_same_data():
    one, other = (bootstrap.ratio_of_means(BILLS, bootstrap.Resampled(BILLS)) for _time in range(2))

    assert one == other


def test_draws_each_side_by_itself():
    """Drawn alike, the same values on both sides would have a ratio of one for certain."""
    found = bootstrap.ratio_of_means(BILLS, bootstrap.Resampled(BILLS))

    assert found.low < 0.8
    assert found.high > 1.2


@pytest.mark.parametrize("values", [BILLS[:4], [0.0] * 9])
def test_refuses_few_values_and_a_mean_of_nothing(values):
    with pytest.raises(TooFewAnswers):
        bootstrap.Resampled(values)
    with pytest.raises(TooFewAnswers):
        bootstrap.ratio_of_means(BILLS[:4], bootstrap.Resampled(BILLS))
