"""The effect of an event: pairs found by hand, figures worked out by hand, and what is not said."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.corporate.events.models import Event, EventInvitation
from portal.insight.event_effects import rules
from portal.insight.event_effects.rules import Client, compare
from tests.cast import NOW

DAY = date(2026, 3, 2)


def client(account_id, nights, before, after, *, tier="gold"):
    return Client(account_id, tier, nights, nights * 8_000, before, after)


class TestWindow:
    @pytest.mark.parametrize(("days", "window"), [(89, None), (90, 90), (179, 90), (180, 180), (400, 180)])
    def test_is_the_longest_that_has_passed(self, days, window):
        assert rules.window_on(day=DAY, through=DAY + timedelta(days=days)) == window


class TestCompare:
    def test_pairs_by_hand_within_tier_and_caliper(self):
        came = [client(1, 40, 10, 20), client(2, 10, 4, 4), client(3, 10, 4, 9, tier="silver")]
        others = [
            client(11, 41, 12, 12), client(12, 11, 5, 3), client(13, 400, 90, 90),
            client(14, 10, 4, 4, tier="partner"),
        ]  # fmt: skip

        found = compare(came, others)

        assert [(a.account_id, b.account_id) for a, b in found.pairs] == [(1, 11), (2, 12)]
        assert (found.unmatched, found.estimate) == (1, None)
        assert found.means == (7.0, 12.0, 8.5, 7.5)

    def test_tells_the_difference_of_differences_with_students_interval(self):
        came = [client(n, 20, 5, 5 + n) for n in range(1, 11)]
        others = [client(100 + n, 20, 5, 6) for n in range(1, 11)]

        found = compare(came, others)

        # Changes 1…10 less 1 each: mean 4.5, s = 3.0277, t(9) = 2.2622, half = 2.2622 · 3.0277 / √10 = 2.166.
        assert found.estimate.value == pytest.approx(4.5)
        assert found.estimate.interval.low == pytest.approx(4.5 - 2.1659, abs=1e-3)
        assert found.estimate.interval.high == pytest.approx(4.5 + 2.1659, abs=1e-3)
        assert compare(came[:9], others).estimate is None

    @given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 30), st.integers(0, 30)), max_size=20))
    def test_of_a_company_with_its_own_twin_finds_nothing(self, told):
        came = [client(n, *one) for n, one in enumerate(told)]
        twins = [replace(one, account_id=1000 + one.account_id) for one in came]

        found = compare(came, twins)

        assert found.unmatched == 0
        assert len({other.account_id for _one, other in found.pairs}) == len(came)
        if found.estimate is not None:
            assert found.estimate.value == pytest.approx(0)


@pytest.fixture
def evening(cast, save):
    """An event of March to which Acme was invited."""

    def on(starts_at):
        event = save(
            Event(
                public_id=uuid.uuid4(), property_id=cast.seaside.id,
                title={"en": "Tasting", "ru": "Дегустация"},
                description={}, place={"en": "Cellar", "ru": "Погреб"}, search_key="tasting",
                starts_at=starts_at, ends_at=starts_at + timedelta(hours=4), capacity=9, seats_taken=0,
                plus_ones=0, opens_at=starts_at - timedelta(days=30), closes_at=starts_at,
                names_until=starts_at, revision=1, revised_at=NOW, created_by_id=cast.lidia.id,
                created_at=NOW,
                published_at=NOW, published_by_id=cast.lidia.id, cancel_reason="",
            )
        )  # fmt: skip
        save(
            EventInvitation(
                event_id=event.id, account_id=cast.acme.id, is_by_name=True, tier="gold", invited_at=NOW,
                letters=1,
            )
        )  # fmt: skip
        return f"/insight/events/{event.public_id}"

    return on


class TestPage:
    def test_says_that_there_is_not_enough_or_that_it_is_too_early(self, cast, client_as, evening):
        lidia = client_as(cast.lidia)

        early = lidia.get(evening(datetime(2026, 6, 1, 18, tzinfo=UTC))).page
        bare = lidia.get(evening(datetime(2026, 2, 1, 18, tzinfo=UTC))).page

        assert "It is too early to tell" in early.h1
        assert "From 30 August 2026 on" in early.text
        assert "There is not enough to compare" in bare.h1
        assert "there are 0 pairs, and it takes 10" in bare.text
        assert "not that the event brought it about" in bare.text

    def test_is_another_hotels_own(self, cast, client_as, evening, save):
        address = evening(datetime(2026, 2, 1, 18, tzinfo=UTC))

        assert client_as(cast.gleb).get(address).status_code == 200
        assert client_as(cast.dario).get(address).status_code == 403
