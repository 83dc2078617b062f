"""The ledger under whatever is asked of it, in whatever order."""

import copy
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from portal.programme.books.rules import differences
from portal.programme.chain.rules import Bucket, Entry, verify_chain
from portal.programme.ledger.rules import (
    AlreadyDone,
)
from portal.programme.rules import Refusal
from tests.programme.till import ACTIVE, DAY, HELD, PENDING, SPENT, Till


class LedgerMachine(RuleBasedStateMachine):
    """Whatever is asked of a ledger, in whatever order, its invariants hold."""

    keys = Bundle("keys")
    holds = Bundle("holds")
    spends = Bundle("spends")

    def __init__(self):
        super().__init__()
        self.till = Till()
        self.day = DAY
        self.number = 0

    def attempt(self, action):
        """Do it; a refusal and a replay must change nothing."""
        before = copy.deepcopy(self.till.ledger)
        try:
            outcome = action()
        except Refusal:
            outcome = None
        if not isinstance(outcome, Entry):
            assert self.till.ledger == before
        return outcome

    def key(self, word):
        self.number += 1
        return f"{word}:{self.number}"

    @rule(days=st.sampled_from([0, 1, 13, 14, 31, 400]))
    def time_passes(self, days):
        self.day += timedelta(days=days)

    @rule(target=keys, points=st.integers(0, 900))
    def earns(self, points):
        key = self.key("stay")
        self.attempt(lambda: self.till.earn(points, key, self.day))
        return key

    @rule(target=keys, points=st.integers(1, 900))
    def is_given(self, points):
        key = self.key("credit")
        self.attempt(lambda: self.till.give(points, key, self.day))
        return key

    @rule(key=keys)
    def is_reversed(self, key):
        self.attempt(lambda: self.till.reverse(key, self.day))

    @rule(key=keys)
    def is_replayed(self, key):
        if key in self.till.ledger.done:
            assert self.attempt(lambda: self.till.earn(77, key, self.day)) == AlreadyDone(key)

    @rule(target=holds, points=st.integers(1, 1200))
    def holds_points(self, points):
        key = self.key("hold")
        held = self.attempt(lambda: self.till.hold(points, key, self.day))
        return key if held else multiple()

    @rule(target=spends, held=holds, points=st.none() | st.integers(1, 900))
    def spends_points(self, held, points):
        entry = self.attempt(lambda: self.till.spend(self.key("spend"), held, points, self.day))
        return entry if isinstance(entry, Entry) else multiple()

    @rule(held=holds)
    def releases(self, held):
        self.attempt(lambda: self.till.release(f"release:{held}", held, self.day))

    @rule(entry=spends)
    def gives_back(self, entry):
        spent = [(p.lot, p.points) for p in entry.postings if p.bucket is SPENT]
        self.attempt(lambda: self.till.refund(spent, f"refund:{entry.key}", self.day))

    @rule()
    def calendar_comes_round(self):
        for lot in list(self.till.ledger.lots):
            self.attempt(lambda lot=lot: self.till.activate(lot, self.day))
            self.attempt(lambda lot=lot: self.till.expire(lot, self.day))

    @invariant()
    def every_entry_sums_to_zero(self):
        assert all(sum(posting.points for posting in entry.postings) == 0 for entry in self.till.entries)

    @invariant()
    def balances_are_the_sums_of_postings(self):
        sums = dict.fromkeys(Bucket, 0)
        for entry in self.till.entries:
            for posting in entry.postings:
                sums[posting.bucket] += posting.points
        assert sums == self.till.ledger.balances

    @invariant()
    def nothing_that_is_shown_is_negative(self):
        balances = self.till.ledger.balances
        assert all(
            points >= 0 for bucket, points in balances.items() if bucket not in {Bucket.ISSUED, Bucket.OWED}
        )
        assert balances[Bucket.ISSUED] <= 0
        assert self.till.ledger.owed_points >= 0

    @invariant()
    def lots_hold_what_the_balances_say(self):
        lots = self.till.ledger.lots.values()
        for bucket in (PENDING, ACTIVE, HELD, Bucket.EXPIRED):
            parts = [getattr(lot, bucket.value) for lot in lots]
            assert min(parts, default=0) >= 0
            assert sum(parts) == self.till.ledger.balances[bucket]
        for lot in lots:
            assert lot.pending + lot.active + lot.held + lot.expired + lot.reversed <= lot.issued

    @invariant()
    def holds_are_what_is_held(self):
        held = sum(kept.points for kept in self.till.ledger.holds.values())
        assert held == self.till.ledger.balances[HELD]

    def teardown(self):
        ledger = self.till.ledger
        assert verify_chain(account="acme", entries=self.till.entries, head=ledger.head) is None
        assert differences(stored=ledger, entries=self.till.entries) == []


LedgerMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestWhateverIsDone = LedgerMachine.TestCase
