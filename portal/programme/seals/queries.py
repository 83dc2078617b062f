"""Reads of the seals, and of the heads that have moved since the last one."""

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import func, or_, select

from portal.accounts.models import Account
from portal.database import db
from portal.programme.ledger.models import PointBalance
from portal.programme.seals.models import LedgerSeal, SealedHead
from portal.programme.seals.rules import Head, Seal


def last_seal() -> Seal | None:
    """The latest seal, without its heads."""
    row = db.session.execute(
        select(LedgerSeal.number, LedgerSeal.at, LedgerSeal.prev_hash, LedgerSeal.hash)
        .order_by(LedgerSeal.number.desc())
        .limit(1)
    ).one_or_none()
    return Seal(row.number, row.at, (), row.prev_hash, row.hash) if row else None


def moved_heads() -> dict[int, Head]:
    """The ends of the chains that have grown since they were last sealed, by account."""
    sealed = (
        select(SealedHead.account_id, func.max(SealedHead.seq).label("seq"))
        .group_by(SealedHead.account_id)
        .subquery()
    )
    statement = (
        select(PointBalance.account_id, PointBalance.seq, PointBalance.head, Account.public_id)
        .join(Account, Account.id == PointBalance.account_id)
        .outerjoin(sealed, sealed.c.account_id == PointBalance.account_id)
        .where(PointBalance.seq >= 1, or_(sealed.c.seq.is_(None), sealed.c.seq < PointBalance.seq))
        .order_by(PointBalance.account_id)
    )
    return {
        row.account_id: Head(str(row.public_id), row.seq, row.head) for row in db.session.execute(statement)
    }


def all_seals(*, batch: int = 200) -> Iterator[Seal]:
    """Every seal with its heads, in order, a batch at a time."""
    after = 0
    while True:
        statement = (
            select(LedgerSeal.number, LedgerSeal.at, LedgerSeal.prev_hash, LedgerSeal.hash)
            .where(LedgerSeal.number > after)
            .order_by(LedgerSeal.number)
            .limit(batch)
        )
        rows = db.session.execute(statement).all()
        heads = _heads([row.number for row in rows])
        for row in rows:
            yield Seal(row.number, row.at, heads.get(row.number, ()), row.prev_hash, row.hash)
        if len(rows) < batch:
            return
        after = rows[-1].number


def sealed_heads_of(account_id: int) -> dict[int, str]:
    """Where an account's chain was sealed: hash by seq."""
    statement = (
        select(SealedHead.seq, SealedHead.head)
        .where(SealedHead.account_id == account_id)
        .order_by(SealedHead.seq)
    )
    return dict(db.session.execute(statement).all())


def _heads(numbers: list[int]) -> dict[int, tuple[Head, ...]]:
    statement = (
        select(SealedHead.seal_number, SealedHead.seq, SealedHead.head, Account.public_id)
        .join(Account, Account.id == SealedHead.account_id)
        .where(SealedHead.seal_number.in_(numbers))
        .order_by(SealedHead.seal_number)
    )
    found = db.session.execute(statement).all()
    return {
        number: tuple(
            sorted((Head(str(r.public_id), r.seq, r.head) for r in group), key=lambda head: head.account)
        )
        for number, group in groupby(found, key=lambda row: row.seal_number)
    }
