"""The demo group: real bookings, moved to the present, with people one can sign in as."""

import shutil
from datetime import date, timedelta

import pytest
from sqlalchemy import func, make_url, select, text

from portal.accounts import queries as accounts
from portal.accounts.models import Account
from portal.config import Settings
from portal.corporate.bookings.models import Booking
from portal.database import db, snapshot
from portal.demo import load, people
from portal.hotel import queries as hotel
from portal.people.models import Person
from portal.programme.books import queries as books
from portal.programme.contracts.models import ContractRate, RateOutcome
from portal.programme.credits.models import CreditRequest
from portal.programme.drafts.models import ProgrammeDraft
from portal.programme.overview import queries as overview
from portal.programme.rehearsal.models import Rehearsal
from portal.programme.standing import queries as standing
from portal.stays.models import Stay, StayStatus
from tests.cast import NOW
from tests.sweep.house import loaded

MONDAY = date(2026, 11, 23)
HOMES = {
    "anna": "/corporate/company", "bruno": "/corporate/perks", "tamara": "/corporate/card",
    "carla": "/corporate/company", "dario": "/desk", "elena": "/staff/team", "gleb": "/insight/house",
    "lidia": "/stays/imports", "nora": "/accounts", "oskar": "/accounts", "ada": "/people",
}  # fmt: skip


@pytest.fixture
def in_demo_mode(app, monkeypatch):
    monkeypatch.setitem(app.extensions, "settings", Settings(portal_mode="demo"))


@pytest.fixture
def said(in_demo_mode, app, database, run, kept_demo):
    """What the command says that loads the demo; on SQLite it was loaded by it once for all tests."""
    if database.name != "sqlite":
        return run("demo", "load").output
    kept, output = loaded(kept_demo)
    db.session.remove()
    db.engine.dispose()
    shutil.copyfile(kept, make_url(database.url).database)
    return output


class TestWeeksToShift:
    @pytest.mark.parametrize("days", range(7))
    def test_puts_the_last_departure_into_the_week_before_whatever_the_day(self, days):
        today = MONDAY + timedelta(days=days)

        last = load.LAST_DEPARTURE + timedelta(weeks=load.weeks_to_shift(today))

        assert 1 <= (today - last).days <= 7

    def test_keeps_the_day_of_the_week(self):
        last = load.LAST_DEPARTURE + timedelta(weeks=load.weeks_to_shift(MONDAY))

        assert last.weekday() == load.LAST_DEPARTURE.weekday()


class TestLoad:
    def test_brings_real_bookings_and_books_that_hold_and_leaves_each_person_something_to_do(
        self, said, run, client, client_as
    ):
        # Loading takes many seconds, so one test looks at all that it brings.
        assert "Loaded, as of 2026-06-15." in said
        assert run("demo", "load").output == "The demo is loaded already.\n"

        assert hotel.demo_as_of() == NOW.date()
        assert_the_bookings_are_those_of_the_file()
        assert_the_books_hold()
        assert_ours_is_about_to_reach_gold()
        assert_rules_and_points_wait_for_a_second_person()
        assert {one.key: first_page(one, client_as) for one in people.sign_ins()} == HOMES
        assert sign_in(client, people.CLIENTS[0]).status_code == 302

    def test_does_not_touch_a_house_that_has_companies(self, cast):
        with pytest.raises(load.NotEmpty):
            load.load(at=NOW)


def assert_the_bookings_are_those_of_the_file():
    counts = dict(db.session.execute(select(Stay.status, func.count()).group_by(Stay.status)).all())
    rival = overview.overview(accounts.account_by_code(source=load.SOURCE, code="223").id, as_of=None)
    invented = dict(db.session.execute(select(Account.is_demo, func.count()).group_by(Account.is_demo)).all())

    assert counts == {StayStatus.CHECKED_OUT: 5_606, StayStatus.CANCELLED: 1_093, StayStatus.NO_SHOW: 98}
    assert (rival.totals.stays, rival.totals.nights) == (665, 2_791)
    assert rival.totals.room_revenue_cents == 16_271_228
    assert invented == {True: 352}


def assert_the_books_hold():
    with snapshot():
        checked, disagreements = books.verify(), list(books.disagreements())

    assert (checked.broken, checked.broken_seal, disagreements) == ((), None, [])


def assert_ours_is_about_to_reach_gold():
    ours = accounts.account_by_code(source=load.SOURCE, code=load.OUR_COMPANY)
    stands = standing.standing_of(ours.id)
    fulfilled = select(Booking.fulfilled_at.is_(None), func.count()).group_by(text("1"))

    assert (stands.tier, stands.next_tier) == ("silver", "gold")
    assert 1 <= stands.ways.value.lacks_nights <= 30
    assert {bool(key): number for key, number in db.session.execute(fulfilled)} == {True: 5, False: 19}


def assert_rules_and_points_wait_for_a_second_person():
    rehearsed = db.session.scalars(select(Rehearsal)).one()
    agreed = db.session.scalars(select(ContractRate.outcome)).all()

    assert rehearsed.draft_id == db.session.scalars(select(ProgrammeDraft.id)).one()
    assert agreed == [RateOutcome.AGREED]
    assert db.session.scalars(select(CreditRequest.outcome)).all() == [None]


def sign_in(client, one):
    page = client.get("/sign-in").page
    return client.submit(page, "/sign-in", email=one.email, password=people.PASSWORD)


def first_page(one, client_as):
    """Where somebody begins; the page is there."""
    client = client_as(db.session.scalars(select(Person).where(Person.email == one.email)).one())
    address = client.get("/").location
    assert client.get(address).status_code == 200
    return address


class TestCommand:
    def test_refuses_outside_the_demo(self, run):
        refused = run("demo", "load")

        assert refused.exit_code == 1
        assert "Set PORTAL_MODE=demo" in refused.output

    def test_prints_everybody_and_the_password(self, run):
        said = run("demo", "sign-ins").output

        assert all(one.email in said for one in people.sign_ins())
        assert people.PASSWORD in said


class TestSignInPage:
    def test_offers_the_people_in_the_demo_only(self, client):
        assert people.PASSWORD not in client.get("/sign-in").page.text
