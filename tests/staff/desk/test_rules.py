"""What may be undone at the desk, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.staff.desk import rules

LOGGED_AT = datetime(2026, 6, 22, 8, 0, tzinfo=UTC)
DARIO, FATIMA = 1, 2


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
