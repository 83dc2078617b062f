"""Rolling up and closing while points are posted: real threads. On SQLite the writers queue before either."""

import threading
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from portal.database import db, transaction
from portal.programme.holds import actions as holds
from portal.programme.ledger.models import LedgerPosting, LotRecord
from portal.programme.months import actions, queries, rules
from portal.programme.months.rules import FiguresDisagree
from portal.programme.recount import queries as recount
from tests.cast import NOW, Cast
from tests.programme.told import Told
from tests.races import race

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
TODAY = NOW.date()
IN_JULY = datetime(2026, 7, 2, 9, tzinfo=UTC)
LAST_OF_JUNE = datetime(2026, 6, 30, 20, tzinfo=UTC)
WAIT_S = 15
ROUNDS = 4
POINTS = 500

pytestmark = [pytest.mark.race, pytest.mark.engines("postgresql")]


@pytest.fixture
def rolled(house: Cast, told: Told) -> Cast:
    """Acme and Borealis have 5,000 points each; all that was posted is rolled up, and May is closed."""
    for account in (house.acme, house.borealis):
        told.stay(account, f"of {account.id}", arrival=date(2026, 3, 2), nights=3, cents=250_000)
    told.play(house.acme, house.borealis, as_of=TODAY)
    roll()
    return house


def chunk(_done: int) -> AbstractContextManager[None]:
    return transaction()


def roll(at=NOW):
    return actions.roll_up(at=at, by=None, chunk=chunk)


def spender(account_id, key, at=NOW):
    of = {"account_id": account_id, "reference": key, "at": at, "day": TODAY}

    def spend():
        with transaction():
            holds.hold_points(key=key, points=POINTS, **of)
        with transaction():
            return holds.spend_held(key=f"{key}:spend", hold_key=key, **of)

    return spend


class Meeting:
    """Somebody stops at a place, and goes on when the other has done what was to come between."""

    def __init__(self, monkeypatch, place, name):
        self.is_there, self.is_done = threading.Event(), threading.Event()
        real = getattr(place, name)

        def stopped(*given, **named):
            # Only the first to come is stopped: what the other does there is not waited for.
            if not self.is_there.is_set():
                self.is_there.set()
                assert self.is_done.wait(WAIT_S)
            return real(*given, **named)

        monkeypatch.setattr(place, name, stopped)

    def between(self, act):
        def acted():
            assert self.is_there.wait(WAIT_S)
            try:
                return act()
            finally:
                self.is_done.set()

        return acted


def disagreements():
    db.session.rollback()
    return [(found.name, found.difference.of) for found in recount.disagreements()]


def spent(month):
    return queries.open_figures(month).forward.spent


class TestARollUp:
    def test_leaves_to_the_next_what_is_posted_after_it_has_looked(self, app, rolled, monkeypatch):
        spender(rolled.acme.id, "before")()
        meeting = Meeting(monkeypatch, queries, "lots_as_read")

        race(app, roll, meeting.between(spender(rolled.acme.id, "between")))

        assert disagreements() == []
        rules.check_agreement(queries.open_figures(JUNE))
        assert spent(JUNE) == POINTS
        roll()
        assert disagreements() == []
        assert spent(JUNE) == 2 * POINTS

    def test_would_count_lots_that_have_moved_on_if_it_did_not_look_at_the_last_entry(
        self, app, rolled, monkeypatch
    ):
        def lots_whatever_was_read(account_ids):
            columns = (getattr(LotRecord, name) for name in rules.STOCK)
            statement = select(LotRecord.account_id, LotRecord.earned_on, LotRecord.expires_on, *columns)
            found = {account_id: [] for account_id in account_ids}
            for row in db.session.execute(statement.where(LotRecord.account_id.in_(account_ids))):
                found[row.account_id].append(row)
            return found

        spender(rolled.acme.id, "before")()
        monkeypatch.setattr(queries, "lots_as_read", lots_whatever_was_read)
        meeting = Meeting(monkeypatch, queries, "lots_as_read")

        race(app, roll, meeting.between(spender(rolled.acme.id, "between")))

        db.session.rollback()
        with pytest.raises(FiguresDisagree):
            rules.check_agreement(queries.open_figures(JUNE))

    def test_beside_another_reads_every_entry_once(self, app, rolled, monkeypatch):
        spender(rolled.acme.id, "before")()
        meeting = Meeting(monkeypatch, queries, "stretches")

        race(app, roll, meeting.between(spender(rolled.borealis.id, "between")), roll)

        assert disagreements() == []
        roll()
        assert disagreements() == []
        assert spent(JUNE) == 2 * POINTS

    def test_agrees_with_the_postings_however_it_meets_with_them(self, app, rolled):
        for number in range(ROUNDS):
            lanes = [spender(each.id, f"{number} of {each.id}") for each in (rolled.acme, rolled.borealis)]
            race(app, *lanes, roll, roll)
            assert disagreements() == []

        roll()
        assert disagreements() == []
        assert spent(JUNE) == 2 * ROUNDS * POINTS


class TestAClose:
    def test_leaves_to_the_next_month_what_is_posted_while_it_closes(self, app, rolled, monkeypatch):
        spender(rolled.acme.id, "before", LAST_OF_JUNE)()
        meeting = Meeting(monkeypatch, queries, "open_figures")

        results = race(
            app,
            lambda: roll(IN_JULY),
            # It bears a day of June and comes when June was read to its end.
            meeting.between(spender(rolled.acme.id, "between", LAST_OF_JUNE)),
        )

        assert results[0].closed == (JUNE,)
        assert disagreements() == []
        close = queries.close_of(JUNE)
        assert (close.figures["spent"], spent(JULY)) == (POINTS, POINTS)
        own = db.session.scalar(
            select(func.sum(LedgerPosting.points)).where(
                LedgerPosting.bucket.in_(["pending", "active", "held", "owed"])
            )
        )
        assert queries.open_figures(JULY).forward.closing == own

    def test_is_made_once_by_two_at_once(self, app, rolled):
        def close():
            with transaction():
                return actions.close_month(month=JUNE, by=None, at=IN_JULY)

        results = race(app, close, close, close)

        assert sorted(type(each).__name__ for each in results) == ["MonthClose", *["MonthNotOver"] * 2]
        assert disagreements() == []
