"""Two spenders of the last points: real threads, on both databases; first without the guard."""

import threading
import uuid
from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from portal.database import db, is_postgresql, transaction
from portal.programme.books import queries as books
from portal.programme.chain.rules import Entry
from portal.programme.holds import actions
from portal.programme.holds import queries as holds
from portal.programme.ledger import actions as ledger_actions
from portal.programme.ledger import queries as ledger
from portal.programme.ledger.rules import UnknownHold
from portal.programme.redemption.rules import NotEnoughPoints
from portal.programme.timeline import actions as timeline
from tests.cast import NOW, Cast
from tests.programme.told import Told
from tests.races import START_TIMEOUT_S, meet_before, race, unguarded

TODAY = NOW.date()
ROUNDS = 10
SPENDERS = 64

pytestmark = pytest.mark.race


@pytest.fixture
def acme_id(house: Cast, told: Told) -> int:
    """Acme has 1,000 points."""
    told.stay(house.acme, "first", arrival=date(2026, 3, 2), nights=3, cents=50_000)
    told.play(house.acme, as_of=TODAY)
    return house.acme.id


def holder(account_id, points, key, within=transaction):
    def hold():
        with within():
            return actions.hold_points(
                account_id=account_id, key=key, reference=key, points=points, at=NOW, day=TODAY
            )

    return hold


def spender(account_id, points, key):
    """A redemption: set aside and spent in one transaction."""

    def spend():
        of = {"account_id": account_id, "reference": key, "at": NOW, "day": TODAY}
        with transaction():
            actions.hold_points(key=key, points=points, **of)
            return actions.spend_held(key=f"{key}:spend", hold_key=key, **of)

    return spend


class TestTheLastPoints:
    def test_go_to_one_of_two(self, app, acme_id):
        results = race(app, holder(acme_id, 1_000, "a"), holder(acme_id, 1_000, "b"))

        db.session.rollback()
        balance = ledger.balance_of(acme_id)
        assert sorted(type(each).__name__ for each in results) == ["Entry", "NotEnoughPoints"]
        assert (balance.active, balance.held) == (0, 1_000)

    def test_would_break_the_second_spender_without_the_lock(self, app, acme_id, monkeypatch):
        monkeypatch.setattr(holds, "LOCKED_BALANCE", holds.BALANCE)
        meet_before(monkeypatch, ledger_actions, "write_entry")

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


@pytest.mark.engines("postgresql")
class TestSixtyFourSpenders:
    def test_spend_what_can_be_afforded_and_none_waits_for_ever(self, app, acme_id, monkeypatch):
        # Each has a connection of its own; the pool would let fifteen meet and the others queue.
        monkeypatch.setattr(db.engine.pool, "_max_overflow", SPENDERS)

        results = race(app, *[spender(acme_id, 90, f"lane {lane}") for lane in range(SPENDERS)])

        db.session.rollback()
        spent = sum(isinstance(each, Entry) for each in results)
        refused = sum(isinstance(each, NotEnoughPoints) for each in results)
        assert (spent, refused) == (11, SPENDERS - 11)
        balance = ledger.balance_of(acme_id)
        assert (balance.active, balance.held, balance.spent) == (10, 0, 990)
        assert books.verify().broken == ()
        assert list(books.disagreements()) == []


@pytest.mark.engines("postgresql")
class TestAHoldThatLapses:
    """On SQLite nobody comes between the reading and the lock: the writers queue before either."""

    @pytest.fixture
    def released_between(self, app, acme_id, house: Cast, told: Told, monkeypatch):
        """Run the lapse of two holds; one is released by the desk after the lapse has read them."""
        told.stay(house.borealis, "other", arrival=date(2026, 3, 2), nights=3, cents=50_000)
        told.play(house.borealis, as_of=TODAY)
        ids = {"first": acme_id, "second": house.borealis.id}
        until = NOW + timedelta(minutes=30)
        for key, account_id in ids.items():
            of = {"account_id": account_id, "key": key, "reference": key, "points": 500}
            with transaction():
                actions.hold_points(**of, at=NOW, day=TODAY, until=until)
        has_read, is_released = threading.Event(), threading.Event()
        read = holds.lapsed_holds

        def reading(**named):
            found = read(**named)
            has_read.set()
            assert is_released.wait(START_TIMEOUT_S)
            return found

        monkeypatch.setattr(holds, "lapsed_holds", reading)

        def lapse():
            with transaction():
                return actions.release_lapsed(at=until, day=TODAY, limit=10)

        def release():
            assert has_read.wait(START_TIMEOUT_S)
            with transaction():
                entry = actions.release_held(
                    account_id=acme_id, key="by hand", reference="first", hold_key="first", at=NOW, day=TODAY
                )
            is_released.set()
            return entry

        def run():
            results = race(app, lapse, release)
            db.session.rollback()
            return results, {key: ledger.balance_of(account_id).held for key, account_id in ids.items()}

        return run

    def test_and_was_given_back_by_the_desk_lets_the_others_lapse(self, released_between):
        (lapsed, released), held = released_between()

        assert (lapsed, type(released)) == (1, Entry)
        assert held == {"first": 0, "second": 0}
        assert books.verify().broken == ()
        assert list(books.disagreements()) == []

    def test_would_keep_the_others_waiting_if_it_were_not_let_pass(self, released_between, monkeypatch):
        monkeypatch.setattr(actions, "suppress", lambda _: nullcontext())

        (lapsed, _), held = released_between()

        assert isinstance(lapsed, UnknownHold)
        assert held == {"first": 0, "second": 500}


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
