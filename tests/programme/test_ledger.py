"""The ledger: what moves points, what refuses to, and what holds whatever is done."""

import copy
from datetime import date, timedelta

import pytest

from portal.derivation import recompute
from portal.programme.books.rules import announced, differences
from portal.programme.earning.rules import Accrual
from portal.programme.ledger import rules as ledger_rules
from portal.programme.ledger.rules import (
    AlreadyDone,
    lapsed_holds,
)
from portal.programme.redemption.rules import NotEnoughPoints
from tests.programme.strategies import RULES
from tests.programme.till import ACTIVE, DAY, HELD, PENDING, Till, noon


@pytest.fixture
def till():
    return Till()


def refuses(till, refusal, action):
    """A refusal by name that leaves everything as it was."""
    before = copy.deepcopy(till.ledger)
    with pytest.raises(refusal):
        action()
    assert till.ledger == before


class TestAccrue:
    def test_puts_points_into_a_pending_lot(self, till):
        entry = till.earn(950, "stay", date(2025, 3, 10))

        assert till.balances() == {"issued": -950, "pending": 950}
        lot = till.ledger.lots[entry.seq]
        assert (lot.activates_on, lot.expires_on) == (date(2025, 3, 24), date(2027, 3, 31))

    def test_refuses_to_post_nothing(self, till):
        refuses(till, ledger_rules.PointsNotPositive, lambda: till.earn(0, "stay"))

    def test_sets_off_what_is_owed_first(self, till):
        till.give(300)
        till.hold(300)
        till.spend()
        till.reverse("c")
        assert till.ledger.owed_points == 300

        till.earn(200, "a")
        till.earn(200, "b")

        assert till.ledger.owed_points == 0
        assert till.ledger.balances[PENDING] == 100

    def test_says_already_done_and_changes_nothing(self, till):
        till.earn(100, "stay")
        before = copy.deepcopy(till.ledger)

        assert till.earn(999, "stay") == AlreadyDone("stay")
        assert till.ledger == before


class TestActivate:
    def test_makes_points_spendable_on_their_day_but_not_before(self, till):
        till.earn(100, "stay")
        refuses(till, ledger_rules.NothingToMove, lambda: till.activate(1, DAY + timedelta(days=13)))

        till.activate(1, DAY + timedelta(days=14))

        assert till.balances() == {"issued": -100, "active": 100}

    def test_refuses_a_lot_it_does_not_know(self, till):
        refuses(till, ledger_rules.UnknownLot, lambda: till.activate(7, DAY))


class TestExpire:
    def test_lets_a_lot_die_after_its_last_day_but_not_on_it(self, till):
        till.give(100)
        refuses(till, ledger_rules.NothingToMove, lambda: till.expire(1, date(2027, 6, 30)))

        till.expire(1, date(2027, 7, 1))

        assert till.balances() == {"issued": -100, "expired": 100}

    def test_leaves_alone_what_is_held(self, till):
        till.give(100)
        till.hold(60)

        till.expire(1, date(2027, 7, 1))

        assert till.balances() == {"issued": -100, "held": 60, "expired": 40}


class TestHold:
    def test_refuses_one_point_more_than_there_is(self, till):
        till.give(500)
        refuses(till, NotEnoughPoints, lambda: till.hold(501))

        till.hold(500)

        assert till.ledger.balances[HELD] == 500

    def test_does_not_touch_what_is_pending_or_past_its_last_day(self, till):
        till.earn(100, "stay")
        till.give(100)

        refuses(till, NotEnoughPoints, lambda: till.hold(101))
        refuses(till, NotEnoughPoints, lambda: till.hold(1, day=date(2027, 7, 1)))
        till.hold(100, day=date(2027, 6, 30))

    def test_takes_from_the_lot_that_dies_first_however_late_it_came(self, till):
        till.give(100, "young", DAY)
        till.give(100, "old", DAY - timedelta(days=90))

        till.hold(150)

        assert till.ledger.holds["h"].allocation == ((2, 100), (1, 50))

    def test_refuses_nothing(self, till):
        refuses(till, ledger_rules.PointsNotPositive, lambda: till.hold(0))

    def test_lapses_at_its_minute(self, till):
        till.give(100)
        until = noon() + timedelta(minutes=30)
        till.hold(100, until=until)

        assert lapsed_holds(till.ledger, at=until - timedelta(seconds=1)) == []
        assert [held.key for held in lapsed_holds(till.ledger, at=until)] == ["h"]

    def test_of_a_booking_does_not_lapse(self, till):
        till.give(100)
        till.hold(100)

        assert lapsed_holds(till.ledger, at=noon(date(2030, 1, 1))) == []


