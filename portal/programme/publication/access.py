"""Who publishes the rules, and who reads those that are published."""

from portal.people.models import Role
from portal.programme.drafts import access as drafts
from portal.web.gate import Visitor


def submits_drafts(visitor: Visitor) -> bool:
    """Door: asks for a draft to be published."""
    return drafts.edits_rules(visitor)


def approves_drafts(visitor: Visitor) -> bool:
    """Door: publishes what somebody else drafted: another loyalty manager, or a hotel's GM."""
    return visitor.has(Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER)


def reads_versions(visitor: Visitor) -> bool:
    """Door: reads every version on the hotel's side."""
    return drafts.reads_rules(visitor)
