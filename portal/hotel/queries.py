"""Reading the group: its properties and departments."""

import uuid
from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from portal.database import db
from portal.hotel.models import Department, Group, Property

PROPERTIES_LIMIT = 200


def group() -> Group | None:
    """The operator; none before the first set-up."""
    return db.session.get(Group, 1)


def currency() -> str:
    """The currency in which the group counts; euros before the first set-up."""
    return db.session.scalar(select(Group.currency)) or "EUR"


def demo_as_of() -> date | None:
    """The day on which the demo's history was frozen; none outside the demo."""
    return db.session.scalar(select(Group.demo_as_of))


def properties(ids: Collection[int] | None = None) -> list[Property]:
    """The properties of the group in the order of their codes, or those with these ids."""
    statement = select(Property).order_by(Property.code).limit(PROPERTIES_LIMIT)
    if ids is not None:
        statement = statement.where(Property.id.in_(ids))
    return list(db.session.scalars(statement))


def property_by_public_id(public_id: uuid.UUID) -> Property | None:
    return db.session.scalar(select(Property).where(Property.public_id == public_id))


def property_by_code(code: str) -> Property | None:
    return db.session.scalar(select(Property).where(Property.code == code))


def departments(property_ids: Collection[int] | None = None) -> list[Department]:
    """The departments of the group by property and code, or those of these properties."""
    statement = (
        select(Department)
        .join(Property, Property.id == Department.property_id)
        .order_by(Property.code, Department.code)
    )
    if property_ids is not None:
        statement = statement.where(Department.property_id.in_(property_ids))
    return list(db.session.scalars(statement))


def house_zone() -> str:
    """The zone in which figures of the whole group are printed: that of its first property."""
    statement = select(Property.zone).order_by(Property.id).limit(1)
    return db.session.scalar(statement) or "UTC"
