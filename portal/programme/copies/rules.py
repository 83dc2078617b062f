"""Copies of the ledger: one JSON document a line, and checking such a file by itself.

The order is: what it is; the seals; then for each account its head as the balance keeps it and its
entries; at last how many there were, so that a file that breaks off is noticed. Only pseudonymous
ids are in it. Read line by line: a file of any length takes the memory of its seals.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from portal.programme.books.rules import BrokenChain, Checked
from portal.programme.chain.rules import Break, Bucket, Entry, Kind, Posting, verify_chain
from portal.programme.rules import Refusal
from portal.programme.seals.rules import Head, Seal, verify_seals

FORMAT = "rapport-ledger"
VERSION = 1


class NotACopy(Refusal):
    """The file is no copy of a ledger, or of another version."""


class CopyBroken(Refusal):
    """A line of the file cannot be read, or the file ends before its last line."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One account's entries in order, and the end of them as its balance keeps it."""

    account: str
    head: str | None
    entries: Iterable[Entry]


def lines(*, seals: Iterable[Seal], chains: Iterable[Chain], at: datetime) -> Iterator[str]:
    """Write a copy, line by line."""
    yield _line({"format": FORMAT, "version": VERSION, "at": _instant(at)})
    for seal in seals:
        heads = [[head.account, head.seq, head.hash] for head in seal.heads]
        told = {"number": seal.number, "at": _instant(seal.at), "heads": heads}
        yield _line({"seal": told | {"prev_hash": seal.prev_hash, "hash": seal.hash}})
    accounts = entries = 0
    for chain in chains:
        accounts += 1
        yield _line({"account": chain.account, "head": chain.head})
        for entry in chain.entries:
            entries += 1
            yield _line({"entry": _plain(entry)})
    yield _line({"accounts": accounts, "entries": entries})


def verify(*, copy: Iterable[str], known_seals: Mapping[int, str] | None = None) -> Checked:
    """Check a copy by itself: every chain against its head and the seals in it, and the seals.

    `known_seals` are hashes by number that somebody wrote down elsewhere: without one, whoever can
    write the whole file anew can write the seals anew, too.
    """
    reading = _Reading(copy)
    seals = list(reading.seals())
    sealed: dict[str, dict[int, str]] = {}
    for seal in seals:
        for head in seal.heads:
            sealed.setdefault(head.account, {})[head.seq] = head.hash
    broken = []
    for chain in reading.chains():
        found = _first_break(chain, sealed.pop(chain.account, {}))
        if found is not None:
            broken.append(BrokenChain(chain.account, "", found.seq, found.why))
    # A seal tells of an account whose entries are all gone.
    broken += [BrokenChain(account, "", 1, "cut_tail") for account in sorted(sealed)]
    return Checked(
        accounts=reading.accounts,
        entries=reading.entries,
        broken=tuple(broken),
        broken_seal=verify_seals(seals=seals, known=known_seals),
    )


def _first_break(chain: Chain, sealed: Mapping[int, str]) -> Break | None:
    hashes: dict[int, str] = {}
    count = 0

    def seen() -> Iterator[Entry]:
        nonlocal count
        for entry in chain.entries:
            count += 1
            if entry.seq in sealed:
                hashes[entry.seq] = entry.hash
            yield entry

    found = verify_chain(account=chain.account, entries=seen(), head=chain.head)
    if found is not None:
        return found
    for seq, sealed_hash in sorted(sealed.items()):
        if seq not in hashes:
            return Break(count + 1, "cut_tail")
        if hashes[seq] != sealed_hash:
            return Break(seq, "rewritten")
    return None


class _Reading:
    """A copy on its way through the checks: what stands in it, in its order."""

    def __init__(self, copy: Iterable[str]) -> None:
        self.accounts = self.entries = 0
        self._number = 0
        self._copy = iter(copy)
        self._next = self._read()
        if self._next.get("format") != FORMAT or self._next.get("version") != VERSION:
            raise NotACopy
        self._next = self._read()

    def seals(self) -> Iterator[Seal]:
        """The seals, which come first."""
        while "seal" in self._next:
            try:
                yield _seal(self._next["seal"])
            except (KeyError, TypeError, ValueError):
                raise CopyBroken(line=self._number) from None
            self._next = self._read()

    def chains(self) -> Iterator[Chain]:
        """The accounts, each with its entries; what was not read of one is passed over."""
        seen: set[str] = set()
        while "account" in self._next:
            self.accounts += 1
            account, head = self._next["account"], self._next.get("head")
            # The seals are held against one chain of each account: there is no second.
            if not isinstance(account, str) or account in seen:
                raise CopyBroken(line=self._number)
            seen.add(account)
            self._next = self._read()
            entries = self._entries()
            yield Chain(account, head, entries)
            for _rest in entries:
                pass
        if (self._next.get("accounts"), self._next.get("entries")) != (self.accounts, self.entries):
            raise CopyBroken(line=self._number)
        if next(self._copy, None) is not None:
            raise CopyBroken(line=self._number + 1)

    def _entries(self) -> Iterator[Entry]:
        while "entry" in self._next:
            self.entries += 1
            try:
                entry = _entry(self._next["entry"])
            except (KeyError, TypeError, ValueError):
                raise CopyBroken(line=self._number) from None
            self._next = self._read()
            yield entry

    def _read(self) -> dict[str, Any]:
        self._number += 1
        try:
            found = json.loads(next(self._copy))
        except (StopIteration, ValueError):
            raise CopyBroken(line=self._number) from None
        if not isinstance(found, dict):
            raise CopyBroken(line=self._number)
        return found


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "account": entry.account,
        "seq": entry.seq,
        "kind": entry.kind.value,
        "key": entry.key,
        "at": _instant(entry.at),
        "service_date": entry.service_date.isoformat(),
        "reference": entry.reference,
        "postings": [[posting.bucket.value, posting.lot, posting.points] for posting in entry.postings],
        "derivation": entry.derivation,
        "prev_hash": entry.prev_hash,
        "hash": entry.hash,
    }


def _entry(told: Mapping[str, Any]) -> Entry:
    return Entry(
        account=told["account"],
        seq=_whole(told["seq"]),
        kind=Kind(told["kind"]),
        key=told["key"],
        at=datetime.fromisoformat(told["at"]),
        service_date=date.fromisoformat(told["service_date"]),
        reference=told["reference"],
        postings=tuple(
            Posting(Bucket(bucket), None if lot is None else _whole(lot), _whole(points))
            for bucket, lot, points in told["postings"]
        ),
        derivation=told["derivation"],
        prev_hash=told["prev_hash"],
        hash=told["hash"],
    )


def _whole(told: Any) -> int:
    if type(told) is not int:
        raise TypeError
    return told


def _seal(told: Mapping[str, Any]) -> Seal:
    heads = tuple(Head(account, seq, digest) for account, seq, digest in told["heads"])
    at = datetime.fromisoformat(told["at"])
    return Seal(told["number"], at, heads, told["prev_hash"], told["hash"])


def _line(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
