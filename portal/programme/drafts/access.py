"""Who edits drafts of the rules, and who reads them."""

from portal.people.models import Role
from portal.web.gate import Visitor


def edits_rules(visitor: Visitor) -> bool:
    """Door: begins and edits drafts."""
    return visitor.has(Role.LOYALTY_MANAGER)


def reads_rules(visitor: Visitor) -> bool:
    """Door: reads drafts and versions on the hotel's side."""
    return edits_rules(visitor) or visitor.has(Role.PROPERTY_MANAGER, Role.AUDITOR)
