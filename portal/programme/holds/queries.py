"""One account's ledger for one movement, locked and loaded in two statements; and holds that have lapsed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, select, true

from portal.accounts.models import Account
from portal.database import db
from portal.hotel.models import Group
from portal.programme.ledger.models import HoldRecord, LedgerEntry, LotRecord, PointBalance
from portal.programme.ledger.queries import BUCKETS, as_hold, as_lot, balance_columns, lot_columns
from portal.programme.ledger.rules import AccountLedger, Hold

# Built once: a redemption says them in a hurry.
BALANCE = (
    select(PointBalance.seq, PointBalance.head, *balance_columns(), Account.public_id)
    .join(Account, Account.id == PointBalance.account_id)
    .where(PointBalance.account_id == bindparam("of_account"))
)
LOCKED_BALANCE = BALANCE.with_for_update(of=PointBalance)
_OPEN_HOLD = (
    select(HoldRecord.reference, HoldRecord.allocation, HoldRecord.until)
    .where(
        HoldRecord.account_id == bindparam("of_account"),
        HoldRecord.key == bindparam("of_hold"),
        HoldRecord.closed_at.is_(None),
    )
    .subquery()
)
_ONE = select(
    select(LedgerEntry.account_id)
    .where(LedgerEntry.key == bindparam("of_key"))
    .scalar_subquery()
    .label("owner"),
    select(Group.demo_as_of).scalar_subquery().label("frozen_on"),
).subquery()
_LIVING_LOTS_AND_HOLD: Select[*tuple[Any, ...]] = (
    select(
        *lot_columns(),
        *_ONE.c,
        _OPEN_HOLD.c.reference.label("hold_reference"),
        _OPEN_HOLD.c.allocation.label("hold_allocation"),
        _OPEN_HOLD.c.until.label("hold_until"),
    )
    .select_from(_ONE)
    .outerjoin(_OPEN_HOLD, true())
    .outerjoin(
        LotRecord,
        and_(
            LotRecord.account_id == bindparam("of_account"),
            LotRecord.pending + LotRecord.active + LotRecord.held > 0,
        ),
    )
    .order_by(LotRecord.number)
)


@dataclass(frozen=True, slots=True)
class Locked:
    """A ledger with its living lots, no keys, and of the holds only the one that was asked for.

    `owner` is the account whose entry bears the key of the movement; `frozen_on` the day on which the
    calendar of a demo stands still.
    """

    ledger: AccountLedger
    owner: int | None
    frozen_on: date | None


def locked_ledger(account_id: int, *, key: str, hold_key: str = "") -> Locked | None:
    """Lock an account's balance until the transaction ends, and load what one movement needs.

    None when the account never had points.
    """
    connection = db.session.connection()
    head = connection.execute(LOCKED_BALANCE, {"of_account": account_id}).one_or_none()
    if head is None:
        return None
    # After the lock: what is read now is what the holder before left behind.
    asked = {"of_account": account_id, "of_key": key, "of_hold": hold_key}
    rows = connection.execute(_LIVING_LOTS_AND_HOLD, asked).all()
    ledger = AccountLedger(
        account=str(head.public_id),
        seq=head.seq,
        head=head.head,
        balances={bucket: getattr(head, bucket.value) for bucket in BUCKETS},
        lots={row.number: as_lot(row) for row in rows if row.number is not None},
    )
    first = rows[0]
    if first.hold_reference is not None:
        allocation = tuple((lot, points) for lot, points in first.hold_allocation)
        ledger.holds[hold_key] = Hold(hold_key, first.hold_reference, allocation, first.hold_until)
    return Locked(ledger, first.owner, first.frozen_on)


def lapsed_holds(*, at: datetime, limit: int) -> list[tuple[int, Hold]]:
    """Holds whose time is over, with their account; the oldest first."""
    statement = (
        select(HoldRecord)
        .where(HoldRecord.closed_at.is_(None), HoldRecord.until <= at)
        .order_by(HoldRecord.until, HoldRecord.id)
        .limit(limit)
    )
    return [(record.account_id, as_hold(record)) for record in db.session.scalars(statement)]
