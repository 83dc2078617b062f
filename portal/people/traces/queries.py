"""Where, in all the tables of the house, a person may be named in running text."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, String, Table, cast, func, or_, select

from portal.database import db
from portal.people.models import Person

NEVER_CHANGED = frozenset(
    (
        "account_statement",
        "audit_entry",
        "credit_decision",
        "credit_request",
        "ledger_entry",
        "ledger_posting",
        "ledger_seal",
        "month_close",
        "opening_import",
        "opening_row",
        "programme_draft_act",
        "programme_draft_revision",
        "programme_publication",
        "programme_version",
        "programme_withdrawal",
        "sealed_head",
        "sight",
        "statement_paper",
        "tier_change",
        "tier_review",
    )
)
"""Tables whose rows the database lets nobody change: money, points, rules and who decided on them. They hold
people by number."""
OTHERS = frozenset({"account", "person"})
"""A company may be called like a person, and so may another person."""


def tables() -> Iterator[Table]:
    """The tables in which text may be changed, by name."""
    for table in sorted(db.metadata.tables.values(), key=lambda each: each.name):
        if table.name not in NEVER_CHANGED | OTHERS and _texts(table):
            yield table


def rows_naming(table: Table, *, needles: Collection[str], of_person: int | None) -> list[dict[str, Any]]:
    """The rows in which one of these texts stands; of one person alone, where another is called the same."""
    if of_person is not None and not _people(table):
        return []
    texts = _texts(table)
    # Not LIKE: what is looked for may hold its wildcards, and replace() means the same on both databases.
    holds = [func.replace(_plain(text), said, "") != _plain(text) for text in texts for said in needles]
    statement = select(*table.primary_key.columns, *texts).where(or_(*holds))
    if of_person is not None:
        statement = statement.where(or_(*[column == of_person for column in _people(table)]))
    return [dict(row._mapping) for row in db.session.execute(statement)]  # noqa: SLF001 -- its public name


def has_namesake(person: Person) -> bool:
    """Whether somebody else is called the same."""
    same = (Person.search_key == person.search_key, Person.id != person.id)
    return db.session.scalar(select(Person.id).where(*same).limit(1)) is not None


def _texts(table: Table) -> list[Column[Any]]:
    return [c for c in table.columns if isinstance(c.type, (String, JSON)) and not c.primary_key]


def _people(table: Table) -> list[Column[Any]]:
    return [c for c in table.columns if any(key.column.table.name == "person" for key in c.foreign_keys)]


def _plain(text: Column[Any]) -> ColumnElement[str]:
    return cast(text, String)
