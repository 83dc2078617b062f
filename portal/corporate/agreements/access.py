"""Who publishes the agreement, and who reads how companies stand with it."""

from portal.people.models import Role
from portal.web.gate import Visitor


def publishes_agreements(visitor: Visitor) -> bool:
    """Door: the loyalty manager."""
    return visitor.has(Role.LOYALTY_MANAGER)


def reads_agreements(visitor: Visitor) -> bool:
    """Door: the loyalty manager, account managers for their own companies, and auditors."""
    return visitor.has(Role.LOYALTY_MANAGER, Role.ACCOUNT_MANAGER, Role.AUDITOR)
