"""Who asks for a contract's rate, who agrees to it, and who reads of it."""

import uuid
from dataclasses import replace

from flask import abort

from portal.accounts.models import Account
from portal.people.models import Role
from portal.programme import access as programme
from portal.programme.contracts import queries
from portal.programme.contracts.models import ContractEndWish, ContractRate
from portal.programme.contracts.queries import RateReach
from portal.programme.overview import queries as overview
from portal.programme.overview.queries import Reach
from portal.web.gate import Visitor

ASKING = (Role.LOYALTY_MANAGER, Role.ACCOUNT_MANAGER)


def reads_rates(visitor: Visitor) -> bool:
    """Door: the hotel's side of accounts, and whoever runs the account of a company."""
    return programme.reads_accounts(visitor) or visitor.has(Role.ACCOUNT_ADMINISTRATOR)


def asks_rates(visitor: Visitor) -> bool:
    """Door: the loyalty manager, and account managers for their own companies."""
    return visitor.has(*ASKING)


def decides_rates(visitor: Visitor) -> bool:
    """Door: the same, and a GM for the rates of their hotel."""
    return visitor.has(*ASKING, Role.PROPERTY_MANAGER)


def asking_reach(visitor: Visitor) -> RateReach:
    """The companies for which a visitor may ask for rates, and end them."""
    return RateReach(
        Reach(
            is_whole=visitor.has(Role.LOYALTY_MANAGER),
            manager_id=visitor.person_id if visitor.has(Role.ACCOUNT_MANAGER) else None,
        )
    )


def deciding_reach(visitor: Visitor) -> RateReach:
    """The rates on which a visitor may decide."""
    return RateReach(asking_reach(visitor).accounts, visitor.properties(Role.PROPERTY_MANAGER))


def reading_reach(visitor: Visitor) -> RateReach:
    """The rates that a visitor may read."""
    wide = programme.reach(visitor)
    own = visitor.accounts(Role.ACCOUNT_ADMINISTRATOR)
    accounts = Reach(wide.is_whole, (), wide.manager_id, wide.property_ids)
    return RateReach(accounts, wide.property_ids, company_ids=own)


def account_for(visitor: Visitor, public_id: uuid.UUID, *, asks: bool = False) -> Account:
    """A company whose rates the visitor may read, or ask for; any other is not found."""
    reach = asking_reach(visitor) if asks else reading_reach(visitor)
    accounts = replace(reach.accounts, account_ids=reach.company_ids)
    return overview.account_within(accounts, public_id) or abort(404)


def rate_for(visitor: Visitor, public_id: uuid.UUID) -> ContractRate:
    """A rate that is the visitor's to read; any other is not found."""
    return queries.rate_within(reading_reach(visitor), public_id) or abort(404)


def end_wish_for(reach: RateReach, public_id: uuid.UUID) -> ContractEndWish:
    """A wish for an early end, of a rate within reach; any other is not found."""
    return queries.end_wish_within(reach, public_id) or abort(404)


def asks_for(visitor: Visitor, account: Account) -> bool:
    """Whether a company's rates are the visitor's to ask for, and not only to read."""
    is_own = visitor.has(Role.ACCOUNT_MANAGER) and account.manager_id == visitor.person_id
    return visitor.has(Role.LOYALTY_MANAGER) or is_own


def may_decide(visitor: Visitor, rate: ContractRate) -> bool:
    """Whether a rate, or its early end, is the visitor's to agree to."""
    is_gm = rate.property_id in visitor.properties(Role.PROPERTY_MANAGER)
    return is_gm or asks_for(visitor, rate.account)


def is_hotel(visitor: Visitor) -> bool:
    """Whether the visitor reads for the hotel, and so who said what."""
    return programme.reads_accounts(visitor)
