"""Reads of the ledger: balances, entries with their postings, lots, holds, and whole ledgers for the rules.

Everything comes back as plain facts, never as rows of the session: what is read here in the
middle of a transaction is what the statements before it wrote.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from portal.accounts.models import Account
from portal.database import db, integer_sum
from portal.programme.chain.rules import Bucket, Entry, Kind, Posting
from portal.programme.ledger.models import HoldRecord, LedgerEntry, LedgerPosting, LotRecord, PointBalance
from portal.programme.ledger.rules import AccountLedger, Hold, Lot, open_ledger
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 30
KEYS_AT_ONCE = 5000
BUCKETS = tuple(Bucket)


@dataclass(frozen=True, slots=True)
class Balance:
    """An account's points by state. `owed` is what the next accruals will set off."""

    pending: int = 0
    active: int = 0
    held: int = 0
    spent: int = 0
    expired: int = 0
    reversed: int = 0
    owed: int = 0


@dataclass(frozen=True, slots=True)
class Expiry:
    """So many active points die after this day."""

    expires_on: date
    points: int


def balance_of(account_id: int) -> Balance:
    """The points of an account; none when it has never earned any."""
    return balances_of([account_id]).get(account_id, Balance())


def balances_of(account_ids: Collection[int]) -> dict[int, Balance]:
    """The points of several accounts, by account; those that never earned are not in it."""
    statement = select(PointBalance.account_id, *_bucket_columns()).where(
        PointBalance.account_id.in_(account_ids)
    )
    return {row.account_id: _balance(row) for row in db.session.execute(statement)}


def balance_as_recorded(account_id: int, *, before: datetime) -> Balance:
    """The points of an account as its ledger stood at an instant."""
    statement = (
        select(LedgerPosting.bucket, integer_sum(LedgerPosting.points))
        .join(LedgerEntry, _same_entry())
        .where(LedgerPosting.account_id == account_id, LedgerEntry.at < before)
        .group_by(LedgerPosting.bucket)
    )
    sums = dict(db.session.execute(statement).all())
    shown = {name: sums.get(name, 0) for name in Balance.__dataclass_fields__ if name != "owed"}
    return Balance(**shown, owed=-sums.get(Bucket.OWED, 0))


def entries_of(
    account_id: int,
    after: str | None = None,
    limit: int = PAGE_SIZE,
    only: Iterable[ColumnElement[bool]] = (),
) -> Page[Entry]:
    """The entries of an account with their postings, the latest first; `only` narrows them down."""
    statement = _entries().where(LedgerEntry.account_id == account_id, *only)
    if (key := decode_key(after, int)) is not None:
        statement = statement.where(LedgerEntry.seq < key[0])
    rows = db.session.execute(statement.order_by(LedgerEntry.seq.desc()).limit(limit + 1)).all()
    shown = rows[:limit]
    more = encode_key(shown[-1].seq) if len(rows) > limit else None
    return Page(_with_postings(account_id, shown), more)


def entry_of(account_id: int, seq: int) -> Entry | None:
    """One entry of an account."""
    statement = _entries().where(LedgerEntry.account_id == account_id, LedgerEntry.seq == seq)
    return next(iter(_with_postings(account_id, db.session.execute(statement).all())), None)


def entry_by_key(account_id: int, key: str) -> Entry | None:
    """The entry that a key made; another account's key finds nothing."""
    statement = _entries().where(LedgerEntry.account_id == account_id, LedgerEntry.key == key)
    return next(iter(_with_postings(account_id, db.session.execute(statement).all())), None)


def chain_of(account_id: int, *, after_seq: int = 0, batch: int = 1000) -> Iterator[Entry]:
    """The chain of an account in order, from its beginning or after an entry, a batch at a time."""
    seq = after_seq
    while True:
        statement = (
            _entries()
            .where(LedgerEntry.account_id == account_id, LedgerEntry.seq > seq)
            .order_by(LedgerEntry.seq)
            .limit(batch)
        )
        entries = _with_postings(account_id, db.session.execute(statement).all())
        yield from entries
        if len(entries) < batch:
            return
        seq = entries[-1].seq


def next_expiry(account_id: int) -> Expiry | None:
    """When the next points of an account die, and how many; none when nothing is active."""
    row = db.session.execute(
        select(LotRecord.expires_on, integer_sum(LotRecord.active))
        .where(LotRecord.account_id == account_id, LotRecord.active > 0)
        .group_by(LotRecord.expires_on)
        .order_by(LotRecord.expires_on)
        .limit(1)
    ).one_or_none()
    return Expiry(*row) if row is not None else None


