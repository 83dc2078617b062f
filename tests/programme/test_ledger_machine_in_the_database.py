"""The ledger in the database under whatever is asked of it: credits, holds, refunds, replays, corrections.

What the rules' own machine does not see: the actions with their locks and keys, the days that are
played, points by hand and their way back; and that the tier is a matter of nights and spend, whatever
becomes of the points.
"""

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from portal.accounts.models import Account
from portal.database import db, transaction
from portal.programme.books import queries as books
from portal.programme.crediting import actions as crediting
from portal.programme.earning.rules import manual_credit
from portal.programme.holds import actions as holds
from portal.programme.ledger import queries as ledger
from portal.programme.ledger.models import LedgerEntry
from portal.programme.rules import VIP_BUNDLE, Refusal
from portal.programme.standing import queries as standing
from portal.programme.timeline import actions as timeline
from tests.cast import NOW
from tests.cast import account as company
from tests.programme.strategies import RULES

FIRST = date(2026, 6, 15)
points = st.sampled_from([1, 100, 499, 500, 1_200])


class BooksMachine(RuleBasedStateMachine):
    """One account with everything that moves points; a twin that is told of the same orders and no more."""

    @initialize()
    def open_accounts(self):
        self.day, self.keys, self.spent, self.open = FIRST, [], [], []
        pair = [company(f"Company {uuid.uuid4()}"), company(f"Twin {uuid.uuid4()}")]
        db.session.add_all(pair)
        db.session.commit()
        self.own, self.twin = (each.id for each in pair)

    def act(self, action, **named):
        """Do it; a refusal changes nothing, and the same asked for again changes nothing either."""
        before = self.entries()
        try:
            with transaction():
                action(account_id=self.own, at=NOW, **named)
        except Refusal:
            assert self.entries() == before
            return False
        after = self.entries()
        with transaction():
            action(account_id=self.own, at=NOW, **named)
        assert self.entries() == after
        return True

    def entries(self):
        db.session.rollback()
        statement = select(LedgerEntry.hash).where(LedgerEntry.account_id == self.own)
        return db.session.scalars(statement.order_by(LedgerEntry.seq)).all()

    def key(self, word):
        self.keys.append(f"{word}:{uuid.uuid4()}")
        return self.keys[-1]

    @rule(euros=st.sampled_from([1, 600, 2_600]), is_event=st.booleans())
    def earns(self, euros, is_event):
        order = {"fulfilled": self.day, "paid": self.day, "bases": [(VIP_BUNDLE, 100 * euros)]}
        key = self.key("order")
        self.act(timeline.fulfil_perk, key=key, reference="booking:x", is_event=is_event, **order)
        with transaction():
            timeline.fulfil_perk(
                account_id=self.twin, key=f"{key}:twin", reference="booking:x", is_event=is_event, at=NOW,
                **order,
            )  # fmt: skip

    @rule(data=st.data())
    def is_corrected(self, data):
        orders = [key for key in self.keys if key.startswith("order")]
        if orders:
            key = data.draw(st.sampled_from(orders))
            undo = {"key": "x", "day": self.day, "at": NOW}
            with transaction():
                timeline.reverse_fulfilment(account_id=self.own, reverses=key, **undo)
            with transaction():
                timeline.reverse_fulfilment(account_id=self.twin, reverses=f"{key}:twin", **undo)

    @rule(given=points)
    def is_given(self, given):
        earned = manual_credit(rules=RULES, points=given, earned_on=self.day)
        key = self.key("credit")
        self.act(crediting.give_points, key=key, reference=key, earned=earned, day=self.day, by=None)

    @rule(data=st.data())
    def is_taken_back(self, data):
        credits_given = [key for key in self.keys if key.startswith("credit")]
        if credits_given:
            key = data.draw(st.sampled_from(credits_given))
            self.act(crediting.take_points_back, given_key=key, reference=key, day=self.day, by=None)

    @rule(wanted=points, at_desk=st.booleans())
    def holds_points(self, wanted, at_desk):
        key = self.key("hold")
        until = NOW - timedelta(minutes=1) if at_desk else None
        if self.act(holds.hold_points, key=key, reference="r", points=wanted, day=self.day, until=until):
            self.open.append(key)

    @rule(data=st.data(), part=st.none() | points)
    def spends(self, data, part):
        if self.open:
            hold, key = data.draw(st.sampled_from(self.open)), self.key("spend")
            of = {"hold_key": hold, "points": part, "day": self.day, "reference": "r"}
            if self.act(holds.spend_held, key=key, **of):
                self.spent.append(key)

    @rule(data=st.data())
    def releases(self, data):
        if self.open:
            hold = data.draw(st.sampled_from(self.open))
            self.act(holds.release_held, key=f"l:{hold}", hold_key=hold, reference="r", day=self.day)

    @rule(data=st.data())
    def gives_back(self, data):
        if self.spent:
            key = data.draw(st.sampled_from(self.spent))
            self.act(holds.refund_spent, key=f"b:{key}", spend_key=key, day=self.day)

    @rule()
    def what_lapsed_comes_back(self):
        with transaction():
            holds.release_lapsed(at=NOW, day=self.day, limit=100)

    @rule(days=st.sampled_from([1, 14, 45, 400, 800]))
    def days_are_played(self, days):
        self.day += timedelta(days=days)
        with transaction():
            timeline.play_accounts(account_ids=[self.own, self.twin], until=self.day, at=NOW)

    @invariant()
    def nothing_is_negative_and_the_tier_is_none_of_the_points_business(self):
        if not hasattr(self, "own"):
            return
        db.session.rollback()
        balance = ledger.balance_of(self.own)
        assert min(balance.pending, balance.active, balance.held, balance.owed) >= 0
        assert standing.tier_of(self.own) == standing.tier_of(self.twin)

    def teardown(self):
        db.session.rollback()
        assert books.verify().broken == ()
        assert list(books.disagreements()) == []


@pytest.mark.usefixtures("house")
def test_whatever_is_done_the_books_hold(app):
    assert db.session.scalars(select(Account.id)).first() is not None
    run_state_machine_as_test(
        BooksMachine,
        settings=settings(
            max_examples=5, stateful_step_count=12, deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )  # fmt: skip
