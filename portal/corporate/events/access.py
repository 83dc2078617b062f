"""Who sees closed events, who runs them, who keeps their door."""

from portal.accounts import access as accounts
from portal.corporate.events.queries import Reach
from portal.people.models import Role
from portal.web.gate import Visitor

AT_THE_HOUSE = (Role.FRONT_DESK, Role.PROPERTY_MANAGER)
EVERYWHERE = (Role.LOYALTY_MANAGER, Role.ACCOUNT_MANAGER, Role.AUDITOR)


def sees_events(visitor: Visitor) -> bool:
    """Door: whoever books for a company sees what is open to it; the house sees its own."""
    return accounts.books(visitor) or of_the_house(visitor)


def of_the_house(visitor: Visitor) -> bool:
    return visitor.has(*AT_THE_HOUSE, *EVERYWHERE)


def runs_events(visitor: Visitor) -> bool:
    """Door: plans, publishes, changes and cancels."""
    return visitor.has(Role.LOYALTY_MANAGER)


def keeps_door(visitor: Visitor) -> bool:
    """Door: checks guests in, and reads and prints who is expected."""
    return visitor.has(*AT_THE_HOUSE, Role.LOYALTY_MANAGER)


def sees_effect(visitor: Visitor) -> bool:
    """Who is shown the way to what went with an event."""
    return visitor.has(Role.PROPERTY_MANAGER, Role.LOYALTY_MANAGER, Role.AUDITOR)


def reach(visitor: Visitor) -> Reach:
    """The events that the visitor may look at on the hotel's side."""
    return Reach(property_ids=visitor.properties(*AT_THE_HOUSE), is_everywhere=visitor.has(*EVERYWHERE))


def door_reach(visitor: Visitor) -> Reach:
    """The events whose guests the visitor may let in and read of."""
    return Reach(
        property_ids=visitor.properties(*AT_THE_HOUSE), is_everywhere=visitor.has(Role.LOYALTY_MANAGER)
    )
