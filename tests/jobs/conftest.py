"""A worker that the test turns by hand, and handlers of the test's own."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.database import db, transaction
from portal.jobs import actions, work
from portal.jobs.cli import Worker
from portal.jobs.models import Job
from tests.cast import NOW
from tests.web.client import forget, settle


@pytest.fixture
def registry(app: Flask) -> Iterator[work.Registry]:
    """The portal's registry of work, put back afterwards; nothing recurs and nobody sends letters."""
    kept = app.extensions["jobs"]
    app.extensions["jobs"] = work.Registry(handlers=dict(kept.handlers))
    yield app.extensions["jobs"]
    app.extensions["jobs"] = kept


@pytest.fixture
def handle(registry: work.Registry) -> Callable[..., None]:
    """Take a handler for jobs of the kind `test`: `handle(function)`."""

    def take(function: work.Handler, kind: str = "test") -> None:
        registry.handlers[kind] = function

    return take


@pytest.fixture
def put_down(app: Flask) -> Callable[..., Job]:
    """Enqueue a job of the kind `test` and commit."""

    def enqueue(**values: object) -> Job:
        with transaction():
            return actions.enqueue(**{"kind": "test", "payload": {}, "at": NOW, **values})

    return enqueue


@pytest.fixture
def turn(app: Flask) -> Callable[..., bool]:
    """One round of a worker; says whether there was anything to do."""

    def go(name: str = "a worker") -> bool:
        settle()
        did = Worker(app, name).round()
        forget()
        return did

    return go


def leave_trace(text: str) -> None:
    """An effect that a test can count."""
    db.session.add(
        AuditEntry(at=NOW, action=text, subject_kind="test", subject_id="1", details={}, actor_id=None)
    )


def traces() -> list[str]:
    """The effects so far, in order."""
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
