"""Who holds the review of an account."""

from portal.accounts.models import Account
from portal.people.models import Role
from portal.web.gate import Visitor


def holds_reviews(visitor: Visitor) -> bool:
    """Door: the loyalty manager and account managers."""
    return visitor.has(Role.LOYALTY_MANAGER, Role.ACCOUNT_MANAGER)


def holds_review_of(visitor: Visitor, account: Account) -> bool:
    """Whether it is theirs to hold: the loyalty manager's every one, an account manager's own ones."""
    is_own = visitor.has(Role.ACCOUNT_MANAGER) and account.manager_id == visitor.person_id
    return visitor.has(Role.LOYALTY_MANAGER) or is_own
