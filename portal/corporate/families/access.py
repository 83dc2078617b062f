"""Who proposes families, and whose companies are theirs to link."""

import uuid

from flask import abort

from portal.accounts.models import Account
from portal.people.models import Role
from portal.programme.overview import queries as overview
from portal.programme.overview.queries import Reach
from portal.web.gate import Visitor


def proposes_families(visitor: Visitor) -> bool:
    """Door: the loyalty manager, and account managers for their own companies."""
    return visitor.has(Role.LOYALTY_MANAGER, Role.ACCOUNT_MANAGER)


def reach(visitor: Visitor) -> Reach:
    """The companies that a visitor may link."""
    return Reach(
        is_whole=visitor.has(Role.LOYALTY_MANAGER),
        manager_id=visitor.person_id if visitor.has(Role.ACCOUNT_MANAGER) else None,
    )


def account_for(visitor: Visitor, public_id: uuid.UUID) -> Account:
    """A company that the visitor may link; any other is not found."""
    return overview.account_within(reach(visitor), public_id) or abort(404)
