"""What other programmes were caught at: each once, by its name, so that it is never said of this one."""

import io
import json
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from portal.accounts.models import AccountCode
from portal.database import db, transaction
from portal.people.models import Role
from portal.programme.books import queries as books
from portal.programme.chain.rules import Kind
from portal.programme.holds import actions as holds
from portal.programme.intake.rules import netted
from portal.programme.ledger import queries as ledger
from portal.programme.opening import actions as opening
from portal.programme.redemption.rules import BelowRedemptionMinimum, points_payment, redeem
from portal.programme.rules import VIP_BUNDLE
from portal.programme.standing import queries as standing
from portal.programme.timeline import actions as timeline
from portal.stays.models import StayStatus
from tests.cast import NOW, grant, person
from tests.programme.days import MONDAY, perk, played, stay
from tests.programme.strategies import RULES

TODAY, MARCH = NOW.date(), date(2026, 3, 2)


def earned(result):
    """The points of each accrual."""
    return [-entry.postings[0].points for entry in result.entries if entry.kind is Kind.ACCRUAL]


class TestNobody:
    def test_gets_a_refund_and_keeps_the_points(self, house, told, spend):
        first = told.stay(house.acme, "first", arrival=MARCH, nights=3, cents=50_000)
        told.play(house.acme, as_of=TODAY)
        spend(house.acme, 1_000)

        told.change(first, house.acme, cents=50_000, status=StayStatus.CANCELLED)
        told.play(house.acme, as_of=TODAY)

        assert ledger.balance_of(house.acme.id).owed == 1_000
        told.new_import()
        told.stay(house.acme, "next", arrival=date(2026, 6, 1), nights=3, cents=60_000)
        told.play(house.acme, as_of=TODAY)
        balance = ledger.balance_of(house.acme.id)
        assert (balance.owed, balance.active + balance.pending) == (0, 200)

    def test_is_shown_a_balance_beside_a_log_that_disagrees(self, house, told, run):
        told.stay(house.acme, "first", arrival=MARCH, nights=3, cents=50_000)
        told.play(house.acme, as_of=TODAY)
        db.session.execute(text("UPDATE point_balance SET active = active + 9, issued = issued - 9"))
        db.session.commit()

        for _ in range(2):  # it reports, and repairs nothing
            found = run("ledger", "reconcile")
            assert found.exit_code == 1
            assert "balance.active: kept 1009, adds up to 1000" in found.output

    def test_is_shown_one_lot_of_several_that_expire_next(self, house, told, client_as):
        for number, day in enumerate((2, 9, 16)):
            told.stay(house.acme, f"{number}", arrival=date(2026, 3, day), nights=3, cents=5_000)
        told.stay(house.acme, "later", arrival=date(2026, 4, 2), nights=3, cents=5_000)
        told.play(house.acme, as_of=TODAY)

        assert ledger.next_expiry(house.acme.id).points == 300
        page = client_as(house.anna).get(f"/accounts/{house.acme.public_id}/points").page
        assert "The next to expire: 300 points after 31 March 2028" in page.text

    @pytest.mark.parametrize(
        ("events", "tier"),
        [
            ([stay("s", MONDAY, nights=24)], "partner"),
            ([stay("s", MONDAY, nights=25)], "silver"),
            ([stay("s", MONDAY, cents=249_999)], "partner"),
            ([stay("s", MONDAY, cents=250_000)], "silver"),
            ([stay("s", MONDAY, nights=24), perk("p", MONDAY, 49_999)], "partner"),
            ([stay("s", MONDAY, nights=24), perk("p", MONDAY, 50_000)], "silver"),
        ],
    )
    def test_is_given_a_tier_below_its_minimum(self, events, tier):
        assert played(events, MONDAY).state.tier == tier

    def test_is_paid_by_the_wrong_tiers_rate_for_a_slice(self):
        """The stay that opens a tier earns by the one before it, the next by the new one, to the day."""
        days = [MONDAY, MONDAY + timedelta(days=1), MONDAY + timedelta(days=1), MONDAY + timedelta(days=40)]
        events = [
            stay("a", days[0], nights=24, cents=10_000),
            stay("b", days[1], nights=1, cents=10_000),
            stay("c", days[2], nights=50, cents=10_000),
            stay("d", days[3], nights=1, cents=10_000),
        ]

        result = played(events, days[3])

        assert earned(result) == [200, 200, 300, 400]
        assert [change.after for change in result.tier_changes] == ["silver", "gold"]

    def test_has_returns_counted_twice(self, house, told):
        """What a folio takes back lessens its base once, and a stay told anew is reversed once."""
        assert sum(cents for _, cents in netted([("food", "1", 5_000), ("food", "1", -5_000)])) == 0
        first = told.stay(
            house.acme, "first", arrival=MARCH, nights=3, cents=30_000,
            lines=[("1", "food_and_drink", 5_000), ("2", "food_and_drink", -2_000)],
        )  # fmt: skip
        told.play(house.acme, as_of=TODAY)
        assert ledger.balance_of(house.acme.id).active == 660

        told.change(first, house.acme, cents=20_000)
        for _ in range(2):
            told.play(house.acme, as_of=TODAY)

        balance = ledger.balance_of(house.acme.id)
        assert (balance.active, balance.reversed, balance.owed) == (400, 660, 0)
        kinds = [entry.kind for entry in ledger.chain_of(house.acme.id)]
        assert kinds.count(Kind.REVERSAL) == 1

    def test_spends_less_than_the_minimum(self):
        terms = {"rules": RULES, "balance_points": 5_000}
        for points in (1, 100, 499):
            with pytest.raises(BelowRedemptionMinimum):
                points_payment(**terms, tier="gold", bill_cents=100_000, requested_points=points)
            with pytest.raises(BelowRedemptionMinimum):
                redeem(**terms, points=points)

        assert redeem(**terms, points=500).value == 4_500

    def test_has_an_opening_balance_that_cannot_be_loaded(self, house, save):
        save(AccountCode(account_id=house.acme.id, source="canonical", code="ACME"))
        other = save(person("Lev Marin", "lev@circle.example"))
        grant(other, Role.LOYALTY_MANAGER)
        db.session.commit()
        rows = b"company,points,earned_on,expires_on\nACME,950,2025-03-10,2027-03-31\n"

        with transaction():
            shown = opening.preview(file=io.BytesIO(rows), filename="old.csv", by_id=house.lidia.id, at=NOW)
        with transaction():
            opening.accept(public_id=shown.public_id, by_id=other.id, at=NOW)

        [lot] = ledger.living_lots(house.acme.id).rows
        assert (lot.active, lot.expires_on) == (950, date(2027, 3, 31))
        assert list(books.disagreements()) == []

    def test_loses_a_tier_by_spending_points(self, house, told, spend):
        told.stay(house.acme, "first", arrival=MARCH, nights=25, cents=50_000)
        told.play(house.acme, as_of=TODAY)
        assert standing.tier_of(house.acme.id) == "silver"
        spend(house.acme, 1_000)

        with transaction():
            timeline.play_accounts(account_ids=[house.acme.id], until=TODAY + timedelta(days=100), at=NOW)

        assert ledger.balance_of(house.acme.id).active == 0
        assert standing.tier_of(house.acme.id) == "silver"
        assert standing.standing_of(house.acme.id).grace_until is None

    def test_is_served_twice_by_a_retry(self, house, told):
        told.stay(house.acme, "first", arrival=MARCH, nights=3, cents=50_000)
        told.play(house.acme, as_of=TODAY)
        of = {"account_id": house.acme.id, "reference": "booking:x", "at": NOW, "day": TODAY}
        order = {"fulfilled": TODAY, "paid": TODAY, "bases": [(VIP_BUNDLE, 10_000)], "is_event": True}

        def everything():
            with transaction():
                timeline.fulfil_perk(**{k: v for k, v in of.items() if k != "day"}, key="order", **order)
            with transaction():
                holds.hold_points(key="h", points=500, **of)
            with transaction():
                holds.spend_held(key="s", hold_key="h", points=300, **of)
            with transaction():
                holds.release_held(key="l", hold_key="h", **of)
            with transaction():
                holds.refund_spent(account_id=house.acme.id, key="r", spend_key="s", at=NOW, day=TODAY)
            told.play(house.acme, as_of=TODAY)
            return json.dumps([repr(entry) for entry in ledger.chain_of(house.acme.id)])

        assert everything() == everything()
        assert list(books.disagreements()) == []
