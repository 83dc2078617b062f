"""Paths: what is lacking for a tier on a day, the ways to it, and the one that costs least."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.programme import rules as programme
from portal.programme.paths import rules as paths
from portal.programme.paths.rules import Due, Have, Rate, path_to
from portal.programme.rules import Rules, default_rules
from portal.programme.standing.rules import Count, reached_tier
from tests.programme.again import recomputed
from tests.programme.strategies import RULES

SEA, TOWN = {"en": "Seaside", "ru": "Море"}, {"en": "Townhouse", "ru": "Город"}


def path(have, target="gold", rates=(), rules=RULES, due=None):
    result = path_to(rules=rules, have=have, target=target, rates=rates, due=due)
    recomputed(result)
    return result.value


def kinds(found):
    return [way.kind for way in found.ways]


def small_rules(max_credits, led_by="either"):
    """Doors, steps and caps small enough to try everything."""
    data = default_rules().to_json()
    for tier, nights, spend in zip(data["tiers"], (0, 3, 6, 9), (0, 40, 90, 150), strict=True):
        tier["nights"], tier["spend_cents"] = nights, spend
    return Rules.from_json(
        data | {"credit_step_cents": 10, "credit_max_nights": max_credits, "doors": led_by}
    )


def opens(rules, have, target, *, nights=0, night_cents=0, event=0, other=0):
    """Whether so many more nights, so much event spend and other spend lead to a tier."""
    spend = have.spend_cents + night_cents + event + other
    counted = Count(have.slept_nights + nights, have.event_cents + event, spend, 0)
    return rules.rank(reached_tier(rules=rules, counted=counted)) >= rules.rank(target)


def cheapest_by_trying(rules, have, target, prices):
    """Try every number of nights at each hotel with every sum of event spend and of other spend."""
    most = range(10)
    found = []
    for nights in product(most, repeat=len(prices)):
        cost = sum(number * price for number, price in zip(nights, prices, strict=True))
        of = {"nights": sum(nights), "night_cents": cost}
        for event in range(151):
            if opens(rules, have, target, event=event, **of):
                found.append(cost + event)
                break
        # What nights and events do not come to, any other spend can.
        rest = next((other for other in range(151) if opens(rules, have, target, other=other, **of)), None)
        found += [cost + rest] if rest is not None else []
    return min(found)


class TestPathTo:
    def test_names_every_way_that_one_means_opens(self):
        found = path(Have(20, 0, 100_000), "silver")

        assert (found.lacks_nights, found.lacks_spend_cents) == (5, 150_000)
        assert [(way.kind, way.nights, way.spend_cents) for way in found.ways] == [
            ("nights", 5, 0),
            ("spend", 0, 150_000),
        ]
        assert found.cheapest.kind == "spend"

    def test_sends_the_nights_to_the_hotel_where_they_cost_least(self):
        found = path(Have(70, 0, 100_000), rates=[Rate(SEA, 9_000), Rate(TOWN, 7_500)])

        assert found.cheapest == paths.Way("nights", 5, 0, 37_500, TOWN)

    @pytest.mark.parametrize(("night_cents", "kind"), [(10_001, "events"), (9_999, "nights")])
    def test_weighs_a_night_by_its_average_price(self, night_cents, kind):
        found = path(Have(62, 640_000, 700_000), rates=[Rate(SEA, night_cents)])

        assert found.cheapest.kind == kind

    def test_joins_nights_and_events_when_that_costs_less(self):
        found = path(Have(60, 640_000, 300_000), rates=[Rate(SEA, 15_000)])

        assert found.cheapest == paths.Way("mixed", 2, 10_000, 40_000, SEA)
        assert kinds(found) == ["nights", "events", "mixed", "spend"]

    def test_offers_no_credits_beyond_their_cap(self):
        assert kinds(path(Have(34, 2_000_000, 100_000))) == ["nights", "spend"]

    @pytest.mark.parametrize("have", [Have(25, 0, 0), Have(0, 0, 250_000)])
    def test_lacks_nothing_for_a_tier_that_is_reached(self, have):
        found = path(have, "silver")

        assert (found.ways, found.cheapest) == ((), None)

    def test_says_for_which_day_it_is_and_by_when_it_must_be_done(self):
        due = Due(date(2026, 9, 1), date(2026, 8, 31))

        result = path_to(rules=RULES, have=Have(20, 0, 0), target="silver", due=due)

        assert result.value.due == due
        assert result.steps[0].values == {"day_date": "2026-09-01", "until_date": "2026-08-31"}

    def test_without_any_price_takes_the_cheapest_money(self):
        assert path(Have(20, 0, 0), "silver").cheapest.kind == "spend"

    @pytest.mark.parametrize(("led_by", "expected"), [("nights", ["nights", "events"]), ("spend", ["spend"])])
    def test_leads_through_the_doors_that_there_are(self, led_by, expected):
        rules = Rules.from_json(RULES.to_json() | {"doors": led_by})

        assert kinds(path(Have(73, 0, 0), rules=rules))[: len(expected)] == expected

    def test_takes_nights_even_where_they_have_no_price_and_events_give_nothing(self):
        rules = Rules.from_json(RULES.to_json() | {"doors": "nights", "credit_max_nights": 0})

        assert path(Have(20, 0, 0), "silver", rules=rules).cheapest == paths.Way("nights", 5, 0, None)

    def test_refuses_the_way_to_the_lowest_tier_or_to_none(self):
        with pytest.raises(paths.TierNotAbove):
            path(Have(0, 0, 0), "partner")
        with pytest.raises(programme.UnknownTier):
            path(Have(0, 0, 0), "diamond")


class TestTheOracle:
    @given(
        st.tuples(st.integers(0, 9), st.integers(0, 60), st.integers(0, 60)),
        st.lists(st.integers(1, 40), max_size=2),
        st.sampled_from(["silver", "gold", "platinum"]),
        st.integers(0, 5),
        st.sampled_from(["either", "nights", "spend"]),
    )
    @settings(max_examples=120, deadline=None)
    def test_finds_nothing_cheaper_by_trying_everything(self, have, prices, target, cap, led_by):
        slept, event, other = have
        rules, now = small_rules(cap, led_by), Have(slept, event, event + other)
        rates = [Rate({"en": str(n)}, price) for n, price in enumerate(prices)]
        if led_by == "nights" and not rates:
            rates, prices = [Rate(None, 7)], [7]

        best = path(now, target, rates, rules).cheapest

        cost = 0 if best is None else best.about_cents
        assert cost == cheapest_by_trying(rules, now, target, prices)

    @given(
        st.tuples(st.integers(0, 9), st.integers(0, 60), st.integers(0, 60)),
        st.lists(st.integers(1, 40), max_size=3),
        st.sampled_from(["silver", "gold", "platinum"]),
        st.integers(0, 5),
        st.sampled_from(["either", "nights", "spend"]),
    )
    @settings(max_examples=120)
    def test_is_led_there_by_every_way(self, have, prices, target, cap, led_by):
        slept, event, other = have
        rules, now = small_rules(cap, led_by), Have(slept, event, event + other)
        rates = [Rate({"en": str(n)}, price) for n, price in enumerate(prices)]

        for way in path(now, target, rates, rules).ways:
            money = {"other": way.spend_cents} if way.kind == "spend" else {"event": way.spend_cents}
            # At no price: the nights themselves must open the door.
            assert opens(rules, now, target, nights=way.nights, **money), way
