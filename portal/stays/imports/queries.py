"""Looking up imports, their rows for a reader, and the companies that rows are held for."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select, tuple_

from portal.accounts.models import Account
from portal.database import db
from portal.jobs.models import Job
from portal.stays import rules
from portal.stays.imports.rules import AccountNamed, Candidate, candidates
from portal.stays.models import Import, ImportRow, Outcome
from portal.web.folding import query_forms
from portal.web.paging import DEFAULT_SIZE, Page, decode_key, encode_key

HELD_COMPANIES = 30
FOUND_ACCOUNTS = 10
EXPORT_CHUNK = 1_000
COMPARED_ACCOUNTS = 50_000


class HeldCompany(NamedTuple):
    """A company that rows of an import are held for: what it is called, how many rows, one of them."""

    key: str
    rows: int
    content: str


class Choice(NamedTuple):
    """An account that a held company may be."""

    account: Account
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class HeldChoice:
    """A held company with what it is called, and the accounts it may be, the likeliest first."""

    key: str
    rows: int
    code: str
    name: str
    tax_id: str
    choices: tuple[Choice, ...]


# --- Imports ----------------------------------------------------------------------------------


def imports(*, after: str | None, limit: int = DEFAULT_SIZE) -> Page[Import]:
    """The latest first."""
    statement = select(Import).order_by(Import.uploaded_at.desc(), Import.id.desc()).limit(limit + 1)
    if (key := decode_key(after, str, int)) is not None and (at := _instant(key[0])) is not None:
        statement = statement.where(tuple_(Import.uploaded_at, Import.id) < tuple_(at, key[1]))
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    more = encode_key(rows[-1].uploaded_at.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def import_by_public_id(public_id: uuid.UUID) -> Import | None:
    return db.session.scalar(select(Import).where(Import.public_id == public_id))


def import_to_change(import_id: int) -> Import:
    """An import whose state is about to change; nobody else changes it meanwhile."""
    statement = select(Import).where(Import.id == import_id).with_for_update()
    return db.session.scalars(statement).one()


def previews(*, limit: int) -> list[Import]:
    """Imports that wait to be accepted or discarded, the oldest first."""
    statement = (
        select(Import)
        .where(
            Import.previewed_at.is_not(None),
            Import.accepted_at.is_(None),
            Import.discarded_at.is_(None),
            Import.failed_at.is_(None),
        )
        .order_by(Import.uploaded_at, Import.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def unread_imports(*, before: datetime) -> list[Import]:
    """Imports that were uploaded before and never came as far as a preview."""
    statement = (
        select(Import)
        .where(
            Import.uploaded_at < before,
            Import.previewed_at.is_(None),
            Import.discarded_at.is_(None),
            Import.failed_at.is_(None),
        )
        .order_by(Import.uploaded_at, Import.id)
        .limit(DEFAULT_SIZE)
    )
    return list(db.session.scalars(statement))


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def reading_key(offered: Import) -> str:
    return f"stays.read:{offered.public_id}"


def acceptance_key(offered: Import) -> str:
    """The beginning of the keys of all its acceptances: one that failed may be asked for again."""
    return f"stays.accept:{offered.public_id}:"


def reading_job(offered: Import) -> Job | None:
    return db.session.scalar(select(Job).where(Job.dedupe_key == reading_key(offered)))


def acceptance_job(offered: Import) -> Job | None:
    """The latest job that was asked to accept it."""
    statement = (
        select(Job)
        .where(Job.dedupe_key.startswith(acceptance_key(offered), autoescape=True))
        .order_by(Job.id.desc())
        .limit(1)
    )
    return db.session.scalar(statement)


# --- Their rows -------------------------------------------------------------------------------


def rows_of(
    import_id: int, *, outcome: str, remark: str, after: str | None, limit: int = DEFAULT_SIZE
) -> Page[ImportRow]:
    """The rows of an import with this outcome, in the order of the file."""
    statement = (
        select(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.outcome == outcome)
        .order_by(ImportRow.row_no)
        .limit(limit + 1)
    )
    if remark:
        statement = statement.where(("," + ImportRow.remarks + ",").contains(f",{remark},", autoescape=True))
    if (key := decode_key(after, int)) is not None:
        statement = statement.where(ImportRow.row_no > key[0])
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    return Page(rows, encode_key(rows[-1].row_no) if len(found) > limit else None)


def rejected_rows(import_id: int) -> Iterator[ImportRow]:
    """All rejected rows in the order of the file, a thousand at a time."""
    last = 0
    while True:
        statement = (
            select(ImportRow)
            .where(
                ImportRow.import_id == import_id,
                ImportRow.outcome == Outcome.REJECTED.value,
                ImportRow.row_no > last,
            )
            .order_by(ImportRow.row_no)
            .limit(EXPORT_CHUNK)
        )
        found = list(db.session.scalars(statement))
        yield from found
        if len(found) < EXPORT_CHUNK:
            return
        last = found[-1].row_no
        db.session.expunge_all()


def held_stay_keys(import_id: int, *, company: str, limit: int) -> list[str]:
    """The stays that are held for a company."""
    statement = (
        select(ImportRow.stay_key)
        .where(_is_held(import_id), ImportRow.company == company)
        .group_by(ImportRow.stay_key)
        .order_by(ImportRow.stay_key)
        .limit(limit)
    )
    return [key for key in db.session.scalars(statement) if key is not None]


def held_content(import_id: int, *, company: str) -> str | None:
    """What the first row that is held for a company tells; none when no row is."""
    statement = (
        select(ImportRow.content)
        .where(_is_held(import_id), ImportRow.company == company)
        .order_by(ImportRow.row_no)
        .limit(1)
    )
    return db.session.scalar(statement)


def held_companies(import_id: int, *, limit: int = HELD_COMPANIES) -> list[HeldCompany]:
    """The companies that rows are held for, those with the most rows first."""
    groups = (
        select(
            ImportRow.company,
            func.count(ImportRow.id).label("number"),
            func.min(ImportRow.id).label("first_id"),
        )
        .where(_is_held(import_id))
        .group_by(ImportRow.company)
        .subquery()
    )
    statement = (
        select(groups.c.company, groups.c.number, ImportRow.content)
        .join(ImportRow, ImportRow.id == groups.c.first_id)
        .order_by(groups.c.number.desc(), groups.c.company)
        .limit(limit)
    )
    return [HeldCompany(*row) for row in db.session.execute(statement)]


def _is_held(import_id: int) -> ColumnElement[bool]:
    return (ImportRow.import_id == import_id) & (ImportRow.outcome == Outcome.HELD.value)


# --- Accounts that a held company may be ------------------------------------------------------


def account(account_id: int) -> Account:
    return db.session.scalars(select(Account).where(Account.id == account_id)).one()


def accounts_named() -> list[AccountNamed]:
    """The accounts as they are compared with a company that is not known, the oldest first."""
    statement = select(Account.id, Account.search_key, Account.tax_number).order_by(Account.id)
    statement = statement.limit(COMPARED_ACCOUNTS)
    return [AccountNamed(*row) for row in db.session.execute(statement)]


def accounts_by_id(ids: Collection[int]) -> dict[int, Account]:
    statement = select(Account).where(Account.id.in_(ids)).order_by(Account.id)
    return {account.id: account for account in db.session.scalars(statement)}


def held_choices(import_id: int) -> list[HeldChoice]:
    """The companies that rows are held for, each with the accounts it may be."""
    held = [(company, rules.decode(company.content)) for company in held_companies(import_id)]
    if not held:
        return []
    named = accounts_named()
    found = [
        (company, told, candidates(told.company_name, told.company_tax_id, named)) for company, told in held
    ]
    accounts = accounts_by_id({one.account_id for _, _, every in found for one in every})
    return [
        HeldChoice(
            key=company.key,
            rows=company.rows,
            code=told.company_code,
            name=told.company_name,
            tax_id=told.company_tax_id,
            choices=tuple(Choice(accounts[one.account_id], one) for one in every),
        )
        for company, told, every in found
    ]


def accounts_like(text: str, *, limit: int = FOUND_ACCOUNTS) -> list[Account]:
    """Accounts whose name answers to the text, in any alphabet or keyboard layout, by name."""
    forms = query_forms(text)
    if not forms:
        return []
    likes = [Account.search_key.contains(form, autoescape=True) for form in forms]
    statement = select(Account).where(or_(*likes)).order_by(Account.search_key, Account.id).limit(limit)
    return list(db.session.scalars(statement))
