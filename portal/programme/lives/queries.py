"""Reads of the last days of lots as they were after an entry.

A lot knows its last day of today. Points that came back after its death moved that day, and what is told
of an earlier entry must not follow.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select, tuple_

from portal.database import db
from portal.derivation import recompute
from portal.programme.chain.rules import Kind
from portal.programme.ledger.models import LedgerEntry

REVIVERS = (Kind.RELEASE.value, Kind.REFUND.value)


def moved_last_days(upto: Mapping[int, int]) -> dict[tuple[int, int], date]:
    """The last days, after an entry of each account, of the lots whose last day was ever moved.

    `upto` tells the number of that entry by account; the lots are told by account and number.
    """
    statement = (
        select(LedgerEntry.account_id, LedgerEntry.seq, LedgerEntry.derivation)
        .where(
            LedgerEntry.account_id.in_(upto.keys()),
            LedgerEntry.kind.in_(REVIVERS),
            LedgerEntry.derivation.is_not(None),
        )
        .order_by(LedgerEntry.account_id, LedgerEntry.seq)
    )
    moved = [
        (seq, [(account_id, lot) for lot in derivation["inputs"]["lots"]], derivation)
        for account_id, seq, derivation in db.session.execute(statement)
    ]
    found = _as_earned({lot for _, lots, _ in moved for lot in lots})
    for seq, lots, derivation in moved:
        found |= {lot: recompute(derivation).value for lot in lots if seq <= upto[lot[0]]}
    return found


def _as_earned(lots: set[tuple[int, int]]) -> dict[tuple[int, int], date]:
    if not lots:
        return {}
    statement = select(LedgerEntry.account_id, LedgerEntry.seq, LedgerEntry.derivation).where(
        tuple_(LedgerEntry.account_id, LedgerEntry.seq).in_(sorted(lots))
    )
    return {
        (account_id, seq): recompute(derivation).value.expires_on
        for account_id, seq, derivation in db.session.execute(statement)
    }
