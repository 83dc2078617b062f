"""The invitee's own pages: the pass on the phone, on paper, and what a stranger's phone sees of one."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.corporate.passes import emails, queries, rules, words
from portal.corporate.passes.models import GuestPass
from portal.documents import qr
from portal.hotel import queries as hotel
from portal.people.models import Role
from portal.programme.rules import Refusal
from portal.web.gate import allow, anyone, visitor
from portal.web.limits import PAPER, limiter
from portal.web.pages import locale_code, read_by

blueprint = Blueprint("invitee", __name__)

OFTEN = "60 per minute"


@blueprint.get("/pass/<token>")
@allow(anyone)
@limiter.limit(OFTEN)
def phone(token: str) -> str:
    """The pass on the invitee's phone, in their language. Looking changes nothing."""
    found = _found(token)
    with read_by(None if visitor().is_signed_in else found.locale):
        code = qr.svg(emails.code_address(found), title=_("Code of the pass"))
        return render_template(
            "corporate/invitees/phone.html", code=code, token=token, trouble=_trouble(found),
            **emails.values(found, locale=locale_code()),
        )  # fmt: skip


@blueprint.get("/pass/<token>/pass.pdf")
@allow(anyone)
@limiter.limit(PAPER)
def paper(token: str) -> Response:
    """The same on paper."""
    found = _found(token)
    content = emails.print_pass(found, locale=found.locale)
    headers = {"Content-Disposition": f'inline; filename="pass-{found.number}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


@blueprint.get("/p/<digits>")
@allow(anyone)
@limiter.limit(OFTEN)
def recognise(digits: str) -> str | WerkzeugResponse:
    """Where a pass's code leads: the desk to the pass, everybody else to a word of explanation."""
    try:
        number = rules.read_pass(digits)
    except rules.PassRefused:
        abort(404)
    if visitor().has(Role.FRONT_DESK):
        return redirect(url_for("desk.desk", q=number))
    return render_template("corporate/invitees/stranger.html")


def _found(token: str) -> GuestPass:
    public_id = rules.read_link(token, key=current_app.config["SECRET_KEY"]) or abort(404)
    return queries.pass_by_id(public_id) or abort(404)


def _trouble(found: GuestPass) -> str | None:
    """The one reason why it does not hold today; none while it does."""
    zone: Any = found.property.zone if found.property is not None else hotel.house_zone()
    try:
        rules.check_valid(
            found, property_id=found.property_id or 0, today=clock.local_date(clock.now(), zone),
            last_use_at=queries.last_use_at(found.id),
        )  # fmt: skip
    except Refusal as refusal:
        return words.refused(refusal, zone=zone)
    return None
