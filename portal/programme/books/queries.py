"""Checking the books: chains against themselves and the seals, and what is kept against what adds up to it.

Nothing here repairs. Call it inside `database.snapshot()`, so that every figure is of one instant.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, union

from portal.accounts.models import Account
from portal.database import db
from portal.derivation import recompute
from portal.programme import queries as programme
from portal.programme.books import rules
from portal.programme.books.rules import BrokenChain, Checked, Difference
from portal.programme.chain.rules import Break, Entry, verify_chain
from portal.programme.ledger import queries as ledger
from portal.programme.ledger.models import LedgerEntry, PointBalance
from portal.programme.rules import Rules, in_force
from portal.programme.seals import queries as seals
from portal.programme.seals.models import SealedHead
from portal.programme.seals.rules import verify_seals
from portal.programme.standing import queries as standing
from portal.programme.standing.models import AccountStanding, PlayedStay, TierChange
from portal.programme.standing.rules import count
from portal.programme.timeline import queries as timeline


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A figure of an account that is kept otherwise than it adds up."""

    account: str
    name: str
    difference: Difference


def verify(*, known_seals: Mapping[int, str] | None = None) -> Checked:
    """Check every chain from its first entry to its head and its seals, and the seals themselves."""
    accounts = accounts_with_books()
    broken, entries = [], 0
    for account_id, public_id, name in accounts:
        read = _Reading(account_id, ledger.chain_of(account_id))
        found = _first_break(account_id, public_id, read)
        entries += read.entries
        if found is not None:
            broken.append(BrokenChain(public_id, name, found.seq, found.why))
    return Checked(
        accounts=len(accounts),
        entries=entries,
        broken=tuple(broken),
        broken_seal=verify_seals(seals=seals.all_seals(), known=known_seals),
    )


def disagreements() -> Iterator[Disagreement]:
    """Every figure that is kept otherwise than it adds up, account by account."""
    versions = programme.all_rules()
    for account_id, public_id, name in accounts_with_books():
        for difference in (
            *_book_differences(account_id),
            *_standing_differences(account_id, versions),
            *_stay_differences(account_id),
        ):
            yield Disagreement(public_id, name, difference)


class _Reading:
    """Entries on their way to the check: counted, and remembered where a seal was set."""

    def __init__(self, account_id: int, entries: Iterable[Entry]) -> None:
        self.sealed = seals.sealed_heads_of(account_id)
        self.hashes: dict[int, str] = {}
        self.entries = 0
        self._source = entries

    def __iter__(self) -> Iterator[Entry]:
        for entry in self._source:
            self.entries += 1
            if entry.seq in self.sealed:
                self.hashes[entry.seq] = entry.hash
            yield entry


def _first_break(account_id: int, public_id: str, read: _Reading) -> Break | None:
    found = verify_chain(account=public_id, entries=read, head=head_of(account_id))
    if found is not None:
        return found
    for seq, sealed in read.sealed.items():
        if seq not in read.hashes:
            return Break(read.entries + 1, "cut_tail")
        if read.hashes[seq] != sealed:
            # The chain holds by itself: all of it was written anew.
            return Break(seq, "rewritten")
    return None


def head_of(account_id: int) -> str | None:
    """The end of an account's chain as its balance keeps it."""
    return db.session.scalar(select(PointBalance.head).where(PointBalance.account_id == account_id))


def accounts_with_books() -> list[tuple[int, str, str]]:
    """Every account of which anything is kept: id, public id, name."""
    known = union(
        select(PointBalance.account_id),
        select(LedgerEntry.account_id),
        select(SealedHead.account_id),
        select(AccountStanding.account_id),
    ).subquery()
    statement = (
        select(Account.id, Account.public_id, Account.name)
        .where(Account.id.in_(select(known.c.account_id)))
        .order_by(Account.id)
    )
    return [(row.id, str(row.public_id), row.name) for row in db.session.execute(statement)]


def _book_differences(account_id: int) -> Iterator[Difference]:
    stored = ledger.ledgers([account_id]).get(account_id)
    if stored is None:
        if next(ledger.chain_of(account_id, batch=1), None) is not None:
            yield Difference("balance", "-", "entries")
        return
    stored.lots = ledger.lots_of(account_id)
    yield from rules.differences(stored=stored, entries=ledger.chain_of(account_id))
    promised: dict[int, int] = {}
    for hold in stored.holds.values():
        for lot, points in hold.allocation:
            promised[lot] = promised.get(lot, 0) + points
    for number, lot_ in sorted(stored.lots.items()):
        if lot_.held != promised.get(number, 0):
            yield Difference(f"holds.lot.{number}", str(promised.get(number, 0)), str(lot_.held))


def _standing_differences(account_id: int, versions: Collection[Rules]) -> Iterator[Difference]:
    row = db.session.execute(
        select(AccountStanding.tier, AccountStanding.derivation).where(
            AccountStanding.account_id == account_id
        )
    ).one_or_none()
    if row is None:
        return
    last = db.session.scalar(
        select(TierChange.tier_after)
        .where(TierChange.account_id == account_id)
        .order_by(TierChange.day.desc(), TierChange.id.desc())
        .limit(1)
    )
    # A company begins in the lowest tier of its first day, whichever version that was.
    begins_in = [version.tiers[0].code for version in versions]
    expected = last or (row.tier if row.tier in begins_in else begins_in[0])
    if row.tier != expected:
        yield Difference("standing.tier", row.tier, expected)
    if row.derivation is not None:
        yield from _count_differences(account_id, row.derivation, versions)


def _count_differences(
    account_id: int, stored: Mapping[str, Any], versions: Collection[Rules]
) -> Iterator[Difference]:
    inputs = recompute(stored).inputs
    as_of = date.fromisoformat(str(inputs["as_of"]))
    version = in_force(list(versions), as_of)
    facts = standing.facts_of([account_id], since=standing.window_start(versions, as_of))[account_id]
    counted = count(window_days=version.window_days, stays=facts.stays, spends=facts.spends, as_of=as_of)
    for name in ("slept_nights", "event_cents", "spend_cents"):
        if inputs[name] != getattr(counted, name):
            yield Difference(f"standing.{name}", str(inputs[name]), str(getattr(counted, name)))


def _stay_differences(account_id: int) -> Iterator[Difference]:
    """Stays that were not counted, no longer stand, or were counted otherwise than they are told."""
    through = db.session.scalar(
        select(AccountStanding.played_through).where(AccountStanding.account_id == account_id)
    )
    told = {event.key: event for event in timeline.history(account_id, until=through)} if through else {}
    statement = (
        select(
            PlayedStay.key, PlayedStay.arrival, PlayedStay.nights, PlayedStay.checkout, PlayedStay.base_cents
        )
        .where(PlayedStay.account_id == account_id, PlayedStay.reversed_on.is_(None))
        .order_by(PlayedStay.id)
    )
    for key, *played in db.session.execute(statement):
        event = told.pop(key, None)
        if event is None:
            yield Difference(key, "counted", "no longer stands")
            continue
        base_cents = sum(max(cents, 0) for _, cents in event.bases)
        now = [event.arrival, event.nights, event.checkout, base_cents]
        if played != now:
            yield Difference(key, " ".join(map(str, played)), " ".join(map(str, now)))
    for key in sorted(told):
        yield Difference(key, "not counted", "checked out")
