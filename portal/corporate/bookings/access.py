"""Who sees a booking, and who may do what with it."""

from portal.accounts import access as accounts
from portal.corporate.bookings.queries import Reach
from portal.people.models import Role
from portal.web.gate import Visitor

HOUSE = (Role.FRONT_DESK, Role.PROPERTY_MANAGER)
EVERYWHERE = (Role.LOYALTY_MANAGER, Role.AUDITOR)


def sees_bookings(visitor: Visitor) -> bool:
    """Door: the client's side sees its own, the hotel's side those of its houses or accounts."""
    return accounts.client(visitor) or visitor.has(*HOUSE, *EVERYWHERE, Role.ACCOUNT_MANAGER)


def ends_bookings(visitor: Visitor) -> bool:
    """Door: cancels for the hotel, or notes that nobody came."""
    return visitor.has(*HOUSE, Role.LOYALTY_MANAGER)


def reach(visitor: Visitor) -> Reach:
    """All bookings that the visitor may read."""
    own = client_reach(visitor)
    return Reach(
        account_id=own.account_id,
        guest_id=own.guest_id,
        property_ids=visitor.properties(*HOUSE),
        manager_id=visitor.person_id if visitor.has(Role.ACCOUNT_MANAGER) else None,
        is_everywhere=visitor.has(*EVERYWHERE),
    )


def list_reach(visitor: Visitor) -> Reach:
    """The bookings of the visitor's list: on the client's side of the company acted for, and no others."""
    return client_reach(visitor) if accounts.client(visitor) else reach(visitor)


def client_reach(visitor: Visitor) -> Reach:
    """Bookings of the company that the visitor acts for: a traveller's only their own."""
    account_id = accounts.acting_account_id(visitor)
    return Reach(account_id=account_id, guest_id=None if accounts.books(visitor) else visitor.person_id)


def house_reach(visitor: Visitor) -> Reach:
    """Bookings that the visitor may end for the hotel."""
    return Reach(property_ids=visitor.properties(*HOUSE), is_everywhere=visitor.has(Role.LOYALTY_MANAGER))
