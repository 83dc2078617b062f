"""Counting the rolled-up months anew: every figure against the postings, every close against its seal.

Nothing here repairs. Call it inside `database.snapshot()`, so that every figure is of one instant.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, select

from portal.accounts.models import Account
from portal.audit import queries as audit
from portal.database import db, integer_sum
from portal.programme.books.rules import Difference
from portal.programme.chain.rules import Bucket
from portal.programme.ledger.models import LedgerEntry, LedgerPosting, LotRecord, PointBalance
from portal.programme.months import queries as months
from portal.programme.months import rules
from portal.programme.months.models import (
    AccountLots,
    AccountMonth,
    MonthClose,
    PointsFlow,
    RolledAccount,
)
from portal.programme.months.rules import Figures

ENTRIES_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A figure that was rolled up otherwise than the postings add up; `name` of the group, or a company."""

    name: str
    difference: Difference


@dataclass(frozen=True, slots=True)
class BrokenClose:
    """The first closed month that no longer holds, and why: `previous`, `seal` or `heads`."""

    month: date
    why: str


def disagreements() -> Iterator[Disagreement]:
    """Every rolled-up figure that is not what the postings add up to."""
    flows: Counter[tuple[date, str, str]] = Counter()
    for account_id, name in _accounts():
        for difference in (*_months_of(account_id, flows), *_lots_of(account_id)):
            yield Disagreement(name, difference)
    for difference in (*_flows(flows), *_closes(flows), *_stock()):
        yield Disagreement("", difference)


def broken_close() -> BrokenClose | None:
    """The first closed month whose seal, or whose chains, are no longer what they were; none if all hold."""
    before = rules.FIRST
    for close in db.session.scalars(select(MonthClose).order_by(MonthClose.month)):
        if close.prev_hash != before:
            return BrokenClose(close.month, "previous")
        sealed = rules.seal(
            month=close.month,
            closed_at=close.closed_at,
            plain=close.figures,
            heads=close.heads_hash,
            before=close.prev_hash,
        )
        if sealed != close.hash:
            return BrokenClose(close.month, "seal")
        if rules.heads_hash(_heads_in_ledger(close.month)) != close.heads_hash:
            return BrokenClose(close.month, "heads")
        before = close.hash
    return None


def _accounts() -> list[tuple[int, str]]:
    statement = (
        select(Account.id, Account.name)
        .join(RolledAccount, RolledAccount.account_id == Account.id)
        .order_by(Account.id)
    )
    return [(row.id, row.name) for row in db.session.execute(statement)]


def _months_of(account_id: int, flows: Counter[tuple[date, str, str]]) -> Iterator[Difference]:
    rows = list(
        db.session.scalars(
            select(AccountMonth).where(AccountMonth.account_id == account_id).order_by(AccountMonth.month)
        )
    )
    ends, sums, place = [row.seq for row in rows], dict.fromkeys(months.BUCKETS, 0), 0
    for seq, kind, bucket, points in _postings(account_id):
        now = bisect_left(ends, seq)
        while place < min(now, len(rows)):
            yield from _row_differences(rows[place], sums)
            place += 1
        if now == len(rows):
            break
        sums[bucket] += points
        flows[rows[now].month, kind, bucket] += points
    for row in rows[place:]:
        yield from _row_differences(row, sums)
    last = db.session.get(RolledAccount, account_id)
    if last is not None and rows and months.closing_of(last) != months.closing_of(rows[-1]):
        yield Difference("rolled", str(months.closing_of(last)), str(months.closing_of(rows[-1])))


def _row_differences(row: AccountMonth, sums: dict[str, int]) -> Iterator[Difference]:
    for bucket, points in months.closing_of(row).items():
        if points != sums[bucket]:
            yield Difference(f"month.{row.month:%Y-%m}.{bucket}", str(points), str(sums[bucket]))


def _postings(account_id: int) -> Iterator[Any]:
    seq = 0
    while True:
        upto = seq + ENTRIES_AT_ONCE
        statement = (
            select(LedgerPosting.seq, months.flow_kind(), LedgerPosting.bucket, LedgerPosting.points)
            .join(
                LedgerEntry,
                and_(
                    LedgerEntry.account_id == LedgerPosting.account_id, LedgerEntry.seq == LedgerPosting.seq
                ),
            )
            .where(LedgerPosting.account_id == account_id, LedgerPosting.seq > seq, LedgerPosting.seq <= upto)
            .order_by(LedgerPosting.seq, LedgerPosting.position)
        )
        rows = db.session.execute(statement).all()
        if not rows:
            return
        yield from rows
        seq = upto


