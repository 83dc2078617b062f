"""Who sees cases and answers them: those whom the survey named to the guest, and no others."""

from portal.people.models import Role
from portal.surveys.cases.rules import Reach
from portal.web.gate import Visitor


def answers_cases(visitor: Visitor) -> bool:
    """Door: the loyalty manager, the managers of the guest's company, and of the hotel."""
    return visitor.has(Role.LOYALTY_MANAGER, Role.ACCOUNT_MANAGER, Role.PROPERTY_MANAGER)


def reach(visitor: Visitor) -> Reach:
    """The cases that a visitor may read and answer."""
    return Reach(
        is_whole=visitor.has(Role.LOYALTY_MANAGER),
        manager_id=visitor.person_id if visitor.has(Role.ACCOUNT_MANAGER) else None,
        property_ids=visitor.properties(Role.PROPERTY_MANAGER),
    )
