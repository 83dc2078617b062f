"""Who sees quotes, and who makes, accepts and withdraws them."""

from portal.accounts import access as accounts
from portal.corporate.quotes.queries import QuoteReach
from portal.people.models import Role
from portal.web.gate import Visitor

HOUSE = (Role.FRONT_DESK, Role.PROPERTY_MANAGER)
EVERYWHERE = (Role.LOYALTY_MANAGER, Role.AUDITOR)


def sees_quotes(visitor: Visitor) -> bool:
    """Door: whoever books for a company, and the hotel's side."""
    return accounts.books(visitor) or visitor.has(*HOUSE, *EVERYWHERE, Role.ACCOUNT_MANAGER)


def offers_quotes(visitor: Visitor) -> bool:
    """Door: the account manager, for the companies in their charge."""
    return visitor.has(Role.ACCOUNT_MANAGER)


def withdraws_quotes(visitor: Visitor) -> bool:
    """Door: whoever may make one."""
    return accounts.books(visitor) or offers_quotes(visitor)


def reach(visitor: Visitor) -> QuoteReach:
    """All quotes that the visitor may read."""
    own = own_reach(visitor)
    return QuoteReach(
        account_id=own.account_id,
        manager_id=own.manager_id,
        property_ids=visitor.properties(*HOUSE),
        is_everywhere=visitor.has(*EVERYWHERE),
    )


def own_reach(visitor: Visitor) -> QuoteReach:
    """The quotes that the visitor may withdraw."""
    return QuoteReach(
        account_id=accounts.acting_account_id(visitor) if accounts.books(visitor) else None,
        manager_id=visitor.person_id if visitor.has(Role.ACCOUNT_MANAGER) else None,
    )
