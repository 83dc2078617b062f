"""Real threads that do the same thing at the same moment."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError

from portal.database import db, is_postgresql

START_TIMEOUT_S = 30
RACE_TIMEOUT_S = 60
TOGETHER_S = 3
"""How long one waits for another who may be unable to come: on SQLite for the lock of the first."""
TOGETHER_ON_POSTGRESQL_S = 20
"""There both come, sooner or later: a machine that is busy must not make a guard look unneeded."""


def race(app: Flask, *runners: Callable[[], Any]) -> Sequence[Any]:
    """Run all at once, each in its own thread, application context and session.

    Returns what each returned or, in its place, the exception it raised.
    """
    start = threading.Barrier(len(runners))
    results: list[Any] = [None] * len(runners)

    def run(lane: int, runner: Callable[[], Any]) -> None:
        # A new thread has an empty context: nothing of the test or of another lane is in it.
        with app.app_context():
            start.wait(START_TIMEOUT_S)
            try:
                results[lane] = runner()
            except Exception as error:  # noqa: BLE001 -- the test decides what a loser may raise
                results[lane] = error
            finally:
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
    barrier, real = threading.Barrier(2), getattr(place, name)
    patience_s = TOGETHER_ON_POSTGRESQL_S if is_postgresql() else TOGETHER_S

    def met(*given: Any, **named: Any) -> Any:
        # The other one may wait for a lock, or have been refused.
        with suppress(threading.BrokenBarrierError):
            barrier.wait(patience_s)
        return real(*given, **named)

    monkeypatch.setattr(place, name, met)


def stopped_by_the_database(results: Sequence[Any]) -> int:
    """How many runners no guard of ours refused, only the database itself."""
    # What is copied in bulk meets the driver, without SQLAlchemy between.
    stop = (IntegrityError, psycopg.IntegrityError) if is_postgresql() else OperationalError
    return sum(isinstance(each, stop) for each in results)