class TestSpend:
    def test_spends_what_is_held_once(self, till):
        till.give(500)
        till.hold(500)

        till.spend()

        assert till.balances() == {"issued": -500, "spent": 500}
        assert till.spend() == AlreadyDone("s")
        refuses(till, ledger_rules.UnknownHold, lambda: till.spend("again"))

    def test_may_spend_a_part_and_release_the_rest(self, till):
        till.give(100, "old", DAY - timedelta(days=90))
        till.give(400, "young")
        till.hold(500)

        till.spend(points=300)
        assert till.ledger.holds["h"].allocation == ((2, 200),)
        till.release()

        assert till.balances() == {"issued": -500, "active": 200, "spent": 300}

    def test_refuses_more_than_is_held(self, till):
        till.give(500)
        till.hold(300)

        refuses(till, NotEnoughPoints, lambda: till.spend(points=301))
        refuses(till, ledger_rules.PointsNotPositive, lambda: till.spend(points=0))


class TestRelease:
    def test_gives_points_back_to_the_same_lots(self, till):
        till.give(100, "old", DAY - timedelta(days=90))
        till.give(400, "young")
        before = copy.deepcopy(till.ledger.lots)
        till.hold(250)

        till.release()

        assert till.ledger.lots == before
        refuses(till, ledger_rules.UnknownHold, lambda: till.release("again"))

    def test_lets_a_lot_that_died_meanwhile_live_thirty_days_more(self, till):
        till.give(500)
        till.hold(500)
        day = date(2027, 7, 1)

        entry = till.release(day=day)

        assert till.ledger.lots[1].expires_on == date(2027, 7, 31)
        assert recompute(entry.derivation).value == date(2027, 7, 31)
        till.hold(100, "again", date(2027, 7, 31))
        till.expire(1, date(2027, 8, 1))
        assert till.balances() == {"issued": -500, "held": 100, "expired": 400}

    def test_leaves_the_last_day_of_a_living_lot(self, till):
        till.give(500)
        till.hold(500)

        entry = till.release(day=date(2027, 6, 30))

        assert till.ledger.lots[1].expires_on == date(2027, 6, 30)
        assert entry.derivation is None

    def test_a_revived_lot_can_die_again(self, till):
        till.give(500)
        till.hold(200)
        till.expire(1, date(2027, 7, 1))
        till.release(day=date(2027, 7, 5))

        till.expire(1, date(2027, 8, 5))

        assert till.balances() == {"issued": -500, "expired": 500}

    @pytest.mark.parametrize("more", [0, 300])
    def test_sets_off_what_is_owed_first(self, till, more):
        till.give(2_000)
        till.hold(2_000)
        till.reverse("c")
        if more:
            till.give(more, "more")

        till.release()

        # What came in between has set off its part already.
        left = {"active": more} if more else {}
        assert till.balances() == {"issued": -2_000 - more, "reversed": 2_000} | left
        assert differences(stored=till.ledger, entries=till.entries) == []

    def test_revives_no_lot_that_only_pays_a_debt(self, till):
        till.give(500)
        till.hold(500)
        till.reverse("c")

        entry = till.release(day=date(2027, 7, 1))

        assert till.ledger.lots[1].expires_on == date(2027, 6, 30)
        assert entry.derivation is None


