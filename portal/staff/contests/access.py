"""Whose events somebody may see and decide: their own; a head's of the department; a GM's of the hotel."""

from sqlalchemy import Select, or_, select

from portal.people.models import Person, Role
from portal.staff.contests import queries
from portal.web.gate import Visitor

WORKERS = (Role.EMPLOYEE, Role.FRONT_DESK)
LEADERS = (Role.DEPARTMENT_HEAD, Role.PROPERTY_MANAGER)


def works_here(visitor: Visitor) -> bool:
    """Door: an employee, for their own pages."""
    return visitor.has(*WORKERS)


def leads(visitor: Visitor) -> bool:
    """Door: the head of a department, or a hotel's GM."""
    return visitor.has(*LEADERS)


def works_or_leads(visitor: Visitor) -> bool:
    """Door: either."""
    return works_here(visitor) or leads(visitor)


def team_of(visitor: Visitor) -> Select[int]:
    """Selects the ids of the people whom the visitor leads; never the visitor's own."""
    departments = [
        grant.department_id
        for grant in visitor.grants
        if grant.role == Role.DEPARTMENT_HEAD and grant.department_id is not None
    ]
    headed = [
        grant.property_id
        for grant in visitor.grants
        if grant.property_id is not None
        and (
            grant.role == Role.PROPERTY_MANAGER
            or (grant.role == Role.DEPARTMENT_HEAD and grant.department_id is None)
        )
    ]
    members = queries.members(department_ids=departments, property_ids=headed)
    return select(Person.id).where(Person.id.in_(members), Person.id != visitor.person_id)


def within_reach(visitor: Visitor) -> Select[int]:
    """Selects the ids of those whose events the visitor may contest: their own and their team's."""
    own = visitor.person_id if works_here(visitor) else None
    return select(Person.id).where(or_(Person.id == own, Person.id.in_(team_of(visitor))))
