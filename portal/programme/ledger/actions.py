"""Moving points: the account's balance is locked, the rules decide, one entry is written.

Every movement bears a key and happens once: asked for again it changes nothing and says so. A
key that another account has used is refused. The balance, lots and holds are kept in the same
transaction as the entry that changes them.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.audit import actions as audit
from portal.database import db, insert_many, instant_text, is_postgresql
from portal.hotel import queries as hotel
from portal.programme import queries as programme
from portal.programme.chain.rules import Bucket, Entry, Kind
from portal.programme.ledger import queries, rules
from portal.programme.ledger.models import (
    HoldRecord,
    LedgerEntry,
    LedgerPosting,
    LotRecord,
    PointBalance,
)
from portal.programme.ledger.rules import AccountLedger, AlreadyDone, Hold, KeyTaken, Lot, UnknownHold

BULK = 100
"""From so many rows on they are written by the driver's fastest way."""


def hold_points(
    *,
    account_id: int,
    key: str,
    reference: str,
    points: int,
    at: datetime,
    day: date,
    until: datetime | None = None,
    by: int | None = None,
) -> Entry | AlreadyDone:
    """Set points of an account aside, for a booking or, with `until`, for a minute at the desk.

    Raises `NotEnoughPoints`: of two who ask for the last points, one gets them.
    """
    ledger = _locked(account_id, key)
    entry = rules.hold(
        ledger, key=key, reference=reference, points=points, at=at, day=_standing_day(day), until=until
    )
    if isinstance(entry, Entry):
        _record(account_id, ledger, entry, by=by, at=at)
        db.session.add(
            HoldRecord(
                account_id=account_id,
                key=key,
                reference=reference,
                allocation=_plain(ledger.holds[key]),
                until=until,
                opened_at=at,
            )
        )
        db.session.flush()
    return entry


def spend_held(
    *,
    account_id: int,
    key: str,
    reference: str,
    hold_key: str,
    at: datetime,
    day: date,
    points: int | None = None,
    by: int | None = None,
) -> Entry | AlreadyDone:
    """Spend what a hold has set aside, or so many points of it; the rest stays held."""
    ledger = _locked(account_id, key)
    _check_reference(ledger, hold_key, reference)
    entry = rules.spend(ledger, key=key, hold=hold_key, at=at, day=day, points=points)
    if isinstance(entry, Entry):
        _record(account_id, ledger, entry, by=by, at=at)
        _keep_hold(account_id, hold_key, ledger.holds.get(hold_key), at=at)
    return entry


def release_held(
    *,
    account_id: int,
    key: str,
    reference: str,
    hold_key: str,
    at: datetime,
    day: date,
    by: int | None = None,
) -> Entry | AlreadyDone:
    """Give back what a hold has set aside, to the lots it came from."""
    ledger = _locked(account_id, key)
    _check_reference(ledger, hold_key, reference)
    if key not in ledger.done and hold_key in ledger.holds:
        _expire_dead(account_id, ledger, ledger.holds[hold_key].allocation, at=at, day=day)
    entry = rules.release(
        ledger, rules=programme.rules_in_force(day), key=key, hold=hold_key, at=at, day=_standing_day(day)
    )
    if isinstance(entry, Entry):
        _record(account_id, ledger, entry, by=by, at=at)
        _keep_hold(account_id, hold_key, None, at=at)
    return entry


def refund_spent(
    *,
    account_id: int,
    key: str,
    spend_key: str,
    at: datetime,
    day: date,
    by: int | None = None,
) -> Entry | AlreadyDone:
    """Give back what was spent under a key: the reward was cancelled after all."""
    ledger = _locked(account_id, key)
    spent = queries.entry_by_key(account_id, spend_key)
    if spent is None or spent.kind is not Kind.SPEND:
        raise UnknownHold(hold=spend_key)
    parts = [
        (posting.lot, posting.points)
        for posting in spent.postings
        if posting.bucket is Bucket.SPENT and posting.lot is not None
    ]
    ledger.lots |= queries.lots_numbered(account_id, {lot for lot, _ in parts} - ledger.lots.keys())
    if key not in ledger.done:
        _expire_dead(account_id, ledger, parts, at=at, day=day)
    entry = rules.refund(
        ledger,
        rules=programme.rules_in_force(day),
        key=key,
        reference=spent.reference,
        spent=parts,
        at=at,
        day=_standing_day(day),
    )
    if isinstance(entry, Entry):
        _record(account_id, ledger, entry, by=by, at=at)
    return entry


