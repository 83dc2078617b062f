"""Two spenders of the last points: real threads, on both databases; first without the guard."""

import threading
import uuid
from contextlib import contextmanager, suppress
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from portal.database import db, is_postgresql, transaction
from portal.programme.chain.rules import Entry
from portal.programme.ledger import actions
from portal.programme.ledger import queries as ledger
from portal.programme.redemption.rules import NotEnoughPoints
from portal.programme.timeline import actions as timeline
from tests.cast import NOW, Cast
from tests.programme.told import Told
from tests.races import race

TODAY = NOW.date()
ROUNDS = 10
TOGETHER_S = 2

pytestmark = pytest.mark.race


@pytest.fixture
def acme_id(house: Cast, told: Told) -> int:
    """Acme has 1,000 points."""
    told.stay(house.acme, "first", arrival=date(2026, 3, 2), nights=3, cents=50_000)
    told.play(house.acme, as_of=TODAY)
    return house.acme.id


@contextmanager
def unguarded():
    """A transaction that nobody queues for: it begins by reading."""
    yield
    db.session.commit()


def holder(account_id, points, key, within=transaction):
    def hold():
        with within():
            return actions.hold_points(
                account_id=account_id, key=key, reference=key, points=points, at=NOW, day=TODAY
            )

    return hold


def meet(monkeypatch, module, name):
    """Let both come as far as this function before either goes on, if the other can come."""
    barrier, real = threading.Barrier(2), getattr(module, name)

    def met(*positional, **named):
        with suppress(threading.BrokenBarrierError):
            barrier.wait(TOGETHER_S)
        return real(*positional, **named)

    monkeypatch.setattr(module, name, met)


class TestTheLastPoints:
    def test_go_to_one_of_two(self, app, acme_id):
        results = race(app, holder(acme_id, 1_000, "a"), holder(acme_id, 1_000, "b"))

        db.session.rollback()
        balance = ledger.balance_of(acme_id)
        assert sorted(type(each).__name__ for each in results) == ["Entry", "NotEnoughPoints"]
        assert (balance.active, balance.held) == (0, 1_000)

    def test_would_break_the_second_spender_without_the_lock(self, app, acme_id, monkeypatch):
        real = ledger.ledgers
        monkeypatch.setattr(ledger, "ledgers", lambda ids, **_: real(ids))
        meet(monkeypatch, actions, "write_moves")

        results = race(app, holder(acme_id, 1_000, "a", unguarded), holder(acme_id, 1_000, "b", unguarded))

        # Both had seen 1,000 points. What stopped the second was no refusal but the database itself.
        stopped_by = IntegrityError if is_postgresql() else OperationalError
        assert not any(isinstance(each, NotEnoughPoints) for each in results)
        assert sum(isinstance(each, stopped_by) for each in results) == 1

    def test_never_go_twice_in_many_rounds(self, app, acme_id):
        won = 0
        for number in range(ROUNDS):
            points = 1_000 // ROUNDS
            lanes = [holder(acme_id, points, f"{number} {lane}") for lane in "abc"]
            won += sum(isinstance(each, Entry) for each in race(app, *lanes))

        db.session.rollback()
        balance = ledger.balance_of(acme_id)
        assert won == ROUNDS
        assert (balance.active, balance.held) == (0, 1_000)

    def test_are_held_once_for_a_double_click(self, app, acme_id):
        results = race(app, *[holder(acme_id, 600, "same click")] * 3)

        db.session.rollback()
        assert sorted(type(each).__name__ for each in results) == ["AlreadyDone", "AlreadyDone", "Entry"]
        assert ledger.balance_of(acme_id).held == 600


class TestAnAccountsFirstPoints:
    def test_come_from_two_orders_at_once(self, app, house: Cast):
        account_id = house.borealis.id
        db.session.commit()

        def fulfil():
            key = uuid.uuid4().hex
            with transaction():
                return timeline.fulfil_perk(
                    account_id=account_id, key=key, reference=f"booking:{key}", fulfilled=TODAY, paid=TODAY,
                    bases=[("vip_bundle", 53_125)], is_event=True, at=NOW,
                )  # fmt: skip

        race(app, fulfil, fulfil)

        db.session.rollback()
        assert ledger.balance_of(account_id).pending == 2 * 1_062
        assert [entry.seq for entry in ledger.chain_of(account_id)] == [1, 2]
