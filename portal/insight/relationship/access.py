"""Who reads a relationship: the hotel's people the accounts within their reach, the client their own."""

import uuid

from flask import abort

from portal.accounts import access as accounts
from portal.accounts.models import Account
from portal.corporate.bookings import access as bookings
from portal.programme import access as programme
from portal.programme.overview import queries as overview
from portal.programme.overview.queries import Reach
from portal.web.gate import Visitor


def reads_relationships(visitor: Visitor) -> bool:
    """Door: whoever reads accounts for the hotel."""
    return programme.reads_accounts(visitor)


def reads_own(visitor: Visitor) -> bool:
    """Door: whoever runs the account they act for."""
    return accounts.administers(visitor)


def account_for(visitor: Visitor, public_id: uuid.UUID) -> Account:
    """An account within the hotel's reach of the visitor; any other is not found."""
    whole = programme.reach(visitor)
    house = Reach(is_whole=whole.is_whole, manager_id=whole.manager_id, property_ids=whole.property_ids)
    return overview.account_within(house, public_id) or abort(404)


def own_account(visitor: Visitor) -> Account:
    """The account that the visitor runs, with its manager."""
    own = accounts.acting_account(visitor)
    return overview.account_within(Reach(account_ids=(own.id,)), own.public_id) or abort(404)


def opens_booking(visitor: Visitor, account: Account, property_id: int) -> bool:
    """Whether a booking of the account at a hotel opens for the visitor, so that a link leads there."""
    seen = bookings.reach(visitor)
    is_managed = seen.manager_id is not None and seen.manager_id == account.manager_id
    is_own = seen.account_id == account.id and seen.guest_id is None
    return seen.is_everywhere or is_own or is_managed or property_id in seen.property_ids
