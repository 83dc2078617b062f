"""Say which department does which service."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete

from portal.audit import actions as audit
from portal.database import db
from portal.hotel.models import Property
from portal.staff.duties import queries
from portal.staff.duties.models import Duty


def assign_services(
    *, house: Property, departments: Mapping[int, int | None], by_id: int, at: datetime
) -> bool:
    """Give each service its department, or none; tells whether anything changed."""
    before = queries.duties(house.id)
    after = {service_id: department for service_id, department in departments.items() if department}
    if before == after:
        return False
    db.session.execute(delete(Duty).where(Duty.property_id == house.id))
    db.session.add_all(
        Duty(property_id=house.id, service_id=service_id, department_id=department_id)
        for service_id, department_id in after.items()
    )
    changed = {key for key in before | after if before.get(key) != after.get(key)}
    audit.record(
        action="duty.assign",
        subject_kind="property",
        subject_id=house.public_id,
        details={"before": _told(before, changed), "after": _told(after, changed)},
        by=by_id,
        at=at,
    )
    return True


def _told(duties: Mapping[int, int], changed: set[int]) -> dict[str, int]:
    return {str(service_id): duties[service_id] for service_id in sorted(changed) if service_id in duties}
