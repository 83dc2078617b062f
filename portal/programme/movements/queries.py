"""Movements of points with what they were about: the stay, by its dates and hotel, or an order."""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice, takewhile
from typing import Any

from sqlalchemy import ColumnElement, select

from portal import clock
from portal.database import db, integer_sum
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
DESCRIBED_AT_ONCE = 1_000
_STAY = re.compile(r"\bstay:([0-9a-f]+)")
_FOLIO = re.compile(r"\bstay:([0-9a-f]+):(\d+)")
_ORDER = re.compile(r"\bbooking:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class AboutStay:
    """The stay that points are about, as told when it was counted; the hotel by its name in each language."""

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
        return _folio(self.entry)

    @property
    def order(self) -> uuid.UUID | None:
        """The order that it was earned by, or that it pays."""
        return order_of(f"{self.entry.reference} {self.entry.key}")


@dataclass(frozen=True, slots=True)
class MovementFilter:
    """Which movements: those into and out of a state, those of a lot, those up to an entry; none for all."""

    bucket: Bucket | None = None
    lot: int | None = None
    upto: int | None = None

    @property
    def is_narrowed(self) -> bool:
        return self.bucket is not None or self.lot is not None or self.upto is not None

    def change(self, entry: Entry) -> int:
        """By how much an entry changed what the list is narrowed to."""
        return self.sign * sum(posting.points for posting in entry.postings if self._fits(posting))

    def takes(self, entry: Entry) -> bool:
        """Whether an entry belongs to what the list is narrowed to: `condition` says the same in SQL."""
        moved = any(
            self.bucket in {None, posting.bucket} and self.lot in {None, posting.lot}
            for posting in entry.postings
        )
        return moved and (self.upto is None or entry.seq <= self.upto)

    @property
    def sign(self) -> int:
        """A debt is negative in the books and positive to a reader."""
        return -1 if self.bucket is Bucket.OWED else 1

    def _fits(self, posting: Posting) -> bool:
        # Of a lot without a state: what is still the account's own.
        in_state = posting.bucket in OWN if self.bucket is None else posting.bucket is self.bucket
        return in_state and self.lot in {None, posting.lot}

    def condition(self, account_id: int) -> list[ColumnElement[bool]]:
        """The same as a condition on entries."""
        earlier = [] if self.upto is None else [LedgerEntry.seq <= self.upto]
        if self.bucket is None and self.lot is None:
            return earlier
        moved = select(LedgerPosting.seq).where(LedgerPosting.account_id == account_id)
        if self.bucket is not None:
            moved = moved.where(LedgerPosting.bucket == self.bucket.value)
        if self.lot is not None:
            moved = moved.where(LedgerPosting.lot == self.lot)
        return [LedgerEntry.seq.in_(moved), *earlier]


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
    if only.upto is not None:
        return _total_then(account_id, only)
    if only.lot is not None:
        lot = ledger.lots_numbered(account_id, [only.lot]).get(only.lot)
        states = [only.bucket] if only.bucket is not None else OWN
        return sum(getattr(lot, state.value, 0) for state in states)
    if only.bucket is None:
        return balance.pending + balance.active + balance.held
    kept: int = getattr(balance, only.bucket.value)
    return kept


def _total_then(account_id: int, only: MovementFilter) -> int:
    """The same as of an entry: nothing of it is kept, so it is added up from the postings."""
    states = OWN if only.bucket is None else {only.bucket}
    statement = select(integer_sum(LedgerPosting.points)).where(
        LedgerPosting.account_id == account_id,
        LedgerPosting.seq <= only.upto,
        LedgerPosting.bucket.in_([state.value for state in states]),
    )
    if only.lot is not None:
        statement = statement.where(LedgerPosting.lot == only.lot)
    return only.sign * int(db.session.scalar(statement) or 0)


def movement(account_id: int, seq: int, *, zone: str) -> Movement | None:
    """One movement of an account."""
    entry = ledger.entry_of(account_id, seq)
    return _described([entry], zone)[0] if entry is not None else None


def every_movement(account_id: int, *, zone: str, only: MovementFilter = EVERYTHING) -> Iterator[Movement]:
    """The movements of an account from the first one on, as a stream; or those to which it is narrowed."""
    chain = filter(only.takes, ledger.chain_of(account_id, batch=DESCRIBED_AT_ONCE))
    while some := list(islice(chain, DESCRIBED_AT_ONCE)):
        yield from _described(some, zone)


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
    stays = _stays({key for entry in entries if (key := _stay_key(entry)) is not None})
    return [_movement(entry, _stay_of(entry, stays), zone) for entry in entries]


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


def _folio(entry: Entry) -> tuple[str, int] | None:
    found = _FOLIO.search(f"{entry.key} {entry.reference}")
    return (found[1], int(found[2])) if found else None


def _stay_key(entry: Entry) -> str | None:
    # What the calendar does to a lot refers to the accrual, whose key names the stay.
    found = _STAY.search(entry.reference)
    return found[1] if found else None


def _stay_of(entry: Entry, stays: Mapping[tuple[str, int | None], AboutStay]) -> AboutStay | None:
    """The version that was counted: what is told anew later must not change what was said of it."""
    key, folio = _stay_key(entry), _folio(entry)
    if key is None:
        return None
    counted = stays.get(folio) if folio is not None and folio[0] == key else None
    return counted or stays.get((key, None))


def _stays(keys: set[str]) -> dict[tuple[str, int | None], AboutStay]:
    """Every version of these stays by its number, the latest by none as well."""
    found: dict[tuple[str, int | None], AboutStay] = {}
    for start in range(0, len(keys), ledger.KEYS_AT_ONCE):
        some = sorted(keys)[start : start + ledger.KEYS_AT_ONCE]
        statement = (
            select(
                Stay.natural_key,
                Stay.version,
                Stay.superseded_at,
                Stay.arrival,
                Stay.departure,
                Stay.nights,
                Property.name,
                Stay.property_id,
            )
            .join(Property, Property.id == Stay.property_id)
            .where(Stay.natural_key.in_(some))
        )
        for key, version, superseded_at, *about in db.session.execute(statement):
            found[key, version] = AboutStay(*about)
            if superseded_at is None:
                found[key, None] = found[key, version]
    return found
