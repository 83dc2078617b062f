"""The effect of an event: pairs found by hand, figures worked out by hand, and what is not said."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.corporate.events import queries as event_queries
from portal.corporate.events.models import Event, EventInvitation
from portal.corporate.registrations.models import EventGuest, Registration
from portal.database import db
from portal.insight.event_effects import queries, rules
from portal.insight.event_effects.rules import Client, compare
from tests.cast import NOW
from tests.programme.told import Told

DAY = date(2026, 3, 2)


def client(account_id, nights, before, after, *, tier="gold"):
    return Client(account_id, tier, nights, nights * 8_000, before, after)


def paired_one_by_one(came, others):
    """The same by looking at every one for every one."""
    scale, free, pairs = rules._scale([*came, *others]), list(others), []
    for one in sorted(came, key=lambda one: (-one.year_nights, one.account_id)):
        mine = rules._traits(one)
        near = [
            (hypot(*((a - b) / s for a, b, s in zip(mine, rules._traits(other), scale, strict=True))), other)
            for other in free
            if other.tier == one.tier
        ]
        near = [pair for pair in near if pair[0] <= rules.CALIPER]
        if near:
            best = min(near, key=lambda pair: (pair[0], pair[1].account_id))[1]
            free.remove(best)
            pairs.append((one.account_id, best.account_id))
    return pairs


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

    def test_names_who_came_without_a_stay_before_as_unmatched(self):
        found = compare(
            [client(1, 40, 10, 20)], [client(11, 41, 12, 12), client(13, 400, 90, 90)], strangers=2
        )

        assert (found.have, found.unmatched) == (1, 2)

    @given(
        st.lists(st.tuples(st.integers(1, 60), st.sampled_from(["gold", "silver"])), max_size=25),
        st.lists(st.tuples(st.integers(1, 60), st.sampled_from(["gold", "silver"])), max_size=25),
    )
    def test_pairs_each_with_the_nearest_who_is_free(self, told, beside):
        came = [client(n, nights, 0, 0, tier=tier) for n, (nights, tier) in enumerate(told)]
        others = [client(100 + n, nights, 0, 0, tier=tier) for n, (nights, tier) in enumerate(beside)]

        found = compare(came, others)

        assert [(a.account_id, b.account_id) for a, b in found.pairs] == paired_one_by_one(came, others)

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


def come_to(event, company, number, *, cast):
    """A party of one, let in."""
    party = Registration(
        public_id=uuid.uuid4(), event_id=event.id, account_id=company.id, registered_by_id=cast.lidia.id,
        seats=1, tier="gold", allowance={}, registered_at=NOW, seated_at=NOW, revision=1,
    )  # fmt: skip
    db.session.add(party)
    db.session.flush()
    db.session.add(
        EventGuest(
            public_id=uuid.uuid4(), registration_id=party.id, position=1, admission=f"{number:014d}",
            name="Ada", search_key="ada", locale="en", diet="none", needs="", checked_in_at=NOW,
            checked_in_by_id=cast.dario.id,
        )
    )  # fmt: skip
    db.session.commit()


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

    def test_counts_neither_the_night_of_the_event_nor_a_stranger_as_its_effect(self, cast, evening, save):
        event_id = uuid.UUID(evening(datetime(2026, 2, 1, 18, tzinfo=UTC)).rsplit("/", 1)[-1])
        event = event_queries.event_by_token(event_id)
        told = Told(cast)
        told.stay(cast.acme, "A", arrival=date(2026, 1, 5), nights=5, cents=45_000)
        told.stay(cast.acme, "B", arrival=date(2026, 2, 1), nights=1, cents=9_000)
        told.stay(cast.acme, "C", arrival=date(2026, 2, 2), nights=3, cents=27_000)
        told.stay(cast.acme, "D", arrival=date(2026, 5, 10), nights=1, cents=9_000)
        told.play(cast.acme, as_of=NOW.date())

        found = queries._clients(date(2026, 2, 1), 90)

        assert [(one.before, one.after) for one in found] == [(5, 3)]
        for number, company in enumerate((cast.acme, cast.borealis)):
            come_to(event, company, number, cast=cast)
        event = event_queries.event_by_token(event_id)
        assert queries.effect(event, today=NOW.date()).uninvited.unmatched == 2

    def test_is_another_hotels_own(self, cast, client_as, evening, save):
        address = evening(datetime(2026, 2, 1, 18, tzinfo=UTC))

        assert client_as(cast.gleb).get(address).status_code == 200
        assert client_as(cast.dario).get(address).status_code == 403
