"""Who decides what companies are told of new rules, and who may read it."""

from portal.people.models import Role
from portal.web.gate import Visitor


def decides_letters(visitor: Visitor) -> bool:
    """Door: the loyalty manager, in whose name they go."""
    return visitor.has(Role.LOYALTY_MANAGER)


def reads_letters(visitor: Visitor) -> bool:
    """Door: the same, and the auditor."""
    return visitor.has(Role.LOYALTY_MANAGER, Role.AUDITOR)
