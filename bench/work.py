"""The worker: jobs that do nothing, against the same statements by the driver alone."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url

from bench.house import empty_house, median, timed
from portal.clock import system_clock
from portal.database import db, transaction
from portal.jobs import actions, work
from portal.jobs.cli import Worker

JOBS = 1_000
LIMIT = 50.0
KIND = "bench.nothing"
SYNC_ROUNDS = 50
Script = list[tuple[str, Any]]


def measure(directory: Path) -> bool:
    """Print jobs a second and the ratio in CPU; whether it stays within the limit."""
    app = _with_jobs(directory)
    path = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database or ""
    copy = str(directory / "replay.sqlite3")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    with app.app_context(), _recorded(db.engine) as script:
        job_cpu, job_wall = timed(Worker(app, "a benchmark").drain)
    bare_cpu, bare_wall = timed(lambda: _replay(copy, script))
    print(f"\nWorker: {JOBS:,} jobs that do nothing, each claimed in one transaction and ended in another\n")
    print(f"{'':34}{'CPU s':>8}{'wall s':>8}{'a second':>10}")
    print(f"{'the worker':34}{job_cpu:8.2f}{job_wall:8.2f}{JOBS / job_wall:10,.0f}")
    print(f"{'the same statements by sqlite3':34}{bare_cpu:8.2f}{bare_wall:8.2f}{JOBS / bare_wall:10,.0f}")
    print(f"{'ratio':34}{job_cpu / bare_cpu:8.1f}{job_wall / bare_wall:8.1f}")
    print(f"\nOne fdatasync of this disk takes {1000 * sync_s(directory):.2f} ms; each job needs two.")
    return job_cpu / bare_cpu <= LIMIT


def sync_s(directory: Path) -> float:
    """The median of one durable write of four KiB: throughput means little without it."""
    with (directory / "sync").open("wb", buffering=0) as file:

        def write() -> None:
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())

        return median([timed(write)[1] for _round in range(SYNC_ROUNDS)])


def _with_jobs(directory: Path) -> Flask:
    app = empty_house(directory, "jobs")
    with app.app_context():
        work.register(app, handlers={KIND: lambda _context: {}})
        with transaction():
            for number in range(JOBS):
                actions.enqueue(kind=KIND, payload={"number": number}, at=system_clock())
    return app


@contextmanager
def _recorded(engine: Engine) -> Iterator[Script]:
    """Every statement that the engine sends inside the block, with its values, commits included."""
    script: Script = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: Any) -> None:
        script.append((statement, values))

    heard = (
        ("before_cursor_execute", hear),
        ("commit", lambda _connection: script.append(("COMMIT", ()))),
        ("rollback", lambda _connection: script.append(("ROLLBACK", ()))),
    )
    for name, listener in heard:
        event.listen(engine, name, listener)
    yield script
    for name, listener in heard:
        event.remove(engine, name, listener)


def _replay(path: str, script: Script) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        for statement, values in script:
            if statement in {"COMMIT", "ROLLBACK"} and not connection.in_transaction:
                continue
            connection.execute(statement, values or ()).fetchall()
