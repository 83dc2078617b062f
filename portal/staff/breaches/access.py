"""Whose broken promises somebody sees and decides about."""

from portal.people.models import Role
from portal.staff.breaches.queries import Reach
from portal.web.gate import Visitor


def answers_for_promises(visitor: Visitor) -> bool:
    """Door: who leads a hotel, or a department of it."""
    return visitor.has(Role.PROPERTY_MANAGER, Role.DEPARTMENT_HEAD)


def reach(visitor: Visitor) -> Reach:
    """All lines of a manager's hotels, and those of the departments that somebody heads."""
    departments = (grant.department_id for grant in visitor.grants if grant.role == Role.DEPARTMENT_HEAD)
    return Reach(
        property_ids=visitor.properties(Role.PROPERTY_MANAGER),
        department_ids=tuple(one for one in departments if one is not None),
    )
