"""Dashboards and statements over one and ten million rows of the ledger: read from summaries, as fast.

Rows are entries and postings of 20,000 companies; one company has the same few in both ledgers, and its
pages are read, turn about. Beside it: how fast the ledger was rolled up, and what one grouping of it all
would take. On SQLite the CPU counts, which is steadier; on PostgreSQL the wall clock, for the server works
in another process.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from bench.house import empty_house, median, postgresql_house, timed
from bench.redemptions import server
from portal.accounts.models import Account
from portal.bulk import insert_many, instant_text
from portal.database import db, is_postgresql, transaction
from portal.hotel.models import Group, Property
from portal.people.actions import open_sign_in
from portal.people.models import Grant, Person, Role
from portal.programme.ledger.models import LedgerEntry, LedgerPosting, LotRecord, PointBalance
from portal.programme.months import actions as months

LIMIT = 1.2
ROUNDS = 25
WARM = 3
SIZES = (1_000_000, 10_000_000)
ACCOUNTS = 20_000
ROWS_A_LOT = 6
"""Two entries, earned and become active, with two postings each."""
ROWS_AT_ONCE = 60_000
READER, READERS_LOTS = 1, 12
NOW = datetime(2026, 7, 20, 9, tzinfo=UTC)
FIRST = datetime(2026, 5, 4, 9, tzinfo=UTC)
DAYS = 75
PAGES = (
    "/accounts",
    "/accounts/{account}",
    "/accounts/{account}/points",
    "/programme/liability",
    "/programme/liability/closes/2026-06",
    "/programme/statements",
    "/accounts/{account}/statements",
    "/accounts/{account}/statements/2026-06",
)
CPU, WALL = 0, 1


def measure(directory: Path) -> bool:
    """Print the times of both sizes on both databases; whether the larger takes at most 1.2 times as long."""
    fits = _compare([_sqlite(directory, size) for size in SIZES], CPU, "SQLite, ms of CPU")
    with server(directory) as url:
        fits &= _compare([_postgresql(url, size) for size in SIZES], WALL, "PostgreSQL, ms of the wall clock")
    return fits


def _compare(houses: list[Flask], clock: int, title: str) -> bool:
    readers = [_ready(app, size) for app, size in zip(houses, SIZES, strict=True)]
    small, large = SIZES
    print(f"\n{title:44}{f'{small:,}':>12}{f'{large:,}':>12}{'ratio':>7}   median of {ROUNDS}")
    fits = True
    for page in PAGES:
        times = _times(readers, page, clock)
        ratio = times[1] / times[0]
        fits &= ratio <= LIMIT
        print(f"{page:44}{times[0]:12.1f}{times[1]:12.1f}{ratio:7.2f}")
    for app in houses:
        with app.app_context():
            db.engine.dispose()
    return fits


def _ready(app: Flask, size: int) -> tuple[Any, str]:
    """The ledger written and rolled up; a client who reads it, and the account that is read."""
    with app.app_context():
        seconds = _fill(size)
        rolled = timed(lambda: months.roll_up(at=NOW, by=None, chunk=_chunk))[1]
        if is_postgresql():
            with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")
        grouped = timed(_group)[1]
        client, account = _client(app), db.session.get_one(Account, READER).public_id
        db.session.remove()
    print(f"\n{size:,} rows written in {seconds:.0f} s, rolled up in {rolled:.0f} s"
          f" ({size / rolled:,.0f} a second); one grouping of all postings {grouped:.2f} s")  # fmt: skip
    return client, str(account)


def _sqlite(directory: Path, size: int) -> Flask:
    app = empty_house(directory, f"summaries-{size}")
    app.extensions["clock"] = lambda: NOW
    return app


def _postgresql(url: str, size: int) -> Flask:
    app = postgresql_house(url, f"summaries_{size}")
    app.extensions["clock"] = lambda: NOW
    return app


def _chunk(_done: int) -> AbstractContextManager[None]:
    return transaction()


def _fill(size: int) -> float:
    started, lots = time.perf_counter(), size // ROWS_A_LOT // ACCOUNTS
    with transaction():
        db.session.add(Group(id=1, name="Maison Circle", currency="EUR"))
        db.session.add(_hotel())
    for first in range(1, ACCOUNTS + 1, ROWS_AT_ONCE // max(lots, 1) + 1):
        last = min(first + ROWS_AT_ONCE // max(lots, 1), ACCOUNTS)
        with transaction():
            _write(range(first, last + 1), lots)
    return time.perf_counter() - started


def _write(accounts: range, lots: int) -> None:
    count = {number: READERS_LOTS if number == READER else lots for number in accounts}
    insert_many(
        Account.__table__,
        ("id", "public_id", "name", "search_key", "country", "opened_on", "is_demo"),
        [(number, *_company(number)) for number in accounts],
    )
    columns = ("account_id", "seq", "kind", "key", "at", "service_date", "reference", "prev_hash", "hash")
    insert_many(LedgerEntry.__table__, columns, [row for n in accounts for row in _entries(n, count[n])])
    insert_many(
        LedgerPosting.__table__,
        ("account_id", "seq", "position", "bucket", "lot", "points"),
        [row for n in accounts for row in _postings(n, count[n])],
    )
    insert_many(LotRecord.__table__, LOT_COLUMNS, [row for n in accounts for row in _lots(n, count[n])])
    insert_many(
        PointBalance.__table__,
        BALANCE_COLUMNS,
        [(n, -100 * count[n], 0, 100 * count[n], 0, 0, 0, 0, 0, 2 * count[n], "h") for n in accounts],
    )


BALANCE_COLUMNS = (
    "account_id", "issued", "pending", "active", "held", "spent", "expired", "reversed", "owed",
    "seq", "head",
)  # fmt: skip
LOT_COLUMNS = (
    "account_id", "number", "key", "earned_on", "activates_on", "expires_on",
    "issued", "pending", "active", "held", "expired", "reversed",
)  # fmt: skip


def _company(number: int) -> tuple[Any, ...]:
    public = uuid.UUID(int=number)
    return (
        public.hex if db.engine.dialect.name == "sqlite" else str(public),
        f"Company {number}", f"company {number:06}", "PT", "2024-01-01", False,
    )  # fmt: skip


def _moment(place: int, lots: int) -> datetime:
    return FIRST + timedelta(days=DAYS * place // max(lots, 1), seconds=place)


def _entries(account: int, lots: int) -> Iterator[tuple[Any, ...]]:
    for place in range(lots):
        at = _moment(place, lots)
        day = at.date().isoformat()
        for seq, kind in ((2 * place + 1, "accrual"), (2 * place + 2, "activation")):
            key = f"{kind}:{account}:{place}"
            yield account, seq, kind, key, instant_text(at), day, f"booking:{account}", "h", "h"


def _postings(account: int, lots: int) -> Iterator[tuple[Any, ...]]:
    for place in range(lots):
        seq = 2 * place + 1
        yield account, seq, 1, "issued", None, -100
        yield account, seq, 2, "pending", seq, 100
        yield account, seq + 1, 1, "pending", seq, -100
        yield account, seq + 1, 2, "active", seq, 100


def _lots(account: int, lots: int) -> Iterator[tuple[Any, ...]]:
    for place in range(lots):
        earned = _moment(place, lots).date()
        dies = date(earned.year + 2, earned.month, 28).isoformat()
        key = f"accrual:{account}:{place}"
        yield (
            account,
            2 * place + 1,
            key,
            earned.isoformat(),
            earned.isoformat(),
            dies,
            100,
            0,
            100,
            0,
            0,
            0,
        )


def _group() -> None:
    statement = select(LedgerPosting.bucket, func.sum(LedgerPosting.points)).group_by(LedgerPosting.bucket)
    db.session.execute(statement).all()
    db.session.rollback()


def _times(readers: list[tuple[Any, str]], page: str, clock: int) -> list[float]:
    """The median of each reader in ms; they take turns, so that both meet the same machine."""
    found: list[list[float]] = [[] for _reader in readers]
    for turn in range(-WARM, ROUNDS):
        for times, (client, account) in zip(found, readers, strict=True):
            spent = timed(partial(_read, client, page.format(account=account)))[clock]
            if turn >= 0:
                times.append(1000 * spent)
    return [median(times) for times in found]


def _read(client: Any, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != HTTPStatus.OK:
        message = f"{address} answered {answer.status_code}"
        raise RuntimeError(message)


def _hotel() -> Property:
    return Property(
        public_id=uuid.uuid4(), code="SEA", name={"en": "Seaside", "ru": "Море"}, zone="Europe/Lisbon",
        city={"en": "Lisbon", "ru": "Лиссабон"}, currency="EUR", phone="+351 210 000 000",
    )  # fmt: skip


def _client(app: Flask) -> Any:
    with transaction():
        person = Person(
            public_id=uuid.uuid4(), name="Lidia", search_key="lidia", email="l@circle.example",
            locale="en", created_at=NOW,
        )  # fmt: skip
        db.session.add(person)
        db.session.flush()
        db.session.add(Grant(person_id=person.id, role=Role.LOYALTY_MANAGER, granted_at=NOW))
    with transaction():
        token = open_sign_in(person=person, device="a benchmark", is_kept=False, at=NOW)
    client = app.test_client()
    with client.session_transaction() as session:
        session.update({"_user_id": token, "_fresh": True})
    return client