def expiries_of(account_id: int) -> list[Expiry]:
    """What dies when, soonest first; lots end with a month, so there are few days."""
    statement = (
        select(LotRecord.expires_on, integer_sum(LotRecord.active + LotRecord.pending))
        .where(LotRecord.account_id == account_id, LotRecord.active + LotRecord.pending > 0)
        .group_by(LotRecord.expires_on)
        .order_by(LotRecord.expires_on)
    )
    return [Expiry(*row) for row in db.session.execute(statement)]


def living_lots(
    account_id: int, after: str | None = None, limit: int = PAGE_SIZE, last_day: date | None = None
) -> Page[Lot]:
    """The lots that still hold points, from the one that dies first; or those that die after one day."""
    statement = select(*lot_columns()).where(
        LotRecord.account_id == account_id, LotRecord.pending + LotRecord.active + LotRecord.held > 0
    )
    if (key := decode_key(after, str, int)) is not None and (day := _day(key[0])) is not None:
        statement = statement.where(
            or_(
                LotRecord.expires_on > day,
                and_(LotRecord.expires_on == day, LotRecord.number > key[1]),
            )
        )
    if last_day is not None:
        statement = statement.where(LotRecord.expires_on == last_day)
    statement = statement.order_by(LotRecord.expires_on, LotRecord.number).limit(limit + 1)
    lots = [as_lot(row) for row in db.session.execute(statement)]
    shown = lots[:limit]
    more = encode_key(shown[-1].expires_on.isoformat(), shown[-1].id) if len(lots) > limit else None
    return Page(shown, more)


def lots_of(account_id: int) -> dict[int, Lot]:
    """Every lot of an account, by number."""
    return _lots([account_id], true()).get(account_id, {})


def owner_of(key: str) -> int | None:
    """The account whose entry bears a key; none while nothing does."""
    return db.session.scalar(select(LedgerEntry.account_id).where(LedgerEntry.key == key))


def posted(keys: Sequence[str]) -> dict[str, tuple[int, Lot | None]]:
    """Which of these keys have been posted: by which account, and the lot that it made, empty or not."""
    found: dict[str, tuple[int, Lot | None]] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        entries = select(LedgerEntry.key, LedgerEntry.account_id).where(LedgerEntry.key.in_(some))
        lots = select(*lot_columns()).where(LotRecord.key.in_(some))
        made = {row.key: as_lot(row) for row in db.session.execute(lots)}
        for key, account_id in db.session.execute(entries):
            found[key] = (account_id, made.get(key))
    return found


def ledgers(
    account_ids: Collection[int], *, lock: bool = False, due: date | None = None
) -> dict[int, AccountLedger]:
    """The ledgers of these accounts as the rules need them: living lots, open holds, no keys.

    With `lock` the balances are locked, in the order of their ids, until the transaction ends. With
    `due` only the lots come along for which something falls due by that day, and no holds: enough for
    the calendar. Accounts that never had points are not in it.
    """
    statement = (
        select(PointBalance.account_id, Account.public_id, PointBalance.seq, PointBalance.head)
        .add_columns(*balance_columns())
        .join(Account, Account.id == PointBalance.account_id)
        .where(PointBalance.account_id.in_(account_ids))
        .order_by(PointBalance.account_id)
    )
    if lock:
        statement = statement.with_for_update(of=PointBalance)
    # The balances first: what is read after the lock is what the holder before left behind.
    rows = db.session.connection().execute(statement).all()
    lots = _lots(account_ids, LIVING if due is None else _falls_due(due))
    holds = _holds(account_ids) if due is None else {}
    return {
        account_id: AccountLedger(
            account=str(public_id),
            seq=seq,
            head=head,
            balances=dict(zip(BUCKETS, points, strict=True)),
            lots=lots.get(account_id, {}),
            holds=holds.get(account_id, {}),
        )
        for account_id, public_id, seq, head, *points in rows
    }


def load_wholly(books: Mapping[int, AccountLedger]) -> None:
    """Give ledgers that were loaded for the calendar their other living lots, and their holds."""
    lots, holds = _lots(books, LIVING), _holds(books)
    for account_id, ledger in books.items():
        ledger.lots, ledger.holds = lots.get(account_id, {}), holds.get(account_id, {})


def lots_numbered(account_id: int, numbers: Iterable[int]) -> dict[int, Lot]:
    """These lots of an account, empty or not."""
    statement = select(*lot_columns()).where(
        LotRecord.account_id == account_id, LotRecord.number.in_(list(numbers))
    )
    return {row.number: as_lot(row) for row in db.session.execute(statement)}


def unopened(account_ids: Collection[int]) -> dict[int, AccountLedger]:
    """Ledgers without an entry, as these accounts begin."""
    statement = select(Account.id, Account.public_id).where(Account.id.in_(account_ids)).order_by(Account.id)
    return {account_id: open_ledger(str(public)) for account_id, public in db.session.execute(statement)}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _bucket_columns() -> tuple[ColumnElement[int], ...]:
    return tuple(getattr(PointBalance, name) for name in Balance.__dataclass_fields__)


