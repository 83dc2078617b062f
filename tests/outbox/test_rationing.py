"""Letters that were written within a budget leave by that of the day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.clock import now
from portal.database import db, transaction
from portal.outbox import actions, handlers, words
from portal.outbox.models import Letter, LetterKind, LetterState
from tests.cast import NOW
from tests.races import meet_before, race

LISBON = ZoneInfo("Europe/Lisbon")


class TestAPolicyThatBecameStricter:
    def allow(self, policy, **values):
        for name, value in values.items():
            setattr(policy, name, value)
        db.session.commit()

    def states(self):
        db.session.rollback()
        letters = db.session.query(Letter).order_by(Letter.id)
        return [
            (letter.state, letter.send_at.astimezone(LISBON).strftime("%d.%m. %H:%M")) for letter in letters
        ]

    def told(self, letter):
        db.session.refresh(letter)
        return words.said(letter, at=now(), zone="UTC")

    def test_makes_an_offer_wait_for_the_next_month(self, policy, write, send, mail_server, clock):
        for _ in range(2):
            write(kind=LetterKind.MARKETING)
        self.allow(policy, marketing_per_month=1)

        while send():
            pass

        assert len(mail_server.messages) == 1
        # The month begins at night: nobody is written to before nine.
        assert self.states() == [
            (LetterState.SENT, "15.06. 10:00"), (LetterState.WAITING, "01.07. 09:00"),
        ]  # fmt: skip
        clock.set(datetime(2026, 7, 1, 8, 0, tzinfo=UTC))
        assert send() == 1
        assert self.states()[1][0] == LetterState.SENT

    def test_gives_an_offer_up_before_it_is_stale(self, policy, write, send, mail_server, clock):
        letter = write(kind=LetterKind.MARKETING)
        self.allow(policy, marketing_per_month=0)

        send()
        assert self.states() == [(LetterState.WAITING, "01.07. 09:00")]
        assert "until then the contact budget is spent" in self.told(letter)
        clock.set(datetime(2026, 7, 1, 8, 0, tzinfo=UTC))
        send()

        assert self.states()[0][0] == LetterState.FAILED
        assert "Given up: the contact budget left no room" in self.told(letter)
        # By hand, in a month that has room, it leaves after all.
        self.allow(policy, marketing_per_month=1)
        with transaction():
            actions.send_again(letter=letter, at=now())
        assert "next round" in self.told(letter)
        assert send() == 1
        assert len(mail_server.messages) == 1

    def test_gives_a_survey_up_that_would_come_too_soon(self, policy, write, send, mail_server, clock):
        write(kind=LetterKind.SURVEY)
        send()
        self.allow(policy, survey_every_days=10)
        clock.set(NOW + timedelta(days=20))
        write(kind=LetterKind.SURVEY, at=NOW + timedelta(days=20))
        self.allow(policy, survey_every_days=60)

        send()

        assert len(mail_server.messages) == 1
        assert [state for state, _ in self.states()] == [LetterState.SENT, LetterState.FAILED]

    def test_counts_what_another_worker_is_sending(self, policy, write, send, mail_server, clock):
        for _ in range(2):
            write(kind=LetterKind.MARKETING)
        self.allow(policy, marketing_per_month=1)
        with transaction():
            claim, _letter = actions.claim(worker="another", at=NOW, lease_s=300)

        send()

        assert mail_server.messages == []
        with transaction():
            actions.note_failed(claim=claim, error="gone", send_at=None, at=NOW)
        clock.advance(minutes=5)
        send()
        assert [state for state, _ in self.states()] == [LetterState.FAILED, LetterState.SENT]

    def test_leaves_service_and_other_people_alone(self, policy, write, send, mail_server):
        write(kind=LetterKind.MARKETING, address="anna@acme.example")
        write(kind=LetterKind.MARKETING)
        for _ in range(3):
            write()
        self.allow(policy, marketing_per_month=1)

        assert send() == 5
        assert len(mail_server.messages) == 5

    @pytest.mark.race
    def test_lets_one_of_two_leave_that_are_taken_up_at_once(self, policy, write, app):
        for _ in range(2):
            write(kind=LetterKind.MARKETING)
        self.allow(policy, marketing_per_month=1)

        def take():
            return handlers._take(NOW)

        taken = race(app, take, take)

        assert sorted(letter is not None for _claim, letter in taken) == [False, True]

    @pytest.mark.race
    @pytest.mark.engines("postgresql")
    def test_would_let_both_leave_without_the_lock(self, policy, write, app, monkeypatch):
        for _ in range(2):
            write(kind=LetterKind.MARKETING)
        self.allow(policy, marketing_per_month=1)
        monkeypatch.setattr(actions, "_lock_budget", lambda _key: None)
        meet_before(monkeypatch, actions.queries, "leased_beside")

        taken = race(app, lambda: handlers._take(NOW), lambda: handlers._take(NOW))

        assert [letter is not None for _claim, letter in taken] == [True, True]
