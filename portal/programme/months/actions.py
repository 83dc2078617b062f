"""Rolling the ledger up, and closing months.

A roll-up reads of each account what was posted since it was read last, up to the end of the open month; a
month that is over is closed on these figures, and the next one opens. What was not read by then belongs
to the next month, whatever day it bears: a closed month never moves.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from portal.audit import actions as audit
from portal.clock import local_date
from portal.database import db, is_postgresql
from portal.derivation import Derived
from portal.hotel import queries as hotel
from portal.programme.breakage import rules as breakage
from portal.programme.breakage.rules import Breakage
from portal.programme.months import queries, rules
from portal.programme.months.models import (
    AccountLots,
    AccountMonth,
    MonthClose,
    PointsFlow,
    PointsRoll,
    PointsStock,
    RolledAccount,
)
from portal.programme.months.rules import Figures, MonthNotOver
from portal.programme.standing import queries as standing

ACCOUNTS_AT_ONCE = 200
HISTORY_MONTHS = 48
"""How far back the use of points is looked at for an estimate of breakage."""
Chunk = Callable[[int], AbstractContextManager[None]]
"""Opens one transaction; it is told how many accounts have been read when that ends."""


@dataclass(frozen=True, slots=True)
class Rolled:
    """How many accounts were read, and the months that were closed."""

    accounts: int
    closed: tuple[date, ...]


def roll_up(*, at: datetime, by: int | None, wanted: date | None = None, chunk: Chunk) -> Rolled:
    """Read what was posted since the last time, and close what is due, month by month.

    `wanted` is a month that somebody asks to close before the worker would. Each chunk is a transaction
    of its own; broken off, the next roll-up goes on where this one ended.
    """
    zone = hotel.house_zone()
    done, closed = 0, list[date]()
    with chunk(done):
        month = _open(at).open_month
    while True:
        done += _read_month(month, at=at, done=done, chunk=chunk)
        now = queries.now(at)
        is_wanted = wanted == month and rules.is_over(month, zone=zone, at=now)
        if not is_wanted and not rules.closes_itself(month, zone=zone, at=now):
            return Rolled(done, tuple(closed))
        try:
            with chunk(done):
                close_month(month=month, by=by if is_wanted else None, at=at)
        except MonthNotOver:
            # Another worker closed it a moment earlier.
            with chunk(done):
                month = _open(at).open_month
            continue
        closed.append(month)
        month = rules.after(month)


def _read_month(month: date, *, at: datetime, done: int, chunk: Chunk) -> int:
    until, last_id, read = queries.bound(month), 0, 0
    while some := queries.unrolled(month=month, until=until, after_id=last_id, limit=ACCOUNTS_AT_ONCE):
        last_id = some[-1]
        with chunk(done + read + len(some)):
            read += roll_accounts(account_ids=some, month=month, at=at)
    return read


def roll_accounts(*, account_ids: Collection[int], month: date, at: datetime) -> int:
    """Read these accounts up to the end of the open month, and add what they moved to the group's sums.

    Says how many there was something to read of.
    """
    held = _open(at)
    if held.open_month != month:
        return 0
    zone = hotel.house_zone()
    day = min(rules.last_day(month), local_date(at, zone))
    tiers = standing.tiers_on(account_ids, day)
    before = queries.rolled(account_ids)
    old_tiers = {account_id: row.tier for account_id, row in before.items()}
    read = queries.stretches(account_ids, until=queries.bound(month))
    climbed = {each for each, tier in old_tiers.items() if tier != tiers[each]}
    stretches = [one for one in read if one.upto > one.before or one.account_id in climbed]
    if not stretches:
        return 0
    for one in stretches:
        row = before.get(one.account_id) or _begin(one.account_id)
        row.tier, row.before_seq, row.seq = tiers[one.account_id], one.before, one.upto
        before[one.account_id] = row
    db.session.flush()
    ids = [one.account_id for one in stretches]
    moved = [one.account_id for one in stretches if one.upto > one.before]
    lots = queries.lots_as_read(ids)
    _keep_flows(month, queries.flows_in(moved))
    _keep_accounts(month, {account_id: before[account_id] for account_id in moved}, lots)
    _keep_stock(ids, lots, old_tiers, {account_id: tiers[account_id] for account_id in ids})
    return len(ids)


def close_month(*, month: date, by: int | None, at: datetime) -> MonthClose:
    """Freeze the figures of the open month, once, and open the next.

    Refuses with `MonthNotOver`, and with `FiguresDisagree` where lots and movements differ.
    """
    held = _open(at)
    if held.open_month != month or not rules.is_over(month, zone=hotel.house_zone(), at=queries.now(at)):
        raise MonthNotOver(month)
    found = queries.open_figures(month)
    rules.check_agreement(found)
    history = queries.closes(limit=HISTORY_MONTHS)
    prev_hash = history[0].hash if history else rules.FIRST
    plain = found.to_json() | {"breakage": _breakage(found, history).to_json()}
    heads = rules.heads_hash(queries.heads_at(month))
    close = MonthClose(
        month=month,
        closed_at=at,
        closed_by_id=by,
        figures=plain,
        heads_hash=heads,
        prev_hash=prev_hash,
        hash=rules.seal(month=month, closed_at=at, plain=plain, heads=heads, before=prev_hash),
    )
    db.session.add(close)
    held.open_month = rules.after(month)
    audit.record(
        action="months.close",
        subject_kind="month",
        subject_id=month.isoformat(),
        details={"closing_points": plain["closing"], "hash": close.hash},
        by=by,
        at=at,
    )
    db.session.flush()
    return close


def _breakage(found: Figures, history: Sequence[MonthClose]) -> Derived[Breakage]:
    past = [Figures.from_json(close.month, close.figures) for close in reversed(history)]
    return breakage.breakage(
        version=found.version, uses=rules.uses([*past, found]), living=rules.living(found)
    )


def _open(at: datetime) -> PointsRoll:
    """The open month, locked: one roll-up at a time. The first begins with the ledger's first entry."""
    found = db.session.scalar(select(PointsRoll).with_for_update())
    if found is None:
        zone = hotel.house_zone()
        began = queries.first_entry_at() or queries.now(at)
        month = rules.month_of(local_date(began, zone))
        db.session.execute(
            _insert(PointsRoll).on_conflict_do_nothing(), [{"id": 1, "open_month": month, "rolled_at": at}]
        )
        found = db.session.scalars(select(PointsRoll).with_for_update()).one()
    found.rolled_at = max(found.rolled_at, at)
    return found


