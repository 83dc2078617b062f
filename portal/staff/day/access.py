"""Who reads how a score is made."""

from portal.people.models import GROUP_ROLES, PROPERTY_ROLES
from portal.web.gate import Visitor


def works_for_the_house(visitor: Visitor) -> bool:
    """Door: anybody of the hotel's side."""
    return visitor.has(*PROPERTY_ROLES, *GROUP_ROLES)
