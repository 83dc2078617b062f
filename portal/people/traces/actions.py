"""Take a person's name and address out of every text of the house that may be changed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, update

from portal.database import db
from portal.people.traces import queries, rules
from portal.people.traces.queries import Key
from portal.people.traces.rules import Sought


def wipe(*, table: Table, keys: Sequence[Key], sought: Sought, instead: str) -> int:
    """Replace the person's name and address in these rows of a table; in how many something stood.

    What was found before is looked at again: between the look and the lock a row may have changed.
    """
    changed = 0
    address, name = rules.spellings_of_address(sought.email), rules.spellings_of_name(sought.name)
    for row, is_theirs in queries.rows_with(table, keys, sought):
        spelt = (*address, *name) if is_theirs else address
        if spelt and (cleaned := _cleaned(table, row, spelt=spelt, instead=instead)):
            key = [column == row[column.name] for column in table.primary_key.columns]
            db.session.execute(update(table).where(*key).values(cleaned))
            changed += 1
    return changed


def _cleaned(table: Table, row: dict[str, Any], *, spelt: tuple[str, ...], instead: str) -> dict[str, Any]:
    keys = {column.name for column in table.primary_key.columns}
    found = {
        name: rules.without(value, spelt=spelt, instead=instead)
        for name, value in row.items()
        if name not in keys
    }
    return {name: value for name, value in found.items() if value != row[name]}
