"""Connections that rest: a server that was restarted meanwhile is noticed before a request fails of it."""

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import OperationalError

from portal import database
from portal.database import db

pytestmark = pytest.mark.engines("postgresql")


@pytest.fixture
def ended(app):
    """The pool's connection has been used and given back; then the server ended it."""
    db.engine.dispose()
    pid = db.session.scalar(text("SELECT pg_backend_pid()"))
    db.session.remove()
    other = create_engine(db.engine.url)
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 1000)"), {"pid": pid})
    other.dispose()
    yield pid
    db.session.remove()
    db.engine.dispose()


def test_are_asked_after_a_rest(ended, monkeypatch):
    monkeypatch.setattr(database, "REST_S", 0.0)

    assert db.session.scalar(select(1)) == 1


def test_are_not_asked_between_two_transactions(ended, monkeypatch):
    monkeypatch.setattr(database, "REST_S", 3600.0)

    with pytest.raises(OperationalError):
        db.session.scalar(select(1))
