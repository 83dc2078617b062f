"""The mark that a form carries: for which company it was opened."""

from flask import current_app
from itsdangerous import Signer

from portal.accounts import access as accounts
from portal.corporate.acting import rules
from portal.people.models import CLIENT_ROLES
from portal.web.gate import Visitor

FIELD = "acting"


def mark_of(account_id: int) -> str:
    """What stands in a form for a company: nothing that a reader could turn into another company's."""
    signer = Signer(current_app.config["SECRET_KEY"], salt="acting-company")
    return signer.get_signature(str(account_id)).decode()


def acting_mark(visitor: Visitor) -> str:
    """The mark of the company that a visitor acts for; nothing for whoever acts for none."""
    account_id = accounts.acting_account_id(visitor)
    return mark_of(account_id) if account_id is not None else ""


def check(visitor: Visitor, mark: str) -> None:
    """Refuse a form of another company. Raises `ActsForAnother`."""
    companies = visitor.accounts(*CLIENT_ROLES)
    if companies:
        rules.check_company(mark, acting=acting_mark(visitor), companies=companies)


def company_of(visitor: Visitor, mark: str) -> int | None:
    """For which of their companies a visitor's form was opened."""
    return next((each for each in visitor.accounts(*CLIENT_ROLES) if mark_of(each) == mark), None)
