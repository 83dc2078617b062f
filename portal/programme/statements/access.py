"""Who reads the statements of an account, and who has those of a month made."""

from portal.people.models import Role
from portal.web.gate import Visitor


def reads_batches(visitor: Visitor) -> bool:
    """Door: the loyalty manager, the auditor."""
    return visitor.has(Role.LOYALTY_MANAGER, Role.AUDITOR)


def makes_statements(visitor: Visitor) -> bool:
    """Door: whoever answers for the programme."""
    return visitor.has(Role.LOYALTY_MANAGER)
