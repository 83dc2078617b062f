"""The import of all rows against parsing them and bare inserts of what it leaves behind."""

import csv
import gzip
import hashlib
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from bench.house import empty_house, timed
from portal.clock import system_clock
from portal.database import transaction
from portal.demo.load import BOOKINGS, SOURCE
from portal.stays.files import rules as files
from portal.stays.imports import actions as imports

ROWS = 119_390
LIMIT = 10.0


def full_file(directory: Path) -> Path:
    """As many rows as the published data set has, from the subset the project carries.

    The subset comes once as it is; after that its rows repeat without their company, as most rows of
    the data set have none.
    """
    path = directory / "all.csv.gz"
    with gzip.open(BOOKINGS, "rt", newline="") as source, gzip.open(path, "wt", newline="") as target:
        rows = csv.DictReader(source)
        kept = list(rows)
        writer = csv.DictWriter(target, rows.fieldnames or ())
        writer.writeheader()
        for number in range(ROWS):
            row = kept[number % len(kept)]
            writer.writerow(row if number < len(kept) else {**row, "company": "NULL"})
    return path


def measure(directory: Path, path: Path | None) -> bool:
    """Print both times and their ratio; whether it stays within the limit."""
    path = path or full_file(directory)
    app = empty_house(directory, "import")
    with app.app_context():
        import_cpu, import_wall = timed(lambda: take_over(path))
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    told = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database or ""
    bare = make_url(empty_house(directory, "bare").config["SQLALCHEMY_DATABASE_URI"]).database or ""
    seeded = {name for name, held in _rows(bare).items() if held}
    rows = {name: held for name, held in _rows(told).items() if name not in seeded}
    parse_cpu, parse_wall = timed(lambda: _parse(path))
    insert_cpu, insert_wall = timed(lambda: _insert(bare, rows))
    base_cpu, base_wall = parse_cpu + insert_cpu, parse_wall + insert_wall
    count = sum(len(held) for held in rows.values())
    print(f"\nImport of {path.name} on SQLite, and the programme played over it\n")
    print(f"{'':34}{'CPU s':>8}{'wall s':>8}")
    print(f"{'read, preview, accept, play':34}{import_cpu:8.1f}{import_wall:8.1f}   peak {peak_mib} MiB")
    print(f"{'csv.DictReader over the file':34}{parse_cpu:8.1f}{parse_wall:8.1f}")
    print(f"{f'{count:,} rows by executemany':34}{insert_cpu:8.1f}{insert_wall:8.1f}")
    print(f"{'ratio':34}{import_cpu / base_cpu:8.1f}{import_wall / base_wall:8.1f}")
    return import_cpu / base_cpu <= LIMIT


def take_over(path: Path) -> None:
    """Preview and accept a file, as the worker does."""
    at = system_clock()
    with transaction():
        offered = imports.offer_import(
            source=SOURCE,
            filename=path.name,
            digest=hashlib.sha256(path.read_bytes()).hexdigest(),
            companies_only=False,
            as_of=at.date(),
            by=None,
            at=at,
        )
    with path.open("rb") as file:
        reading = imports.read_file(import_id=offered.id, file=file, found=files.survey(file), chunk=_chunk)
    with transaction():
        imports.close_preview(reading=reading, at=at)
    with transaction():
        imports.accept_import(import_id=offered.id, by=None, at=at)


@contextmanager
def _chunk(*, done: int, total: int | None) -> Iterator[None]:  # noqa: ARG001 -- nobody watches
    with transaction():
        yield


def _parse(path: Path) -> None:
    with gzip.open(path, "rt", newline="") as file:
        for _row in csv.DictReader(file):
            pass


def _rows(path: str) -> dict[str, list[tuple[object, ...]]]:
    """Everything there is, table by table, parents first."""
    with sqlite3.connect(path) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
        ).fetchall()
        return {name: connection.execute(_select(name)).fetchall() for (name,) in names}


def _insert(path: str, rows: dict[str, list[tuple[object, ...]]]) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        for name, held in rows.items():
            if held:
                marks = ", ".join("?" * len(held[0]))
                connection.executemany(f"INSERT INTO {name} VALUES ({marks})", held)  # noqa: S608 -- our table


def _select(name: str) -> str:
    return f"SELECT * FROM {name}"  # noqa: S608 -- our table
