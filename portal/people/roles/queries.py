"""The list of people, and one of them with every role."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import selectinload

from portal.database import db
from portal.people import rules as people_rules
from portal.people.models import Grant, Person, SignIn
from portal.people.roles.rules import Place
from portal.web.folding import query_forms
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What the list of people is narrowed to."""

    query: str = ""
    role: str = ""
    has_left: bool = False


def people(wanted: PeopleFilter, *, after: str | None) -> Page[Person]:
    """People by name, with their roles, thirty at a time."""
    statement = select(Person).options(selectinload(Person.grants)).where(*_conditions(wanted))
    if key := decode_key(after, str, int):
        name, last_id = key
        statement = statement.where(
            or_(Person.search_key > name, and_(Person.search_key == name, Person.id > last_id))
        )
    statement = statement.order_by(Person.search_key, Person.id).limit(PAGE_SIZE + 1)
    found = list(db.session.scalars(statement))
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    return Page(found[:PAGE_SIZE], encode_key(last.search_key, last.id) if last else None)


def count_people() -> tuple[int, int]:
    """How many people have access, and how many have left."""
    statement = select(func.count(Person.id), func.count(Person.left_at))
    everybody, left = db.session.execute(statement).one()
    return everybody - left, left


def person_by_public_id(public_id: uuid.UUID) -> Person | None:
    """A person with every role they hold or held."""
    statement = select(Person).options(selectinload(Person.grants)).where(Person.public_id == public_id)
    return db.session.scalar(statement)


def grant_of(person: Person, grant_id: int) -> Grant | None:
    """One role of this person, in force or ended."""
    return db.session.scalar(select(Grant).where(Grant.person_id == person.id, Grant.id == grant_id))


def holds_role(person_id: int, role: str, place: Place) -> bool:
    """Whether a person holds a role in exactly this place."""
    statement = select(Grant.id).where(
        Grant.person_id == person_id,
        Grant.role == role,
        Grant.ended_at.is_(None),
        Grant.account_id.is_not_distinct_from(place.account_id),
        Grant.property_id.is_not_distinct_from(place.property_id),
        Grant.department_id.is_not_distinct_from(place.department_id),
    )
    return db.session.scalar(statement.limit(1)) is not None


def last_seen(person_ids: Collection[int]) -> dict[int, datetime]:
    """When people were last seen, by id; who never signed in is missing."""
    statement = (
        select(SignIn.person_id, func.max(SignIn.seen_at).label("seen_at"))
        .where(SignIn.person_id.in_(person_ids))
        .group_by(SignIn.person_id)
        .order_by(SignIn.person_id)
    )
    return {row.person_id: row.seen_at for row in db.session.execute(statement)}


def _conditions(wanted: PeopleFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        Person.left_at.is_not(None) if wanted.has_left else Person.left_at.is_(None)
    ]
    if wanted.role:
        holders = select(Grant.person_id).where(Grant.role == wanted.role, Grant.ended_at.is_(None))
        found.append(Person.id.in_(holders))
    if wanted.query:
        found.append(_named(wanted.query))
    return found


def _named(query: str) -> ColumnElement[bool]:
    likes = [Person.search_key.contains(form, autoescape=True) for form in query_forms(query)]
    address = Person.email.contains(people_rules.fold_address(query), autoescape=True)
    return or_(address, *likes)
