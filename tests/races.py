"""Real threads that do the same thing at the same moment."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from portal import database
from portal.database import db, is_postgresql

START_TIMEOUT_S = 30
RACE_TIMEOUT_S = 60
TOGETHER_ON_POSTGRESQL_S = 20
"""How long one waits for another: a machine that is busy must not make a guard look unneeded."""
LOOK_S = 0.01
SURE_AFTER = 20
"""So many looks in a row: somebody may wait for a moment for a lock that is about to be let go."""
_LOCKED_OUT = text(
    "SELECT EXISTS (SELECT FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock')"
)
_running = set[int]()
"""The lanes of a race whose runners have not come home."""


def race(app: Flask, *runners: Callable[[], Any]) -> Sequence[Any]:
    """Run all at once, each in its own thread, application context and session.

    Returns what each returned or, in its place, the exception it raised.
    """
    start = threading.Barrier(len(runners))
    results: list[Any] = [None] * len(runners)

    def run(lane: int, runner: Callable[[], Any]) -> None:
        # A new thread has an empty context: nothing of the test or of another lane is in it.
        with app.app_context():
            _running.add(lane)
            start.wait(START_TIMEOUT_S)
            try:
                results[lane] = runner()
            except Exception as error:  # noqa: BLE001 -- the test decides what a loser may raise
                results[lane] = error
            finally:
                _running.discard(lane)
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(RACE_TIMEOUT_S)
    assert not any(thread.is_alive() for thread in threads), "a runner never came home: a deadlock?"
    return results


# The proof that there is a race: the same with the guard taken away


@contextmanager
def unguarded() -> Iterator[None]:
    """A transaction that nobody queues for: it begins by reading."""
    yield
    db.session.commit()


def meet_before(monkeypatch: pytest.MonkeyPatch, place: Any, name: str) -> None:
    """Let both runners come as far as this function before either goes on, if the other can come."""
    come, are_both_there, real = set[int](), threading.Event(), getattr(place, name)
    together = threading.Barrier(2)

    def met(*given: Any, **named: Any) -> Any:
        me = threading.get_ident()
        if me not in come:
            come.add(me)
            if len(come) > 1:
                are_both_there.set()
            wait_for(are_both_there)
            if not are_both_there.is_set():
                together.abort()  # whoever comes later comes alone
            with suppress(threading.BrokenBarrierError):
                together.wait(START_TIMEOUT_S)
        return real(*given, **named)

    monkeypatch.setattr(place, name, met)


def wait_for(event: threading.Event) -> None:
    """Wait, with whatever locks one has, for what the other will tell: unless it waits for them, or was
    refused and is home.
    """
    until, seen = time.monotonic() + TOGETHER_ON_POSTGRESQL_S, 0
    while not event.wait(LOOK_S) and len(_running) > 1 and seen < SURE_AFTER:
        seen = seen + 1 if _is_locked_out() else 0
        assert time.monotonic() < until, "the other neither came nor waited"


def _is_locked_out() -> bool:
    """Whether somebody waits for what another holds: the writers' queue, or a lock of the server."""
    if not is_postgresql():
        return bool(database._sqlite_writers._waiting)
    with db.engine.connect() as connection:
        return bool(connection.scalar(_LOCKED_OUT))


def stopped_by_the_database(results: Sequence[Any]) -> int:
    """How many runners no guard of ours refused, only the database itself."""
    # What is copied in bulk meets the driver, without SQLAlchemy between.
    stop = (IntegrityError, psycopg.IntegrityError) if is_postgresql() else OperationalError
    return sum(isinstance(each, stop) for each in results)
