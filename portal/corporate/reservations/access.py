"""Whose reserved souvenirs a visitor sees."""

from portal.accounts import access as accounts
from portal.corporate.reservations.queries import Reach
from portal.web.gate import Visitor


def own_reach(visitor: Visitor) -> Reach:
    """Those of the company that the visitor acts for."""
    return Reach(account_id=accounts.acting_account_id(visitor))
