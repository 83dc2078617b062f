"""Who may read accounts, their points and where they stand; and which accounts are theirs to read."""

import uuid

from flask import abort

from portal.accounts import access as accounts
from portal.accounts.models import Account
from portal.people.models import Role
from portal.programme.overview import queries as overview
from portal.programme.overview.queries import Reach
from portal.web.gate import Visitor

EVERY_ACCOUNT = (Role.LOYALTY_MANAGER, Role.AUDITOR)
OWN_COMPANY = (Role.ACCOUNT_ADMINISTRATOR, Role.BOOKER)


def reads_accounts(visitor: Visitor) -> bool:
    """Door: the hotel's side of accounts: all, an account manager's own, or the guests of a GM's hotel."""
    return visitor.has(*EVERY_ACCOUNT, Role.ACCOUNT_MANAGER, Role.PROPERTY_MANAGER)


def reads_points(visitor: Visitor) -> bool:
    """Door: the points and the standing of some account. A traveller's card is theirs, the points are not."""
    return reads_accounts(visitor) or visitor.has(*OWN_COMPANY)


def reads_contract(visitor: Visitor, account: Account) -> bool:
    """Whether a company's contract is the visitor's to read: it is no booker's concern."""
    return reads_accounts(visitor) or visitor.has(Role.ACCOUNT_ADMINISTRATOR, account_id=account.id)


def links_companies(visitor: Visitor, account: Account) -> bool:
    """Whether the visitor may propose which company belongs to this one: the hotel's, of their own."""
    is_own = visitor.has(Role.ACCOUNT_MANAGER) and account.manager_id == visitor.person_id
    return visitor.has(Role.LOYALTY_MANAGER) or is_own


def has_own_points(visitor: Visitor) -> bool:
    """Door: reads the points of the company they act for."""
    return accounts.books(visitor)


def reach(visitor: Visitor) -> Reach:
    """The accounts that a visitor may read; which ones they are is a matter of the query."""
    return Reach(
        is_whole=visitor.has(*EVERY_ACCOUNT),
        account_ids=visitor.accounts(*OWN_COMPANY),
        manager_id=visitor.person_id if visitor.has(Role.ACCOUNT_MANAGER) else None,
        property_ids=visitor.properties(Role.PROPERTY_MANAGER),
    )


def account_for(visitor: Visitor, public_id: uuid.UUID) -> Account:
    """An account within the visitor's reach; any other is not found."""
    account = overview.account_within(reach(visitor), public_id)
    if account is None:
        abort(404)
    return account