def _lots_of(account_id: int) -> Iterator[Difference]:
    statement = (
        select(LotRecord)
        .join(PointBalance, PointBalance.account_id == LotRecord.account_id)
        .join(RolledAccount, RolledAccount.account_id == LotRecord.account_id)
        .where(LotRecord.account_id == account_id, PointBalance.seq == RolledAccount.seq)
    )
    lots = months.as_months(db.session.scalars(statement))
    if not lots:
        return
    shares = {
        (share.earned_month, share.expires_month): [getattr(share, name) for name in rules.STOCK]
        for share in months.shares_of([account_id])
    }
    for key in sorted(lots.keys() | shares.keys()):
        if lots.get(key) != shares.get(key):
            name = f"lots.{key[0]:%Y-%m}.{key[1]:%Y-%m}"
            yield Difference(name, str(shares.get(key, "-")), str(lots.get(key, "-")))


def _flows(counted: Counter[tuple[date, str, str]]) -> Iterator[Difference]:
    statement = select(PointsFlow.month, PointsFlow.kind, PointsFlow.bucket, PointsFlow.points)
    kept = {(month, kind, bucket): points for month, kind, bucket, points in db.session.execute(statement)}
    for key in sorted(kept.keys() | {key for key, points in counted.items() if points}):
        if kept.get(key, 0) != counted[key]:
            name = f"flow.{key[0]:%Y-%m}.{key[1]}.{key[2]}"
            yield Difference(name, str(kept.get(key, 0)), str(counted[key]))


def _closes(counted: Counter[tuple[date, str, str]]) -> Iterator[Difference]:
    """Each close against its postings and what was noted of it, the last against the open month."""
    noted = audit.details_of("months.close", subject_kind="month")
    opening = owed = 0
    for close in (closes := list(db.session.scalars(select(MonthClose).order_by(MonthClose.month)))):
        found, name = Figures.from_json(close.month, close.figures), f"close.{close.month:%Y-%m}"
        flows = {key[1:]: points for key, points in counted.items() if key[0] == close.month}
        owed -= sum(points for (_kind, bucket), points in flows.items() if bucket == Bucket.OWED)
        added_up = rules.forward(opening=opening, flows=flows)
        for of, (stored, points) in rules.compare(found, close.figures["closing"], added_up, owed).items():
            yield Difference(f"{name}.{of}", str(stored), str(points))
        sealed = noted.get(close.month.isoformat(), {}).get("hash", close.hash)
        if sealed != close.hash:
            yield Difference(f"{name}.seal", close.hash, sealed)
        opening = added_up.closing
    roll = months.roll()
    if roll is not None and closes and roll.open_month != rules.after(closes[-1].month):
        yield Difference("open_month", f"{roll.open_month:%Y-%m}", f"{rules.after(closes[-1].month):%Y-%m}")


def _stock() -> Iterator[Difference]:
    kept = {(lots.tier, lots.earned, lots.expires): lots for lots in months.stock()}
    statement = (
        select(
            RolledAccount.tier,
            AccountLots.earned_month,
            AccountLots.expires_month,
            *(integer_sum(getattr(AccountLots, name)) for name in rules.STOCK),
        )
        .join(RolledAccount, RolledAccount.account_id == AccountLots.account_id)
        .group_by(RolledAccount.tier, AccountLots.earned_month, AccountLots.expires_month)
    )
    counted = {
        (tier, earned, expires): points for tier, earned, expires, *points in db.session.execute(statement)
    }
    for key in sorted(kept.keys() | counted.keys()):
        held = [getattr(kept[key], name) for name in rules.STOCK] if key in kept else [0] * len(rules.STOCK)
        if held != counted.get(key, [0] * len(rules.STOCK)):
            name = f"stock.{key[0]}.{key[1]:%Y-%m}.{key[2]:%Y-%m}"
            yield Difference(name, str(held), str(counted.get(key, "-")))


def _heads_in_ledger(month: date) -> list[tuple[str, int, str]]:
    """Where the ledger itself says that each chain ended with a month."""
    found = {account: seq for account, seq, _head in months.heads_at(month)}
    statement = (
        select(Account.public_id, LedgerEntry.seq, LedgerEntry.hash)
        .join(Account, Account.id == LedgerEntry.account_id)
        .join(AccountMonth, AccountMonth.account_id == LedgerEntry.account_id)
        .where(AccountMonth.month <= month, AccountMonth.seq == LedgerEntry.seq)
    )
    return [
        (str(public_id), seq, head)
        for public_id, seq, head in db.session.execute(statement)
        if found.get(str(public_id)) == seq
    ]
