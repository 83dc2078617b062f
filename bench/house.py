"""What the benchmarks share: a demo on a database that is thrown away, statements counted, medians."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Engine, create_engine, event, make_url

from portal.config import Settings
from portal.demo import load as demo
from portal.factory import create_app

TRANSACTION_WORDS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "PRAGMA")
statements: list[str] = []


@event.listens_for(Engine, "before_cursor_execute")
def _hear(_connection, _cursor, statement, _parameters, _context, _many):  # noqa: ANN001, ANN202 -- the event's shape
    if not statement.lstrip().upper().startswith(TRANSACTION_WORDS):
        statements.append(statement)


def empty_house(directory: Path, name: str) -> Flask:
    """An application over a migrated SQLite file without any data."""
    url = f"sqlite:///{directory}/{name}.sqlite3"
    app = create_app(Settings(portal_mode="test", database_url=url, log_level="ERROR"))
    with app.app_context():
        upgrade()
    return app


def postgresql_house(url: str, name: str) -> Flask:
    """An application over a migrated database of its own on a server."""
    with create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    own = make_url(url).set(database=name).render_as_string(hide_password=False)
    app = create_app(Settings(portal_mode="test", database_url=own, log_level="ERROR"))
    with app.app_context():
        upgrade()
    return app


def demo_house(directory: Path, name: str = "demo") -> Flask:
    """The same with the demo loaded."""
    app = empty_house(directory, name)
    with app.app_context():
        demo.load(at=datetime.now(UTC))
    return app


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of CPU and of the wall clock that the work takes in this process."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def median(values: list[float]) -> float:
    return statistics.median(values)
