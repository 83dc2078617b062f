"""Reads of the months: what was rolled up, what has moved since, and what a month came to."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select

from portal.accounts.models import Account
from portal.clock import local_midnight
from portal.database import db, integer_sum
from portal.hotel import queries as hotel
from portal.programme import queries as programme
from portal.programme.chain.rules import Bucket, Kind
from portal.programme.ledger.models import LedgerEntry, LedgerPosting, LotRecord, PointBalance
from portal.programme.lives import queries as lives
from portal.programme.months import rules
from portal.programme.months.models import (
    AccountLots,
    AccountMonth,
    MonthClose,
    PointsFlow,
    PointsRoll,
    PointsStock,
    RolledAccount,
)
from portal.programme.months.rules import Figures, Lots
from portal.programme.standing.models import AccountStanding, TierChange

BUCKETS = tuple(bucket.value for bucket in Bucket)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The entries of an account that a roll-up reads: after `before`, up to `upto`, of `seq` there are."""

    account_id: int
    before: int
    upto: int


def roll() -> PointsRoll | None:
    """The open month, and when it was last rolled up; none before the first time."""
    return db.session.scalar(select(PointsRoll))


def first_entry_at() -> datetime | None:
    """When the ledger began."""
    return db.session.scalar(select(func.min(LedgerEntry.at)).where(LedgerEntry.seq == 1))


