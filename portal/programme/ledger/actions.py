"""Ledgers locked, and what the rules decided written: one entry in few statements, many by the fastest way.

A redemption is one entry, and its throughput is the number of its statements: on PostgreSQL an entry,
its postings, lots, balance and hold are written by one.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from portal.bulk import insert_many, plain_rows, update_many
from portal.database import db, is_postgresql
from portal.programme.chain.rules import Entry, Kind
from portal.programme.ledger import queries
from portal.programme.ledger.models import HoldRecord, LedgerEntry, LedgerPosting, LotRecord, PointBalance
from portal.programme.ledger.rules import AccountLedger, Hold, Lot

BULK = 100
"""From so many rows on they are written by the driver's fastest way."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A ledger after the rules moved it, and the entries by which they did."""

    account_id: int
    ledger: AccountLedger
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class HoldChange:
    """A hold that an entry opened, lessened or (with `rest` none) closed."""

    key: str
    rest: Hold | None
    is_new: bool
    at: datetime


def lock_ledgers(account_ids: Collection[int], *, due: date | None = None) -> dict[int, AccountLedger]:
    """Lock the balances of these accounts, in the order of their ids, and load their ledgers.

    With `due` the lots for which nothing falls due by that day are left out, and the holds.
    """
    found = queries.ledgers(account_ids, lock=True, due=due)
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


def write_entry(*, move: Moved, change: HoldChange | None = None) -> None:
    """Write the one entry of a move, and what it did to a hold."""
    connection = db.session.connection()
    born, changed = _lot_rows([move])
    if is_postgresql() and not born:
        _write_at_once(connection, move, changed, change)
        return
    write_moves([move])
    if change is not None:
        _write_hold(connection, move.account_id, change)


