"""Two bookers and the last of something: real threads, each guard first taken away."""

import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.corporate.bookings import actions
from portal.corporate.bookings.models import Booking
from portal.corporate.bundles import queries as bundles
from portal.corporate.halls import actions as halls
from portal.corporate.halls.models import ResourceSlot
from portal.corporate.halls.rules import AllTaken
from portal.database import db, transaction
from portal.hotel.models import Property
from portal.programme.ledger import queries as ledger
from portal.programme.redemption.rules import NotEnoughPoints
from tests.corporate.bookings.conftest import book_now, give_points, make_order
from tests.races import meet_before, race, stopped_by_the_database, unguarded

ROUNDS = 5
THE_HALL = {"asked": make_order(hall=1, headcount=30)}
WINTER_GARDEN_SLOTS = (4 * 60 + 30) // 5

pytestmark = pytest.mark.race


@pytest.fixture
def book_at_once(app, cast, catalogue) -> Callable[..., list[Any]]:
    """Two bookers press the button in the same moment: `book_at_once({…}, {…})`, arguments of each."""
    house_id, account_id, booker_id = cast.seaside.id, cast.acme.id, cast.bruno.id

    def press(asked: dict[str, Any], within: Callable[[], Any]) -> uuid.UUID:
        with within():
            people = SimpleNamespace(
                seaside=db.session.get(Property, house_id),
                acme=SimpleNamespace(id=account_id),
                bruno=SimpleNamespace(id=booker_id),
            )
            return book_now(people, **asked).public_id

    def book(*asked: dict[str, Any], within: Callable[[], Any] = transaction) -> list[Any]:
        db.session.commit()
        results = race(app, *(lambda each=each: press(each, within) for each in asked))
        db.session.expire_all()
        return list(results)

    return book


def count(column):
    return db.session.scalar(select(func.count(column)))


class TestTheLastHall:
    def test_goes_to_one_of_two(self, book_at_once):
        results = book_at_once(THE_HALL, THE_HALL)

        assert sorted(type(each).__name__ for each in results) == ["AllTaken", "UUID"]
        assert count(ResourceSlot.id) == WINTER_GARDEN_SLOTS
        assert count(Booking.id) == 1

    def test_would_be_promised_to_both_without_the_guard(self, book_at_once, monkeypatch):
        monkeypatch.setattr(bundles.halls, "halls_for", without_lock(bundles.halls.halls_for))
        monkeypatch.setattr(actions.plans, "lock_plan", lambda *_plan, **_named: None)
        meet_before(monkeypatch, halls, "take_hall")

        results = book_at_once(THE_HALL, THE_HALL, within=unguarded)

        # Both had found it free; what stopped the second was not a refusal but the database itself.
        assert not any(isinstance(each, AllTaken) for each in results)
        assert stopped_by_the_database(results) == 1

    def test_goes_to_both_when_they_only_touch(self, book_at_once):
        morning = make_order(hall=1, headcount=5, ends=make_order().starts.replace(hour=12))
        noon = make_order(hall=1, headcount=5, starts=make_order().starts.replace(hour=12))

        results = book_at_once({"asked": morning}, {"asked": noon})

        assert [type(each) for each in results] == [uuid.UUID, uuid.UUID]


class TestTheLastPoints:
    def test_go_to_one_of_two(self, book_at_once, cast):
        give_points(cast.acme.id, 1_000)
        asked = {"asked": make_order(laundry=20), "points": 1_000}

        results = book_at_once(asked, asked)

        refused = [each for each in results if isinstance(each, NotEnoughPoints)]
        balance = ledger.balance_of(cast.acme.id)
        assert (len(refused), count(Booking.id)) == (1, 1)
        assert (balance.active, balance.held) == (0, 1_000)


class TestTheSameForm:
    def test_sent_twice_in_one_moment_books_once(self, book_at_once, cast):
        give_points(cast.acme.id, 5_000)
        for n in range(ROUNDS):
            asked = {"asked": make_order(laundry=20), "token": uuid.uuid4(), "points": 500}

            first, second = book_at_once(asked, asked)

            assert first == second == asked["token"]
            assert count(Booking.id) == n + 1
        assert ledger.balance_of(cast.acme.id).held == 500 * ROUNDS

    def test_would_fail_one_of_the_two_without_the_guard(self, book_at_once, monkeypatch):
        monkeypatch.setattr(actions, "_insert", insert_blindly)
        meet_before(monkeypatch, actions.rules, "check_seen")
        asked = {"asked": make_order(laundry=20), "token": uuid.uuid4()}

        results = book_at_once(asked, asked, within=unguarded)

        assert stopped_by_the_database(results) == 1


def without_lock(real):
    def read(property_id, service_ids, *, lock=False):
        return real(property_id, service_ids, lock=False)

    return read


def insert_blindly(booking):
    db.session.add(booking)
    db.session.flush()
    return booking
