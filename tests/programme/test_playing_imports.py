"""What an accepted import does to points and tiers, on both databases."""

import json
import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from portal.database import db, transaction
from portal.programme.books import queries as books
from portal.programme.chain.rules import Kind
from portal.programme.ledger import queries as ledger
from portal.programme.rules import VIP_BUNDLE
from portal.programme.standing import queries as standings
from portal.programme.standing.models import PlayedStay
from portal.programme.timeline import actions as timeline
from portal.stays.models import StayStatus
from tests.cast import NOW, Cast
from tests.programme.told import Told
from tests.statements import count_statements
from tests.stays.exports import SUBSET

JUNE = date(2026, 6, 14)
FROZEN = date(2026, 6, 15)
GOLDEN = {"40": (850, 1_444, 9_707_880), "223": (665, 2_791, 16_271_228)}
"""Stays, nights and room revenue in cents of two companies, counted by hand from the file."""
LEDGER = ("ledger_entry", "ledger_posting", "ledger_lot", "point_balance")
EVERYTHING = (*LEDGER, "account_standing", "tier_change", "tier_review", "played_stay", "perk_spend")


def rows(*tables):
    """Everything that is in these tables, as text."""
    db.session.rollback()
    return {name: [str(row) for row in db.session.execute(text(f"SELECT * FROM {name}"))] for name in tables}


def kinds(account):
    return [entry.kind for entry in ledger.chain_of(account.id)]


def deliver(house, *, cents, day=date(2026, 11, 9)):
    """An order is fulfilled and paid."""
    with transaction():
        timeline.fulfil_perk(
            account_id=house.acme.id,
            key="order:laundry",
            reference="booking:laundry",
            fulfilled=day,
            paid=day,
            bases=[(VIP_BUNDLE, cents)],
            is_event=False,
            at=NOW,
        )


class TestPlayImport:
    def test_gives_the_points_of_a_stay(self, house: Cast, told: Told):
        told.stay(house.acme, "first", arrival=date(2026, 3, 2), nights=3, cents=23_760)

        told.play(house.acme, as_of=JUNE)

        assert ledger.balance_of(house.acme.id).active == 475
        assert kinds(house.acme) == [Kind.ACCRUAL, Kind.ACTIVATION]

    def test_does_nothing_the_second_time(self, house: Cast, told: Told):
        told.stay(house.acme, "first", arrival=date(2026, 3, 2), nights=3, cents=23_760)
        told.play(house.acme, as_of=JUNE)
        before = rows(*EVERYTHING)

        told.play(house.acme, as_of=JUNE)

        assert rows(*EVERYTHING) == before

    def test_gives_the_same_seals_on_both_databases(self, house: Cast, told: Told):
        house.acme.public_id = uuid.UUID("3f1c9a52-7a55-4d0e-9c39-5d2f1f6f0a11")
        for number in range(4):
            bar = [("2", "food_and_drink", 1_250), ("1", "other_services", 999)]
            arrival = date(2026, 1, 5) + timedelta(days=7 * number)
            told.stay(house.acme, f"week {number}", arrival=arrival, nights=6, cents=90_001, lines=bar)

        told.play(house.acme, as_of=JUNE)

        head = list(ledger.chain_of(house.acme.id))[-1].hash
        assert head == "a8675a23c3aec387b45dd233cd0d09f65fa51198bd2d4c12388617f9035459c2"

    def test_counts_a_room_bill_and_a_bar_bill_apart(self, house: Cast, told: Told):
        bars = [("1", "food_and_drink", 149), ("2", "food_and_drink", 149)]
        told.stay(house.acme, "first", arrival=date(2026, 3, 2), nights=1, cents=10_049, lines=bars)

        told.play(house.acme, as_of=JUNE)

        # 200 for the room, 2 for each of two bar bills: floored once a folio and category.
        assert ledger.balance_of(house.acme.id).active == 204

    def test_nets_what_another_bill_takes_back(self, house: Cast, told: Told):
        dinner = [("1", "food_and_drink", 260_000), ("2", "food_and_drink", -260_000)]
        told.stay(house.acme, "first", arrival=date(2026, 3, 2), nights=1, cents=10_000, lines=dinner)

        told.play(house.acme, as_of=JUNE)

        assert ledger.balance_of(house.acme.id).active == 200
        view = standings.standing_of(house.acme.id)
        assert (view.tier, view.standing.spend_cents) == ("partner", 10_000)

    @pytest.mark.parametrize(
        ("nights", "cents", "why"), [(0, 5_000, "zero_nights"), (2, 0, "no_positive_rate")]
    )
    def test_gives_nothing_for_what_earns_nothing(self, house: Cast, told: Told, nights, cents, why):
        told.stay(house.acme, "first", arrival=date(2026, 3, 2), nights=nights, cents=cents)

        told.play(house.acme, as_of=JUNE)

        assert kinds(house.acme) == []
        assert db.session.scalar(text("SELECT skipped FROM played_stay")) == why

    def test_leaves_what_is_cancelled_or_owed(self, house: Cast, told: Told):
        told.stay(
            house.acme, "off", arrival=date(2026, 3, 2), nights=1, cents=9_000, status=StayStatus.CANCELLED
        )
        owed = told.stay(house.acme, "owed", arrival=date(2026, 3, 2), nights=1, cents=9_000)
        owed.settled_on = None
        db.session.commit()

        told.play(house.acme, as_of=JUNE)

        assert rows("played_stay")["played_stay"] == []

    def test_waits_for_what_settles_later(self, house: Cast, told: Told):
        told.stay(
            house.acme,
            "on account",
            arrival=date(2026, 5, 2),
            nights=1,
            cents=9_000,
            settled_on=date(2026, 6, 20),
        )
        told.play(house.acme, as_of=JUNE)
        before = kinds(house.acme)

        told.play(house.acme, as_of=date(2026, 6, 20))

        assert (before, kinds(house.acme)) == ([], [Kind.ACCRUAL])


