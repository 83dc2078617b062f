"""Reads of who does what."""

from sqlalchemy import select

from portal.database import db
from portal.hotel.models import Department, Property, Service
from portal.staff.duties.models import Duty

SERVICES_LIMIT = 200


def property_by_code(code: str, *, property_ids: tuple[int, ...]) -> Property | None:
    """One of these properties by its code; without a code the first of them."""
    statement = select(Property).where(Property.id.in_(property_ids)).order_by(Property.code).limit(1)
    return db.session.scalar(statement.where(Property.code == code) if code else statement)


def services() -> list[Service]:
    """All services, in the order of their keys at the desk, then of their codes."""
    order = (Service.desk_key.is_(None), Service.desk_key, Service.code)
    return list(db.session.scalars(select(Service).order_by(*order).limit(SERVICES_LIMIT)))


def departments(property_id: int) -> list[Department]:
    """The departments of a property, by code."""
    statement = select(Department).where(Department.property_id == property_id).order_by(Department.code)
    return list(db.session.scalars(statement))


def duties(property_id: int) -> dict[int, int]:
    """The department of each service that is somebody's, by ids."""
    rows = select(Duty.service_id, Duty.department_id).where(Duty.property_id == property_id)
    return {row.service_id: row.department_id for row in db.session.execute(rows)}
