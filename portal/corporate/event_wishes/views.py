"""The wish not to be invited to closed events by letter: from the letter's own link, or one's own profile."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.corporate.event_wishes import actions, queries, rules
from portal.database import transaction
from portal.people.models import Person, Role
from portal.web.gate import Visitor, allow, anyone, signed_in, visitor
from portal.web.limits import limiter
from portal.web.pages import read_by
from portal.web.registries import Wish

blueprint = Blueprint("event_wishes", __name__, url_prefix="/invitations")

Answered = str | Response | tuple[str, int]
NOT_FOUND, OFTEN = 404, "120 per 5 minutes"


@blueprint.route("/<token>", methods=["GET", "POST"])
@allow(anyone)
@limiter.limit(OFTEN)
def opt_out(token: str) -> Answered:
    """Whether to be invited by letter: one tap ends it, another begins it again."""
    person = _person(token)
    if person is None:
        return render_template("corporate/event_wishes/unknown.html"), NOT_FOUND
    if request.method == "POST":
        _note(person.id)
        return redirect(url_for("event_wishes.opt_out", token=token))
    with read_by(person.locale):
        is_out = queries.has_opted_out(person.id)
        return render_template("corporate/event_wishes/opt_out.html", token=token, is_out=is_out)


@blueprint.post("/wish")
@allow(signed_in)
def wish() -> Response:
    """The same wish from one's own profile, long after the letter is gone."""
    _note(visitor().person_id or 0)
    return redirect(url_for("people.my_profile", _anchor="wishes"))


@blueprint.route("/<token>/unsubscribe", methods=["GET", "POST"])
@allow(anyone)
@limiter.limit(OFTEN)
def unsubscribe(token: str) -> Answered:
    """For the button of a mail program (RFC 8058), which sends no token of ours; a look leads to the page."""
    if request.method == "POST" and (person := _person(token)) is not None:
        with transaction():
            actions.opt_out(person_id=person.id, at=clock.now())
        return "", 204
    return redirect(url_for("event_wishes.opt_out", token=token))


def own_wish(asking: Visitor) -> Wish | None:
    """How the visitor's own wish stands, for their profile: of whoever books, and of whoever opted out."""
    url = url_for("event_wishes.wish")
    if queries.has_opted_out(asking.person_id or 0):
        return Wish(_("Invitations to closed events: off"), _("Turn on"), url, {"again": "1"})
    if not asking.has(Role.ACCOUNT_ADMINISTRATOR, Role.BOOKER):
        return None
    return Wish(_("Invitations to closed events: on"), _("Turn off"), url)


def _note(person_id: int) -> None:
    say = actions.opt_in if "again" in request.form else actions.opt_out
    with transaction():
        say(person_id=person_id, at=clock.now())


def _person(token: str) -> Person | None:
    public_id = rules.read_token(token, secret=str(current_app.config["SECRET_KEY"]))
    return queries.person_by_public_id(public_id) if public_id is not None else None
