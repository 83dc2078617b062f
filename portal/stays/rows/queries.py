"""The rows of an import between preview and acceptance, and what the portal knows of what they tell."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import func, select, tuple_

from portal.accounts.models import AccountCode, Card
from portal.database import db
from portal.hotel.models import Property
from portal.stays.models import ImportRow
from portal.stays.rows.rules import CardKnown, PropertyKnown


class StagedRow(NamedTuple):
    """A row of a file between preview and acceptance."""

    id: int
    row_no: int
    outcome: str
    reason: str
    remarks: str
    stay_key: str | None
    company: str | None
    content: str | None
    details: str | None


def row_counts(import_id: int) -> list[tuple[str, str, int]]:
    """How many rows have which outcome for which reason."""
    statement = (
        select(ImportRow.outcome, ImportRow.reason, func.count(ImportRow.id))
        .where(ImportRow.import_id == import_id)
        .group_by(ImportRow.outcome, ImportRow.reason)
        .order_by(ImportRow.outcome, ImportRow.reason)
    )
    return [(outcome, reason, int(number)) for outcome, reason, number in db.session.execute(statement)]


_STAGED = tuple(getattr(ImportRow, name) for name in StagedRow._fields)


def rows_in_order(import_id: int, *, after: int, limit: int) -> list[StagedRow]:
    """Readable rows as they stand in the file, where each is a stay of its own."""
    statement = (
        select(*_STAGED)
        .where(ImportRow.import_id == import_id, ImportRow.row_no > after, ImportRow.content.is_not(None))
        .order_by(ImportRow.row_no)
        .limit(limit)
    )
    return [StagedRow(*row) for row in db.session.execute(statement)]


def rows_by_stay(import_id: int, *, after: tuple[str, int], limit: int) -> list[StagedRow]:
    """Rows that name a stay, readable or not, those of one stay together."""
    statement = (
        select(*_STAGED)
        .where(
            ImportRow.import_id == import_id,
            tuple_(ImportRow.stay_key, ImportRow.row_no) > tuple_(*after),
        )
        .order_by(ImportRow.stay_key, ImportRow.row_no)
        .limit(limit)
    )
    return [StagedRow(*row) for row in db.session.execute(statement)]


def rows_of_stays(import_id: int, stay_keys: Collection[str]) -> list[StagedRow]:
    """The rows of these stays, those of one stay together."""
    statement = (
        select(*_STAGED)
        .where(ImportRow.import_id == import_id, ImportRow.stay_key.in_(stay_keys))
        .order_by(ImportRow.stay_key, ImportRow.row_no)
    )
    return [StagedRow(*row) for row in db.session.execute(statement)]


def known_properties() -> dict[str, PropertyKnown]:
    """The hotels of the group, by code."""
    statement = select(Property.code, Property.id, Property.zone, Property.currency).order_by(Property.code)
    return {row.code: PropertyKnown(row.id, row.zone, row.currency) for row in db.session.execute(statement)}


def known_companies(keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Account ids by source and what the source calls the company."""
    statement = select(AccountCode.source, AccountCode.code, AccountCode.account_id).where(
        tuple_(AccountCode.source, AccountCode.code).in_(keys)
    )
    return {(source, code): account_id for source, code, account_id in db.session.execute(statement)}


def known_cards(numbers: Collection[str]) -> dict[str, CardKnown]:
    """Living cards by number."""
    statement = select(Card.number, Card.holder_id, Card.account_id).where(
        Card.number.in_(numbers), Card.blocked_at.is_(None)
    )
    return {row.number: CardKnown(row.holder_id, row.account_id) for row in db.session.execute(statement)}
