"""What becomes of the rows of opening balances, by the rules alone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.programme.opening import rules
from portal.programme.opening.models import OpeningOutcome
from portal.programme.opening.rules import Known, Offered
from tests.programme.again import recomputed
from tests.programme.strategies import RULES

TODAY = date(2026, 6, 15)
ROW = {"company": "a", "points": "10", "earned_on": "2025-03-10", "expires_on": "2027-03-31"}


def read(row_no=2, **cells):
    return rules.read_row(row_no, ROW | cells, rules=RULES, day=TODAY)


class TestTheRules:
    def test_can_be_done_again(self):
        terms = {"rules": RULES, "day": TODAY}
        recomputed(rules.opening_lot(points=9, earned_on=TODAY, expires_on=date(2027, 1, 31), **terms))
        recomputed(rules.opening_tier(tier="gold", since=TODAY, **terms))

    @given(
        st.lists(
            st.builds(
                Offered,
                row_no=st.just(0),
                company=st.sampled_from(["a", "b", "c", "nobody"]),
                points=st.integers(0, 3),
                outcome=st.sampled_from([OpeningOutcome.ACCEPTED, OpeningOutcome.REJECTED]),
                tier=st.sampled_from([None, "silver", "gold"]),
            ),
            max_size=8,
        )
    )
    def test_take_a_company_whole_and_lose_no_row(self, offered):
        known = Known({("", name): {n} for n, name in enumerate("abc")}, opened={2}, tiers={1: "gold"})
        offered = [
            rules.rejected(row, "nothing") if row.outcome is OpeningOutcome.REJECTED else row
            for row in offered
        ]

        decided = rules.decide(offered, known=known, rules=RULES)

        counts = rules.counts_of(decided)
        assert counts["rows"] == len(offered) == counts["accepted"] + counts["held"] + counts["rejected"]
        taken = {row.company for row in decided if row.outcome is OpeningOutcome.ACCEPTED}
        left = {row.company for row in decided if row.outcome is not OpeningOutcome.ACCEPTED}
        assert not taken & left
        assert not taken & {"c", "nobody"}

    @pytest.mark.parametrize("points", ["2,000", "1.000", "10.000"])
    def test_refuse_what_may_be_thousands_or_a_fraction(self, points):
        assert read(points=points).reason == "ambiguous_amount"

    @pytest.mark.parametrize(("points", "found"), [("1 000", 1_000), ("950,00", 950), ("1000.0", 1_000)])
    def test_read_points_that_mean_one_thing(self, points, found):
        assert read(points=points).points == found

    def test_hold_a_company_of_which_a_row_cannot_be_read(self):
        known = Known({("", "a"): {1, 2}, ("x", "a"): {1}, ("", "b"): {3}}, opened=(), tiers={})
        rows = [read(2, source="=x"), read(3, source="x"), read(4, company="b")]

        decided = rules.decide(rows, known=known, rules=RULES)

        assert [row.reason for row in decided] == ["formula", "company_incomplete", None]

    def test_hold_the_file_for_a_row_of_no_company(self):
        known = Known({("", "a"): {1}}, opened=(), tiers={})
        rows = [read(2), rules.rejected(Offered(3), "field_count", expected=4, found=5)]

        decided = rules.decide(rows, known=known, rules=RULES)

        assert (decided[0].reason, decided[0].details) == ("file_incomplete", {"row": 3})

    def test_look_at_the_dates_again_when_the_file_is_taken_over(self):
        row = read(2, expires_on="2026-06-30")
        later = rules.read_again(row, rules=RULES, day=date(2026, 7, 1))

        assert (row.reason, later.reason) == (None, "dead")
