"""Deciding an impact letter while it is decided otherwise, or sent: real threads.

On SQLite the writers queue before either has looked.
"""

import threading

import pytest
from sqlalchemy import select

from portal.database import db, transaction
from portal.outbox.models import Letter
from portal.programme.impact import actions, emails, queries, rules
from portal.programme.impact.models import ImpactState
from tests.programme.test_impact_letters import AFTERNOON, letter_of, letters  # noqa: F401 -- a fixture
from tests.races import race, stopped_by_the_database, wait_for

WAIT_S = 15

pytestmark = [pytest.mark.race, pytest.mark.engines("postgresql")]


@pytest.fixture
def acme(letters, house):  # noqa: F811 -- the fixture
    """The letter to Acme, and who decides it."""
    return letter_of(house.acme).public_id, house.lidia.id


def deciding(how, acme):
    public_id, by = acme

    def decide():
        with transaction():
            how(letter=queries.letter_for(public_id), by=by, at=AFTERNOON)
            return how.__name__

    return decide


def send():
    with transaction():
        return actions.send_some(after_id=0, limit=20, at=AFTERNOON)[1]


def while_it_stops(monkeypatch, place, name, first, second):
    """Two runners: the first stops at a place, with its locks, until the second has come as far as it can."""
    is_there, is_done = threading.Event(), threading.Event()
    real, stopped_one = getattr(place, name), []

    def stopped(*given, **named):
        if not stopped_one:
            stopped_one.append(name)
            is_there.set()
            # Whoever waits for a lock of the first does not come to an end before it.
            wait_for(is_done)
        return real(*given, **named)

    def after():
        assert is_there.wait(WAIT_S)
        try:
            return second()
        finally:
            is_done.set()

    monkeypatch.setattr(place, name, stopped)
    return first, after


def state_of(house):
    db.session.rollback()
    return letter_of(house.acme).state


def written(house):
    """To whom the letter to Acme was written."""
    db.session.rollback()
    rows = db.session.scalars(select(Letter).where(Letter.template == "programme/impact"))
    return [row.to_name for row in rows if row.to_name == house.anna.name]


class TestStrikingOutAgainstSending:
    @pytest.fixture
    def approved(self, acme):
        deciding(actions.approve, acme)()
        return acme

    def test_comes_too_late_once_the_letter_is_on_its_way(self, app, approved, house, monkeypatch):
        strike = deciding(actions.strike_out, approved)

        sent, struck = race(app, *while_it_stops(monkeypatch, emails, "new_rules", send, strike))

        assert (sent, type(struck)) == (1, rules.LetterDecided)
        assert (state_of(house), written(house)) == (ImpactState.SENT, [house.anna.name])

    def test_keeps_the_letter_from_being_sent_if_it_is_first(self, app, approved, house, monkeypatch):
        strike = deciding(actions.strike_out, approved)

        struck, sent = race(app, *while_it_stops(monkeypatch, actions, "_record", strike, send))

        assert (struck, sent) == ("strike_out", 0)
        assert (state_of(house), written(house)) == (ImpactState.STRUCK, [])

    def test_would_meet_only_the_database_without_the_lock(self, app, approved, house, monkeypatch):
        due = queries.due
        monkeypatch.setattr(queries, "due", lambda **of: due(**of | {"lock": False}))
        strike = deciding(actions.strike_out, approved)

        results = race(app, *while_it_stops(monkeypatch, emails, "new_rules", send, strike))

        assert stopped_by_the_database(results) == 1
        assert results[1] == "strike_out"


class TestApprovingAgainstStrikingOut:
    def test_leaves_it_struck_out_whoever_is_first(self, app, acme, house, monkeypatch):
        approve, strike = (deciding(how, acme) for how in (actions.approve, actions.strike_out))

        results = race(app, *while_it_stops(monkeypatch, actions, "_record", approve, strike))

        assert results == ["approve", "strike_out"]
        assert state_of(house) is ImpactState.STRUCK

    def test_refuses_to_approve_what_was_struck_out_a_moment_before(self, app, acme, house, monkeypatch):
        approve, strike = (deciding(how, acme) for how in (actions.approve, actions.strike_out))

        struck, approved = race(app, *while_it_stops(monkeypatch, actions, "_record", strike, approve))

        assert (struck, type(approved)) == ("strike_out", rules.LetterDecided)
        assert state_of(house) is ImpactState.STRUCK

    def test_all_leaves_out_the_one_that_was_struck_out_a_moment_before(self, app, acme, house, monkeypatch):
        def approve_all():
            with transaction():
                return actions.approve_all(number=2, by=acme[1], at=AFTERNOON)

        strike = deciding(actions.strike_out, acme)

        _, approved = race(app, *while_it_stops(monkeypatch, actions, "_record", strike, approve_all))

        assert (approved, state_of(house)) == (1, ImpactState.STRUCK)

    def test_would_meet_only_the_database_without_the_condition(self, app, acme, monkeypatch):
        def decide_whatever(statement, _open, **values):
            done = db.session.execute(statement.values(**values).execution_options(synchronize_session=False))
            return done.rowcount

        monkeypatch.setattr(actions, "_decide", decide_whatever)
        approve, strike = (deciding(how, acme) for how in (actions.approve, actions.strike_out))

        results = race(app, *while_it_stops(monkeypatch, actions, "_record", strike, approve))

        assert stopped_by_the_database(results) == 1
