"""The bill behind points: every line of it, what earns and what does not, and the sums."""

import uuid
from collections.abc import Collection

from flask import Blueprint, abort, current_app, render_template, request, url_for

from portal import clock
from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.database import transaction
from portal.programme import access as accounts
from portal.programme.folios import access, queries, rules
from portal.programme.folios.rules import Order
from portal.programme.movements.queries import Movement
from portal.programme.words import CATEGORIES, SKIPPED
from portal.stays.models import Stay
from portal.stays.words import STATUSES
from portal.web.gate import allow, visitor
from portal.web.paging import first_url, next_url

blueprint = Blueprint("folios", __name__)
SIGHT = "programme.folio"


@blueprint.get("/accounts/<uuid:account_id>/folios/<key>/<int(max=999999):version>")
@allow(access.reads_folios)
def folio(account_id: uuid.UUID, key: str, version: int) -> str:
    """One bill, added up as its points were. That a guest's bill was looked at is recorded."""
    account = accounts.account_for(visitor(), account_id)
    found = queries.folio(account.id, key, version) or abort(404)
    if not access.opens(visitor(), account, found.stay.property_id):
        abort(403)
    page = queries.lines(found.stay.id, request.args.get("after"))
    answer = render_template(
        "programme/folios/folio.html",
        account=account,
        folio=found,
        lines=page.rows,
        agrees=rules.agrees(found.footing, found.bases) if found.earned is not None else None,
        categories=CATEGORIES,
        statuses=STATUSES,
        skipped=SKIPPED,
        first_url=first_url(),
        next_url=next_url(page),
    )
    _record_look(found.stay)
    return answer


def source_url(account: Account, movement: Movement) -> str | None:
    """Where the bill or the order behind a movement opens; none where it does not open for the visitor."""
    asking = visitor()
    if movement.order is not None:
        order = orders(account.id, [movement.order]).get(movement.order)
        return order.url if order is not None else None
    if movement.folio is None or movement.stay is None or not access.reads_folios(asking):
        return None
    if not access.opens(asking, account, movement.stay.property_id):
        return None
    key, version = movement.folio
    return url_for("folios.folio", account_id=account.public_id, key=key, version=version)


def orders(account_id: int, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Order]:
    """Those of these orders that open for the visitor: the room that keeps them says so."""
    found: dict[uuid.UUID, Order] = current_app.extensions["programme.orders"](visitor(), account_id, ids)
    return found


def _record_look(stay: Stay) -> None:
    if stay.guest_id is not None:
        with transaction():
            audit.record_sight(
                viewer_id=visitor().person_id or 0, subject_id=stay.guest_id, page=SIGHT, at=clock.now()
            )
