"""Each broken promise gives the table's compensation once, or a second person decided why not: never both."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.corporate.bookings.models import Delivery
from portal.corporate.deliveries import actions as deliveries
from portal.corporate.deliveries.rules import DecidedAgainst
from portal.corporate.waivers import actions, rules
from portal.database import db, transaction
from portal.people.models import Role
from portal.programme.books import queries as books
from portal.programme.ledger import queries as ledger
from tests.cast import grant
from tests.corporate.bookings.test_actions import deliver
from tests.corporate.bookings.test_terms import COMPENSATION
from tests.corporate.bookings.test_terms import agree as agree  # noqa: PLC0414 -- a fixture
from tests.documents.test_exports import table
from tests.races import meet_before, race, stopped_by_the_database, unguarded
from tests.staff.board.conftest import TEN
from tests.staff.board.conftest import catalogue as catalogue  # noqa: PLC0414 -- a fixture
from tests.staff.board.conftest import housekeeping as housekeeping  # noqa: PLC0414 -- a fixture
from tests.staff.board.conftest import promise as promise  # noqa: PLC0414 -- a fixture
from tests.statements import assert_same_statements

GIVEN = 1_000


@pytest.fixture
def broken(cast, agree, promise):
    """A laundry that never came; Dario noted it, and the table gave 1,000 points. Gives the delivery's id."""
    agree(compensation=COMPENSATION)
    booking = promise(laundry=3, taxi=1)
    return deliver(cast, booking, only="laundry", laundry=0)["laundry"]


def points(cast):
    db.session.expire_all()
    return ledger.balance_of(cast.acme.id).active


def decide(browser, reason="They were told in time"):
    page = browser.get("/board/breaches?tab=compensated").page
    return browser.submit(page, "/waiver", reason=reason)


class TestDecidingAgainstIt:
    def test_takes_the_points_back_and_tells_the_client_why(self, cast, broken, client_as):
        decide(client_as(cast.gleb))

        assert points(cast) == 0
        delivery = db.session.scalars(select(Delivery).where(Delivery.public_id == broken)).one()
        assert (delivery.compensation, delivery.waived_by_id) == (None, cast.gleb.id)
        shown = client_as(cast.gleb).get("/board/breaches?tab=decided").page.text
        booking = client_as(cast.bruno).get("/corporate/bookings").page
        link = next(each for each in booking.links if "/corporate/bookings/" in each and "-" in each)
        for text in (shown, client_as(cast.bruno).get(link).page.text):
            assert "They were told in time" in text
        assert books.verify().broken == ()

    def test_is_undone_within_ten_minutes_and_gives_them_anew_once(self, cast, broken, client_as, clock):
        browser = client_as(cast.gleb)
        decide(browser)
        browser.get("/board/breaches")
        open_page = browser.get("/board/breaches?tab=decided").page

        browser.submit(open_page, "/waiver/undo")
        browser.submit(open_page, "/waiver/undo")

        assert points(cast) == GIVEN
        decide(browser)
        clock.advance(minutes=11)
        browser.submit(open_page, "/waiver/undo")
        assert points(cast) == 0
        assert list(books.disagreements()) == []

    def test_by_whoever_delivered_it_is_refused(self, cast, broken, client_as):
        grant(cast.dario, Role.PROPERTY_MANAGER, property_id=cast.seaside.id)
        browser = client_as(cast.dario)
        page = browser.get("/board/breaches?tab=compensated").page
        assert "a second person may decide against it" in page.text

        browser.post(f"/board/breaches/{broken}/waiver", data={"reason": "no"})

        assert points(cast) == GIVEN

    def test_without_a_reason_is_refused(self, cast, broken, client_as):
        decide(client_as(cast.gleb), reason=" ")

        assert points(cast) == GIVEN

    def test_is_for_the_own_department_alone(self, cast, broken, client_as):
        browser = client_as(cast.elena)  # she heads the front office; the laundry is housekeeping's

        assert "Laundry" not in browser.get("/board/breaches?tab=compensated").page.text
        answer = browser.post(f"/board/breaches/{broken}/waiver", data={"reason": "no"})
        assert answer.status_code == 404

    def test_outlives_whoever_delivered(self, cast, broken, client_as):
        browser = client_as(cast.gleb)
        decide(browser)

        with pytest.raises(DecidedAgainst), transaction():
            deliveries.undo_delivery(token=broken, by_id=cast.dario.id, at=TEN)
        assert points(cast) == 0
        assert db.session.scalars(select(Delivery.waived_by_id)).all() == [cast.gleb.id]

        # Once it is undone by who decided, the delivery may be, too.
        browser.get("/board/breaches")
        browser.submit(browser.get("/board/breaches?tab=decided").page, "/waiver/undo")
        with transaction():
            deliveries.undo_delivery(token=broken, by_id=cast.dario.id, at=TEN)
        assert points(cast) == 0
        assert db.session.scalars(select(Delivery)).all() == []

    def test_the_database_refuses_both(self, cast, broken):
        delivery = db.session.scalars(select(Delivery).where(Delivery.public_id == broken)).one()
        delivery.waived_at, delivery.waived_by_id, delivery.waived_reason = TEN, cast.gleb.id, "no"

        with pytest.raises(IntegrityError):
            db.session.commit()


