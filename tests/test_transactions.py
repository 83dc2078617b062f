"""A use case is one transaction: all of it holds or none, and a refused one leaves its page what it read."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Account
from portal.database import db, transaction
from tests.cast import NOW
from tests.statements import count_statements


class Refused(Exception):
    """What a rule would raise."""


@contextmanager
def refused() -> Iterator[None]:
    """A use case that does its work and is refused after all."""
    with suppress(Refused), transaction():
        yield
        raise Refused


def _account(name: str) -> Account:
    return Account(
        public_id=uuid.uuid4(), name=name, search_key=name.lower(), country="PT", opened_on=NOW.date()
    )


def _number() -> int:
    return db.session.scalar(select(func.count()).select_from(Account)) or 0


@pytest.fixture
def acme(app):
    with transaction():
        acme = _account("Acme")
        db.session.add(acme)
    return acme


class TestRefusal:
    def test_leaves_what_was_only_read_readable_without_a_query(self, acme):
        with refused():
            assert db.session.get_one(Account, acme.id).name == "Acme"

        with count_statements() as statements:
            assert acme.name == "Acme"
        assert not statements

    def test_takes_back_what_was_changed_and_flushed(self, acme):
        with refused():
            db.session.get_one(Account, acme.id).name = "Other"
            db.session.flush()

        assert acme.name == "Acme"

    def test_takes_back_what_was_changed_and_not_flushed(self, acme):
        with refused():
            db.session.get_one(Account, acme.id).name = "Other"

        assert acme.name == "Acme"

    @pytest.mark.parametrize("flushed", [True, False])
    def test_forgets_what_was_added(self, acme, flushed):
        with refused():
            db.session.add(_account("New"))
            if flushed:
                db.session.flush()

        with transaction():
            db.session.get_one(Account, acme.id).name = "Acme again"
        assert _number() == 1

    def test_brings_back_what_was_deleted(self, acme):
        with refused():
            db.session.delete(db.session.get_one(Account, acme.id))
            db.session.flush()

        assert _number() == 1
        with transaction():
            db.session.get_one(Account, acme.id).name = "Still here"
        assert db.session.scalar(select(Account.name)) == "Still here"

    def test_by_the_database_at_the_end_changes_nothing_either(self, acme):
        twin = _account("Twin")
        twin.public_id = acme.public_id

        with pytest.raises(IntegrityError), transaction():
            db.session.add(twin)

        assert acme.name == "Acme"
        assert _number() == 1


def test_does_not_nest(app):
    with pytest.raises(RuntimeError, match="does not nest"), transaction(), transaction():
        pass


def test_begins_anew_after_a_refusal(acme):
    with refused():
        pass
    with transaction():
        db.session.get_one(Account, acme.id).name = "Later"

    assert db.session.scalar(select(Account.name)) == "Later"
