"""Who asks for points by hand, who decides on it, and who reads of it."""

import uuid

from flask import abort

from portal.accounts.models import Account
from portal.people.models import Role
from portal.programme.credits import queries
from portal.programme.credits.models import CreditRequest
from portal.programme.credits.queries import CreditReach
from portal.programme.overview import queries as overview
from portal.programme.overview.queries import Reach
from portal.web.gate import Visitor

MANAGERS = (Role.ACCOUNT_MANAGER, Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER)
READERS = (Role.AUDITOR,)


def gives_credits(visitor: Visitor) -> bool:
    """Door: the managers, who give points and decide on what others asked for."""
    return visitor.has(*MANAGERS)


def reads_credits(visitor: Visitor) -> bool:
    """Door: managers, the auditor, and the desk, which reads of its own requests."""
    return visitor.has(*MANAGERS, *READERS, Role.FRONT_DESK)


def deciding_reach(visitor: Visitor) -> CreditReach:
    """The requests that a manager may decide on: of their companies, and of their hotels."""
    houses = visitor.properties(Role.PROPERTY_MANAGER)
    accounts = Reach(
        is_whole=visitor.has(Role.LOYALTY_MANAGER),
        manager_id=visitor.person_id if visitor.has(Role.ACCOUNT_MANAGER) else None,
        property_ids=houses,
    )
    return CreditReach(accounts, property_ids=houses)


def reading_reach(visitor: Visitor) -> CreditReach:
    """The requests that a visitor may read: those, all of them for the auditor, and one's own."""
    deciding = deciding_reach(visitor)
    accounts = Reach(is_whole=True) if visitor.has(*READERS) else deciding.accounts
    return CreditReach(accounts, deciding.property_ids, by_id=visitor.person_id)


def account_for(visitor: Visitor, public_id: uuid.UUID) -> Account:
    """A company to which the visitor may give points; any other is not found."""
    return overview.account_within(deciding_reach(visitor).accounts, public_id) or abort(404)


def request_for(visitor: Visitor, public_id: uuid.UUID) -> CreditRequest:
    """A request that is the visitor's to read; any other is not found."""
    return queries.request_for(reading_reach(visitor), public_id) or abort(404)


def may_manage(visitor: Visitor, request: CreditRequest) -> bool:
    """Whether a request is the visitor's to decide on, or to take back, and not only to read."""
    return gives_credits(visitor) and queries.is_within(deciding_reach(visitor), public_id=request.public_id)
