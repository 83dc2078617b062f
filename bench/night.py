"""One night of a large group against reading its rows once: lots die, and every tier is reviewed.

20,000 accounts hold 1,000,000 lots, of which one in twenty-four dies this night; it is the day of the
monthly review, and each account has the orders of a year to be counted. The baseline reads the same
lots, balances, standings and orders through the driver alone, and keeps nothing.
"""

import resource
import sqlite3
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.engine import make_url

from bench.house import empty_house, timed
from portal.database import db, end_reads, transaction
from portal.programme.chain.rules import genesis
from portal.programme.notices import actions as notices
from portal.programme.notices.handlers import ACCOUNTS_AT_ONCE
from portal.programme.timeline import queries as timeline

ACCOUNTS = 20_000
LOTS = 50
MONTHS = 24
ORDERS = 12
POINTS = 100
NIGHT = date(2026, 6, 1)
AT = datetime(2026, 6, 1, 1, tzinfo=UTC)
LIMIT = 5.0
MOST_MIB = 500
READ = (
    "SELECT * FROM ledger_lot ORDER BY account_id, number",
    "SELECT * FROM point_balance ORDER BY account_id",
    "SELECT * FROM account_standing ORDER BY account_id",
    "SELECT * FROM perk_spend ORDER BY account_id, day",
)


def measure(directory: Path, accounts: int = ACCOUNTS) -> bool:
    """Print the night's time, its share of the baseline and its memory; whether it keeps the limits."""
    app = empty_house(directory, "night")
    path = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database or ""
    _fill(path, accounts)
    bare_cpu, bare_wall = timed(lambda: _read(path))
    before_mib = _peak_mib()
    cpu, wall = timed(lambda: _play(app))
    entries, reviews = _done(path)
    grown_mib = _peak_mib() - before_mib
    print(
        f"\nNight: {accounts:,} accounts, {accounts * LOTS:,} lots; {entries:,} died, {reviews:,} reviews\n"
    )
    print(f"{'':34}{'CPU s':>8}{'wall s':>8}")
    print(f"{'expiry and review':34}{cpu:8.1f}{wall:8.1f}")
    print(f"{'the same rows read once':34}{bare_cpu:8.1f}{bare_wall:8.1f}")
    print(f"{'ratio':34}{cpu / bare_cpu:8.1f}{wall / bare_wall:8.1f}")
    print(f"peak memory {_peak_mib():,.0f} MiB, of which the night took {grown_mib:,.0f}")
    return cpu / bare_cpu <= LIMIT and _peak_mib() <= MOST_MIB


def _play(app: Flask) -> None:
    """What the worker does as soon as the day begins."""
    with app.app_context():
        last_id = 0
        while some := timeline.accounts_behind(day=NIGHT, after_id=last_id, limit=ACCOUNTS_AT_ONCE):
            end_reads()
            last_id = some[-1]
            with transaction():
                notices.advance_accounts(account_ids=some, until=NIGHT, at=AT)
        db.session.remove()


def _read(path: str) -> None:
    with sqlite3.connect(path) as connection:
        for statement in READ:
            for _row in connection.execute(statement):
                pass


def _done(path: str) -> tuple[int, int]:
    with sqlite3.connect(path) as connection:
        entries = connection.execute("SELECT count(*) FROM ledger_entry WHERE kind = 'expiry'").fetchone()[0]
        day = NIGHT.isoformat()
        reviewed = "SELECT count(*) FROM account_standing WHERE played_through = ? AND derivation IS NOT NULL"
        return entries, connection.execute(reviewed, (day,)).fetchone()[0]


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _fill(path: str, accounts: int) -> None:
    """Rows as playing would have left them; the seals of old entries are not looked at tonight."""
    yesterday = (NIGHT - timedelta(days=1)).isoformat()
    total = LOTS * POINTS
    tables = {
        "account": (
            (n, f"{uuid.UUID(int=n).hex}", f"Account {n}", f"account {n}", "PT", "2020-01-01", 0)
            for n in range(1, accounts + 1)
        ),
        "ledger_entry": _entries(accounts),
        "ledger_lot": _lots(accounts),
        "point_balance": (
            (n, -total, 0, total, 0, 0, 0, 0, 0, LOTS, genesis(str(uuid.UUID(int=n))))
            for n in range(1, accounts + 1)
        ),
        "account_standing": (
            (n, "silver", "2025-01-01", yesterday, yesterday, 0) for n in range(1, accounts + 1)
        ),
        "perk_spend": _orders(accounts),
    }
    with sqlite3.connect(path) as connection:
        for table, rows in tables.items():
            names = COLUMNS[table]
            places = ", ".join("?" * len(names))
            statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})"  # noqa: S608 -- our own names
            connection.executemany(statement, rows)


COLUMNS: dict[str, tuple[str, ...]] = {
    "account": ("id", "public_id", "name", "search_key", "country", "opened_on", "is_demo"),
    "ledger_entry": (
        *("account_id", "seq", "kind", "key", "at", "service_date", "reference"),
        *("derivation", "prev_hash", "hash"),
    ),
    "ledger_lot": (
        *("account_id", "number", "key", "earned_on", "activates_on", "expires_on"),
        *("issued", "pending", "active", "held", "expired", "reversed"),
    ),
    "point_balance": (
        *("account_id", "issued", "pending", "active", "held", "spent", "expired", "reversed", "owed"),
        *("seq", "head"),
    ),
    "account_standing": ("account_id", "tier", "tier_since", "played_through", "told_through", "night_cents"),
    "perk_spend": (
        *("account_id", "key", "reference", "day", "settled_on", "bases", "base_cents", "is_event"),
        "recorded_at",
    ),
}


def _entries(accounts: int) -> Iterator[tuple[Any, ...]]:
    for account in range(1, accounts + 1):
        for number in range(1, LOTS + 1):
            key = f"stay:{account}:{number}"
            yield (
                account,
                number,
                "accrual",
                key,
                "2024-06-01 00:00:00.000000",
                "2024-06-01",
                key,
                None,
                "",
                key,
            )


def _lots(accounts: int) -> Iterator[tuple[Any, ...]]:
    ends = [_month_end(ahead) for ahead in range(MONTHS)]
    for account in range(1, accounts + 1):
        for number in range(1, LOTS + 1):
            key, end = f"stay:{account}:{number}", ends[(account + number) % MONTHS]
            yield (account, number, key, "2024-06-01", "2024-06-15", end, POINTS, 0, POINTS, 0, 0, 0)


def _month_end(ahead: int) -> str:
    years, month = divmod(NIGHT.month - 1 + ahead, 12)
    return (date(NIGHT.year + years, month + 1, 1) - timedelta(days=1)).isoformat()


def _orders(accounts: int) -> Iterator[tuple[Any, ...]]:
    for account in range(1, accounts + 1):
        for month in range(ORDERS):
            day = (NIGHT - timedelta(days=20 + 30 * month)).isoformat()
            key, cents = f"order:{account}:{month}", 2_000 if account % 100 == 0 else 25_000
            yield (account, key, key, day, day, '[["vip_bundle", 20000]]', cents, 1, f"{day} 12:00:00.000000")