class TestRefund:
    def test_gives_spent_points_back_to_their_lots(self, till):
        till.give(500)
        till.hold(300)
        till.spend()

        till.refund([(1, 300)])

        assert till.balances() == {"issued": -500, "active": 500}
        assert till.refund([(1, 300)]) == AlreadyDone("b")

    def test_sets_off_what_is_owed_first(self, till):
        till.give(500)
        till.hold(500)
        till.spend(points=300)
        till.reverse("c")
        till.give(200, "more")

        till.refund([(1, 300)])

        assert till.balances() == {"issued": -700, "held": 200, "reversed": 500}
        assert differences(stored=till.ledger, entries=till.entries) == []

    def test_refuses_more_than_was_spent(self, till):
        till.give(500)
        till.hold(300)
        till.spend()

        refuses(till, ledger_rules.RefundBeyondSpent, lambda: till.refund([(1, 301)]))
        refuses(till, ledger_rules.PointsNotPositive, lambda: till.refund([]))
        refuses(till, ledger_rules.UnknownLot, lambda: till.refund([(9, 300)]))


class TestReverse:
    def test_takes_its_own_pending_points_first(self, till):
        till.earn(100, "other", DAY - timedelta(days=90))
        till.earn(200, "stay")

        till.reverse("stay")

        assert till.balances() == {"issued": -300, "pending": 100, "reversed": 200}

    def test_takes_pending_before_active_and_owes_the_rest(self, till):
        till.earn(500, "stay", DAY - timedelta(days=30))
        till.activate(1, DAY)
        till.hold(400)
        till.spend()
        till.earn(100, "pending")
        till.give(150, "active")

        till.reverse("stay")

        assert till.balances() == {"issued": -750, "spent": 400, "reversed": 500, "owed": -150}

    def test_leaves_alone_what_is_held_for_a_guest(self, till):
        till.give(500)
        till.hold(500)

        till.reverse("c")

        assert till.balances() == {"issued": -500, "held": 500, "reversed": 500, "owed": -500}

    def test_does_not_take_again_what_has_died(self, till):
        till.give(500, "dead")
        till.expire(1, date(2027, 7, 1))
        till.give(300, "living", date(2027, 7, 1))

        till.reverse("dead", date(2027, 7, 2))

        assert till.balances() == {"issued": -800, "active": 300, "reversed": 500}

    def test_happens_once(self, till):
        till.earn(200, "stay")
        till.reverse("stay")
        before = copy.deepcopy(till.ledger)

        assert till.reverse("stay") == AlreadyDone("reversal:stay")
        assert till.ledger == before

    def test_refuses_what_was_never_earned(self, till):
        refuses(till, ledger_rules.UnknownAccrual, lambda: till.reverse("nothing"))


class TestExpiring:
    @pytest.mark.parametrize(
        ("days_before", "times"), [(61, 0), (60, 1), (59, 0), (30, 1), (8, 0), (7, 1), (0, 0)]
    )
    def test_is_announced_sixty_thirty_and_seven_days_before(self, days_before, times):
        death = date(2027, 6, 30)
        day = death - timedelta(days=days_before)

        assert (death in announced(rules=RULES, day=day)) == bool(times)


class TestDifferences:
    def fill(self, till):
        till.earn(900, "stay", DAY - timedelta(days=30))
        till.activate(1, DAY)
        till.hold(300)
        till.release(day=date(2027, 7, 5))
        till.give(100)

    def test_finds_none_in_books_that_agree(self, till):
        self.fill(till)

        assert differences(stored=till.ledger, entries=till.entries) == []

    def test_need_no_lot_that_is_empty(self, till):
        till.give(100)
        till.hold(100)
        till.spend()
        del till.ledger.lots[1]

        assert differences(stored=till.ledger, entries=till.entries) == []

    def test_names_what_was_changed_beside_the_entries(self, till):
        self.fill(till)
        till.ledger.balances[ACTIVE] += 1
        till.ledger.lots[1].active -= 1
        till.ledger.lots[1].expires_on += timedelta(days=1)
        del till.ledger.lots[5]
        till.ledger.head = "0"

        found = {difference.of for difference in differences(stored=till.ledger, entries=till.entries)}

        assert found == {"balance.active", "lot.1.active", "lot.1.expires_on", "lot.5", "head"}


class TestGiven:
    def test_terms_come_from_the_derivation_alone(self, till):
        entry = till.earn(950, "stay", date(2025, 3, 10))

        assert recompute(entry.derivation).value == Accrual(
            950, date(2025, 3, 10), date(2025, 3, 24), date(2027, 3, 31)
        )
