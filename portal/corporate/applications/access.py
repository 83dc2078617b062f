"""Who decides on applications; whoever reads companies reads them too."""

from portal.people.models import Role
from portal.web.gate import Visitor


def decides_applications(visitor: Visitor) -> bool:
    """Door: the loyalty manager and the account managers."""
    return visitor.has(Role.LOYALTY_MANAGER, Role.ACCOUNT_MANAGER)
