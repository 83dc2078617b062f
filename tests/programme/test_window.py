"""A window that slides holds what a window counted anew would hold."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.programme.standing.rules import SpendFact, StayFact, count
from portal.programme.window.rules import Window

FIRST = date(2024, 1, 1)
steps = st.lists(
    st.tuples(
        st.integers(0, 40),  # days since the one before
        st.integers(0, 60),  # days from the arrival to this day
        st.integers(0, 9),  # nights; the last may lie ahead
        st.integers(0, 30),  # days from the check-out to this day
        st.integers(1, 9_000),
        st.booleans(),
    ),
    max_size=12,
)


class TestAWindow:
    @given(steps, st.integers(1, 60), st.integers(1, 60), st.integers(0, 12))
    @settings(max_examples=120, deadline=None)
    def test_holds_what_is_counted_anew_also_when_its_length_changes(self, told, days, later_days, change):
        window, stays, spends, day = Window(days), [], [], FIRST

        for number, (ahead, before, nights, ago, cents, is_stay) in enumerate(told):
            day += timedelta(days=ahead)
            window.move(day.toordinal())
            if number == change:
                days = later_days
                window.resize(days, day.toordinal())
            first, paid = day - timedelta(days=before), day - timedelta(days=ago)
            sums = (0 if not is_stay else nights, paid.toordinal(), cents, 0 if is_stay else cents)
            window.add(day.toordinal(), first.toordinal(), *sums)
            if is_stay:
                stays.append(StayFact(str(number), first, nights, cents, paid))
            else:
                spends.append(SpendFact(str(number), paid, cents))
            counted = count(window_days=days, stays=stays, spends=spends, as_of=day)
            assert (window.nights, window.spend_cents, window.event_cents) == (
                counted.slept_nights,
                counted.spend_cents,
                counted.event_cents,
            )
