"""Who asks for a version to be withdrawn, and who agrees."""

from portal.people.models import Role
from portal.web.gate import Visitor


def asks_withdrawal(visitor: Visitor) -> bool:
    """Door: the loyalty manager, in whose hands the rules are."""
    return visitor.has(Role.LOYALTY_MANAGER)


def decides_withdrawal(visitor: Visitor) -> bool:
    """Door: another loyalty manager, or a hotel's GM: whoever may publish."""
    return visitor.has(Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER)
