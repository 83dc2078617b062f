"""kill -9 of the web process and of the worker under load; bin/bench does the same two hundred times."""

import pytest

from bench import killed
from portal.clock import system_clock
from portal.database import db

CYCLES = 10
"""On each database; together twenty."""


@pytest.mark.race
def test_nothing_acknowledged_is_lost_and_nothing_doubled(app, database, monkeypatch):
    # What the killed processes put down bears the true time; the last worker must find it due.
    monkeypatch.setitem(app.extensions, "clock", system_clock)

    found = killed.torment(app, database.url, cycles=CYCLES, seed=20_260_615)

    assert found.faults == []
    assert found.cycles == CYCLES
    assert found.given
    db.session.remove()
