"""Two windows, two companies: what was filled in for one is not sent for the other."""

from flask import Blueprint, current_app, render_template, request, url_for

from portal.accounts import access as accounts_access
from portal.accounts import queries as accounts
from portal.accounts.models import Account
from portal.corporate.acting import access
from portal.corporate.acting.rules import ActsForAnother
from portal.people.models import CLIENT_ROLES
from portal.web.gate import Visitor, visitor
from portal.web.registries import Company

blueprint = Blueprint("acting", __name__)

CONFLICT = 409
ROOM = "portal.corporate."
CHOICE = "company.choose_account"


@blueprint.app_template_global()
def acting_mark() -> str:
    """What each form carries, so that it is known for which company it was opened."""
    return access.acting_mark(visitor())


@blueprint.before_app_request
def _check_company() -> tuple[str, int] | None:
    view = current_app.view_functions.get(request.endpoint or "")
    is_ours = view is not None and view.__module__.startswith(ROOM) and request.endpoint != CHOICE
    if request.method != "POST" or not is_ours:
        return None
    mark = request.form.get(access.FIELD, "")
    try:
        access.check(visitor(), mark)
    except ActsForAnother:
        return _changed(mark)
    return None


def companies(asking: Visitor) -> list[Company]:
    """The companies of whoever belongs to several, for the top bar; nothing for all others."""
    own = asking.accounts(*CLIENT_ROLES)
    if len(own) < 2:  # noqa: PLR2004 -- several
        return []
    acting_id = accounts_access.acting_account_id(asking)
    return [_company(each, acting_id) for each in accounts.accounts_by_ids(own)]


def _company(account: Account, acting_id: int | None) -> Company:
    url = url_for(CHOICE, account_id=account.public_id)
    return Company(account.name, url, is_current=account.id == acting_id)


def _changed(mark: str) -> tuple[str, int]:
    meant_id = access.company_of(visitor(), mark)
    own = {each.id: each for each in accounts.accounts_by_ids(visitor().accounts(*CLIENT_ROLES))}
    page = render_template(
        "corporate/acting/changed.html",
        meant=own.get(meant_id) if meant_id is not None else None,
        acting=accounts_access.acting_account(visitor()),
    )
    return page, CONFLICT
