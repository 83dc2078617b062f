"""Stays told and orders played into the ledger, against bare inserts of the rows that this leaves.

The demo's bookings are played again, all companies from their first stay on: points, lots, reviews and
tiers. The baseline inserts the same rows into the same tables, with their keys, checks and triggers, by the
driver alone, in one transaction.
"""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import psycopg
from flask import Flask
from psycopg.types.json import set_json_loads
from sqlalchemy import select
from sqlalchemy.engine import make_url

from bench.house import demo_house, median, postgresql_house, timed
from bench.redemptions import server
from portal.accounts.models import Account
from portal.database import db, transaction
from portal.demo import load as demo
from portal.hotel import queries as hotel
from portal.programme.timeline import actions as timeline

LEAST = 0.25
ROUNDS = 3
AT = datetime(2026, 6, 1, 3, tzinfo=UTC)
TABLES = (
    *("account_standing", "tier_change", "tier_review", "played_stay"),
    *("ledger_entry", "ledger_lot", "ledger_posting", "point_balance"),
)
"""What playing fills, parents first."""
Rows = dict[str, list[tuple[Any, ...]]]


class _Driver(Protocol):
    def empty(self) -> None: ...
    def rows(self) -> Rows: ...
    def insert(self, rows: Rows) -> None: ...


class _Sqlite:
    def __init__(self, path: str) -> None:
        self._path = path

    def empty(self) -> None:
        """Take out what was played: what is append-only lets go while its triggers are away."""
        with closing(sqlite3.connect(self._path)) as connection:
            guards = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall()
            for statement in (
                *(f'DROP TRIGGER "{name}"' for name, _sql in guards),
                *(f"DELETE FROM {table}" for table in reversed(TABLES)),  # noqa: S608 -- our own names
                *(sql for _name, sql in guards),
            ):
                connection.execute(statement)
            connection.commit()

    def rows(self) -> Rows:
        with closing(sqlite3.connect(self._path)) as connection:
            return {table: connection.execute(_select(table)).fetchall() for table in TABLES}

    def insert(self, rows: Rows) -> None:
        with closing(sqlite3.connect(self._path)) as connection:
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA synchronous=FULL")
            for table, some in rows.items():
                if some:
                    connection.executemany(_insert(table, "?", some), some)
            connection.commit()


class _Postgresql:
    def __init__(self, address: str) -> None:
        self._address = address

    def empty(self) -> None:
        with psycopg.connect(self._address) as connection:
            connection.execute("SET session_replication_role = replica")
            for table in reversed(TABLES):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 -- our own names
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute("VACUUM")

    def rows(self) -> Rows:
        with psycopg.connect(self._address) as connection:
            # As text: what was read is inserted again as it is.
            set_json_loads(lambda text: text.decode() if isinstance(text, bytes) else text, connection)
            return {table: connection.execute(_select(table)).fetchall() for table in TABLES}

    def insert(self, rows: Rows) -> None:
        with psycopg.connect(self._address) as connection, connection.cursor() as cursor:
            for table, some in rows.items():
                if some:
                    cursor.executemany(_insert(table, "%s", some), some)


def _select(table: str) -> str:
    return f"SELECT * FROM {table}"  # noqa: S608 -- our own names


def _insert(table: str, place: str, rows: list[tuple[Any, ...]]) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join([place] * len(rows[0]))})"  # noqa: S608 -- our own names


def measure(directory: Path) -> bool:
    """Print how long both take on each database; whether PostgreSQL keeps the share of its bare inserts."""
    print(f"\nPosting: the demo's bookings played again; wall s, median of {ROUNDS} rounds\n")
    print(f"{'':14}{'rows':>9}{'played':>9}{'inserted':>10}{'share':>8}")
    app = demo_house(directory, "posting")
    _compare("SQLite", app, _Sqlite(make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database or ""))
    with server(directory) as url:
        app = postgresql_house(url, "posting")
        with app.app_context():
            demo.load(at=datetime.now(UTC))
        address = app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
        return _compare("PostgreSQL", app, _Postgresql(address)) >= LEAST


def _compare(name: str, app: Flask, driver: _Driver) -> float:
    played, inserted, rows = [], [], Rows()
    with app.app_context():
        for _round in range(ROUNDS):
            _leave()
            driver.empty()
            played.append(timed(_play)[1])
            _leave()
            rows = driver.rows()
            driver.empty()
            inserted.append(timed(lambda some=rows: driver.insert(some))[1])  # type: ignore[misc]
    share = median([b / a for a, b in zip(played, inserted, strict=True)])
    count = sum(len(some) for some in rows.values())
    print(f"{name:14}{count:9,}{median(played):9.2f}{median(inserted):10.2f}{share:8.0%}")
    return share


def _play() -> None:
    ids = db.session.scalars(select(Account.id).order_by(Account.id)).all()
    until = hotel.demo_as_of() or AT.date()
    for start in range(0, len(ids), timeline.ACCOUNTS_AT_ONCE):
        some = ids[start : start + timeline.ACCOUNTS_AT_ONCE]
        with transaction():
            timeline.play_accounts(account_ids=some, until=until, at=AT)


def _leave() -> None:
    """Give back the connections: the driver alone changes the tables."""
    db.session.remove()
    db.engine.dispose()
