"""Holding, spending, releasing and giving back, on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from portal.audit.models import AuditEntry
from portal.database import db, transaction
from portal.programme.chain.rules import Bucket, Entry
from portal.programme.holds import actions
from portal.programme.ledger import queries as ledger
from portal.programme.ledger.rules import AlreadyDone, KeyTaken, UnknownHold
from portal.programme.redemption.rules import NotEnoughPoints
from portal.programme.seals import actions as seals
from tests.cast import NOW, Cast
from tests.programme.told import Told

TODAY = NOW.date()
WHEN = {"at": NOW, "day": TODAY}
ABOUT = {"reference": "booking:1", **WHEN}


def open_holds(account_id):
    """What is set aside of an account's points."""
    return list(ledger.ledgers([account_id])[account_id].holds.values())


@pytest.fixture
def acme(house: Cast, told: Told):
    """Acme has two lots: 950 that die first, and 2,125."""
    told.stay(house.acme, "first", arrival=date(2025, 3, 2), nights=3, cents=47_500)
    told.stay(house.acme, "second", arrival=date(2025, 5, 2), nights=3, cents=106_250)
    told.play(house.acme, as_of=TODAY)
    return house.acme


@pytest.fixture
def kept(house: Cast, told: Told):
    """Acme rose to Silver, and its chain is sealed."""
    told.stay(house.acme, "a long one", arrival=date(2026, 4, 20), nights=30, cents=300_000)
    told.play(house.acme, as_of=TODAY)
    do(seals.seal_heads, at=NOW)
    return house.acme


def do(action, **arguments):
    with transaction():
        return action(**arguments)


def hold(account, points=1_200, key="order", **others):
    return do(actions.hold_points, account_id=account.id, key=key, points=points, **{**ABOUT, **others})


def spend(account, **others):
    names = {"key": "order:spend", "hold_key": "order", **ABOUT, **others}
    return do(actions.spend_held, account_id=account.id, **names)


def release(account, **others):
    names = {"key": "order:release", "hold_key": "order", **ABOUT, **others}
    return do(actions.release_held, account_id=account.id, **names)


def states(account):
    balance = ledger.balance_of(account.id)
    return balance.active, balance.held, balance.spent


def by_lot(entry, bucket):
    return [posting.points for posting in entry.postings if posting.bucket is bucket]


class TestHoldPoints:
    def test_takes_the_lot_that_dies_first_first(self, acme):
        entry = hold(acme)

        assert by_lot(entry, Bucket.HELD) == [950, 250]
        assert states(acme) == (1_875, 1_200, 0)

    def test_refuses_more_than_there_is(self, acme):
        with pytest.raises(NotEnoughPoints):
            hold(acme, points=3_076)

        assert states(acme) == (3_075, 0, 0)

    def test_gives_the_last_point(self, acme):
        hold(acme, points=3_075)

        assert states(acme) == (0, 3_075, 0)

    def test_holds_once_however_often_it_is_asked(self, acme):
        hold(acme)

        assert hold(acme) == AlreadyDone("order")
        assert states(acme) == (1_875, 1_200, 0)

    def test_refuses_the_key_of_another_account(self, acme, house: Cast, told: Told):
        told.stay(house.borealis, "theirs", arrival=date(2026, 3, 2), nights=3, cents=90_000)
        told.play(house.borealis, as_of=TODAY)
        hold(acme)

        with pytest.raises(KeyTaken):
            hold(house.borealis)

        assert states(house.borealis) == (1_800, 0, 0)

    def test_leaves_a_lot_that_has_died(self, acme):
        lot = ledger.living_lots(acme.id).rows[0]

        with pytest.raises(NotEnoughPoints):
            hold(acme, points=2_126, day=lot.expires_on + timedelta(days=1))

        assert isinstance(hold(acme, points=2_126, day=lot.expires_on), Entry)

    def test_in_a_frozen_demo_no_lot_dies_after_its_day(self, acme, house: Cast):
        db.session.execute(text("UPDATE hotel_group SET demo_as_of = '2026-06-14'"))
        db.session.commit()

        hold(acme, points=3_075, day=date(2027, 12, 1))

        assert states(acme) == (0, 3_075, 0)

    def test_leaves_an_audit_entry(self, acme, house: Cast):
        hold(acme, by=house.bruno.id)

        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "points.hold")).one()
        assert (entry.actor_id, entry.details["points"]) == (house.bruno.id, 1_200)


