"""Take a person's name and address out of every text of the house that may be changed."""

from typing import Any

from sqlalchemy import Table, update

from portal.database import db
from portal.people.models import Person
from portal.people.traces import queries, rules


def wipe(*, person: Person, instead: str) -> int:
    """Replace the person's name and address wherever they stand in running text; in how many rows.

    Where somebody else is called the same, the name goes only from rows that point at this person.
    """
    is_unique = not queries.has_namesake(person)
    name = person.name if is_unique else ""
    changed = _wipe(name=name, email=person.email, of_person=None, instead=instead)
    if not is_unique:
        changed += _wipe(name=person.name, email=person.email, of_person=person.id, instead=instead)
    return changed


def _wipe(*, name: str, email: str | None, of_person: int | None, instead: str) -> int:
    needles = rules.needles(name=name, email=email)
    spelt = rules.spellings(name=name, email=email)
    changed = 0
    for table in queries.tables() if needles else ():
        for row in queries.rows_naming(table, needles=needles, of_person=of_person):
            cleaned = _cleaned(table, row, spelt=spelt, instead=instead)
            if cleaned:
                keys = [column == row[column.name] for column in table.primary_key.columns]
                db.session.execute(update(table).where(*keys).values(cleaned))
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
