"""Who shows opening balances, who takes them over, and who reads of them."""

from portal.people.models import Role
from portal.web.gate import Visitor


def shows_opening(visitor: Visitor) -> bool:
    """Door: the loyalty manager, who uploads a file."""
    return visitor.has(Role.LOYALTY_MANAGER)


def accepts_opening(visitor: Visitor) -> bool:
    """Door: whoever may take a file over; never the one who uploaded it."""
    return visitor.has(Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER)


def reads_opening(visitor: Visitor) -> bool:
    """Door: those, and the auditor."""
    return visitor.has(Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER, Role.AUDITOR)
