"""What may be undone at the desk, and for how long."""

from datetime import UTC, datetime, time, timedelta

import pytest

from portal.staff.desk import rules

LOGGED_AT = datetime(2026, 6, 22, 8, 0, tzinfo=UTC)
DARIO, FATIMA = 1, 2


class TestDeliveredAt:
    TUESDAY = datetime(2026, 6, 23, 7, 0, tzinfo=UTC)
    """Eight in the morning in Lisbon."""

    @pytest.mark.parametrize(
        ("promised_hours", "now_hours", "entered", "hours"),
        [
            (0, 26, time(8), 0),
            (0, 50, time(9), 1),
            (15.5, 26, time(0, 15), 16.25),
            (0, 1, time(8, 30), 0.5),
            (0, 1, time(23, 30), -8.5),
            (0, 1, None, 1),
        ],
    )
    def test_is_the_time_entered_on_the_day_of_the_promise(self, promised_hours, now_hours, entered, hours):
        promised, now, expected = (
            self.TUESDAY + timedelta(hours=each) for each in (promised_hours, now_hours, hours)
        )

        found = rules.delivered_at(starts_at=promised, entered=entered, zone="Europe/Lisbon", at=now)

        assert found == expected

    @pytest.mark.parametrize(
        ("promised_hours", "now_hours", "entered"),
        [
            (2, 3, time(11, 5)),  # a clock five minutes fast is no delivery of yesterday
            (2, 10.5, time(18, 35)),
            (15, 15.2, time(0, 30)),
        ],
    )
    def test_is_none_that_has_not_come_yet(self, promised_hours, now_hours, entered):
        promised, now = (self.TUESDAY + timedelta(hours=each) for each in (promised_hours, now_hours))

        with pytest.raises(rules.TimeToCome):
            rules.delivered_at(starts_at=promised, entered=entered, zone="Europe/Lisbon", at=now)

    def test_is_not_now_where_the_promise_was_for_an_earlier_day(self):
        with pytest.raises(rules.TimeNeeded):
            rules.delivered_at(
                starts_at=self.TUESDAY,
                entered=None,
                zone="Europe/Lisbon",
                at=self.TUESDAY + timedelta(days=1),
            )


class TestCheckUndo:
    @pytest.mark.parametrize("seconds", [0, 9 * 60 + 59, 10 * 60])
    def test_lets_one_undo_up_to_the_tenth_minute(self, seconds):
        at = LOGGED_AT + timedelta(seconds=seconds)

        rules.check_undo(by_id=DARIO, logged_by_id=DARIO, logged_at=LOGGED_AT, at=at)

    def test_refuses_after_the_tenth_minute(self):
        at = LOGGED_AT + timedelta(minutes=10, seconds=1)

        with pytest.raises(rules.TooLateToUndo):
            rules.check_undo(by_id=DARIO, logged_by_id=DARIO, logged_at=LOGGED_AT, at=at)

    def test_refuses_what_a_colleague_logged(self):
        with pytest.raises(rules.NotYourEntry):
            rules.check_undo(by_id=FATIMA, logged_by_id=DARIO, logged_at=LOGGED_AT, at=LOGGED_AT)


class TestCheckAgain:
    def test_lets_the_same_press_be_answered_again(self):
        rules.check_again(by_id=DARIO, logged_by_id=DARIO, undone_at=None)

    def test_refuses_a_press_that_was_undone(self):
        with pytest.raises(rules.UndoneAlready):
            rules.check_again(by_id=DARIO, logged_by_id=DARIO, undone_at=LOGGED_AT)

    def test_refuses_the_press_of_somebody_else(self):
        with pytest.raises(rules.NotYourEntry):
            rules.check_again(by_id=FATIMA, logged_by_id=DARIO, undone_at=None)
