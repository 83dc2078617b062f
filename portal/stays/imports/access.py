"""Who takes stays in, and who may see what was taken in."""

from portal.people.models import Role
from portal.web.gate import Visitor


def manages_imports(visitor: Visitor) -> bool:
    return visitor.has(Role.LOYALTY_MANAGER)


def reads_imports(visitor: Visitor) -> bool:
    return visitor.has(Role.LOYALTY_MANAGER, Role.AUDITOR)
