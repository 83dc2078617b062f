"""Which terms of a hotel hold on a day."""

import uuid
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.corporate.terms import rules
from portal.corporate.terms.models import HouseTerm, TermKind
from portal.database import db
from portal.hotel.models import Service, Unit
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 30


def values_on(property_id: int, kind: TermKind, day: date) -> dict[int | None, int]:
    """The terms of a kind that hold on a day, by service."""
    statement = (
        select(HouseTerm.service_id, HouseTerm.value)
        .where(HouseTerm.property_id == property_id, HouseTerm.kind == kind, HouseTerm.valid_from <= day)
        .order_by(HouseTerm.valid_from, HouseTerm.id)
    )
    # In order of their days: the later term takes the place of the earlier.
    return {row[0]: row[1] for row in db.session.execute(statement)}


def dated_values(property_id: int, kind: TermKind) -> dict[int | None, list[tuple[date, int]]]:
    """All terms of a kind by service, in the order in which they take each other's place."""
    statement = (
        select(HouseTerm.service_id, HouseTerm.valid_from, HouseTerm.value)
        .where(HouseTerm.property_id == property_id, HouseTerm.kind == kind)
        .order_by(HouseTerm.valid_from, HouseTerm.id)
    )
    found: dict[int | None, list[tuple[date, int]]] = {}
    for service_id, valid_from, value in db.session.execute(statement):
        found.setdefault(service_id, []).append((valid_from, value))
    return found


def quote_days(property_id: int, day: date) -> int:
    return values_on(property_id, TermKind.QUOTE_DAYS, day).get(None, rules.QUOTE_DAYS)


def terms_of(property_id: int, *, after: str | None = None, limit: int = PAGE_SIZE) -> Page[HouseTerm]:
    """All that was ever set, the latest first."""
    statement = (
        select(HouseTerm)
        .options(joinedload(HouseTerm.service), joinedload(HouseTerm.by))
        .where(HouseTerm.property_id == property_id)
        .order_by(HouseTerm.id.desc())
        .limit(limit + 1)
    )
    if (key := decode_key(after, int)) is not None:
        statement = statement.where(HouseTerm.id < key[0])
    found = list(db.session.scalars(statement))
    more = encode_key(found[limit - 1].id) if len(found) > limit else None
    return Page(found[:limit], more)


def services_with_terms() -> list[tuple[TermKind, Service]]:
    """Which services can have which term: people of the house by the head, partners by their answer."""
    statement = select(Service).where(Service.is_bookable.is_(True)).order_by(Service.code)
    found: list[tuple[TermKind, Service]] = []
    for service in db.session.scalars(statement):
        if service.is_third_party:
            found.append((TermKind.ANSWER_HOURS, service))
        elif service.unit == Unit.PERSON:
            found.append((TermKind.STAFF_AT_ONCE, service))
    return found


def term_by_token(token: uuid.UUID) -> HouseTerm | None:
    return db.session.scalar(select(HouseTerm).where(HouseTerm.public_id == token))


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """The terms that somebody set, as plain data for their own export."""
    statement = select(HouseTerm).where(HouseTerm.by_id == person_id).order_by(HouseTerm.id)
    return [
        {"kind": each.kind, "value": each.value, "valid_from": each.valid_from.isoformat()}
        for each in db.session.scalars(statement)
    ]


def holds_today(property_ids: Collection[int], day: date) -> dict[tuple[str, int | None], int]:
    """Every term of a hotel that holds on a day, by kind and service."""
    statement = (
        select(HouseTerm.kind, HouseTerm.service_id, HouseTerm.value)
        .where(HouseTerm.property_id.in_(property_ids), HouseTerm.valid_from <= day)
        .order_by(HouseTerm.valid_from, HouseTerm.id)
    )
    return {(kind, service_id): value for kind, service_id, value in db.session.execute(statement)}
