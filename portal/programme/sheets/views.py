"""A derivation sheet on paper, in the reader's language."""

import uuid

from flask import Blueprint, Response, abort

from portal.hotel import queries as hotel
from portal.programme import access
from portal.programme.sheets import actions, queries, words
from portal.web.gate import allow, visitor
from portal.web.limits import PAPER, limiter
from portal.web.pages import locale_code

blueprint = Blueprint("sheets", __name__)


@blueprint.get("/accounts/<uuid:account_id>/why/<kind>/<int(max=999999999):number>.pdf")
@allow(access.reads_points)
@limiter.limit(PAPER)
def sheet(account_id: uuid.UUID, kind: str, number: int) -> Response:
    """How one figure came about, with the rules' version, the inputs, the steps and the entry's seal."""
    account, zone = access.account_for(visitor(), account_id), hotel.house_zone()
    found = queries.sheet(account.id, kind, number, zone=zone) or abort(404)
    content = actions.print_sheet(words.paper(found, company=account.name, zone=zone), locale=locale_code())
    headers = {"Content-Disposition": f'attachment; filename="why-{kind}-{number}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)
