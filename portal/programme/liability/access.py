"""Who reads what the points outstanding would cost, and who closes a month."""

from portal.people.models import Role
from portal.web.gate import Visitor


def reads_liability(visitor: Visitor) -> bool:
    """Door: the loyalty manager, the auditor, a GM."""
    return visitor.has(Role.LOYALTY_MANAGER, Role.AUDITOR, Role.PROPERTY_MANAGER)


def closes_months(visitor: Visitor) -> bool:
    """Door: whoever answers for the programme may close a month before the worker does."""
    return visitor.has(Role.LOYALTY_MANAGER)
