"""The tabs over the pages of one company: the same bar, whichever room a page belongs to."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.accounts.models import Account
from portal.programme import access
from portal.web.gate import visitor


def tabs(account: Account, current: str) -> list[dict[str, Any]]:
    """The pages of a company that are the visitor's; `current` is the endpoint of the one at hand."""
    asking = visitor()
    is_hotel = access.reads_accounts(asking)
    labels = {"programme.account": _("Company")} if is_hotel else {}
    labels |= {
        "programme.points": _("Movements"),
        "programme.lots": _("Lots"),
        "programme.standing": _("Tier"),
        "statements.account_statements": _("Statements"),
    }
    labels["nights.price"] = _("Price")
    if access.reads_contract(asking, account):
        labels["contracts.rates"] = _("Contract")
    if is_hotel:
        labels["relationship.account"] = _("Relationship")
        labels["agreements.account"] = _("Agreement")
        labels["reviews.account"] = _("Review")
    if access.links_companies(asking, account):
        labels["families.hotel_family"] = _("Family")
    return [
        {
            "url": url_for(endpoint, account_id=account.public_id),
            "label": label,
            "count": None,
            "current": endpoint == current,
        }
        for endpoint, label in labels.items()
    ]