class TestSpendHeld:
    def test_spends_what_was_held(self, acme):
        hold(acme)

        spend(acme)

        assert states(acme) == (1_875, 0, 1_200)
        assert open_holds(acme.id) == []

    def test_spends_a_part_and_keeps_the_rest_held(self, acme):
        hold(acme)

        spend(acme, points=1_000)

        assert states(acme) == (1_875, 200, 1_000)
        assert [each.allocation for each in open_holds(acme.id)] == [((3, 200),)]

    def test_spends_once_however_often_it_is_asked(self, acme):
        hold(acme)
        spend(acme)

        assert spend(acme) == AlreadyDone("order:spend")

    def test_refuses_a_hold_of_another_order(self, acme):
        hold(acme)

        with pytest.raises(UnknownHold):
            spend(acme, reference="booking:2")

    def test_refuses_a_hold_of_another_account(self, acme, house: Cast):
        hold(acme)

        with pytest.raises(UnknownHold):
            spend(house.borealis)


class TestReleaseHeld:
    def test_gives_the_points_back_to_their_lots(self, acme):
        hold(acme)

        release(acme)

        assert states(acme) == (3_075, 0, 0)
        assert [lot.active for lot in ledger.living_lots(acme.id).rows] == [950, 2_125]

    def test_lets_a_lot_that_has_died_live_a_little_longer(self, acme):
        hold(acme)
        later = date(2027, 4, 15)

        release(acme, day=later)

        assert ledger.lots_of(acme.id)[1].expires_on == later + timedelta(days=30)
        assert isinstance(release(acme, day=later), AlreadyDone)

    def test_revives_nothing_that_was_not_held(self, acme):
        hold(acme, points=100)
        lot = ledger.living_lots(acme.id).rows[0]

        release(acme, day=lot.expires_on + timedelta(days=1))

        assert [each.active for each in ledger.living_lots(acme.id).rows] == [100, 2_125]
        assert ledger.balance_of(acme.id).expired == 850


class TestReleaseLapsed:
    def test_gives_back_what_the_desk_held_too_long(self, acme):
        hold(acme, until=NOW + timedelta(minutes=30))

        early = do(actions.release_lapsed, at=NOW + timedelta(minutes=29), day=TODAY, limit=10)
        late = do(actions.release_lapsed, at=NOW + timedelta(minutes=30), day=TODAY, limit=10)

        assert (early, late) == (0, 1)
        assert states(acme) == (3_075, 0, 0)

    def test_leaves_what_a_booking_holds(self, acme):
        hold(acme)

        assert do(actions.release_lapsed, at=NOW + timedelta(days=400), day=TODAY, limit=10) == 0


class TestRefundSpent:
    def test_gives_points_back_to_the_lots_they_came_from(self, acme):
        hold(acme)
        spend(acme)

        do(actions.refund_spent, account_id=acme.id, key="back", spend_key="order:spend", **WHEN)

        assert states(acme) == (3_075, 0, 0)
        assert [lot.active for lot in ledger.living_lots(acme.id).rows] == [950, 2_125]

    def test_finds_no_spending_of_another_account(self, acme, house: Cast):
        hold(acme)
        spend(acme)

        with pytest.raises(UnknownHold):
            do(actions.refund_spent, account_id=house.borealis.id, key="x", spend_key="order:spend", **WHEN)


class TestTheDatabase:
    @pytest.mark.parametrize("table", ["ledger_entry", "ledger_posting"])
    @pytest.mark.parametrize("act", ["UPDATE {} SET seq = seq + 100", "DELETE FROM {}"])
    def test_refuses_to_change_what_was_written(self, acme, table, act):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(act.format(table)))

        db.session.rollback()

    @pytest.mark.parametrize(
        ("table", "column"),
        [
            ("ledger_seal", "number"),
            ("sealed_head", "seq"),
            ("programme_version", "number"),
            ("tier_change", "day"),
            ("tier_review", "day"),
        ],
    )
    @pytest.mark.parametrize("act", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
    def test_refuses_to_change_seals_rules_and_reviews(self, kept, table, column, act):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(act.format(table, column)))

        db.session.rollback()

    @pytest.mark.engines("sqlite")
    def test_refuses_to_replace_a_row(self, acme):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text("REPLACE INTO ledger_entry SELECT * FROM ledger_entry"))

        db.session.rollback()

    @pytest.mark.engines("postgresql")
    def test_refuses_to_empty_a_table(self, acme):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text("TRUNCATE ledger_entry CASCADE"))

        db.session.rollback()

    def test_refuses_a_balance_below_zero(self, acme):
        with pytest.raises(IntegrityError):
            db.session.execute(text("UPDATE point_balance SET active = -1, issued = issued + active + 1"))

        db.session.rollback()

    def test_refuses_a_balance_that_does_not_sum_to_zero(self, acme):
        with pytest.raises(IntegrityError):
            db.session.execute(text("UPDATE point_balance SET active = active + 1"))

        db.session.rollback()
