"""Months of the books: rolled up from a watermark, closed once, equal to the postings."""

from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.attributes import set_committed_value

from portal.database import db, transaction
from portal.programme.chain.rules import Bucket
from portal.programme.ledger import queries as ledger
from portal.programme.ledger.models import LedgerEntry, LedgerPosting
from portal.programme.months import actions, queries, rules
from portal.programme.months.models import AccountMonth, MonthClose, PointsFlow
from portal.programme.months.rules import FiguresDisagree, MonthNotOver
from portal.programme.recount import queries as recount
from portal.programme.standing import queries as standing
from portal.programme.standing.models import AccountStanding, TierChange
from tests.cast import NOW, Cast, account
from tests.programme.told import Told

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
AS_OF = date(2026, 6, 14)
IN_JULY = datetime(2026, 7, 2, 9, tzinfo=UTC)


def chunk(_done: int) -> AbstractContextManager[None]:
    return transaction()


def roll(at=NOW, **of):
    return actions.roll_up(at=at, by=None, chunk=chunk, **of)


@pytest.fixture
def played(house: Cast, told: Told, spend) -> Cast:
    """Acme slept from January to May and spent 500 points in June; Borealis slept once."""
    for number in range(6):
        arrival = date(2026, 1 + number % 5, 3 + number)
        told.stay(house.acme, f"A{number}", arrival=arrival, nights=5, cents=45_000)
    told.stay(house.borealis, "B1", arrival=date(2026, 4, 2), nights=2, cents=20_000)
    told.play(house.acme, house.borealis, as_of=AS_OF)
    spend(house.acme, 500)
    return house


def posted(until: datetime) -> int:
    """What was outstanding at an instant, from the postings alone."""
    own = [Bucket.PENDING, Bucket.ACTIVE, Bucket.HELD, Bucket.OWED]
    statement = (
        select(func.coalesce(func.sum(LedgerPosting.points), 0))
        .join(
            LedgerEntry,
            (LedgerEntry.account_id == LedgerPosting.account_id) & (LedgerEntry.seq == LedgerPosting.seq),
        )
        .where(LedgerPosting.bucket.in_(own), LedgerEntry.at < until)
    )
    return int(db.session.scalar(statement))


class TestRollingUp:
    def test_closes_each_month_that_is_over_on_what_was_posted_until_its_end(self, played: Cast):
        rolled = roll()

        zone = played.seaside.zone
        assert rolled.closed[-1] == MAY
        closes = queries.closes(limit=20)
        assert [close.figures["closing"] for close in closes] == [
            posted(rules.end_of(close.month, zone)) for close in closes
        ]
        assert queries.open_figures(JUNE).forward.closing == posted(IN_JULY)
        assert queries.open_figures(JUNE).forward.spent == 500

    def test_has_nothing_to_read_the_second_time(self, played: Cast):
        roll()
        before = [lots for lots in queries.stock() if lots.living]

        assert roll().accounts == 0
        assert [lots for lots in queries.stock() if lots.living] == before

    def test_reads_on_where_it_ended(self, played: Cast, spend):
        roll()

        spend(played.acme, 500)

        assert roll().accounts == 1
        assert queries.open_figures(JUNE).forward.spent == 1_000
        assert queries.open_figures(JUNE).living == posted(IN_JULY)

    def test_follows_a_company_into_another_tier(self, played: Cast):
        roll()
        before = standing.tier_of(played.acme.id)
        db.session.add(
            TierChange(
                account_id=played.acme.id, day=date(2026, 6, 15), tier_before=before, tier_after="platinum",
                standing={}, verdict={}, recorded_at=NOW,
            )
        )  # fmt: skip
        db.session.get_one(AccountStanding, played.acme.id).tier = "platinum"
        db.session.commit()

        roll()

        of_acme = sum(lots.living for lots in queries.stock() if lots.tier == "platinum")
        assert of_acme == ledger.balance_of(played.acme.id).active
        assert queries.open_figures(JUNE).living == posted(IN_JULY)

    def test_agrees_with_reconcile_and_verify(self, played: Cast, run):
        roll()

        assert run("ledger", "reconcile").exit_code == 0
        assert run("ledger", "verify").exit_code == 0


class TestBreakage:
    def test_leaves_out_what_was_taken_back_and_what_is_held_beyond_its_death(self):
        lots = {"tier": "gold", "earned": MAY, "expires": JULY, "issued": 1_000, "expired": 0}
        then = rules.Lots(**lots, pending=0, active=1_000, held=0, reversed=0)
        now = rules.Lots(**lots, pending=0, active=250, held=0, reversed=500)
        flat = rules.forward(opening=0, flows={})
        months = [
            rules.Figures(*of, 1, 10_000, 1) for of in ((MAY, flat, 0, (then,)), (JUNE, flat, 0, (now,)))
        ]
        dead = rules.Figures(JULY, flat, 0, (replace(now, held=40, active=0),), 1, 10_000, 1)

        assert rules.uses(months) == [("2026-05-01", 0, 500, 250)]
        assert rules.living(dead) == []


