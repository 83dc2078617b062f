"""Who reads the terms of a hotel, and who sets them."""

from collections.abc import Collection

from portal.hotel.models import Property
from portal.people.models import Role
from portal.web.gate import Visitor


def reads_terms(visitor: Visitor) -> bool:
    """Door: those who keep to the terms, or look after those who do."""
    return visitor.has(
        Role.PROPERTY_MANAGER, Role.LOYALTY_MANAGER, Role.ACCOUNT_MANAGER, Role.FRONT_DESK, Role.AUDITOR
    )


def sets_terms(visitor: Visitor) -> bool:
    """Door: the manager of a hotel, and the loyalty manager of all."""
    return visitor.has(Role.PROPERTY_MANAGER, Role.LOYALTY_MANAGER)


def set_by(visitor: Visitor, houses: Collection[Property]) -> tuple[int, ...]:
    """The hotels whose terms the visitor may set."""
    if visitor.has(Role.LOYALTY_MANAGER):
        return tuple(house.id for house in houses)
    return visitor.properties(Role.PROPERTY_MANAGER)
