"""`flask ledger verify` against reading the same rows and hashing as many bytes by the library alone."""

import hashlib
import sqlite3
from pathlib import Path

from sqlalchemy.engine import make_url

from bench.house import demo_house, median, timed
from portal.database import snapshot
from portal.programme.books import queries as books

ROUNDS = 3
LIMIT = 20.0
ROWS = (
    "SELECT * FROM ledger_entry ORDER BY account_id, seq",
    "SELECT * FROM ledger_posting ORDER BY account_id, seq",
)


def measure(directory: Path) -> bool:
    """Print entries a second and the ratio; whether it stays within the limit."""
    app = demo_house(directory, "ledger")
    path = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database or ""
    with app.app_context():
        entries = _verify()
        ours = [timed(_verify) for _round in range(ROUNDS)]
    bare = [timed(lambda: _bare(path)) for _round in range(ROUNDS)]
    (cpu, wall), (bare_cpu, bare_wall) = (
        (median([pair[0] for pair in found]), median([pair[1] for pair in found])) for found in (ours, bare)
    )
    print(f"\nLedger: {entries:,} entries verified, median of {ROUNDS} rounds\n")
    print(f"{'':34}{'CPU s':>8}{'wall s':>8}{'a second':>10}")
    print(f"{'every chain, head and seal':34}{cpu:8.2f}{wall:8.2f}{entries / wall:10,.0f}")
    print(f"{'the same rows read and hashed':34}{bare_cpu:8.2f}{bare_wall:8.2f}{entries / bare_wall:10,.0f}")
    print(f"{'ratio':34}{cpu / bare_cpu:8.1f}{wall / bare_wall:8.1f}")
    return cpu / bare_cpu <= LIMIT


def _verify() -> int:
    with snapshot():
        checked = books.verify()
    if checked.broken or checked.broken_seal:
        message = "the demo's books do not hold"
        raise RuntimeError(message)
    return checked.entries


def _bare(path: str) -> None:
    with sqlite3.connect(path) as connection:
        for statement in ROWS:
            for row in connection.execute(statement):
                hashlib.sha256(repr(row).encode()).hexdigest()
