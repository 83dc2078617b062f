"""Sealing the heads of all chains, one seal onto the other.

A chain tells by itself that an entry was changed, but not that its last entries were cut off. A
seal remembers where each chain ended; and whoever wrote a seal's hash down elsewhere can tell that
the seals themselves were cut.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

FIRST = hashlib.sha256(b"seals").hexdigest()
"""What the first seal is sealed onto."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of one account's chain; `account` is its public id."""

    account: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Seal:
    """One sealing: the heads that had moved, in the order of their accounts."""

    number: int
    at: datetime
    heads: tuple[Head, ...]
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class SealBreak:
    """The first seal that does not hold: it is missing (`sequence`) or changed (`previous`, `seal`)."""

    number: int
    why: str


def seal_heads(*, heads: Iterable[Head], at: datetime, before: Seal | None) -> Seal:
    """Seal the heads that moved since the seal before; none before the first."""
    number = before.number + 1 if before else 1
    prev_hash = before.hash if before else FIRST
    ordered = tuple(sorted(heads, key=lambda head: head.account))
    return Seal(number, at, ordered, prev_hash, _digest(number, at, ordered, prev_hash))


def verify_seals(*, seals: Iterable[Seal], known: Mapping[int, str] | None = None) -> SealBreak | None:
    """Name the first broken seal, given all in order; none if all hold.

    `known` are hashes by number that somebody wrote down elsewhere.
    """
    previous = FIRST
    outside = dict(known or {})
    for number, seal in enumerate(seals, start=1):
        if seal.number != number:
            return SealBreak(number, "sequence")
        if seal.prev_hash != previous:
            return SealBreak(number, "previous")
        digest = _digest(seal.number, seal.at, seal.heads, seal.prev_hash)
        if digest != seal.hash or outside.pop(number, digest) != digest:
            return SealBreak(number, "seal")
        previous = seal.hash
    return SealBreak(min(outside), "sequence") if outside else None


def _digest(number: int, at: datetime, heads: tuple[Head, ...], prev_hash: str) -> str:
    body = {
        "number": number,
        # Microseconds always, so that every database gives back the same text.
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "heads": [[head.account, head.seq, head.hash] for head in heads],
        "prev_hash": prev_hash,
    }
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
