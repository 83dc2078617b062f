"""The ledger read back: what dies when, and whether lots and balances are what the entries add up to."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from portal.derivation import recompute
from portal.programme.chain.rules import Bucket, Entry, Kind
from portal.programme.ledger.rules import AccountLedger, Lot, open_ledger
from portal.programme.rules import Rules
from portal.programme.seals.rules import SealBreak


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """The first broken entry of an account's chain, and why."""

    account: str
    name: str
    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was checked, and what was found."""

    accounts: int
    entries: int
    broken: tuple[BrokenChain, ...]
    broken_seal: SealBreak | None


_BIRTHS = frozenset({Kind.ACCRUAL, Kind.CREDIT})


@dataclass(frozen=True, slots=True)
class Expiring:
    """So many active points die after this day."""

    expires_on: date
    points: int


def announced(*, rules: Rules, day: date) -> set[date]:
    """The days of death that a letter must announce on this day: so many days ahead as the rules say."""
    return {day + timedelta(days=ahead) for ahead in rules.expiry_notice_days}


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored figure that is not what the entries add up to; `of` is `balance.active`, `lot.7.held`."""

    of: str
    stored: str
    added_up: str


def add_up(*, account: str, entries: Iterable[Entry]) -> AccountLedger:
    """Rebuild lots, balances and head from an account's whole ledger, given in order. Holds are not."""
    ledger = open_ledger(account)
    for entry in entries:
        why = entry.derivation
        if entry.kind in _BIRTHS and why is not None:
            terms = recompute(why).value
            ledger.lots[entry.seq] = Lot(
                entry.seq, entry.key, terms.earned_on, terms.activates_on, terms.expires_on, terms.points
            )
        elif why is not None and why["rule"] == "ledger.revival":
            revived = recompute(why)
            numbers: Any = revived.inputs["lots"]
            for number in numbers:
                ledger.lots[number].expires_on = revived.value
        for posting in entry.postings:
            ledger.balances[posting.bucket] += posting.points
            if posting.lot is not None and posting.bucket is not Bucket.SPENT:
                lot, name = ledger.lots[posting.lot], posting.bucket.value
                setattr(lot, name, getattr(lot, name) + posting.points)
        ledger.seq, ledger.head = entry.seq, entry.hash
        ledger.done.add(entry.key)
    return ledger


def differences(*, stored: AccountLedger, entries: Iterable[Entry]) -> list[Difference]:
    """Compare what is kept beside the entries with what they add up to; empty when all agrees.

    A stored ledger may have been loaded without the lots that are empty.
    """
    computed = add_up(account=stored.account, entries=entries)
    found = [
        Difference(f"balance.{bucket.value}", str(kept), str(computed.balances[bucket]))
        for bucket, kept in stored.balances.items()
        if kept != computed.balances[bucket]
    ]
    if (stored.seq, stored.head) != (computed.seq, computed.head):
        found.append(Difference("head", f"{stored.seq} {stored.head}", f"{computed.seq} {computed.head}"))
    for number in sorted(stored.lots.keys() | computed.lots.keys()):
        found += _lot_differences(number, stored.lots.get(number), computed.lots.get(number))
    return found


def _lot_differences(number: int, kept: Lot | None, computed: Lot | None) -> list[Difference]:
    if kept is None and computed is not None:
        if computed.pending or computed.active or computed.held:
            return [Difference(f"lot.{number}", "-", "living")]
        return []
    if computed is None:
        return [Difference(f"lot.{number}", "kept", "-")]
    return [
        Difference(
            f"lot.{number}.{part.name}", str(getattr(kept, part.name)), str(getattr(computed, part.name))
        )
        for part in fields(Lot)
        if getattr(kept, part.name) != getattr(computed, part.name)
    ]