def balance_columns() -> tuple[ColumnElement[int], ...]:
    return tuple(getattr(PointBalance, bucket.value) for bucket in BUCKETS)


def _balance(row: Any) -> Balance:
    # In the books a debt is negative, like what was issued; said to a reader it is a number of points.
    return Balance(row.pending, row.active, row.held, row.spent, row.expired, row.reversed, -row.owed)


def _same_entry() -> ColumnElement[bool]:
    return and_(LedgerEntry.account_id == LedgerPosting.account_id, LedgerEntry.seq == LedgerPosting.seq)


def _entries() -> Select[Any]:
    return select(
        LedgerEntry.seq,
        LedgerEntry.kind,
        LedgerEntry.key,
        LedgerEntry.at,
        LedgerEntry.service_date,
        LedgerEntry.reference,
        LedgerEntry.derivation,
        LedgerEntry.prev_hash,
        LedgerEntry.hash,
        Account.public_id,
    ).join(Account, Account.id == LedgerEntry.account_id)


def _with_postings(account_id: int, rows: Collection[Any]) -> list[Entry]:
    if not rows:
        return []
    statement = (
        select(LedgerPosting.seq, LedgerPosting.bucket, LedgerPosting.lot, LedgerPosting.points)
        .where(
            LedgerPosting.account_id == account_id,
            LedgerPosting.seq.in_([row.seq for row in rows]),
        )
        .order_by(LedgerPosting.seq, LedgerPosting.position)
    )
    found = db.session.execute(statement).all()
    postings = {
        seq: tuple(Posting(Bucket(row.bucket), row.lot, row.points) for row in group)
        for seq, group in groupby(found, key=lambda row: row.seq)
    }
    return [_entry(row, postings.get(row.seq, ())) for row in rows]


def _entry(row: Any, postings: tuple[Posting, ...]) -> Entry:
    public_id: UUID = row.public_id
    return Entry(
        account=str(public_id),
        seq=row.seq,
        kind=Kind(row.kind),
        key=row.key,
        at=row.at,
        service_date=row.service_date,
        reference=row.reference,
        postings=postings,
        derivation=row.derivation,
        prev_hash=row.prev_hash,
        hash=row.hash,
    )


def lot_columns() -> tuple[Any, ...]:
    return (
        LotRecord.account_id,
        LotRecord.number,
        LotRecord.key,
        LotRecord.earned_on,
        LotRecord.activates_on,
        LotRecord.expires_on,
        LotRecord.issued,
        LotRecord.pending,
        LotRecord.active,
        LotRecord.held,
        LotRecord.expired,
        LotRecord.reversed,
    )


LIVING = LotRecord.pending + LotRecord.active + LotRecord.held > 0


def _falls_due(day: date) -> ColumnElement[bool]:
    dies = and_(LotRecord.pending + LotRecord.active > 0, LotRecord.expires_on < day)
    return and_(LIVING, or_(dies, and_(LotRecord.pending > 0, LotRecord.activates_on <= day)))


def _lots(account_ids: Collection[int], which: ColumnElement[bool]) -> dict[int, dict[int, Lot]]:
    statement = select(*lot_columns()).where(LotRecord.account_id.in_(account_ids), which)
    lots: dict[int, dict[int, Lot]] = {}
    ordered = statement.order_by(LotRecord.account_id, LotRecord.number)
    for row in db.session.connection().execute(ordered).all():
        lots.setdefault(row.account_id, {})[row.number] = as_lot(row)
    return lots


def as_lot(row: Any) -> Lot:
    dates: tuple[date, date, date] = (row.earned_on, row.activates_on, row.expires_on)
    return Lot(
        row.number,
        row.key,
        *dates,
        issued=row.issued,
        pending=row.pending,
        active=row.active,
        held=row.held,
        expired=row.expired,
        reversed=row.reversed,
    )


def _holds(account_ids: Collection[int]) -> dict[int, dict[str, Hold]]:
    statement = (
        select(
            HoldRecord.account_id,
            HoldRecord.key,
            HoldRecord.reference,
            HoldRecord.allocation,
            HoldRecord.until,
        )
        .where(HoldRecord.account_id.in_(account_ids), HoldRecord.closed_at.is_(None))
        .order_by(HoldRecord.id)
    )
    holds: dict[int, dict[str, Hold]] = {}
    for row in db.session.execute(statement):
        holds.setdefault(row.account_id, {})[row.key] = as_hold(row)
    return holds


def as_hold(row: Any) -> Hold:
    allocation = tuple((lot, points) for lot, points in row.allocation)
    return Hold(row.key, row.reference, allocation, row.until)
