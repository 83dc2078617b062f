"""Who keeps the catalogue of souvenirs, and who counts what a hotel has."""

from portal.people.models import Role
from portal.web.gate import Visitor


def reads_souvenirs(visitor: Visitor) -> bool:
    """Door: the house's side of the catalogue."""
    return visitor.has(Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER, Role.AUDITOR)


def keeps_souvenirs(visitor: Visitor) -> bool:
    """Door: says what is offered, at which price."""
    return visitor.has(Role.LOYALTY_MANAGER)


def counts_souvenirs(visitor: Visitor) -> bool:
    """Door: counts in and corrects; a GM at their own hotel."""
    return visitor.has(Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER)


def counted_hotels(visitor: Visitor) -> tuple[int, ...] | None:
    """The hotels at which the visitor counts; none for every hotel."""
    return None if visitor.has(Role.LOYALTY_MANAGER) else visitor.properties(Role.PROPERTY_MANAGER)
