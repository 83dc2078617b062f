"""When work is due again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.jobs.rules import MAX_TRIES, DailyAt, Every, MonthlyAt, next_run, retry_at

AT = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
START = datetime(2020, 1, 1, tzinfo=UTC)
ZONES = ["UTC", "Europe/Lisbon", "Asia/Almaty", "America/New_York", "Australia/Lord_Howe"]


class TestRetryAt:
    def test_rests_longer_after_each_failed_try(self):
        rests = [retry_at(tries=tries, at=AT) - AT for tries in range(1, MAX_TRIES)]

        assert rests == sorted(rests)
        assert rests[0] == timedelta(seconds=30)

    def test_gives_up_at_the_last_try_and_not_before(self):
        assert retry_at(tries=MAX_TRIES - 1, at=AT) is not None
        assert retry_at(tries=MAX_TRIES, at=AT) is None


class TestNextRun:
    def test_counts_a_steady_pace_from_the_last_run(self):
        assert next_run(Every(minutes=15), after=AT) == AT + timedelta(minutes=15)

    def test_comes_today_before_the_hour_and_tomorrow_from_the_hour_on(self):
        timing = DailyAt(hour=10, zone="Europe/Lisbon")  # 09:00 UTC in June

        before = next_run(timing, after=AT - timedelta(seconds=1))
        on_the_hour = next_run(timing, after=AT)

        assert before == AT
        assert on_the_hour == AT + timedelta(days=1)

    def test_keeps_its_hour_of_the_zone_when_summer_time_ends(self):
        timing = DailyAt(hour=10, zone="Europe/Lisbon")

        saturday = next_run(timing, after=datetime(2026, 10, 23, 12, tzinfo=UTC))
        sunday = next_run(timing, after=saturday)

        assert (saturday.hour, sunday.hour) == (9, 10)

    def test_takes_the_last_day_of_a_month_that_is_too_short(self):
        timing = MonthlyAt(day=31, hour=0)

        assert next_run(timing, after=datetime(2027, 2, 1, tzinfo=UTC)) == datetime(2027, 2, 28, tzinfo=UTC)
        assert next_run(timing, after=datetime(2027, 2, 28, tzinfo=UTC)) == datetime(2027, 3, 31, tzinfo=UTC)

    def test_goes_on_into_the_next_year(self):
        timing = MonthlyAt(day=1, hour=3)

        assert next_run(timing, after=datetime(2026, 12, 1, 3, tzinfo=UTC)) == datetime(
            2027, 1, 1, 3, tzinfo=UTC
        )

    @given(
        after=st.integers(0, 15 * 366 * 24 * 60).map(lambda m: START + timedelta(minutes=m)),
        hour=st.integers(0, 23),
        minute=st.integers(0, 59),
        day=st.integers(1, 31),
        zone=st.sampled_from(ZONES),
    )
    def test_is_always_later_and_never_skips_an_occurrence(self, after, hour, minute, day, zone):
        daily = next_run(DailyAt(hour, minute, zone), after=after)
        monthly = next_run(MonthlyAt(day, hour, minute, zone), after=after)

        assert after < daily <= after + timedelta(hours=26)
        assert after < monthly <= after + timedelta(days=32)


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_without_the_hour_still_has_its_run(zone):
    timing = DailyAt(hour=2, minute=30, zone=zone)
    at = datetime(2026, 1, 1, tzinfo=UTC)

    runs = []
    while at < datetime(2027, 1, 1, tzinfo=UTC):
        at = next_run(timing, after=at)
        runs.append(at)

    assert len(runs) in {365, 366}
