"""Who sees requests between departments, and who answers for one."""

from portal.people.models import Role
from portal.staff.board.access import EVERYWHERE, IN_DEPARTMENT
from portal.staff.requests.models import DepartmentRequest
from portal.staff.requests.queries import FRONT_OFFICE, Sight
from portal.web.gate import Visitor

AT_WORK = (*IN_DEPARTMENT, Role.FRONT_DESK)


def works_at_a_hotel(visitor: Visitor) -> bool:
    """Door: whoever works at a property."""
    return visitor.has(*EVERYWHERE, *IN_DEPARTMENT)


def sight(visitor: Visitor) -> Sight:
    """The desk and the manager see all of their hotels; others what concerns their departments."""
    return Sight(
        person_id=visitor.person_id or 0,
        property_ids=visitor.properties(*EVERYWHERE),
        department_ids=tuple(sorted(_departments(visitor))),
        desk_ids=_desks_alone(visitor),
    )


def answers(visitor: Visitor, one: DepartmentRequest) -> bool:
    """Whether the visitor accepts, does or declines it: the department asked, or the hotel's manager."""
    if visitor.has(Role.PROPERTY_MANAGER, property_id=one.property_id):
        return True
    if one.department.code == FRONT_OFFICE and one.property_id in _desks_alone(visitor):
        return True
    return one.department_id in _departments(visitor)


def own_department(visitor: Visitor, property_id: int) -> int | None:
    """The department in whose name the visitor asks there; the first, where they belong to several."""
    return min(_departments(visitor, property_id), default=None)


def _desks_alone(visitor: Visitor) -> tuple[int, ...]:
    """Hotels at whose desk somebody stands without a department there."""
    return tuple(
        grant.property_id
        for grant in visitor.grants
        if grant.role == Role.FRONT_DESK and grant.department_id is None and grant.property_id is not None
    )


def _departments(visitor: Visitor, property_id: int | None = None) -> set[int]:
    return {
        grant.department_id
        for grant in visitor.grants
        if grant.role in AT_WORK
        and grant.department_id is not None
        and property_id in {None, grant.property_id}
    }
