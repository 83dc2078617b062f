"""A limit that is replaced while somebody books under it: real threads, first without the guard."""

import threading
import uuid
from contextlib import suppress
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, text

from portal.corporate.bookings import actions as bookings
from portal.corporate.limits import actions, queries, rules
from portal.corporate.limits.models import Approver, Period, Scope, SpendLimit
from portal.database import db, transaction
from portal.hotel.models import Property
from tests.cast import NOW
from tests.corporate.bookings.conftest import book_now, make_order
from tests.races import TOGETHER_ON_POSTGRESQL_S, race

pytestmark = [pytest.mark.race, pytest.mark.engines("postgresql")]

WAITS = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')")


@pytest.fixture
def ids(gold, catalogue):
    return SimpleNamespace(
        house=gold.seaside.id, acme=gold.acme.id, bruno=gold.bruno.id, anna=gold.anna.id,
        borealis=gold.borealis.id,
    )  # fmt: skip


def set_limit(ids, cents, *, token=None, account_id=None):
    return actions.set_limit(
        token=token or uuid.uuid4(), account_id=account_id or ids.acme, scope=Scope.COMPANY, person_id=None,
        cost_centre_id=None, period=Period.MONTH, limit_cents=cents, by_id=ids.anna, at=NOW,
    )  # fmt: skip


def replace(ids, cents):
    with transaction():
        set_limit(ids, cents)


def press(ids):
    """Book 15 shirts at EUR 75; whether it is confirmed without a second key."""
    with transaction():
        people = SimpleNamespace(
            seaside=db.session.get(Property, ids.house),
            acme=SimpleNamespace(id=ids.acme),
            bruno=SimpleNamespace(id=ids.bruno),
        )
        return book_now(people, make_order(laundry=15)).confirmed_at is not None


def meet(monkeypatch, *places):
    """Let two come as far as their own place before either goes on."""
    barrier = threading.Barrier(2)

    def met(real):
        def meets(*given, **named):
            with suppress(threading.BrokenBarrierError):
                barrier.wait(TOGETHER_ON_POSTGRESQL_S)
            return real(*given, **named)

        return meets

    for place, name in places:
        monkeypatch.setattr(place, name, met(getattr(place, name)))


class TestAReplacedLimit:
    def test_never_keeps_a_booking_waiting_for_what_waits_for_it(self, app, ids, limit, monkeypatch):
        limit(1_000_00, scope=Scope.COMPANY)
        # One holds the company's row and wants the limit; the other holds the limit, and names the company.
        meet(monkeypatch, (queries, "limit_before"), (bookings, "_reference"))
        db.session.commit()

        results = race(app, lambda: replace(ids, 500_00), lambda: press(ids))

        assert results == [None, True]

    def test_binds_whoever_waited_for_the_one_before(self, app, ids, limit, monkeypatch):
        limit(1_000_00, scope=Scope.COMPANY)
        ended = threading.Event()

        def replace_slowly():
            with transaction():
                set_limit(ids, 10_00)
                db.session.flush()
                ended.set()
                until_somebody_waits()

        def press_then():
            ended.wait(TOGETHER_ON_POSTGRESQL_S)
            return press(ids)

        db.session.commit()

        assert race(app, replace_slowly, press_then) == [None, False]


class TestOneFormSentTwice:
    def test_sets_one_limit_and_names_one_approver(self, app, ids):
        token = uuid.uuid4()
        db.session.commit()

        def set_it():
            with transaction():
                return set_limit(ids, 10_00, token=token).public_id

        def name():
            with transaction():
                return actions.name_approver(
                    token=token, account_id=ids.acme, person_id=ids.bruno, cost_centre_id=None,
                    by_id=ids.anna, at=NOW,
                ).public_id  # fmt: skip

        def centre():
            with transaction():
                return actions.open_cost_centre(
                    token=token, account_id=ids.acme, code="1", name="A", by_id=ids.anna, at=NOW
                ).public_id

        results = race(app, set_it, set_it, name, name, centre, centre)

        assert results == [token] * 6
        assert db.session.scalar(select(func.count(SpendLimit.id))) == 1
        assert db.session.scalar(select(func.count(Approver.id))) == 1


class TestAFormOfAnotherCompany:
    def test_finds_nothing_of_it(self, ids):
        token = uuid.uuid4()
        with transaction():
            set_limit(ids, 10_00, token=token)

        with pytest.raises(rules.NotOfTheCompany), transaction():
            set_limit(ids, 10_00, token=token, account_id=ids.borealis)


def until_somebody_waits():
    """Come back as soon as another transaction waits for a row of this one."""
    for _look in range(2_000):
        if db.session.execute(WAITS).scalar_one():
            return
        db.session.execute(text("SELECT pg_sleep(0.01)"))
    pytest.fail("nobody waited")