@pytest.mark.race
class TestTwoAtOnce:
    @pytest.fixture
    def decide_at_once(self, app, cast, broken):
        who = (cast.gleb.id, cast.elena.id)
        db.session.commit()

        def press(person_id, within):
            with within():
                actions.waive_compensation(delivery_id=broken, reason="told", by_id=person_id, at=TEN)
            return "decided"

        def both(within=transaction):
            return race(app, *(lambda each=each: press(each, within) for each in who))

        return both

    def test_decide_once(self, cast, decide_at_once):
        results = decide_at_once()

        assert sorted(str(each) if isinstance(each, str) else type(each).__name__ for each in results) == [
            "DecidedAlready",
            "decided",
        ]
        assert points(cast) == 0

    def test_would_decide_twice_without_the_lock(self, cast, decide_at_once, monkeypatch):
        loaded = actions.queries._loaded
        monkeypatch.setattr(
            actions.queries,
            "lock_booking_of",
            lambda line_id: loaded(
                db.session.scalar(
                    select(actions.BookingLine.booking_id).where(actions.BookingLine.id == line_id)
                )
            ),
        )
        meet_before(monkeypatch, actions.compensations, "take_back")

        results = decide_at_once(within=unguarded)

        assert not any(isinstance(each, rules.DecidedAlready) for each in results)
        assert results.count("decided") + stopped_by_the_database(results) == 2


class TestPage:
    def test_tells_what_nobody_noted_and_waits_in_the_inbox(self, cast, promise, client_as, clock):
        promise(laundry=3)
        clock.set(TEN + timedelta(minutes=16))
        browser = client_as(cast.gleb)

        assert browser.get("/board/breaches").page.h1 == "1 promise waits to be noted"
        assert "Note what was delivered" in browser.get("/inbox").page.text

    def test_tells_what_was_broken_and_the_table_gives_nothing_for(self, cast, agree, promise, client_as):
        agree(compensation=COMPENSATION)
        shown = {}
        for minutes, came in ((15, 3), (16, 3), (-30, 2)):
            booking = promise(laundry=3, taxi=1)
            at = TEN + timedelta(minutes=minutes)
            deliver(cast, booking, only="laundry", laundry=came, at=at)
            shown[minutes] = booking.spoken_reference.replace("\xa0", " ")

        page = client_as(cast.gleb).get("/board/breaches?tab=nothing").page

        # In time is up to the quarter of an hour; what comes short is broken before its time, too.
        assert [shown[minutes] in page.text for minutes in (15, 16, -30)] == [False, True, True]
        assert page.h1 == "2 broken promises, and all are answered"
        assert "gives nothing for it" in page.text

    def test_leaves_as_a_file_with_what_was_given_or_why_not(self, cast, broken, client_as):
        browser, given = client_as(cast.gleb), "/board/breaches/breaches.csv?tab=compensated"
        compensated = table(browser.get(given))
        others = table(client_as(cast.elena).get(given))
        decide(browser)

        decided = table(browser.get("/board/breaches/breaches.csv?tab=decided"))

        columns = ["Service", "Promised", "Delivered", "Noted by", "Outcome", "Points"]
        columns += ["Why nothing is given", "Decided by"]
        told = [dict(zip(*rows, strict=True)) for rows in (compensated, decided)]
        promised = ["Laundry", "3", "0", "Dario Conti"]
        assert [[row[column] for column in columns] for row in told] == [
            [*promised, "Compensated", str(GIVEN), "", ""],
            [*promised, "Decided against", "", "They were told in time", "Gleb Orlov"],
        ]
        assert [len(rows) for rows in (others, table(browser.get(given)))] == [1, 1]

    def test_says_the_same_to_the_database_for_few_and_many(self, cast, promise, client_as, clock):
        promise(laundry=1)
        clock.set(TEN + timedelta(hours=5))
        browser = client_as(cast.gleb)

        def arrange(number):
            for _ in range(number):
                promise(laundry=1)
            clock.set(TEN + timedelta(hours=5))

        assert_same_statements(1, 6, arrange=arrange, visit=lambda: browser.get("/board/breaches"))