def _begin(account_id: int) -> RolledAccount:
    row = RolledAccount(account_id=account_id, **dict.fromkeys(queries.BUCKETS, 0))
    db.session.add(row)
    return row


def _keep_flows(month: date, flows: Mapping[tuple[str, str], int]) -> None:
    rows = [
        {"month": month, "kind": kind, "bucket": bucket, "points": points}
        for (kind, bucket), points in sorted(flows.items())
        if points
    ]
    _add_up(PointsFlow, ("month", "kind", "bucket"), ("points",), rows)


def _keep_accounts(
    month: date, moved: Mapping[int, RolledAccount], lots: Mapping[int, Sequence[Any]]
) -> None:
    sums, heads = queries.balances_in(moved), queries.heads_of(moved)
    rows = []
    for account_id, row in moved.items():
        for bucket, points in sums.get(account_id, {}).items():
            setattr(row, bucket, getattr(row, bucket) + points)
        rows.append(
            {
                "account_id": account_id,
                "month": month,
                "seq": row.seq,
                "head": heads[account_id],
                **queries.closing_of(row),
                "expiries": queries.expiries(lots[account_id]),
            }
        )
    if not rows:
        return
    statement = _insert(AccountMonth)
    changed = {
        name: getattr(statement.excluded, name) for name in rows[0] if name not in {"account_id", "month"}
    }
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["account_id", "month"], set_=changed), rows
    )


def _keep_stock(
    account_ids: Sequence[int],
    lots: Mapping[int, Sequence[Any]],
    old_tiers: Mapping[int, str],
    tiers: Mapping[int, str],
) -> None:
    """Take out of the group's lots what these accounts had in them, and put in what they have."""
    changes: dict[tuple[str, date, date], list[int]] = {}
    for share in queries.shares_of(account_ids):
        points = [-getattr(share, name) for name in rules.STOCK]
        _count(changes, (old_tiers[share.account_id], share.earned_month, share.expires_month), points)
    rows = []
    for account_id in account_ids:
        for (earned, expires), points in queries.as_months(lots[account_id]).items():
            _count(changes, (tiers[account_id], earned, expires), points)
            key = {"account_id": account_id, "earned_month": earned, "expires_month": expires}
            rows.append(key | dict(zip(rules.STOCK, points, strict=True)))
    db.session.execute(delete(AccountLots).where(AccountLots.account_id.in_(account_ids)))
    if rows:
        db.session.execute(insert(AccountLots), rows)
    names = ("tier", "earned_month", "expires_month")
    group = [
        dict(zip(names, key, strict=True)) | dict(zip(rules.STOCK, points, strict=True))
        for key, points in sorted(changes.items())
        if any(points)
    ]
    _add_up(PointsStock, names, rules.STOCK, group)


def _count(
    sums: dict[tuple[str, date, date], list[int]], key: tuple[str, date, date], points: list[int]
) -> None:
    held = sums.setdefault(key, [0] * len(points))
    for place, number in enumerate(points):
        held[place] += number


def _insert(model: type[Any]) -> Any:
    return postgresql.insert(model) if is_postgresql() else sqlite.insert(model)


def _add_up(
    model: type[Any], keys: Sequence[str], names: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Add to the rows that there are, and begin those that there are not."""
    if not rows:
        return
    statement = _insert(model)
    sums = {name: getattr(model, name) + getattr(statement.excluded, name) for name in names}
    db.session.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=sums), rows)
