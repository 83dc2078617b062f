"""Movements of points with what they were about: the stay, by its dates and hotel, or an order."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, select

from portal import clock
from portal.database import db
from portal.hotel.models import Property
from portal.programme.chain.rules import Bucket, Entry, Posting
from portal.programme.ledger import queries as ledger
from portal.programme.ledger.models import LedgerEntry, LedgerPosting
from portal.programme.ledger.queries import Balance
from portal.stays.models import Stay
from portal.web.paging import Page

OWN = frozenset({Bucket.PENDING, Bucket.ACTIVE, Bucket.HELD})
SHOWN = tuple(bucket for bucket in Bucket if bucket is not Bucket.ISSUED)
"""The states that a reader is shown; what was issued is only the other side of them."""
_STAY = re.compile(r"\bstay:([0-9a-f]+)")
_FOLIO = re.compile(r"\bstay:([0-9a-f]+):(\d+)")
_ORDER = re.compile(r"\bbooking:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class AboutStay:
    """The stay that points are about, as last told; the hotel by its name in each language."""

    arrival: date
    departure: date
    nights: int
    hotel: dict[str, Any]
    property_id: int


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

    @property
    def folio(self) -> tuple[str, int] | None:
        """The bill that it was earned by: the key of the stay and the version that was counted."""
        found = _FOLIO.search(f"{self.entry.key} {self.entry.reference}")
        return (found[1], int(found[2])) if found else None

    @property
    def order(self) -> uuid.UUID | None:
        """The order that it was earned by, or that it pays."""
        return order_of(f"{self.entry.reference} {self.entry.key}")


@dataclass(frozen=True, slots=True)
class MovementFilter:
    """Which movements: those into and out of a state, or those of a lot; none for all."""

    bucket: Bucket | None = None
    lot: int | None = None

    @property
    def is_narrowed(self) -> bool:
        return self.bucket is not None or self.lot is not None

    def change(self, entry: Entry) -> int:
        """By how much an entry changed what the list is narrowed to."""
        return sum(posting.points for posting in entry.postings if self._fits(posting))

    def _fits(self, posting: Posting) -> bool:
        # Of a lot without a state: what is still the account's own.
        in_state = posting.bucket in OWN if self.bucket is None else posting.bucket is self.bucket
        return in_state and self.lot in {None, posting.lot}

    def condition(self, account_id: int) -> list[ColumnElement[bool]]:
        """The same as a condition on entries."""
        if not self.is_narrowed:
            return []
        moved = select(LedgerPosting.seq).where(LedgerPosting.account_id == account_id)
        if self.bucket is not None:
            moved = moved.where(LedgerPosting.bucket == self.bucket.value)
        if self.lot is not None:
            moved = moved.where(LedgerPosting.lot == self.lot)
        return [LedgerEntry.seq.in_(moved)]


EVERYTHING = MovementFilter()


def movements(
    account_id: int,
    *,
    zone: str,
    only: MovementFilter = EVERYTHING,
    after: str | None = None,
    limit: int = ledger.PAGE_SIZE,
) -> Page[Movement]:
    """The movements of an account, the latest first."""
    page = ledger.entries_of(account_id, after, limit, only.condition(account_id))
    return Page(_described(page.rows, zone), page.next_key)


def total(account_id: int, only: MovementFilter, balance: Balance) -> int:
    """What is kept for that to which a list is narrowed: its movements come to it."""
    if only.lot is not None:
        lot = ledger.lots_numbered(account_id, [only.lot]).get(only.lot)
        states = [only.bucket] if only.bucket is not None else OWN
        return sum(getattr(lot, state.value, 0) for state in states)
    if only.bucket is None:
        return balance.pending + balance.active + balance.held
    kept: int = getattr(balance, only.bucket.value)
    # A debt is negative in the books and positive to a reader.
    return -kept if only.bucket is Bucket.OWED else kept


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


def order_of(reference: str) -> uuid.UUID | None:
    """The order that a reference names; none where it names something else."""
    found = _ORDER.search(reference)
    return uuid.UUID(found[1]) if found else None


def movements_between(account_id: int, *, after_seq: int, upto_seq: int, zone: str) -> list[Movement]:
    """The movements of an account after one entry, up to and including another."""
    if upto_seq <= after_seq:
        return []
    chain = ledger.chain_of(account_id, after_seq=after_seq, batch=min(upto_seq - after_seq, 1_000))
    return _described(takewhile(lambda entry: entry.seq <= upto_seq, chain), zone)


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
            select(
                Stay.natural_key,
                Stay.arrival,
                Stay.departure,
                Stay.nights,
                Property.name,
                Stay.property_id,
            )
            .join(Property, Property.id == Stay.property_id)
            .where(Stay.natural_key.in_(some), Stay.superseded_at.is_(None))
        )
        for key, *about in db.session.execute(statement):
            found[key] = AboutStay(*about)
    return found
