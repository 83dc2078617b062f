"""Real threads that do the same thing at the same moment."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

from portal.database import db

START_TIMEOUT_S = 10
RACE_TIMEOUT_S = 60


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
