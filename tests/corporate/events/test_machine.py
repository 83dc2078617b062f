"""A machine of hypothesis plays events and their parties against a model that fits on a page."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from portal.accounts.models import Account
from portal.corporate.event_plans import actions as plans
from portal.corporate.registrations import actions, queries
from portal.corporate.registrations.rules import SeatGivenAway
from portal.corporate.replies import actions as replies
from portal.database import db, transaction
from tests.cast import NOW
from tests.corporate.events.conftest import event_of, plan, register

COMPANIES = 8


class Model:
    """Parties in the order in which they came: their size, and whether they sit, wait or are gone."""

    def __init__(self, capacity):
        self.capacity = capacity
        self.parties = []
        self.was = {}

    @property
    def taken(self):
        return sum(size for size, state in self.parties if state == "registered")

    def come(self, size):
        state = "registered" if self.taken + size <= self.capacity else "waitlisted"
        self.parties.append([size, state])

    def leave(self, number):
        self.parties[number][1] = "cancelled"
        self.move_up()

    def shrink(self, number):
        self.parties[number][0] -= 1
        if self.parties[number][0] == 0:
            self.was[number] = self.parties[number][1]
            self.parties[number] = [1, "cancelled"]
        self.move_up()

    def grow(self, number):
        if number in self.was:
            self.parties[number] = [1, self.was.pop(number)]
        else:
            self.parties[number][0] += 1
        self.move_up()

    def move_up(self):
        for party in self.parties:
            if party[1] == "waitlisted" and self.taken + party[0] <= self.capacity:
                party[1] = "registered"


class Machine(RuleBasedStateMachine):
    """What may happen to one event; the house around it is set by the test."""

    give = cast = ids = None

    @initialize(capacity=st.integers(1, 6))
    def open(self, capacity):
        # By name: what was taken in an earlier round uses up nothing of the year.
        named = [db.session.get(Account, one) for one in self.ids]
        self.event, self.model, self.keys = self.give(capacity=capacity, named=named), Model(capacity), []

    @precondition(lambda self: len(self.keys) < COMPANIES)
    @rule(size=st.integers(1, 3))
    def come(self, size):
        with transaction():
            company = db.session.get(Account, self.ids[len(self.keys)])
            names = [f"Guest {n}" for n in range(size)]
            found = register(self.event, company, *names, by_id=self.cast.bruno.id)
            self.keys.append((found.public_id, found.account_id))
        self.model.come(size)

    @precondition(lambda self: self.keys)
    @rule(pick=st.integers(0, COMPANIES - 1))
    def leave(self, pick):
        number = pick % len(self.keys)
        public_id, account_id = self.keys[number]
        with transaction():
            actions.cancel_registration(
                public_id=public_id, account_id=account_id, by_id=self.cast.bruno.id, at=NOW
            )
        if self.model.parties[number][1] != "cancelled":
            self.model.leave(number)

    @precondition(lambda self: self.keys)
    @rule(pick=st.integers(0, COMPANIES - 1))
    def decline(self, pick):
        number = pick % len(self.keys)
        if self.model.parties[number][1] == "cancelled":
            return
        party = queries.registration_by_token(self.keys[number][0])
        guest = party.coming[-1].public_id
        with transaction():
            replies.decline(guest_id=guest, at=NOW)
        self.model.shrink(number)

    @precondition(lambda self: self.keys)
    @rule(pick=st.integers(0, COMPANIES - 1))
    def come_back(self, pick):
        number = pick % len(self.keys)
        party = queries.registration_by_token(self.keys[number][0])
        gone = [guest for guest in party.guests if guest.declined_at is not None]
        state = self.model.was.get(number, self.model.parties[number][1])
        if not gone or state == "cancelled":
            return
        fits = state == "waitlisted" or self.model.taken < self.model.capacity
        try:
            with transaction():
                replies.confirm(guest_id=gone[0].public_id, at=NOW)
        except SeatGivenAway:
            assert not fits
        else:
            assert fits
            self.model.grow(number)

    @rule(more=st.integers(1, 3))
    def widen(self, more):
        event = event_of(self.event.public_id)
        self.model.capacity += more
        with transaction():
            plans.revise_event(
                public_id=event.public_id, revision=event.revision,
                planned=plan(self.cast, capacity=self.model.capacity), by_id=self.cast.lidia.id,
                at=NOW + timedelta(seconds=event.revision),
            )  # fmt: skip
        self.model.move_up()

    @invariant()
    def agrees(self):
        if not hasattr(self, "event"):
            return
        db.session.expire_all()
        event = event_of(self.event.public_id)
        found = [queries.registration_by_token(key) for key, _account in self.keys]
        assert [one.state.value for one in found] == [state for _size, state in self.model.parties]
        standing = [one for one in found if one.cancelled_at is None]
        sizes = [size for size, state in self.model.parties if state != "cancelled"]
        assert [one.seats for one in standing] == sizes
        assert event.seats_taken == self.model.taken <= event.capacity
        assert event.seats_taken == queries.tally(event.id).seated


@pytest.mark.engines("sqlite")
def test_events_and_parties_follow_the_model(cast, catalogue, give, companies, monkeypatch):
    ids = [one.id for one in companies(COMPANIES)]
    for name, value in {"cast": cast, "give": staticmethod(give), "ids": ids}.items():
        monkeypatch.setattr(Machine, name, value)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