def release_lapsed(*, at: datetime, day: date, limit: int) -> int:
    """Give back what was held longer than promised; say how many holds."""
    lapsed = queries.lapsed_holds(at=at, limit=limit)
    # In the order of their accounts, like every other taker of locks.
    for account_id, hold in sorted(lapsed, key=lambda pair: pair[0]):
        release_held(
            account_id=account_id,
            key=f"lapse:{hold.key}",
            reference=hold.reference,
            hold_key=hold.key,
            at=at,
            day=day,
        )
    return len(lapsed)


# What the rooms of the programme share: locking ledgers, and writing what the rules made of them.


@dataclass(frozen=True, slots=True)
class Moved:
    """A ledger after the rules moved it, and the entries by which they did."""

    account_id: int
    ledger: AccountLedger
    entries: Sequence[Entry]


def lock_ledgers(account_ids: Collection[int]) -> dict[int, AccountLedger]:
    """Lock the balances of these accounts, in the order of their ids, and load their ledgers."""
    found = queries.ledgers(account_ids, lock=True)
    missing = sorted(set(account_ids) - found.keys())
    if missing:
        _open_balances(missing)
        found |= queries.ledgers(missing, lock=True)
    return found


def write_moves(moves: Iterable[Moved]) -> None:
    """Write entries, postings, lots and balances, many accounts at a time."""
    moved = [move for move in moves if move.entries]
    if not moved:
        return
    insert_rows(
        model=LedgerEntry,
        rows=[_entry_row(move.account_id, entry) for move in moved for entry in move.entries],
    )
    insert_rows(model=LedgerPosting, rows=[row for move in moved for row in _posting_rows(move)])
    born, changed = _lot_rows(moved)
    insert_rows(model=LotRecord, rows=born)
    _update(LotRecord, ("account_id", "number"), changed)
    _update(PointBalance, ("account_id",), [_balance_row(move) for move in moved])


