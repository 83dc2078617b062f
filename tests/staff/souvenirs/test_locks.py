"""The account's points go before the shelf, and shelves in one order: PostgreSQL never ends a desk's work.

SQLite has one writer at a time, and no deadlock.
"""

import itertools
import threading
import uuid
from contextlib import nullcontext, suppress
from datetime import timedelta
from types import SimpleNamespace

import psycopg.errors
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from portal.accounts import queries as company_cards
from portal.corporate.bookings import queries as bookings
from portal.corporate.reservations import actions, handlers, queries
from portal.corporate.reservations.actions import Wanted
from portal.corporate.reservations.models import Handover, ReservationEnd
from portal.corporate.souvenirs.models import Souvenir
from portal.database import db, transaction
from portal.hotel.models import Property
from portal.staff.souvenirs import actions as desk
from tests.cast import NOW, grant, issue
from tests.corporate.bookings.conftest import give_points
from tests.corporate.reservations import conftest as souvenirs
from tests.races import race

pytestmark = [pytest.mark.race, pytest.mark.engines("postgresql")]
shelve = souvenirs.shelve
PATIENCE_S = 1
FIRST, LAST = uuid.UUID(int=1 << 96), uuid.UUID(int=15 << 120)


@pytest.fixture
def house(cast, shelve, save):
    """Two things on the shelf, and two companies with a traveller who want them."""
    mug, scarf = shelve(left=9, points=500), shelve(left=9, points=500)
    grant(cast.carla, "traveller", account=cast.borealis)
    save(issue(cast.carla, cast.borealis, serial=704_311_99))
    for account in (cast.acme, cast.borealis):
        give_points(account.id, 5_000)
    cards = {each.id: bookings.travellers(each.id)[0].number for each in (cast.acme, cast.borealis)}
    accounts, by_id, house_id = (cast.acme.id, cast.borealis.id), cast.dario.id, cast.seaside.id

    def reserve(account_id, souvenir_id, token=None):
        with transaction():
            wanted = Wanted(
                db.session.get(Souvenir, souvenir_id), db.session.get(Property, house_id),
                company_cards.card_by_number(cards[account_id]),
                souvenirs.ARRIVAL, 1,
            )  # fmt: skip
            found = actions.reserve(
                token=token or uuid.uuid4(), account_id=account_id, wanted=wanted, seen_points=None,
                by_id=by_id, at=NOW,
            )  # fmt: skip
            return found.public_id

    def hand_over(account_id, wanted):
        with transaction():
            desk.hand_over(
                token=uuid.uuid4(), card=company_cards.card_by_number(cards[account_id]), wanted=wanted,
                property_id=house_id, shown=None, document="passport", by_id=by_id, at=NOW,
            )  # fmt: skip

    return SimpleNamespace(
        id=house_id, mug=mug.id, scarf=scarf.id, accounts=accounts, reserve=reserve, hand_over=hand_over
    )


def meet(monkeypatch, *places):
    """Let each runner come as far as its so-many-th call there: `(module, name, number)`."""
    barrier, turns = threading.Barrier(2), threading.local()

    def wrap(real, key, number):
        def met(**given):
            counts = turns.__dict__.setdefault(key, itertools.count(1))
            if next(counts) == number:
                with suppress(threading.BrokenBarrierError):
                    barrier.wait(PATIENCE_S)
            return real(**given)

        return met

    for module, name, number in places:
        monkeypatch.setattr(module, name, wrap(getattr(module, name), name, number))


def number_of_deadlocks(results):
    stopped = [each for each in results if isinstance(each, OperationalError)]
    return sum(isinstance(each.orig, psycopg.errors.DeadlockDetected) for each in stopped)


class TestTheJobThatEndsWhatNobodyCameFor:
    @pytest.mark.parametrize("is_guarded", [False, True])
    def test_and_a_booker_never_wait_for_each_other(self, app, house, monkeypatch, is_guarded):
        for account_id in house.accounts:
            house.reserve(account_id, house.mug)
        late = NOW + timedelta(days=30)
        meet(monkeypatch, (actions.holds, "release_held", 2), (actions.stock, "promise", 1))

        def end_what_is_over():
            # Without the guard all of it is one transaction.
            chunk = (lambda **_: transaction()) if is_guarded else (lambda **_: nullcontext())
            with nullcontext() if is_guarded else transaction():
                monkeypatch.setattr(handlers, "end_reads", lambda: None)
                return handlers.expire_due(SimpleNamespace(at=late, chunk=chunk))

        results = race(app, end_what_is_over, lambda: house.reserve(house.accounts[1], house.mug))

        assert number_of_deadlocks(results) == (0 if is_guarded else 1)
        if is_guarded:
            assert results[0] == {"expired": 2}
            assert db.session.scalar(select(func.count(ReservationEnd.id))) == 2


class TestTwoDesks:
    @pytest.mark.parametrize("is_guarded", [False, True])
    def test_that_hand_over_the_same_two_things_never_wait_for_each_other(
        self, app, house, monkeypatch, is_guarded
    ):
        # Whatever chance made of the ids: one company's mug comes first, the other's scarf.
        tokens = [(house.mug, FIRST), (house.scarf, LAST)], [(house.scarf, FIRST), (house.mug, LAST)]
        orders = [
            [house.reserve(account_id, thing, uuid.UUID(int=token.int + n)) for thing, token in pairs]
            for n, (account_id, pairs) in enumerate(zip(house.accounts, tokens, strict=True))
        ]
        if not is_guarded:
            reach = queries.Reach(property_ids=(house.id,))
            monkeypatch.setattr(
                desk, "_locked", lambda wanted, **_: [queries.locked(reach, each) for each in sorted(wanted)]
            )
        meet(monkeypatch, (actions.stock, "move_out", 2))

        results = race(
            app,
            *(
                lambda account_id=account_id, order=order: house.hand_over(account_id, order)
                for account_id, order in zip(house.accounts, orders, strict=True)
            ),
        )

        assert number_of_deadlocks(results) == (0 if is_guarded else 1)
        if is_guarded:
            assert db.session.scalar(select(func.count(Handover.id))) == 4
