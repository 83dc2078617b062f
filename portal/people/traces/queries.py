"""Where, in all the tables of the house, a person may be named in running text."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    String,
    Table,
    and_,
    cast,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
)

from portal.database import db
from portal.people.models import Person
from portal.people.traces.rules import Sought, needles_of_address, needles_of_name
from portal.web.folding import search_key

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
WITH_ADDRESS = {
    "application": ("applicant", "email"),
    "event_guest": ("name", "email"),
    "guest_pass": ("invitee", "email"),
    "invitation": ("name", "email"),
    "letter": ("to_name", "to_address"),
}
"""Tables that name somebody beside an address of theirs: there the same name with another address, or with
none, is somebody else."""
LOOKED_FOR = frozenset({"sought_email", "sought_name"})
"""What an erasure knows of whom it looks for, until it has looked everywhere."""

Key = tuple[Any, ...]


def tables() -> list[Table]:
    """The tables in which text may be changed, by name."""
    found = sorted(db.metadata.tables.values(), key=lambda each: each.name)
    return [each for each in found if each.name not in NEVER_CHANGED | OTHERS and _texts(each)]


def keys_naming(table: Table, sought: Sought, *, at_once: int) -> Iterator[list[Key]]:
    """The keys of the rows in which the person is named, so many at once."""
    keys = list(table.primary_key.columns)
    statement = select(*keys).where(_names(table, sought)).order_by(*keys).limit(at_once)
    found = [tuple(row) for row in db.session.execute(statement)]
    while found:
        yield found
        beyond = tuple_(*keys) > tuple_(
            *(literal(value, key.type) for value, key in _paired(found[-1], keys))
        )
        found = [tuple(row) for row in db.session.execute(statement.where(beyond))]


def rows_with(table: Table, keys: Sequence[Key], sought: Sought) -> list[tuple[dict[str, Any], bool]]:
    """Those rows as they are now, each with whether the name in it is the person's; held for the change."""
    columns = list(table.primary_key.columns)
    theirs = _is_theirs(table, sought).label("is_theirs")
    statement = (
        select(*columns, *_texts(table), theirs)
        .where(or_(*[and_(*(column == value for value, column in _paired(key, columns))) for key in keys]))
        .with_for_update()
    )
    rows = (dict(row._mapping) for row in db.session.execute(statement))  # noqa: SLF001 -- its public name
    return [(row, bool(row.pop("is_theirs"))) for row in rows]


def has_namesake(*, person_id: int, name: str) -> bool:
    """Whether somebody else is called the same."""
    same = (Person.search_key == search_key(name), Person.id != person_id)
    return db.session.scalar(select(Person.id).where(*same).limit(1)) is not None


def _names(table: Table, sought: Sought) -> ColumnElement[bool]:
    texts = _texts(table)
    by_name = and_(_holds(texts, needles_of_name(sought.name)), _is_theirs(table, sought))
    return or_(_holds(texts, needles_of_address(sought.email)), by_name)


def _is_theirs(table: Table, sought: Sought) -> ColumnElement[bool]:
    """Whether the name in a row, if it stands there, is this person's and nobody else's."""
    points: ColumnElement[bool] = or_(false(), *[each == sought.person_id for each in _people(table)])
    if table.name not in WITH_ADDRESS:
        return or_(points, literal(sought.is_told_by_name))
    name, address = (table.c[column] for column in WITH_ADDRESS[table.name])
    beside = func.lower(func.coalesce(address, "")) == sought.email if sought.email else false()
    if not sought.is_told_by_name:
        return or_(points, beside)
    return or_(points, beside, not_(_holds([name], needles_of_name(sought.name))))


def _holds(texts: Collection[Column[Any]], needles: Collection[str]) -> ColumnElement[bool]:
    # Not LIKE: what is looked for may hold its wildcards, and replace() means the same on both databases.
    plain = [func.lower(func.coalesce(cast(each, String), "")) for each in texts]
    return or_(false(), *[func.replace(each, said, "") != each for each in plain for said in needles])


def _texts(table: Table) -> list[Column[Any]]:
    return [
        column
        for column in table.columns
        if isinstance(column.type, (String, JSON))
        and not column.primary_key
        and column.name not in LOOKED_FOR
    ]


def _people(table: Table) -> list[Column[Any]]:
    return [c for c in table.columns if any(key.column.table.name == "person" for key in c.foreign_keys)]


def _paired(key: Key, columns: Sequence[Column[Any]]) -> Iterator[tuple[Any, Column[Any]]]:
    return zip(key, columns, strict=True)
