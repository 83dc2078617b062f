"""A rehearsal of the published bookings against a plain loop that reads the same rows and sums them.

Agents count as accounts, so that every booking that has a company or an agent is somebody's.
"""

import csv
import gzip
import sqlite3
import tracemalloc
import uuid
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import insert, select, update
from sqlalchemy.engine import make_url

from bench.house import empty_house, timed
from bench.imports import full_file, take_over
from portal.accounts.models import Account
from portal.clock import system_clock
from portal.database import db, end_reads
from portal.programme import queries as programme
from portal.programme.replay import queries
from portal.programme.replay.rules import replay
from portal.programme.tariffs.rules import Tariff, schedule_of
from portal.stays.models import Stay
from portal.web.folding import search_key

LIMIT = 30.0
MONTHS = 24
ACCOUNTS_AT_ONCE = 50
PLAIN = (
    "SELECT stay.account_id, stay.arrival, stay.nights, stay.settled_on, folio_line.net_cents FROM stay"
    " JOIN folio_line ON folio_line.stay_id = stay.id"
    " WHERE stay.account_id IS NOT NULL AND stay.status = 'checked_out' AND stay.superseded_at IS NULL"
)


def measure(directory: Path, path: Path | None) -> bool:
    """Print times, the ratio and how both grow; whether it stays within the limit."""
    path = path or full_file(directory)
    app = empty_house(directory, "rehearsal")
    with app.app_context():
        take_over(path)
        _give_to_agents(path)
        until = db.session.scalars(select(Stay.settled_on).order_by(Stay.settled_on.desc()).limit(1)).one()
        ids = queries.account_ids(after_id=0, limit=100_000)
        end_reads()
        half_cpu, half_wall = timed(lambda: _rehearse(ids[::2], until))
        half = _stays(ids[::2], until)
        cpu, wall = timed(lambda: _rehearse(ids, until))
        stays = _stays(ids, until)
        kept = [_peak_kib(some, until) for some in (ids[::2], ids)]
    bare = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database or ""
    plain_cpu, plain_wall = min(timed(lambda: _plain(bare)) for _round in range(3))
    print(f"\nRehearsal of one draft over {MONTHS} months of {path.name}, {len(ids):,} accounts\n")
    print(f"{'':34}{'CPU s':>8}{'wall s':>8}{'stays':>10}{'µs a stay':>11}")
    print(
        f"{'half of the accounts':34}{half_cpu:8.2f}{half_wall:8.2f}{half:10,}{half_cpu / half * 1e6:11.1f}"
    )
    print(f"{'all of them':34}{cpu:8.2f}{wall:8.2f}{stays:10,}{cpu / stays * 1e6:11.1f}")
    print(f"{'read and summed by sqlite3 alone':34}{plain_cpu:8.2f}{plain_wall:8.2f}")
    print(f"{'ratio':34}{cpu / plain_cpu:8.1f}{wall / plain_wall:8.1f}")
    print(f"most memory at once: {kept[0]:,} KiB for half of the accounts, {kept[1]:,} KiB for all")
    return cpu / plain_cpu <= LIMIT


def _rehearse(ids: list[int], until: date) -> int:
    """What the worker does for one draft, but for the rows that it writes: an account has one of them."""
    versions = programme.all_rules()
    ran, start = schedule_of(versions), until - timedelta(days=MONTHS * 365 // 12 - 1)
    draft = [Tariff(versions[-1], begins=start.toordinal())]
    worth = 0
    for place in range(0, len(ids), ACCOUNTS_AT_ONCE):
        for _account_id, past in queries.pasts(ids[place : place + ACCOUNTS_AT_ONCE], until=until):
            now, then = replay(
                past=past, start=start.toordinal(), until=until.toordinal(), ran=ran, schedules=[ran, draft]
            )
            worth += then.worth_cents - now.worth_cents
        end_reads()
    if worth:
        message = "rules that did not change made a difference"
        raise RuntimeError(message)
    return worth


def _stays(ids: list[int], until: date) -> int:
    return sum(1 for _, past in queries.pasts(ids, until=until) for _fact in past.facts)


def _plain(path: str) -> int:
    sums: dict[int, list[int]] = {}
    with sqlite3.connect(path) as connection:
        for account_id, _arrival, nights, _settled_on, cents in connection.execute(PLAIN):
            found = sums.setdefault(account_id, [0, 0])
            found[0] += nights
            found[1] += cents
    return len(sums)


def _give_to_agents(path: Path) -> None:
    """Open an account for every agent and give it the bookings that are no company's."""
    with gzip.open(path, "rt", newline="") as file:
        agents = {number: row["agent"] for number, row in enumerate(csv.DictReader(file), start=2)}
    named = sorted({agent for agent in agents.values() if agent != "NULL"}, key=int)
    at = system_clock()
    rows = [
        {
            "public_id": uuid.uuid4(),
            "name": f"Agent {agent}",
            "search_key": search_key(f"Agent {agent}"),
            "country": "PRT",
            "opened_on": at.date(),
            "is_demo": True,
        }
        for agent in named
    ]
    db.session.execute(insert(Account), rows)
    accounts = dict(db.session.execute(select(Account.name, Account.id)).all())
    free = db.session.execute(select(Stay.id, Stay.row_no).where(Stay.account_id.is_(None))).all()
    given = [
        {"id": stay_id, "account_id": accounts[f"Agent {agents[row_no]}"]}
        for stay_id, row_no in free
        if agents[row_no] != "NULL"
    ]
    db.session.execute(update(Stay), given)
    db.session.commit()


def _peak_kib(ids: list[int], until: date) -> int:
    tracemalloc.start()
    _rehearse(ids, until)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak // 1024
