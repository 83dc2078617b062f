"""Movements of points with what they were about: the stay, by its dates and hotel, or an order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.database import db
from portal.hotel.models import Property
from portal.programme.chain.rules import Bucket, Entry
from portal.programme.ledger import queries as ledger
from portal.stays.models import Stay
from portal.web.paging import Page

OWN = frozenset({Bucket.PENDING, Bucket.ACTIVE, Bucket.HELD})
SHOWN = tuple(bucket for bucket in Bucket if bucket is not Bucket.ISSUED)
"""The states that a reader is shown; what was issued is only the other side of them."""
_STAY = re.compile(r"\bstay:([0-9a-f]+)")


@dataclass(frozen=True, slots=True)
class AboutStay:
    """The stay that points are about, as last told; the hotel by its name in each language."""

    arrival: date
    departure: date
    nights: int
    hotel: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry as a reader sees it.

    `day` is that of its posting, by the hotels' clock. `change` is by how much the account's own
    points grew or shrank, `moved` how many changed their state; `sources` and `targets` are the
    states they left and came to.
    """

    entry: Entry
    day: date
    change: int
    moved: int
    sources: tuple[Bucket, ...]
    targets: tuple[Bucket, ...]
    stay: AboutStay | None
    by_bucket: dict[Bucket, int]


def movements(
    account_id: int, *, zone: str, after: str | None = None, limit: int = ledger.PAGE_SIZE
) -> Page[Movement]:
    """The movements of an account, the latest first."""
    page = ledger.entries_of(account_id, after, limit)
    return Page(_described(page.rows, zone), page.next_key)


def movement(account_id: int, seq: int, *, zone: str) -> Movement | None:
    """One movement of an account."""
    entry = ledger.entry_of(account_id, seq)
    return _described([entry], zone)[0] if entry is not None else None


def every_movement(account_id: int, *, zone: str, limit: int) -> list[Movement]:
    """The movements of an account from the first one on."""
    entries = []
    for entry in ledger.chain_of(account_id):
        entries.append(entry)
        if len(entries) == limit:
            break
    return _described(entries, zone)


def _described(entries: Iterable[Entry], zone: str) -> list[Movement]:
    entries = list(entries)
    keys = {entry.seq: _stay_key(entry) for entry in entries}
    stays = _stays({key for key in keys.values() if key is not None})
    return [_movement(entry, stays.get(keys[entry.seq] or ""), zone) for entry in entries]


def _movement(entry: Entry, stay: AboutStay | None, zone: str) -> Movement:
    sums: dict[Bucket, int] = {}
    for posting in entry.postings:
        sums[posting.bucket] = sums.get(posting.bucket, 0) + posting.points
    return Movement(
        entry=entry,
        day=clock.local_date(entry.at, zone),
        change=sum(points for bucket, points in sums.items() if bucket in OWN),
        moved=sum(points for points in sums.values() if points > 0),
        sources=tuple(bucket for bucket in SHOWN if sums.get(bucket, 0) < 0),
        targets=tuple(bucket for bucket in SHOWN if sums.get(bucket, 0) > 0),
        stay=stay,
        by_bucket=sums,
    )


def _stay_key(entry: Entry) -> str | None:
    # What the calendar does to a lot refers to the accrual, whose key names the stay.
    found = _STAY.search(entry.reference)
    return found[1] if found else None


def _stays(keys: set[str]) -> dict[str, AboutStay]:
    if not keys:
        return {}
    found: dict[str, AboutStay] = {}
    for start in range(0, len(keys), ledger.KEYS_AT_ONCE):
        some = sorted(keys)[start : start + ledger.KEYS_AT_ONCE]
        statement = (
            select(Stay.natural_key, Stay.arrival, Stay.departure, Stay.nights, Property.name)
            .join(Property, Property.id == Stay.property_id)
            .where(Stay.natural_key.in_(some), Stay.superseded_at.is_(None))
        )
        for key, *about in db.session.execute(statement):
            found[key] = AboutStay(*about)
    return found
