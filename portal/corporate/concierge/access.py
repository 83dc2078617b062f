"""Who asks partners and notes their answers."""

from portal.corporate.concierge.queries import Desk
from portal.people.models import Role
from portal.web.gate import Visitor

DESKS = (Role.FRONT_DESK, Role.PROPERTY_MANAGER)


def asks_partners(visitor: Visitor) -> bool:
    """Door: the desk of the hotel, and its manager."""
    return visitor.has(*DESKS)


def desk(visitor: Visitor) -> Desk:
    """The enquiries of the visitor's hotels."""
    return Desk(property_ids=visitor.properties(*DESKS))