def insert_rows(*, model: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of one shape; the values are those of the model's columns."""
    if not rows:
        return
    table: Table = model.__table__
    if len(rows) < BULK:
        db.session.execute(table.insert(), rows)
        return
    # Binding parameters one by one took two thirds of the time of a large import.
    columns = tuple(rows[0])
    insert_many(table, columns, [tuple(_plain_value(row[name]) for name in columns) for row in rows])


_PLAIN: dict[type, Callable[[Any], str]] = {
    datetime: instant_text,
    date: date.isoformat,
    dict: json.dumps,
    list: json.dumps,
}


def _plain_value(value: Any) -> Any:
    printed = _PLAIN.get(type(value))
    return value if printed is None else printed(value)


def _locked(account_id: int, key: str) -> AccountLedger:
    ledger = lock_ledgers([account_id])[account_id]
    owner = queries.owner_of(key)
    if owner is not None and owner != account_id:
        raise KeyTaken
    if owner is not None:
        ledger.done.add(key)
    return ledger


def _check_reference(ledger: AccountLedger, hold_key: str, reference: str) -> None:
    held = ledger.holds.get(hold_key)
    if held is not None and held.reference != reference:
        raise UnknownHold(hold=hold_key)


def _standing_day(day: date) -> date:
    # Where the calendar of the demo stands still, no lot dies of a day that was never played.
    frozen = hotel.demo_as_of()
    return day if frozen is None else min(day, frozen)


def _expire_dead(
    account_id: int, ledger: AccountLedger, back: Iterable[tuple[int, int]], *, at: datetime, day: date
) -> None:
    # What comes back lives some days more; what else is in its lot and has had its day does not.
    for lot in [ledger.lot(number) for number, _ in back]:
        if lot.active and lot.expires_on < _standing_day(day):
            entry = rules.expire(ledger, lot=lot.id, at=at, day=lot.expires_on + timedelta(days=1))
            if isinstance(entry, Entry):
                _record(account_id, ledger, entry, by=None, at=at)


def _record(account_id: int, ledger: AccountLedger, entry: Entry, *, by: int | None, at: datetime) -> None:
    write_moves([Moved(account_id, ledger, [entry])])
    moved = sum(posting.points for posting in entry.postings if posting.points > 0)
    audit.record(
        action=f"points.{entry.kind}",
        subject_kind="account",
        subject_id=entry.account,
        details={"seq": entry.seq, "points": moved, "reference": entry.reference},
        by=by,
        at=at,
    )


def _keep_hold(account_id: int, key: str, rest: Hold | None, *, at: datetime) -> None:
    values: dict[str, Any] = {"closed_at": at} if rest is None else {"allocation": _plain(rest)}
    statement = update(HoldRecord).where(HoldRecord.account_id == account_id, HoldRecord.key == key)
    db.session.execute(statement.values(**values))


def _plain(hold: Hold) -> list[list[int]]:
    return [[lot, points] for lot, points in hold.allocation]


def _open_balances(account_ids: Sequence[int]) -> None:
    insert = postgresql.insert if is_postgresql() else sqlite.insert
    rows = [
        _balance_row(Moved(account_id, ledger, ()))
        for account_id, ledger in queries.unopened(account_ids).items()
    ]
    # Two may open the same account's balance at once: both then wait for the same lock.
    db.session.execute(insert(PointBalance).on_conflict_do_nothing(), rows)


def _entry_row(account_id: int, entry: Entry) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "seq": entry.seq,
        "kind": entry.kind.value,
        "key": entry.key,
        "at": entry.at,
        "service_date": entry.service_date,
        "reference": entry.reference,
        "derivation": entry.derivation,
        "prev_hash": entry.prev_hash,
        "hash": entry.hash,
    }


def _posting_rows(move: Moved) -> Iterable[dict[str, Any]]:
    for entry in move.entries:
        for position, posting in enumerate(entry.postings, start=1):
            yield {
                "account_id": move.account_id,
                "seq": entry.seq,
                "position": position,
                "bucket": posting.bucket.value,
                "lot": posting.lot,
                "points": posting.points,
            }


def _lot_rows(moved: Sequence[Moved]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The lots that these entries made, and the older ones that they touched, as they are now."""
    born, changed = [], []
    for move in moved:
        births = {e.seq for e in move.entries if e.kind in {Kind.ACCRUAL, Kind.CREDIT}}
        touched = {p.lot for e in move.entries for p in e.postings if p.lot is not None}
        born += [_lot_row(move.account_id, move.ledger.lots[number]) for number in sorted(births)]
        changed += [_lot_row(move.account_id, move.ledger.lots[n]) for n in sorted(touched - births)]
    return born, changed


def _lot_row(account_id: int, lot: Lot) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "number": lot.id,
        "key": lot.key,
        "earned_on": lot.earned_on,
        "activates_on": lot.activates_on,
        "expires_on": lot.expires_on,
        "issued": lot.issued,
        "pending": lot.pending,
        "active": lot.active,
        "held": lot.held,
        "expired": lot.expired,
        "reversed": lot.reversed,
    }


def _balance_row(move: Moved) -> dict[str, Any]:
    buckets = {bucket.value: points for bucket, points in move.ledger.balances.items()}
    return {"account_id": move.account_id, "seq": move.ledger.seq, "head": move.ledger.head, **buckets}


def _update(model: type[Any], keys: tuple[str, ...], rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    table: Table = model.__table__
    statement = (
        table.update()
        .where(*(table.c[name] == bindparam(f"key_{name}") for name in keys))
        .values({name: bindparam(f"new_{name}") for name in rows[0] if name not in keys})
    )
    named = [
        {f"{'key' if name in keys else 'new'}_{name}": value for name, value in row.items()} for row in rows
    ]
    db.session.execute(statement, named)
