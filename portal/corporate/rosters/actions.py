"""Reading a company's list of people, and taking over whom it has not got yet."""

import os
import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, BinaryIO

from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.corporate.rosters import queries, rules
from portal.corporate.rosters.rules import Decided, Outcome, Told
from portal.people.invitations import actions as invitations
from portal.people.invitations.rules import HoldsRolesAlready, InvitedAlready
from portal.people.roles.rules import Place
from portal.stays.files import rules as files
from portal.stays.workbooks import rules as workbooks

WORKBOOK = "xlsx"


def read(file: BinaryIO) -> tuple[str, list[Told]]:
    """The rows of a file, and how its letters were read: the name of an encoding, or a workbook.

    Raises `FileRefused`, `FileTooLarge` or `TooManyRows`; nothing is written.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size > rules.MOST_BYTES:
        raise rules.FileTooLarge(kibibytes=rules.MOST_BYTES // 1024)
    columns: dict[str, Any] = {"columns": rules.COLUMNS, "required": rules.REQUIRED}
    if workbooks.is_workbook(file):
        read_as = WORKBOOK
        rows: files.Rows | workbooks.Rows = workbooks.Rows(file, most_rows=rules.MOST_ROWS + 1, **columns)
    else:
        found = files.survey(file, limit_bytes=rules.MOST_BYTES)
        read_as, rows = found.encoding, files.Rows(file, found, **columns)
    told: list[Told] = []
    for record in rows:
        if len(told) == rules.MOST_ROWS:
            raise rules.TooManyRows(limit=rules.MOST_ROWS)
        told.append(_told(record, rows.fields))
    if not told:
        raise files.FileRefused("no_rows")
    return read_as, told


def take_over(
    *, token: uuid.UUID, account: Account, rows: Sequence[Told], locale: str, by: int, at: datetime
) -> list[Decided]:
    """Invite whoever has an address, and give a card to whoever has none; the same rows again change nothing.

    What has changed since the preview is decided anew.
    """
    queries.lock_account(account.id)
    decided = rules.decide(rows, known=queries.known(account.id, rows, at=at), locale=locale)
    for each in decided:
        _take(each, uuid.uuid5(token, str(each.told.row_no)), account=account, by=by, at=at)
    counts = {outcome.value: sum(each.outcome is outcome for each in decided) for outcome in Outcome}
    if counts[Outcome.INVITED] or counts[Outcome.CARD]:
        audit.record(
            action="roster.import", subject_kind="account", subject_id=account.public_id,
            details=counts, by=by, at=at,
        )  # fmt: skip
    return decided


def _take(each: Decided, reference: uuid.UUID, *, account: Account, by: int, at: datetime) -> None:
    if each.outcome is Outcome.INVITED:
        # Whoever was invited in this very moment has their letter.
        with suppress(InvitedAlready, HoldsRolesAlready):
            invitations.invite(
                reference=reference, email=each.told.email, name=each.told.name, locale=each.locale,
                roles=[role.value for role in each.roles], place=Place(account_id=account.id), by=by, at=at,
            )  # fmt: skip
    elif each.outcome is Outcome.CARD:
        accounts.add_traveller(
            account_id=account.id, token=reference, name=each.told.name, locale=each.locale, by=by, at=at
        )


def _told(record: files.Record, fields: Sequence[str]) -> Told:
    """A row by its fields; one that has no shape keeps what there is, and is refused."""
    cells = {field: cell.strip() for field, cell in zip(fields, record.cells, strict=False) if field}
    name, email, roles, language = (cells.get(field, "") for field in rules.FIELDS)
    return Told(record.row_no, name, email, roles, language, is_readable=record.fault is None)
