from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.corporate.halls import rules
from portal.corporate.halls.rules import Hall, Window

LIBRARY = Hall(1, "hall", {"en": "Library"}, 12, 0)
GARDEN = Hall(2, "hall", {"en": "Garden"}, 40, 30)


def at(hour, minute=0):
    return datetime(2026, 6, 22, hour, minute, tzinfo=UTC)


MIDNIGHT = at(0)


def window(first, last):
    return Window(at(first), at(last))


def taken(hall, *windows):
    busy = {slot for each in windows for slot in rules.slots(each, set_up_minutes=hall.set_up_minutes)}
    return {hall.id: busy}


def choose(guests, when, busy, halls=(GARDEN, LIBRARY)):
    return rules.free_hall(halls, headcount=guests, window=when, taken=busy)


class TestSlots:
    def test_are_five_minutes_from_the_set_up_to_the_end(self):
        slots = list(rules.slots(window(10, 11), set_up_minutes=30))

        assert (slots[0], slots[-1], len(slots)) == (at(9, 30), at(10, 55), 18)

    def test_cover_a_set_up_that_begins_between_them(self):
        assert next(rules.slots(window(10, 11), set_up_minutes=12)) == at(9, 45)


class TestFreeHall:
    def test_is_the_smallest_that_seats_the_party(self):
        assert choose(12, window(10, 11), {}) == LIBRARY
        assert choose(13, window(10, 11), {}) == GARDEN

    def test_is_the_next_larger_where_the_smallest_is_taken(self):
        assert choose(12, window(10, 11), taken(LIBRARY, window(10, 11))) == GARDEN

    def test_may_begin_in_the_minute_in_which_another_ends(self):
        assert choose(12, window(11, 12), taken(LIBRARY, window(10, 11))) == LIBRARY
        assert choose(12, window(9, 10), taken(LIBRARY, window(10, 11))) == LIBRARY

    def test_needs_its_set_up_in_between(self):
        busy = taken(GARDEN, window(10, 11))

        assert choose(30, window(11, 12), busy) is None
        assert choose(30, Window(at(11, 30), at(12)), busy) == GARDEN

    def test_is_refused_to_a_party_that_no_hall_seats(self):
        choose(40, window(10, 11), {})

        with pytest.raises(rules.NoneLargeEnough) as refused:
            choose(41, window(10, 11), {})

        assert refused.value.values["most"] == 40

    @given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 4)), max_size=12))
    def test_is_never_taken_twice(self, wishes):
        busy: dict[int, set] = {}
        for start, hours in wishes:
            when = Window(at(0) + timedelta(hours=start), at(0) + timedelta(hours=start + hours))
            hall = choose(5, when, busy)
            if hall is None:
                continue
            slots = set(rules.slots(when, set_up_minutes=hall.set_up_minutes))

            assert not slots & busy.get(hall.id, set())
            busy.setdefault(hall.id, set()).update(slots)


class TestAllTaken:
    def refusal(self, guests, when, busy, *, not_before=MIDNIGHT):
        return rules.all_taken(
            (LIBRARY, GARDEN), headcount=guests, window=when, taken=busy, not_before=not_before
        ).values

    def test_names_when_it_is_free_again_and_when_before(self):
        values = self.refusal(30, window(10, 12), taken(GARDEN, window(9, 13)))

        assert values["free_at"] == at(13, 30).isoformat()
        assert values["earlier_at"] == at(6, 30).isoformat()

    def test_offers_no_time_that_is_too_early_to_be_ordered(self):
        values = self.refusal(30, window(10, 12), taken(GARDEN, window(9, 13)), not_before=at(7))

        assert values["earlier_at"] is None

    def test_offers_a_smaller_hall_that_is_free(self):
        values = self.refusal(30, window(10, 12), taken(GARDEN, window(10, 12)))

        assert (values["smaller"], values["seats"]) == ({"en": "Library"}, 12)

    def test_offers_nothing_where_all_is_taken_for_a_day(self):
        days = Window(at(0) - timedelta(days=3), at(0) + timedelta(days=4))
        busy = taken(GARDEN, days) | taken(LIBRARY, days)
        values = self.refusal(5, window(10, 12), busy, not_before=at(0) - timedelta(days=9))

        assert [values[name] for name in ("free_at", "earlier_at", "smaller")] == [None, None, None]
