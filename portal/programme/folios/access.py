"""Who opens a guest's bill: whose company pays for it, and those at the hotel whose stay it was."""

from portal.accounts.models import Account
from portal.people.models import Role
from portal.programme import access
from portal.web.gate import Visitor


def reads_folios(visitor: Visitor) -> bool:
    """Door: whoever reads accounts for the hotel, or runs one. What a guest ate is no booker's concern."""
    return access.reads_accounts(visitor) or visitor.has(Role.ACCOUNT_ADMINISTRATOR)


def opens(visitor: Visitor, account: Account, property_id: int) -> bool:
    """Whether a bill of the account at a hotel opens: a GM reads those of their own hotels."""
    is_managed = visitor.has(Role.ACCOUNT_MANAGER) and account.manager_id == visitor.person_id
    return (
        visitor.has(*access.EVERY_ACCOUNT)
        or visitor.has(Role.ACCOUNT_ADMINISTRATOR, account_id=account.id)
        or is_managed
        or property_id in visitor.properties(Role.PROPERTY_MANAGER)
    )
