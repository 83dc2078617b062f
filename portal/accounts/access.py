"""For which company a visitor acts. Their companies are in their grants; the choice is in the session."""

from flask import abort, session

from portal.accounts import queries
from portal.accounts.models import Account
from portal.people.models import CLIENT_ROLES, Role
from portal.web.gate import Visitor

CHOICE = "account_id"


def client(visitor: Visitor) -> bool:
    """Door: anybody on a company's side."""
    return bool(visitor.accounts(*CLIENT_ROLES))


def books(visitor: Visitor) -> bool:
    """Door: may book perks for the company they act for."""
    return _acts_as(visitor, Role.BOOKER, Role.ACCOUNT_ADMINISTRATOR)


def administers(visitor: Visitor) -> bool:
    """Door: runs the account they act for."""
    return _acts_as(visitor, Role.ACCOUNT_ADMINISTRATOR)


def travels(visitor: Visitor) -> bool:
    """Door: has, or may have, a card of the company they act for."""
    return client(visitor)


def acting_account_id(visitor: Visitor) -> int | None:
    """The id of the company that the visitor acts for: the one chosen, else their first."""
    own = visitor.accounts(*CLIENT_ROLES)
    chosen = session.get(CHOICE)
    return chosen if chosen in own else next(iter(own), None)


def acting_account(visitor: Visitor) -> Account:
    """The company that the visitor acts for; 404 for whoever has none."""
    account_id = acting_account_id(visitor)
    account = queries.account(account_id) if account_id is not None else None
    if account is None:
        abort(404)
    return account


def choose_account(account: Account) -> None:
    """Act for this company from now on."""
    session[CHOICE] = account.id


def _acts_as(visitor: Visitor, *roles: Role) -> bool:
    account_id = acting_account_id(visitor)
    return account_id is not None and visitor.has(*roles, account_id=account_id)
