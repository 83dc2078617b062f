"""What a broken promise gives: by the table, the most of its breaches, once."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.programme.compensation.rules import breaches, compensation
from portal.programme.rules import Compensation
from tests.programme.again import recomputed
from tests.programme.strategies import RULES

DAY = date(2026, 6, 22)
TABLE = (
    Compensation("late", 15, 100),
    Compensation("late", 60, 400),
    Compensation("short", 25, 300),
    Compensation("not_delivered", 1, 1_000),
)
PROMISING = replace(RULES, compensation=TABLE)


def due(*, rules=PROMISING, promised=4, delivered=4, late=0):
    return compensation(
        rules=rules, service={"en": "Waiter", "ru": "Официант"}, promised=promised, delivered=delivered,
        minutes_late=late, earned_on=DAY,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("broken", "points"),
    [
        ({"late": 14}, None), ({"late": 15}, 100), ({"late": 59}, 100), ({"late": 60}, 400),
        ({"delivered": 3}, 300), ({"promised": 100, "delivered": 76}, None),
        ({"delivered": 3, "late": 60}, 400), ({"delivered": 3, "late": 59}, 300),
        ({"delivered": 0, "late": 600}, 1_000), ({"delivered": 9, "late": -30}, None),
    ],
)  # fmt: skip
def test_the_larger_of_two_breaches_counts_from_its_threshold_on(broken, points):
    found = due(**broken)

    assert (found.value.points if found is not None else None) == points


def test_a_table_without_lines_gives_nothing():
    assert due(rules=RULES, delivered=0, late=600) is None


@given(promised=st.integers(0, 40), delivered=st.integers(0, 40), late=st.integers(-600, 600))
def test_what_is_given_recomputes_and_a_kept_promise_gives_nothing(promised, delivered, late):
    found = due(promised=promised, delivered=delivered, late=late)

    if found is None:
        return
    assert recomputed(found) == found
    assert breaches(promised=promised, delivered=delivered, minutes_late=late)
    assert delivered < promised or late >= 15