class TestReconcile:
    @pytest.mark.parametrize(
        "spoil",
        [
            update(AccountMonth).values(active=AccountMonth.active + 1),
            update(PointsFlow).where(PointsFlow.kind == "spend").values(points=PointsFlow.points + 1),
            text("UPDATE points_stock SET active = active + 1"),
            text("UPDATE account_lots SET held = held + 1"),
        ],
    )
    def test_reports_what_was_rolled_up_otherwise_and_repairs_nothing(self, played: Cast, run, spoil):
        roll()
        db.session.execute(spoil)
        db.session.commit()

        answers = [run("ledger", "reconcile") for _twice in range(2)]

        assert [answer.exit_code for answer in answers] == [1, 1]
        assert answers[0].output == answers[1].output
        assert "rolled up" in answers[0].output

    def test_reports_a_close_that_was_rewritten_and_sealed_anew(self, played: Cast):
        roll()
        close = queries.close_of(MAY)
        figures = {**close.figures, "closing": close.figures["closing"] + 1, "spent": 7}
        sealed = rules.seal(
            month=MAY,
            closed_at=close.closed_at,
            plain=figures,
            heads=close.heads_hash,
            before=close.prev_hash,
        )
        counted = Counter()
        for row in db.session.scalars(select(PointsFlow)):
            counted[row.month, row.kind, row.bucket] += row.points
        assert list(recount._closes(counted)) == []
        for name, value in (("figures", figures), ("hash", sealed)):
            set_committed_value(close, name, value)

        found = {difference.of for difference in recount._closes(counted)}

        assert {"close.2026-05.closing", "close.2026-05.spent", "close.2026-05.seal"} <= found

    def test_and_verify_a_close_whose_heads_were_rewritten(self, played: Cast, run):
        roll()
        db.session.execute(update(AccountMonth).where(AccountMonth.month == MAY).values(seq=1, head="x"))
        db.session.commit()

        assert "The chains no longer hold" in run("ledger", "verify").output


class TestClosing:
    def test_refuses_a_month_that_is_not_over_and_a_month_twice(self, played: Cast):
        roll()

        for month in (JUNE, MAY):
            with pytest.raises(MonthNotOver), transaction():
                actions.close_month(month=month, by=played.lidia.id, at=NOW)

    def test_goes_on_where_another_worker_was_first(self, played: Cast, monkeypatch):
        roll()
        closes = actions.close_month

        def beaten(*, month, **of):
            with transaction():
                closes(month=month, by=None, at=IN_JULY)
            return closes(month=month, **of)

        monkeypatch.setattr(actions, "close_month", beaten)
        monkeypatch.setattr(actions, "_read_month", lambda *_args, **_of: 0)

        assert actions.roll_up(at=IN_JULY, by=None, chunk=lambda _done: nullcontext()).closed == ()
        assert queries.roll().open_month == JULY

    def test_refuses_figures_whose_lots_are_not_what_moved(self, played: Cast):
        roll()
        db.session.execute(text("UPDATE points_stock SET active = active + 1"))
        db.session.commit()

        with pytest.raises(FiguresDisagree):
            roll(IN_JULY)

        assert queries.close_of(JUNE) is None

    def test_leaves_to_the_next_month_what_comes_late(self, played: Cast, told: Told):
        """An unknown company comes with a history: its movements bear days of months that are closed."""
        roll()
        frozen = queries.close_of(MAY).figures
        told.new_import()
        newcomer = account("Latecomers")
        db.session.add(newcomer)
        db.session.commit()
        told.stay(newcomer, "L1", arrival=date(2026, 3, 2), nights=3, cents=30_000)
        told.play(newcomer, as_of=AS_OF)
        roll()

        db.session.expire_all()
        assert queries.close_of(MAY).figures == frozen
        assert queries.open_figures(JUNE).forward.closing == posted(IN_JULY)
        assert queries.open_figures(JUNE).forward.issued["accrual"] >= 600

    def test_before_the_worker_does_is_for_whoever_asks(self, played: Cast):
        roll()
        just_over = rules.end_of(JUNE, played.seaside.zone)

        assert roll(just_over).closed == ()
        rolled = actions.roll_up(at=just_over, by=played.lidia.id, wanted=JUNE, chunk=chunk)

        assert rolled.closed == (JUNE,)
        assert queries.close_of(JUNE).closed_by_id == played.lidia.id
        assert [close.closed_by_id for close in queries.closes(limit=2)] == [played.lidia.id, None]

    def test_is_for_good(self, played: Cast):
        roll()

        for spoil in (delete(MonthClose), update(MonthClose).values(hash="x")):
            with pytest.raises(DBAPIError):
                db.session.execute(spoil)
            db.session.rollback()
