"""Who sees the board of a property, and whose lines they may take and deliver."""

from dataclasses import dataclass

from portal.people.models import Role
from portal.web.gate import Visitor

EVERYWHERE = (Role.FRONT_DESK, Role.PROPERTY_MANAGER)
IN_DEPARTMENT = (Role.EMPLOYEE, Role.DEPARTMENT_HEAD)
LEADS = (Role.DEPARTMENT_HEAD, Role.PROPERTY_MANAGER)


@dataclass(frozen=True, slots=True)
class Hands:
    """What somebody may put a hand to at a property: everything, or what is their departments'."""

    has_all: bool
    department_ids: frozenset[int]
    leads: bool

    def reach(self, department_id: int | None) -> bool:
        """Whether lines of this department are theirs to take; those of nobody are the desk's."""
        return self.has_all or department_id in self.department_ids


def works_board(visitor: Visitor) -> bool:
    """Door: whoever works at a property."""
    return visitor.has(*EVERYWHERE, *IN_DEPARTMENT)


def has_it_at_hand(visitor: Visitor) -> bool:
    """Whether the board stands in the top bar; a property manager comes by way of the team."""
    return visitor.has(Role.FRONT_DESK, *IN_DEPARTMENT)


def keeps_duties(visitor: Visitor) -> bool:
    """Door: who says which department does what."""
    return visitor.has(Role.PROPERTY_MANAGER)


def houses(visitor: Visitor) -> tuple[int, ...]:
    """The properties whose boards the visitor sees."""
    return visitor.properties(*EVERYWHERE, *IN_DEPARTMENT)


def hands(visitor: Visitor, property_id: int) -> Hands:
    """What the visitor may take and deliver there."""
    departments = frozenset(
        grant.department_id
        for grant in visitor.grants
        if grant.role in IN_DEPARTMENT and grant.property_id == property_id and grant.department_id
    )
    return Hands(
        has_all=visitor.has(*EVERYWHERE, property_id=property_id),
        department_ids=departments,
        leads=visitor.has(*LEADS, property_id=property_id),
    )