def insert_rows(*, model: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of one shape; the values are those of the model's columns."""
    if not rows:
        return
    table: Table = model.__table__
    if len(rows) < BULK:
        db.session.connection().execute(table.insert(), rows)
        return
    # Binding parameters one by one took two thirds of the time of a large import.
    columns = tuple(rows[0])
    insert_many(table, columns, plain_rows(table, columns, rows))


_ENTRY = """
WITH entry AS (
  INSERT INTO ledger_entry
    (account_id, seq, kind, key, at, service_date, reference, derivation, prev_hash, hash)
  VALUES (%(account_id)s, %(seq)s, %(kind)s, %(key)s, %(at)s, %(service_date)s, %(reference)s,
    %(derivation)s::jsonb, %(prev_hash)s, %(hash)s)
), posting AS (
  INSERT INTO ledger_posting (account_id, seq, position, bucket, lot, points)
  SELECT %(account_id)s, %(seq)s, moved.* FROM unnest(
    %(positions)s::bigint[], %(buckets)s::text[], %(lots)s::bigint[], %(points)s::bigint[]) AS moved
), lot AS (
  UPDATE ledger_lot SET expires_on = changed.expires_on, pending = changed.pending,
    active = changed.active, held = changed.held, expired = changed.expired, reversed = changed.reversed
  FROM unnest(%(numbers)s::bigint[], %(expiries)s::date[], %(lot_pending)s::bigint[],
    %(lot_active)s::bigint[], %(lot_held)s::bigint[], %(lot_expired)s::bigint[],
    %(lot_reversed)s::bigint[]
  ) AS changed (number, expires_on, pending, active, held, expired, reversed)
  WHERE ledger_lot.account_id = %(account_id)s AND ledger_lot.number = changed.number
){hold}
UPDATE point_balance SET issued = %(issued)s, pending = %(pending)s, active = %(active)s, held = %(held)s,
  spent = %(spent)s, expired = %(expired)s, reversed = %(reversed)s, owed = %(owed)s, seq = %(seq)s,
  head = %(hash)s
WHERE account_id = %(account_id)s
"""
_HOLD_OPENED = """, hold AS (
  INSERT INTO ledger_hold (account_id, key, reference, allocation, until, opened_at)
  VALUES (%(account_id)s, %(hold_key)s, %(reference)s, %(allocation)s::jsonb, %(until)s, %(hold_at)s)
)"""
_HOLD_LESSENED = """, hold AS (
  UPDATE ledger_hold SET allocation = %(allocation)s::jsonb
  WHERE account_id = %(account_id)s AND key = %(hold_key)s
)"""
_HOLD_CLOSED = """, hold AS (
  UPDATE ledger_hold SET closed_at = %(hold_at)s WHERE account_id = %(account_id)s AND key = %(hold_key)s
)"""
_BUCKETS_OF_LOT = ("pending", "active", "held", "expired", "reversed")


def _write_at_once(
    connection: Connection, move: Moved, lots: Sequence[Mapping[str, Any]], change: HoldChange | None
) -> None:
    (entry,) = move.entries
    values = _entry_row(move.account_id, entry) | _balance_row(move)
    values["derivation"] = json.dumps(entry.derivation) if entry.derivation else None
    postings = list(_posting_rows(move))
    values |= {
        "positions": _array(row["position"] for row in postings),
        "buckets": _array(row["bucket"] for row in postings),
        "lots": _array(row["lot"] for row in postings),
        "points": _array(row["points"] for row in postings),
        "numbers": _array(lot["number"] for lot in lots),
        "expiries": _array(lot["expires_on"] for lot in lots),
    }
    values |= {f"lot_{name}": _array(lot[name] for lot in lots) for name in _BUCKETS_OF_LOT}
    connection.exec_driver_sql(_statement(change), values | _hold_values(change))


def _array(values: Iterable[int | str | date | None]) -> str:
    """Numbers, days and words of ours as PostgreSQL writes an array; the driver would look at each anew."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def _statement(change: HoldChange | None) -> str:
    if change is None:
        return _ENTRY.format(hold="")
    if change.is_new:
        return _ENTRY.format(hold=_HOLD_OPENED)
    return _ENTRY.format(hold=_HOLD_CLOSED if change.rest is None else _HOLD_LESSENED)


def _hold_values(change: HoldChange | None) -> dict[str, Any]:
    if change is None:
        return {}
    rest = change.rest
    return {
        "hold_key": change.key,
        "hold_at": change.at,
        "allocation": json.dumps(_allocation(rest)) if rest is not None else None,
        "until": rest.until if rest is not None else None,
    }


def _write_hold(connection: Connection, account_id: int, change: HoldChange) -> None:
    table: Table = HoldRecord.__table__  # type: ignore[assignment]  # a mapped class has a plain table
    rest = change.rest
    if change.is_new and rest is not None:
        row = {"account_id": account_id, "key": change.key, "reference": rest.reference}
        row |= {"allocation": _allocation(rest), "until": rest.until, "opened_at": change.at}
        connection.execute(table.insert(), row)
        return
    kept = {"closed_at": change.at} if rest is None else {"allocation": _allocation(rest)}
    which = (table.c.account_id == account_id, table.c.key == change.key)
    connection.execute(table.update().where(*which).values(**kept))


def _allocation(hold: Hold) -> list[list[int]]:
    return [[lot, points] for lot, points in hold.allocation]


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


def _open_balances(account_ids: Sequence[int]) -> None:
    insert = postgresql.insert if is_postgresql() else sqlite.insert
    rows = [
        _balance_row(Moved(account_id, ledger, ()))
        for account_id, ledger in queries.unopened(account_ids).items()
    ]
    # Two may open the same account's balance at once: both then wait for the same lock.
    db.session.execute(insert(PointBalance).on_conflict_do_nothing(), rows)


def _update(model: type[Any], keys: tuple[str, ...], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        columns = tuple(name for name in rows[0] if name not in keys)
        table: Table = model.__table__
        values = plain_rows(table, (*columns, *keys), rows)
        update_many(table, columns, keys, values)
