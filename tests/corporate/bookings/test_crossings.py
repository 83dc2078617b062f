"""Whoever changes gives back and takes: two who cross wait in one order, and never for each other."""

import threading
import uuid
from contextlib import suppress
from datetime import time
from types import SimpleNamespace

import pytest
from psycopg.errors import DeadlockDetected
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from portal.corporate.bookings import actions, queries
from portal.corporate.bookings.rules import Wanted
from portal.corporate.bundles import queries as bundles
from portal.corporate.staffing.models import StaffHalfHour
from portal.database import db, transaction
from portal.hotel.models import Property
from tests.cast import NOW
from tests.corporate.bookings.conftest import book_now, make_order
from tests.races import race

MORNING = {"starts": time(10), "ends": time(12)}
EVENING = {"starts": time(18), "ends": time(20)}
PATIENCE_S = 1
"""So long one waits for the other to come to the same place; with the guard the other cannot."""

pytestmark = [pytest.mark.race, pytest.mark.engines("postgresql")]


@pytest.fixture
def people(cast, catalogue):
    """The ids that threads need, and no rows of another session."""
    house_id, account_id, booker_id = cast.seaside.id, cast.acme.id, cast.bruno.id

    def load():
        return SimpleNamespace(
            seaside=db.session.get(Property, house_id),
            acme=SimpleNamespace(id=account_id),
            bruno=SimpleNamespace(id=booker_id),
        )

    return load


@pytest.fixture
def book_anew(people):
    """A press of “Confirm”: `book_anew(order)`."""

    def pressing(order):
        def press():
            with transaction():
                return book_now(people(), order).public_id

        return press

    return pressing


@pytest.fixture
def change(people):
    """A press of “Confirm the change”: `change(booking, order)`."""

    def pressing(booking, order):
        public_id = booking.public_id

        def press():
            with transaction():
                cast = people()
                quote = bundles.quote(order, house=cast.seaside, account_id=cast.acme.id, at=NOW)
                return actions.change_booking(
                    public_id=public_id, account_id=cast.acme.id, token=uuid.uuid4(), revision=1,
                    wanted=Wanted(cast.seaside, order), seen_cents=quote.price.value.bill_cents,
                    by_id=cast.bruno.id, at=NOW,
                ).public_id  # fmt: skip

        return press

    return pressing


@pytest.fixture
def meet(monkeypatch):
    """Let two come to these places before either goes on, or give up soon: `meet((actions, "_promise"))`."""

    def at_places(*places):
        barrier = threading.Barrier(2)
        for place, name in places:
            monkeypatch.setattr(place, name, _after(barrier, getattr(place, name)))

    return at_places


def _after(barrier, real):
    def met(*given, **named):
        with suppress(threading.BrokenBarrierError):
            barrier.wait(PATIENCE_S)
        return real(*given, **named)

    return met


def unlocked(monkeypatch):
    monkeypatch.setattr(actions.plans, "lock_plan", lambda *given, **named: None)


def deadlocks(results):
    return sum(
        isinstance(each, OperationalError) and isinstance(each.orig, DeadlockDetected) for each in results
    )


def both_done(results):
    return all(isinstance(each, uuid.UUID) for each in results)


class TestTwoChangesThatSwapTheirTimes:
    @pytest.fixture
    def swap(self, app, book, change):
        early, late = book(make_order(**MORNING, waiter=2)), book(make_order(**EVENING, waiter=2))
        runners = (
            change(early, make_order(**EVENING, waiter=2)),
            change(late, make_order(**MORNING, waiter=2)),
        )
        db.session.commit()
        return lambda: race(app, *runners)

    def test_both_succeed(self, swap, meet):
        meet((actions, "_promise"))

        assert both_done(swap())
        assert db.session.scalar(select(func.max(StaffHalfHour.taken))) == 2

    def test_would_wait_for_each_other_without_the_order(self, swap, meet, monkeypatch):
        unlocked(monkeypatch)
        meet((actions, "_promise"))

        assert deadlocks(swap()) == 1


class TestAChangeAndABookingOfTheSameTime:
    @pytest.fixture
    def cross(self, app, book, change, book_anew):
        both = make_order(hall=1, waiter=2, headcount=5)
        booking = book(make_order(hall=1, waiter=3, headcount=5))
        runners = change(booking, both), book_anew(both)
        db.session.commit()
        return lambda: race(app, *runners)

    def test_both_succeed(self, cross, meet):
        # The one has given its people back, the other has taken its hall.
        meet((actions, "_promise"), (actions.staffing, "promise_people"))

        assert both_done(cross())

    def test_would_wait_for_each_other_without_the_order(self, cross, monkeypatch):
        unlocked(monkeypatch)
        given_back, taken = threading.Event(), threading.Event()
        give_back, take_hall = actions.staffing.give_back, actions.halls.take_hall

        def give_back_then_wait(**named):
            give_back(**named)
            given_back.set()
            taken.wait(PATIENCE_S)

        def take_then_wait(**named):
            take_hall(**named)
            taken.set()
            given_back.wait(PATIENCE_S)

        monkeypatch.setattr(actions.staffing, "give_back", give_back_then_wait)
        monkeypatch.setattr(actions.halls, "take_hall", take_then_wait)

        assert deadlocks(cross()) == 1


def test_nothing_is_lost_between_them(people, book, change):
    """One change alone, through the same door: its people are given back once and taken once."""
    booking = book(make_order(**MORNING, waiter=2))

    change(booking, make_order(**EVENING, waiter=3))()

    db.session.expire_all()
    assert db.session.scalar(select(func.sum(StaffHalfHour.taken))) == 3 * 4
    assert queries.booking_by_token(booking.public_id).revision == 2
