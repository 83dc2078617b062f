"""Reads of opening balances: files, their rows, and what the house knows of the companies in them."""

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Account, AccountCode
from portal.database import db
from portal.programme.opening.models import OpeningImport, OpeningOutcome, OpeningRow
from portal.programme.opening.rules import Known, Offered
from portal.programme.standing import queries as standing
from portal.web.paging import Page, decode_instant_key, decode_key, encode_key

PAGE_SIZE = 30
IDS_AT_ONCE = 5000


def imports(after: str | None = None, limit: int = PAGE_SIZE) -> Page[OpeningImport]:
    """The files, the latest first."""
    statement = (
        select(OpeningImport)
        .options(joinedload(OpeningImport.uploaded_by))
        .order_by(OpeningImport.uploaded_at.desc(), OpeningImport.id.desc())
        .limit(limit + 1)
    )
    if (key := decode_instant_key(after)) is not None:
        statement = statement.where(
            (OpeningImport.uploaded_at < key[0])
            | ((OpeningImport.uploaded_at == key[0]) & (OpeningImport.id < key[1]))
        )
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    more = encode_key(rows[-1].uploaded_at.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def import_of(public_id: uuid.UUID, *, lock: bool = False) -> OpeningImport | None:
    """One file."""
    statement = (
        select(OpeningImport)
        .options(joinedload(OpeningImport.uploaded_by), joinedload(OpeningImport.accepted_by))
        .where(OpeningImport.public_id == public_id)
    )
    if lock:
        statement = statement.with_for_update(of=OpeningImport)
    return db.session.scalar(statement)


def waiting_for(person_id: int, *, limit: int) -> list[OpeningImport]:
    """Files that wait, and that this person has not uploaded; the oldest first."""
    statement = (
        select(OpeningImport)
        .where(
            OpeningImport.accepted_at.is_(None),
            OpeningImport.discarded_at.is_(None),
            OpeningImport.uploaded_by_id != person_id,
        )
        .order_by(OpeningImport.uploaded_at, OpeningImport.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def import_by_digest(digest: str) -> OpeningImport | None:
    """The file of this content that was not discarded."""
    return db.session.scalar(
        select(OpeningImport).where(OpeningImport.digest == digest, OpeningImport.discarded_at.is_(None))
    )


def rows(
    import_id: int, *, outcome: str, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[OpeningRow]:
    """Rows of a file with one outcome, in the order of the file."""
    statement = (
        select(OpeningRow)
        .options(joinedload(OpeningRow.account))
        .where(OpeningRow.import_id == import_id, OpeningRow.outcome == outcome)
        .order_by(OpeningRow.row_no)
        .limit(limit + 1)
    )
    if (key := decode_key(after, int)) is not None:
        statement = statement.where(OpeningRow.row_no > key[0])
    found = list(db.session.scalars(statement))
    shown = found[:limit]
    return Page(shown, encode_key(shown[-1].row_no) if len(found) > limit else None)


def every_row(import_id: int) -> list[OpeningRow]:
    """Every row of a file, in its order; a file has at most 20,000."""
    statement = select(OpeningRow).where(OpeningRow.import_id == import_id).order_by(OpeningRow.row_no)
    return list(db.session.scalars(statement))


def known(offered: Iterable[Offered]) -> Known:
    """What the house knows of the companies that these rows name."""
    names = {(row.source, row.company) for row in offered if row.company}
    accounts: dict[tuple[str, str], set[int]] = {name: set() for name in names}
    public = {text: public_id for _, text in names if (public_id := _as_uuid(text)) is not None}
    ids = _scalars_in(select(Account.public_id, Account.id), Account.public_id, list(public.values()))
    codes = select(AccountCode.code, AccountCode.source, AccountCode.account_id)
    told = _scalars_in(codes, AccountCode.code, sorted({code for _, code in names}))
    by_public = dict(ids)
    by_code: dict[tuple[str, str], set[int]] = {}
    for code, source, account_id in told:
        for name in ((source, code), ("", code)):
            by_code.setdefault(name, set()).add(account_id)
    for name in names:
        accounts[name].update(by_code.get(name, ()))
        if (account_id := by_public.get(public.get(name[1]))) is not None:
            accounts[name].add(account_id)
    every = sorted({account_id for found in accounts.values() for account_id in found})
    tiers: dict[int, str] = {}
    for start in range(0, len(every), IDS_AT_ONCE):
        tiers |= standing.tiers_of(every[start : start + IDS_AT_ONCE])
    return Known(accounts, opened(every), tiers)


def opened(account_ids: Collection[int]) -> set[int]:
    """Those of these accounts that have an opening balance already."""
    statement = (
        select(OpeningRow.account_id, OpeningRow.account_id)
        .join(OpeningImport, OpeningImport.id == OpeningRow.import_id)
        .where(OpeningImport.accepted_at.is_not(None), OpeningRow.outcome == OpeningOutcome.ACCEPTED)
    )
    return {account_id for account_id, _ in _scalars_in(statement, OpeningRow.account_id, list(account_ids))}


def _scalars_in(statement: Any, column: Any, values: list[Any]) -> list[Any]:
    found: list[Any] = []
    for start in range(0, len(values), IDS_AT_ONCE):
        found += db.session.execute(statement.where(column.in_(values[start : start + IDS_AT_ONCE]))).all()
    return found


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def public_id_of(account_id: int) -> uuid.UUID:
    """How the world calls an account."""
    return db.session.scalars(select(Account.public_id).where(Account.id == account_id)).one()
