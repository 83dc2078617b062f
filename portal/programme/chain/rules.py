"""The entries of one account's ledger: double entry, append-only, each sealed onto the one before.

A seal is the SHA-256 of the entry's canonical JSON, which contains the seal before it; the first
is sealed onto the account's own id. So a changed, missing or swapped entry breaks the chain at
itself. Entries hold pseudonymous ids only.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from portal.derivation import Json


class Bucket(StrEnum):
    """Where points are. `issued` and `owed` are contra: they show the other side of what was given."""

    ISSUED = "issued"
    PENDING = "pending"
    ACTIVE = "active"
    HELD = "held"
    SPENT = "spent"
    EXPIRED = "expired"
    REVERSED = "reversed"
    OWED = "owed"


class Kind(StrEnum):
    """What an entry does."""

    ACCRUAL = "accrual"
    CREDIT = "credit"
    ACTIVATION = "activation"
    HOLD = "hold"
    SPEND = "spend"
    RELEASE = "release"
    REFUND = "refund"
    REVERSAL = "reversal"
    EXPIRY = "expiry"


@dataclass(frozen=True, slots=True)
class Posting:
    """Points into a bucket (or out of it, when negative), of one lot where the bucket has lots."""

    bucket: Bucket
    lot: int | None
    points: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its postings sum to zero. `service_date` is the day of the stay or order itself."""

    account: str
    seq: int
    kind: Kind
    key: str
    at: datetime
    service_date: date
    reference: str
    postings: tuple[Posting, ...]
    derivation: dict[str, Json] | None
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry at which the books do not hold, and why.

    `why` is `sequence`, `account`, `previous`, `seal`, `unbalanced`, `key_twice` or `cut_tail`.
    """

    seq: int
    why: str


# Made once: `json.dumps` with other than its usual settings makes an encoder for each text.
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def genesis(account: str) -> str:
    """What an account's first entry is sealed onto."""
    return hashlib.sha256(f"account:{account}".encode()).hexdigest()


def seal(  # noqa: PLR0917 -- the entry's own fields, in its own order
    account: str,
    seq: int,
    kind: Kind,
    key: str,
    at: datetime,
    service_date: date,
    reference: str,
    postings: tuple[Posting, ...],
    derivation: dict[str, Json] | None,
    prev_hash: str,
) -> Entry:
    """Make an entry, sealed onto `prev_hash`."""
    body = {
        "account": account,
        "seq": seq,
        "kind": kind.value,
        "key": key,
        # Microseconds always, so that every database gives back the same text.
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "service_date": service_date.isoformat(),
        "reference": reference,
        "postings": [[posting.bucket.value, posting.lot, posting.points] for posting in postings],
        "derivation": derivation,
        "prev_hash": prev_hash,
    }
    digest = hashlib.sha256(_canonical(body).encode()).hexdigest()
    return Entry(
        account, seq, kind, key, at, service_date, reference, postings, derivation, prev_hash, digest
    )


def verify_chain(*, account: str, entries: Iterable[Entry], head: str | None = None) -> Break | None:
    """Name the first broken entry of an account's whole ledger, given in order; none if all holds.

    With `head`, the seal that is known to be the last, a tail that was cut off is noticed too.
    """
    previous, seq = genesis(account), 0
    keys: set[str] = set()
    for entry in entries:
        seq += 1
        why = _fault(entry, account, seq, previous)
        if why is None and entry.key in keys:
            why = "key_twice"
        if why is not None:
            return Break(seq, why)
        keys.add(entry.key)
        previous = entry.hash
    return Break(seq + 1, "cut_tail") if head is not None and previous != head else None


def _fault(entry: Entry, account: str, seq: int, previous: str) -> str | None:
    faults = (
        ("account", entry.account != account),
        ("sequence", entry.seq != seq),
        ("previous", entry.prev_hash != previous),
        ("seal", _sealed_again(entry).hash != entry.hash),
        ("unbalanced", sum(posting.points for posting in entry.postings) != 0),
    )
    return next((why for why, found in faults if found), None)


def _sealed_again(entry: Entry) -> Entry:
    return seal(
        entry.account,
        entry.seq,
        entry.kind,
        entry.key,
        entry.at,
        entry.service_date,
        entry.reference,
        entry.postings,
        entry.derivation,
        entry.prev_hash,
    )
