"""Who reads the calendars of the halls, and who closes a hall."""

from portal.people.models import Role
from portal.web.gate import Visitor

KEEPERS = (Role.PROPERTY_MANAGER, Role.DEPARTMENT_HEAD, Role.FRONT_DESK)
READERS = (*KEEPERS, Role.ACCOUNT_MANAGER, Role.LOYALTY_MANAGER, Role.AUDITOR)


def reads_house(visitor: Visitor) -> bool:
    """Door: the hotel's side sees who comes, in every hotel of the group."""
    return visitor.has(*READERS)


def keeps_halls(visitor: Visitor) -> bool:
    """Door: closes halls of the own hotel."""
    return visitor.has(*KEEPERS)
