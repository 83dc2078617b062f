"""Many people and the last seat: real threads, the guard first taken away."""

import pytest
from sqlalchemy import select, update

from portal import database
from portal.accounts.models import Account
from portal.corporate.admissions import actions as admissions
from portal.corporate.admissions import rules as door
from portal.corporate.event_plans import actions as plans
from portal.corporate.events import actions as events
from portal.corporate.events import queries as event_queries
from portal.corporate.events.models import Event, EventInvitation
from portal.corporate.registrations import actions
from portal.database import db, transaction
from tests.cast import NOW
from tests.corporate.events.conftest import STARTS, come, guests_of, register, states, taken
from tests.races import meet_before, race, stopped_by_the_database, unguarded

CROWD = 64

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("catalogue")]


@pytest.fixture
def patient(monkeypatch):
    """On a busy machine sixty-four writers of SQLite need longer than one page may wait."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 60)


def applicant(event, company, *names, by_id, within=transaction):
    """Register a party in a thread of its own: everything is read anew there."""
    event_id, account_id = event.public_id, company.id

    def press():
        with within():
            found = event_queries.event_by_token(event_id)
            return register(found, db.session.get(Account, account_id), *names, by_id=by_id).state.value

    return press


class TestTheLastSeat:
    def test_goes_to_one_of_sixty_four_and_the_others_wait_in_line(self, app, cast, give, companies, patient):
        event, by_id = give(capacity=1), cast.bruno.id
        crowd = [applicant(event, one, "A", by_id=by_id) for one in companies(CROWD)]
        db.session.commit()

        results = race(app, *crowd)

        assert sorted(results) == ["registered"] + (CROWD - 1) * ["waitlisted"]
        assert (taken(event), sorted(states(event))) == (1, sorted(results))

    def test_is_never_half_of_a_party(self, app, cast, give, companies, patient):
        event, by_id = give(capacity=2), cast.bruno.id
        three, two = companies(2)
        db.session.commit()

        results = race(
            app,
            applicant(event, three, "A", "B", "C", by_id=by_id),
            applicant(event, two, "D", "E", by_id=by_id),
        )

        assert results == ["waitlisted", "registered"]
        assert taken(event) == 2

    def test_would_be_promised_twice_without_the_guard(self, app, cast, give, companies, monkeypatch):
        event, by_id = give(capacity=1), cast.bruno.id
        monkeypatch.setattr(actions, "take_seats", look_then_take)
        monkeypatch.setattr(actions, "before_taking", lambda: None, raising=False)
        meet_before(monkeypatch, actions, "before_taking")
        crowd = [applicant(event, one, "A", by_id=by_id, within=unguarded) for one in companies(2)]
        db.session.commit()

        results = race(app, *crowd)

        # Both had seen it free; what stopped the second was the database's own word.
        assert stopped_by_the_database(results) == 1


class TestTwoFormsOfOneCompany:
    def test_together_take_no_more_than_its_allowance(self, app, gold, give, patient):
        event, by_id = give(capacity=9), gold.bruno.id
        db.session.commit()

        results = race(
            app,
            applicant(event, gold.acme, "A", "B", by_id=by_id),
            applicant(event, gold.acme, "C", "D", by_id=by_id),
        )

        assert sorted(type(one).__name__ for one in results) == ["NoAllowanceLeft", "str"]
        assert taken(event) == 2


class TestTheWaitingList:
    def test_moves_up_once_for_each_seat_while_two_cancel_and_one_comes(
        self, app, cast, give, companies, patient
    ):
        event, by_id = give(capacity=4), cast.bruno.id
        a, b, c, d, e = companies(5)
        leaving = [come(event, a, "A", "B", cast=cast), come(event, b, "C", "D", cast=cast)]
        come(event, c, "E", "F", "G", cast=cast)
        come(event, d, "H", cast=cast)
        keys = [(one.public_id, one.account_id) for one in leaving]
        db.session.commit()

        def cancel(public_id, account_id):
            with transaction():
                actions.cancel_registration(public_id=public_id, account_id=account_id, by_id=by_id, at=NOW)

        results = race(
            app, *(lambda key=key: cancel(*key) for key in keys), applicant(event, e, "I", by_id=by_id)
        )
        assert not any(isinstance(one, Exception) for one in results), results

        # Whatever came first: all four seats are used or too few are left for whoever waits.
        now = states(event)
        assert now[:2] == ["cancelled", "cancelled"]
        assert now[2] == "registered" or taken(event) + 3 > 4
        assert "waitlisted" not in now[3:] or taken(event) == 4


class TestTwoInvitations:
    def invite(self, event, cast):
        event_id, account_id, by_id = event.public_id, cast.borealis.id, cast.lidia.id

        def press(within=transaction):
            with within():
                found, company = event_queries.event_by_token(event_id), db.session.get(Account, account_id)
                return plans.name_company(
                    event=found, account=company, tier="gold", by_id=by_id, at=NOW
                ).letters

        return press

    def test_of_one_company_by_name_are_one(self, app, cast, give, monkeypatch, patient):
        press = self.invite(give(), cast)
        meet_before(monkeypatch, events, "_noted")
        db.session.commit()

        results = race(app, press, press)

        assert sorted(type(one).__name__ for one in results) == ["InvitedAlready", "int"]

    def test_would_be_stopped_by_the_database_alone_without_the_guard(self, app, cast, give, monkeypatch):
        press = self.invite(give(), cast)
        monkeypatch.setattr(events, "_noted", note_blindly)
        meet_before(monkeypatch, events, "_noted")
        db.session.commit()

        results = race(app, *(lambda: press(unguarded) for _hand in range(2)))

        assert stopped_by_the_database(results) == 1


class TestTwoDoors:
    def test_let_a_guest_in_once(self, app, gold, give, patient):
        event = give()
        come(event, gold.acme, "A", cast=gold)
        code, event_id, by_id = guests_of(event)[0].admission, event.id, gold.dario.id
        db.session.commit()

        def scan():
            with transaction():
                admissions.check_in(event_id=event_id, admission=code, by_id=by_id, at=STARTS)
                return "in"

        results = race(app, *(scan for _door in range(8)))

        assert [one for one in results if one == "in"] == ["in"]
        assert sum(isinstance(one, door.AlreadyIn) for one in results) == 7


def note_blindly(event, account_id, *, tier):
    found = EventInvitation(event_id=event.id, account_id=account_id, tier=tier, is_by_name=False, letters=0)
    db.session.add(found)
    return found


def look_then_take(*, event_id, seats):
    """Look, and then take: what one conditional UPDATE does at once."""
    seen = select(Event.capacity - Event.seats_taken).where(Event.id == event_id)
    if db.session.scalar(seen) < seats:
        return False
    actions.before_taking()
    more = update(Event).where(Event.id == event_id).values(seats_taken=Event.seats_taken + seats)
    db.session.execute(more.execution_options(synchronize_session=False))
    return True
