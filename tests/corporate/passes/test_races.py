"""Sixty-four desks and the last uses of a pass, two bookers and the last pass: real threads."""

import uuid
from functools import partial

import pytest
from sqlalchemy import func, select

from portal.corporate.passes import actions, queries
from portal.corporate.passes.models import GuestPass, PassUse
from portal.corporate.passes.rules import AllowanceUsedUp, PassUsedUp
from portal.database import db, is_postgresql, transaction
from portal.hotel.models import Property
from tests.cast import NOW
from tests.corporate.passes.conftest import TODAY, give_pass, offer
from tests.races import meet_before, race, stopped_by_the_database, unguarded

DESKS = 64
pytestmark = pytest.mark.race


def use_once(pass_id, house_id, by_id, *, token=None, within=transaction):
    with within():
        return actions.use_pass(
            token=token or uuid.uuid4(), guest_pass=db.session.get(GuestPass, pass_id),
            house=db.session.get(Property, house_id), kind="meals", list_cents=2_400, by_id=by_id,
            today=TODAY, at=NOW,
        ).public_id  # fmt: skip


def issue_once(account_id, by_id, within=transaction):
    with within():
        return actions.issue_pass(
            token=uuid.uuid4(), account_id=account_id, offer=offer(), by_id=by_id, today=TODAY, at=NOW
        ).public_id


@pytest.fixture
def at_once(app):
    def run(*runners):
        db.session.commit()
        results = race(app, *runners)
        db.session.expire_all()
        return results

    return run


class TestTheLastUses:
    def test_go_to_as_many_desks_as_there_are_uses(self, gold, at_once):
        with transaction():
            given = give_pass(gold, uses=3)
        use = partial(use_once, given.id, gold.seaside.id, gold.dario.id)

        results = at_once(*[use] * DESKS)

        assert sum(isinstance(each, uuid.UUID) for each in results) == 3
        assert sum(isinstance(each, PassUsedUp) for each in results) == DESKS - 3
        assert db.session.get(GuestPass, given.id).used == 3
        assert count(PassUse.id) == 3

    def test_would_meet_the_database_without_the_guards(self, gold, at_once, monkeypatch):
        with transaction():
            given = give_pass(gold, uses=1)
        monkeypatch.setattr(queries, "lock_pass", lambda pass_id: db.session.get(GuestPass, pass_id))
        monkeypatch.setattr(actions, "_take_use", take_blindly)
        meet_before(monkeypatch, actions, "_take_use")
        use = partial(use_once, given.id, gold.seaside.id, gold.dario.id, within=unguarded)

        results = at_once(use, use)

        # Both had found a use left: PostgreSQL lets both have it, SQLite stops the second writer.
        assert not any(isinstance(each, PassUsedUp) for each in results)
        assert count(PassUse.id) + stopped_by_the_database(results) == 2
        assert is_postgresql() == (count(PassUse.id) == 2)

    def test_of_one_form_sent_twice_in_one_moment_is_one(self, gold, at_once):
        with transaction():
            given = give_pass(gold, uses=2)
        use = partial(use_once, given.id, gold.seaside.id, gold.dario.id, token=uuid.uuid4())

        first, second = at_once(use, use)

        assert first == second
        assert db.session.get(GuestPass, given.id).used == 1


class TestTheLastPass:
    def test_of_a_quarter_goes_to_one_of_two(self, cast, at_once):
        with transaction():
            give_pass(cast)
        issue = partial(issue_once, cast.acme.id, cast.bruno.id)

        results = at_once(issue, issue)

        assert sum(isinstance(each, AllowanceUsedUp) for each in results) == 1
        assert count(GuestPass.id) == 2


def count(column):
    return db.session.scalar(select(func.count(column)))


def take_blindly(guest_pass):
    guest_pass.used += 1
    db.session.flush()