class TestAChangedStay:
    def test_is_taken_back_and_given_anew(self, house: Cast, told: Told):
        first = told.stay(house.acme, "first", arrival=date(2026, 3, 2), nights=3, cents=30_000)
        told.play(house.acme, as_of=JUNE)

        told.change(first, house.acme, cents=20_000)
        told.play(house.acme, as_of=JUNE)

        assert kinds(house.acme) == [
            Kind.ACCRUAL, Kind.ACTIVATION, Kind.REVERSAL, Kind.ACCRUAL, Kind.ACTIVATION
        ]  # fmt: skip
        assert ledger.balance_of(house.acme.id).active == 400
        assert standings.standing_of(house.acme.id).standing.slept_nights == 3

    def test_of_another_company_moves_there(self, house: Cast, told: Told):
        first = told.stay(house.acme, "first", arrival=date(2026, 3, 2), nights=3, cents=30_000)
        told.play(house.acme, as_of=JUNE)

        told.change(first, house.borealis, cents=30_000)
        told.play(house.borealis, as_of=JUNE)

        assert ledger.balance_of(house.acme.id).active == 0
        assert ledger.balance_of(house.borealis.id).active == 600

    def test_that_was_no_stay_is_only_taken_back(self, house: Cast, told: Told):
        first = told.stay(house.acme, "first", arrival=date(2026, 3, 2), nights=3, cents=30_000)
        told.play(house.acme, as_of=JUNE)

        told.change(first, house.acme, cents=0, status=StayStatus.NO_SHOW)
        run = told.play(house.acme, as_of=JUNE)

        assert run.reversals == 1
        assert ledger.balance_of(house.acme.id).active == 0
        assert standings.standing_of(house.acme.id).standing.slept_nights == 0

    def test_whose_points_are_spent_leaves_a_debt(self, house: Cast, told: Told, spend):
        first = told.stay(house.acme, "first", arrival=date(2026, 3, 2), nights=3, cents=30_000)
        told.play(house.acme, as_of=JUNE)
        spend(house.acme, 500)

        told.change(first, house.acme, cents=10_000)
        told.play(house.acme, as_of=JUNE)

        # 600 taken back: 100 were left, 500 are owed; the new 200 set off a part.
        balance = ledger.balance_of(house.acme.id)
        assert (balance.active, balance.owed) == (0, 300)

    def test_is_not_counted_twice_between_its_new_day_and_the_end_of_the_file(self, house: Cast, told: Told):
        first = told.stay(house.acme, "first", arrival=date(2026, 1, 5), nights=20, cents=200_000)
        told.play(house.acme, as_of=date(2026, 1, 31))

        told.change(first, house.acme, cents=200_000, settled_on=date(2026, 2, 3))
        told.play(house.acme, as_of=date(2026, 2, 28))

        assert standings.changes_of(house.acme.id) == []
        assert standings.tier_of(house.acme.id) == "partner"
        reversal = next(e for e in ledger.chain_of(house.acme.id) if e.kind is Kind.REVERSAL)
        assert reversal.service_date == date(2026, 2, 1)
        struck = select(PlayedStay.reversed_on).where(PlayedStay.stay_id == first.id)
        assert db.session.scalar(struck) == date(2026, 2, 1)


