"""Whose page it is: a GM's of the own hotels, and theirs who read everything."""

from portal.hotel import queries as hotel
from portal.people.models import Role
from portal.web.gate import Visitor

EVERYWHERE = (Role.LOYALTY_MANAGER, Role.AUDITOR)


def sees_house(visitor: Visitor) -> bool:
    """Door: the GM, the loyalty manager, the auditor."""
    return visitor.has(Role.PROPERTY_MANAGER, *EVERYWHERE)


def houses(visitor: Visitor) -> list[int]:
    """Ids of the hotels whose figures the visitor sees."""
    if visitor.has(*EVERYWHERE):
        return [house.id for house in hotel.properties()]
    return list(visitor.properties(Role.PROPERTY_MANAGER))
