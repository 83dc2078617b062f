"""What a limit still allows: golden sums, both sides of each line, and properties."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.corporate.limits import rules
from portal.corporate.limits.models import Period, Scope
from portal.corporate.limits.rules import Use, check_change, span, weigh
from portal.derivation import recompute

DAYS = st.dates(date(2001, 1, 1), date(2099, 12, 31))
CENTS = st.integers(0, 10**9)
USES = st.lists(
    st.builds(
        Use,
        scope=st.sampled_from([str(each) for each in Scope]),
        period=st.sampled_from([str(each) for each in Period]),
        limit_cents=CENTS,
        used_cents=CENTS,
        first=st.just("2026-06-01"),
        last=st.just("2026-06-30"),
    ),
    max_size=4,
)


def use(limit=250_000, used=0, scope=Scope.PERSON):
    return Use(scope, Period.MONTH, limit, used, "2026-06-01", "2026-06-30")


class TestSpan:
    @pytest.mark.parametrize(
        ("day", "period", "first", "last"),
        [
            ("2026-06-15", Period.MONTH, "2026-06-01", "2026-06-30"),
            ("2026-12-31", Period.MONTH, "2026-12-01", "2026-12-31"),
            ("2028-02-29", Period.MONTH, "2028-02-01", "2028-02-29"),
            ("2026-01-01", Period.QUARTER, "2026-01-01", "2026-03-31"),
            ("2026-12-01", Period.QUARTER, "2026-10-01", "2026-12-31"),
        ],
    )
    def test_is_the_calendar_s(self, day, period, first, last):
        assert span(date.fromisoformat(day), period) == (date.fromisoformat(first), date.fromisoformat(last))

    @given(day=DAYS, period=st.sampled_from(list(Period)))
    def test_holds_its_day_and_every_day_of_it_has_the_same(self, day, period):
        first, last = span(day, period)

        assert first <= day <= last
        assert span(first, period) == span(last, period) == (first, last)


class TestWeigh:
    @pytest.mark.parametrize(("adds", "needs"), [(89_499, False), (89_500, False), (89_501, True)])
    def test_allows_exactly_the_limit_and_not_a_cent_more(self, adds, needs):
        verdict = weigh([use(used=160_500)], adds_cents=adds).value

        assert verdict.needs_key is needs
        assert verdict.leaves_cents == 89_500 - adds

    def test_goes_by_the_limit_that_leaves_least(self):
        verdict = weigh([use(500_000), use(100_000, 99_000, Scope.COMPANY)], adds_cents=2_000).value

        assert [each.scope for each in verdict.above] == [Scope.COMPANY]
        assert verdict.tightest.left_cents == 1_000

    @given(uses=USES, adds=CENTS)
    def test_explains_itself_and_is_recomputed_to_the_same(self, uses, adds):
        derived = weigh(uses, adds_cents=adds)

        assert recompute(derived.to_json()).value == derived.value
        assert len(derived.steps) == 2 * len(uses)
        assert derived.value.needs_key == any(each.used_cents + adds > each.limit_cents for each in uses)

    @given(uses=USES, adds=CENTS, more=CENTS)
    def test_never_needs_a_key_for_less_where_none_is_needed_for_more(self, uses, adds, more):
        if weigh(uses, adds_cents=adds).value.needs_key:
            assert weigh(uses, adds_cents=adds + more).value.needs_key


class TestCheckChange:
    def test_lets_what_costs_no_more_be_changed_above_the_limit(self):
        verdict = weigh([use(used=249_000)], adds_cents=5_000).value

        check_change(verdict, before_cents=5_000, is_same_budget=True)

    @pytest.mark.parametrize(("before", "same"), [(4_999, True), (5_000, False)])
    def test_refuses_what_costs_more_or_falls_into_another_budget(self, before, same):
        verdict = weigh([use(used=249_000)], adds_cents=5_000).value

        with pytest.raises(rules.AboveLimit) as refused:
            check_change(verdict, before_cents=before, is_same_budget=same)
        assert refused.value.values == {"limit_cents": 250_000, "over_cents": 4_000}