class TestALateStay:
    def test_is_posted_today_with_its_own_service_date(self, house: Cast, told: Told):
        told.stay(house.acme, "first", arrival=date(2026, 3, 2), nights=3, cents=30_000)
        told.play(house.acme, as_of=date(2026, 5, 31))
        before = list(ledger.chain_of(house.acme.id))
        reviews = len(standings.reviews_of(house.acme.id).rows)
        told.new_import()
        told.stay(house.acme, "late", arrival=date(2026, 2, 2), nights=3, cents=30_000)

        run = told.play(house.acme, as_of=JUNE)

        entries = list(ledger.chain_of(house.acme.id))
        assert entries[: len(before)] == before
        late = next(entry for entry in entries[len(before) :] if entry.kind is Kind.ACCRUAL)
        assert (late.at, late.service_date) == (NOW, date(2026, 2, 5))
        assert run.late == 1
        assert len(standings.reviews_of(house.acme.id).rows) == reviews


class TestAFrozenDemo:
    def test_counts_an_order_of_today_on_the_day_it_is_frozen(self, house: Cast, told: Told):
        told.stay(house.acme, "long", arrival=date(2025, 7, 5), nights=30, cents=300_000)
        told.play(house.acme, as_of=FROZEN)
        db.session.execute(text("UPDATE hotel_group SET demo_as_of = :day"), {"day": FROZEN.isoformat()})
        db.session.commit()
        before = standings.standing_of(house.acme.id)

        deliver(house, cents=10_000)

        after = standings.standing_of(house.acme.id)
        assert (before.tier, after.tier, after.standing.tier) == ("silver", "silver", "silver")
        assert (after.as_of, after.standing.slept_nights) == (FROZEN, 30)
        assert after.standing.spend_cents == before.standing.spend_cents + 10_000
        assert list(books.disagreements()) == []

    def test_gives_a_tier_at_once_for_an_order_of_today(self, house: Cast, told: Told):
        told.stay(house.acme, "long", arrival=date(2025, 7, 5), nights=24, cents=240_000)
        told.play(house.acme, as_of=FROZEN)
        db.session.execute(text("UPDATE hotel_group SET demo_as_of = :day"), {"day": FROZEN.isoformat()})
        db.session.commit()

        deliver(house, cents=10_000)

        # 2,400 of stays that leave the window before November, and 100 of the order: the spend door.
        assert standings.tier_of(house.acme.id) == "silver"


class TestManyAccounts:
    def test_take_as_many_statements_as_few(self, house: Cast, told: Told):
        def tell(account, prefix, stays):
            for number in range(stays):
                arrival = date(2026, 1, 5) + timedelta(days=2 * number)
                told.stay(account, f"{prefix} {number}", arrival=arrival, nights=2, cents=20_000)

        tell(house.acme, "a", 2)
        tell(house.borealis, "b", 2)
        with count_statements() as with_few:
            told.play(house.acme, house.borealis, as_of=date(2026, 3, 1))
        told.new_import()
        tell(house.acme, "aa", 40)
        tell(house.borealis, "bb", 40)

        with count_statements() as with_many:
            told.play(house.acme, house.borealis, as_of=JUNE)

        assert len(with_many) <= len(with_few)

    # PostgreSQL has them played by the demo, in tests/demo.
    @pytest.mark.engines("sqlite")
    def test_of_the_real_file_come_out_as_they_were_counted_by_hand(self, house: Cast, run):
        answer = run(
            "stays", "import", SUBSET, "--source", "hotel-demand", "--companies-only", "--accept",
            "--as-of", "2017-08-31",
        )  # fmt: skip

        assert answer.exit_code == 0, answer.output
        assert db.session.scalar(text("SELECT count(*) FROM played_stay")) == 5_599
        assert {company: _shown(run, company) for company in GOLDEN} == GOLDEN
        assert run("ledger", "verify").exit_code == 0
        assert run("ledger", "reconcile").exit_code == 0


def _shown(run, company):
    found = json.loads(run("accounts", "show", company, "--source", "hotel-demand", "--json").output)
    return found["stays"], found["nights"], found["room_revenue_cents"]