def unrolled(*, month: date, until: datetime, after_id: int, limit: int) -> list[int]:
    """Accounts that moved since they were rolled up, or whose tier did, in the order of their ids."""
    read = func.coalesce(RolledAccount.seq, 0)
    moved = select(LedgerEntry.seq).where(
        LedgerEntry.account_id == PointBalance.account_id, LedgerEntry.seq == read + 1, LedgerEntry.at < until
    )
    climbed = select(TierChange.id).where(
        TierChange.account_id == PointBalance.account_id,
        TierChange.day >= month,
        TierChange.day < rules.after(month),
    )
    statement = (
        select(PointBalance.account_id)
        .outerjoin(RolledAccount, RolledAccount.account_id == PointBalance.account_id)
        .outerjoin(AccountStanding, AccountStanding.account_id == PointBalance.account_id)
        .where(
            PointBalance.account_id > after_id,
            PointBalance.seq >= 1,
            or_(
                and_(PointBalance.seq > read, moved.exists()),
                and_(read > 0, or_(AccountStanding.tier != RolledAccount.tier, climbed.exists())),
            ),
        )
        .order_by(PointBalance.account_id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def stretches(account_ids: Collection[int], *, until: datetime) -> list[Stretch]:
    """What there is to read of these accounts, up to the last entry before the first that is too late."""
    read = func.coalesce(RolledAccount.seq, 0)
    too_late = (
        select(LedgerEntry.seq)
        .where(
            LedgerEntry.account_id == PointBalance.account_id,
            LedgerEntry.seq > read,
            LedgerEntry.at >= until,
        )
        .order_by(LedgerEntry.seq)
        .limit(1)
        .correlate(PointBalance, RolledAccount)
        .scalar_subquery()
    )
    statement = (
        select(PointBalance.account_id, read, func.coalesce(too_late - 1, PointBalance.seq))
        .outerjoin(RolledAccount, RolledAccount.account_id == PointBalance.account_id)
        .where(PointBalance.account_id.in_(account_ids))
        .order_by(PointBalance.account_id)
    )
    return [Stretch(*row) for row in db.session.execute(statement)]


def rolled(account_ids: Collection[int]) -> dict[int, RolledAccount]:
    """How far these accounts were read."""
    statement = select(RolledAccount).where(RolledAccount.account_id.in_(account_ids))
    return {row.account_id: row for row in db.session.scalars(statement)}


def flows_in(account_ids: Collection[int]) -> dict[tuple[str, str], int]:
    """What the stretches last read of these accounts moved, by kind and state."""
    statement = _posted(flow_kind(), LedgerPosting.bucket).join(
        LedgerEntry,
        and_(LedgerEntry.account_id == LedgerPosting.account_id, LedgerEntry.seq == LedgerPosting.seq),
    )
    statement = statement.where(RolledAccount.account_id.in_(account_ids), _in_stretch())
    rows = db.session.execute(statement.group_by("flow_kind", LedgerPosting.bucket))
    return {(kind, bucket): points for kind, bucket, points in rows}


def flow_kind() -> Any:
    """The kind of an entry as it is rolled up: balances that were taken over stand apart from credits."""
    taken_over = and_(
        LedgerEntry.kind == Kind.CREDIT.value, LedgerEntry.reference.startswith(rules.OPENING_REFERENCE)
    )
    return case((taken_over, rules.OPENING), else_=LedgerEntry.kind).label("flow_kind")


def balances_in(account_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """The same account by account, by state alone."""
    statement = _posted(LedgerPosting.account_id, LedgerPosting.bucket)
    statement = statement.where(RolledAccount.account_id.in_(account_ids), _in_stretch())
    found: dict[int, dict[str, int]] = {}
    for account_id, bucket, points in db.session.execute(
        statement.group_by(LedgerPosting.account_id, LedgerPosting.bucket)
    ):
        found.setdefault(account_id, {})[bucket] = points
    return found


def heads_of(account_ids: Collection[int]) -> dict[int, str]:
    """The seal of the last entry that was read of each account."""
    statement = (
        select(RolledAccount.account_id, LedgerEntry.hash)
        .join(
            LedgerEntry,
            and_(
                LedgerEntry.account_id == RolledAccount.account_id,
                LedgerEntry.seq == RolledAccount.seq,
            ),
        )
        .where(RolledAccount.account_id.in_(account_ids))
    )
    return dict(db.session.execute(statement).all())


def lots_as_read(account_ids: Collection[int]) -> dict[int, list[Any]]:
    """The lots of these accounts as they were at the last entry that was read."""
    found: dict[int, list[Any]] = {account_id: [] for account_id in account_ids}
    whole = _lots_now(account_ids)
    for row in whole:
        found[row.account_id].append(row)
    # Of whoever has moved on meanwhile the lots are added up from the entries that were read.
    behind = set(account_ids) - {row.account_id for row in whole}
    for row in _lots_then(behind):
        found[row.account_id].append(row)
    return found


def _lots_now(account_ids: Collection[int]) -> list[Any]:
    # One statement: balance and lots are of one instant.
    statement = (
        select(
            LotRecord.account_id,
            LotRecord.earned_on,
            LotRecord.expires_on,
            *(getattr(LotRecord, name) for name in rules.STOCK),
        )
        .join(PointBalance, PointBalance.account_id == LotRecord.account_id)
        .join(RolledAccount, RolledAccount.account_id == LotRecord.account_id)
        .where(LotRecord.account_id.in_(account_ids), PointBalance.seq == RolledAccount.seq)
    )
    return list(db.session.execute(statement))


def _lots_then(account_ids: Collection[int]) -> list[Any]:
    if not account_ids:
        return []
    lots = db.session.execute(_added_up(account_ids)).mappings().all()
    # Points that came back since may have moved the last day of a lot.
    moved = lives.moved_last_days({lot["account_id"]: lot["seq"] for lot in lots})
    return [
        SimpleNamespace(
            **{**lot, "expires_on": moved.get((lot["account_id"], lot["number"]), lot["expires_on"])}
        )
        for lot in lots
    ]


def _added_up(account_ids: Collection[int]) -> Any:
    states = [name for name in rules.STOCK if name != "issued"]
    sums = [
        integer_sum(case((LedgerPosting.bucket == name, LedgerPosting.points), else_=0)).label(name)
        for name in states
    ]
    return (
        select(
            LotRecord.account_id,
            LotRecord.number,
            LotRecord.earned_on,
            LotRecord.expires_on,
            LotRecord.issued,
            RolledAccount.seq,
            *sums,
        )
        .join(RolledAccount, RolledAccount.account_id == LotRecord.account_id)
        .outerjoin(
            LedgerPosting,
            and_(
                LedgerPosting.account_id == LotRecord.account_id,
                LedgerPosting.lot == LotRecord.number,
                LedgerPosting.seq <= RolledAccount.seq,
            ),
        )
        .where(LotRecord.account_id.in_(account_ids), LotRecord.number <= RolledAccount.seq)
        .group_by(
            LotRecord.account_id,
            LotRecord.number,
            LotRecord.earned_on,
            LotRecord.expires_on,
            LotRecord.issued,
            RolledAccount.seq,
        )
    )


def shares_of(account_ids: Collection[int]) -> list[Any]:
    """The lots of these accounts by month, as rolled up."""
    columns = AccountLots.__table__.c
    return list(db.session.execute(select(*columns).where(columns.account_id.in_(account_ids))))


def stock() -> list[Lots]:
    """The lots of the group by tier and month, as rolled up."""
    statement = select(
        PointsStock.tier,
        PointsStock.earned_month,
        PointsStock.expires_month,
        *(getattr(PointsStock, name) for name in rules.STOCK),
    )
    return [Lots(*row) for row in db.session.execute(statement)]


def flows_of(month: date) -> dict[tuple[str, str], int]:
    """What moved in a month, by kind and state, as rolled up."""
    statement = select(PointsFlow.kind, PointsFlow.bucket, PointsFlow.points).where(PointsFlow.month == month)
    return {(kind, bucket): points for kind, bucket, points in db.session.execute(statement)}


def open_figures(month: date) -> Figures:
    """The figures of the open month so far."""
    before = close_of(rules.after(month, -1))
    opening = before.figures["closing"] if before is not None else 0
    statement = select(-integer_sum(PointsFlow.points)).where(PointsFlow.bucket == Bucket.OWED.value)
    return rules.figures(
        month=month,
        opening=opening,
        flows=flows_of(month),
        owed=int(db.session.scalar(statement) or 0),
        stock=stock(),
        rules=programme.rules_in_force(rules.last_day(month)),
    )


def close_of(month: date) -> MonthClose | None:
    """A closed month; none while it is open, or before the first."""
    return db.session.get(MonthClose, month)


def last_close() -> MonthClose | None:
    """The month that was closed last."""
    return db.session.scalar(select(MonthClose).order_by(MonthClose.month.desc()).limit(1))


def closes(*, before: date | None = None, limit: int) -> list[MonthClose]:
    """Closed months, the latest first."""
    statement = select(MonthClose)
    if before is not None:
        statement = statement.where(MonthClose.month < before)
    return list(db.session.scalars(statement.order_by(MonthClose.month.desc()).limit(limit)))


def heads_at(month: date) -> list[tuple[str, int, str]]:
    """Where each chain ended with a month: public id, seq and hash, as rolled up."""
    last = (
        select(AccountMonth.account_id, func.max(AccountMonth.month).label("month"))
        .where(AccountMonth.month <= month)
        .group_by(AccountMonth.account_id)
        .subquery()
    )
    statement = (
        select(Account.public_id, AccountMonth.seq, AccountMonth.head)
        .join(last, and_(last.c.account_id == AccountMonth.account_id, last.c.month == AccountMonth.month))
        .join(Account, Account.id == AccountMonth.account_id)
    )
    return [(str(public_id), seq, head) for public_id, seq, head in db.session.execute(statement)]


def personal_data(person_id: int) -> list[dict[str, str]]:
    """Which months a person closed, for their own export."""
    statement = (
        select(MonthClose.month, MonthClose.closed_at)
        .where(MonthClose.closed_by_id == person_id)
        .order_by(MonthClose.month)
    )
    return [
        {"month": month.isoformat(), "closed_at": closed_at.isoformat()}
        for month, closed_at in db.session.execute(statement)
    ]


def now(at: datetime) -> datetime:
    """Now; in a demo no later than the day on which its calendar stands still."""
    frozen = hotel.demo_as_of()
    return at if frozen is None else min(at, local_midnight(frozen, hotel.house_zone()))


def bound(month: date) -> datetime:
    """The instant before which a movement belongs to an open month; a demo's last month never ends."""
    frozen = hotel.demo_as_of()
    if frozen is not None and month >= rules.month_of(frozen):
        return datetime.max.replace(tzinfo=UTC)
    return rules.end_of(month, hotel.house_zone())


def _posted(*columns: Any) -> Select[Any]:
    return (
        select(*columns, integer_sum(LedgerPosting.points))
        .select_from(RolledAccount)
        .join(LedgerPosting, LedgerPosting.account_id == RolledAccount.account_id)
    )


def _in_stretch() -> Any:
    return and_(LedgerPosting.seq > RolledAccount.before_seq, LedgerPosting.seq <= RolledAccount.seq)


def as_months(rows: Iterable[Any]) -> dict[tuple[date, date], list[int]]:
    """Lots by the months in which they were earned and die: their points, in the order of `STOCK`."""
    found: dict[tuple[date, date], list[int]] = {}
    for row in rows:
        key = (rules.month_of(row.earned_on), rules.month_of(row.expires_on))
        sums = found.setdefault(key, [0] * len(rules.STOCK))
        for place, name in enumerate(rules.STOCK):
            sums[place] += getattr(row, name)
    return found


def expiries(rows: Iterable[Any]) -> list[list[Any]]:
    """What can still be spent of these lots, by their last day, soonest first."""
    found: dict[date, int] = {}
    for row in rows:
        found[row.expires_on] = found.get(row.expires_on, 0) + row.pending + row.active + row.held
    return [[day.isoformat(), points] for day, points in sorted(found.items()) if points]


def closing_of(row: AccountMonth | RolledAccount) -> Mapping[str, int]:
    """The points of an account by state, as kept."""
    return {name: getattr(row, name) for name in BUCKETS}
