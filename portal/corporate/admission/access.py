"""Who publishes the rules of admission."""

from portal.people.models import Role
from portal.web.gate import Visitor


def publishes_rules(visitor: Visitor) -> bool:
    """Door: the rules of admission are the loyalty manager's."""
    return visitor.has(Role.LOYALTY_MANAGER)
