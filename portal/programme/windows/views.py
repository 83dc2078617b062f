"""What a tier was counted from: its stays night by night, and its orders."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _

from portal.accounts.models import Account
from portal.hotel import queries as hotel
from portal.programme import access
from portal.programme.folios import access as folio_access
from portal.programme.folios import views as folios
from portal.programme.folios.rules import Order
from portal.programme.movements.queries import order_of
from portal.programme.sheets import queries as sheets
from portal.programme.sheets import words as sheet_words
from portal.programme.standing.models import PerkSpend
from portal.programme.windows import queries, rules
from portal.programme.windows.queries import Counted, CountedStay
from portal.web.gate import allow, visitor
from portal.web.paging import first_url, next_url

blueprint = Blueprint("windows", __name__)
ORDERS = "orders"


@blueprint.get("/accounts/<uuid:account_id>/counted/<kind>/<int(max=999999999):number>")
@allow(access.reads_points)
def window(account_id: uuid.UUID, kind: str, number: int) -> str:
    """The stays, or the orders, of one count, and that they come to its figures."""
    account, zone = access.account_for(visitor(), account_id), hotel.house_zone()
    told = (sheets.sheet(account.id, kind, number, zone=zone) if kind != "entry" else None) or abort(404)
    found = queries.counted(account.id, told.derivations[0], is_monthly=told.is_monthly)
    sheet_url = url_for("programme.why", account_id=account.public_id, kind=kind, number=number)
    return page(account, found, sheet_url=sheet_url, sheet_title=sheet_words.title(told))


def page(account: Account, found: Counted, *, sheet_url: str, sheet_title: str) -> str:
    """What a count is made of, and the way to where it is printed."""
    is_orders, after = request.args.get("of") == ORDERS, request.args.get("after")
    read, rows = (queries.orders, _order_rows) if is_orders else (queries.stays, _stay_rows)
    some: Any = read(account.id, found.window, after)
    return render_template(
        "programme/windows/window.html",
        account=account,
        counted=found,
        sheet_url=sheet_url,
        sheet_title=sheet_title,
        adds_up=rules.adds_up(found.printed, found.held, found.doors),
        tabs=_tabs(is_orders=is_orders),
        is_orders=is_orders,
        rows=rows(account, some.rows),
        first_url=first_url(),
        next_url=next_url(some),
    )


def _stay_rows(account: Account, stays: Sequence[CountedStay]) -> list[tuple[CountedStay, str | None]]:
    """Each stay with the address of its bill, where it opens for the visitor."""
    asking, found = visitor(), []
    for stay in stays:
        of: dict[str, Any] = {"account_id": account.public_id, "key": stay.key, "version": stay.version}
        is_open = folio_access.reads_folios(asking) and folio_access.opens(asking, account, stay.property_id)
        found.append((stay, url_for("folios.folio", **of) if is_open else None))
    return found


def _order_rows(account: Account, spends: Sequence[PerkSpend]) -> list[tuple[PerkSpend, Order | None]]:
    """Each order with where it opens, if it does."""
    ids = {spend.id: order_of(spend.reference) for spend in spends}
    open_ones = folios.orders(account.id, [each for each in ids.values() if each is not None])
    return [(spend, open_ones.get(each) if (each := ids[spend.id]) else None) for spend in spends]


def _tabs(*, is_orders: bool) -> list[dict[str, Any]]:
    return [
        {"url": request.path, "label": _("Stays"), "count": None, "current": not is_orders},
        {"url": f"{request.path}?of={ORDERS}", "label": _("Orders"), "count": None, "current": is_orders},
    ]
