"""Who invites, and whose invitations they deal with."""

from portal.people.invitations.queries import Reach
from portal.people.models import Role
from portal.web.gate import Visitor


def invites(visitor: Visitor) -> bool:
    """Door: the administrator invites hotel staff, an account administrator their own people."""
    return visitor.has(Role.ADMINISTRATOR, Role.ACCOUNT_ADMINISTRATOR)


def invites_to_account(visitor: Visitor) -> bool:
    """Door: runs an account."""
    return visitor.has(Role.ACCOUNT_ADMINISTRATOR)


def reach(visitor: Visitor) -> Reach:
    """The companies whose account the visitor runs, and the hotel where they are its administrator."""
    return Reach(
        account_ids=visitor.accounts(Role.ACCOUNT_ADMINISTRATOR), is_house=visitor.has(Role.ADMINISTRATOR)
    )
