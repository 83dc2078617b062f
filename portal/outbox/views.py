"""The readable outbox."""

import base64
import uuid
from dataclasses import dataclass

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.database import transaction
from portal.outbox import access, actions, emails, queries, words
from portal.outbox.models import Letter, LetterKind
from portal.web.gate import Visitor, allow, visitor
from portal.web.paging import DEFAULT_SIZE, decode_key, first_url, next_url
from portal.web.registries import NavigationLink, registries

blueprint = Blueprint("outbox", __name__, url_prefix="/outbox")

# A letter may hold inline styles, as mail programs want them, and nothing else: no script, no
# request of any kind. Its links open in the window around it.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
)


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter as a list shows it, finished."""

    letter: Letter
    title: str
    kind: str
    state: str
    tag: str
    said: str


@blueprint.get("")
@allow(access.outbox)
def list_letters() -> str:
    """The letters the visitor may see, the latest first."""
    key, zone = decode_key(request.args.get("after"), int), registries().house_zone()
    page = queries.letters_to(
        person_id=access.reach(visitor()), before_id=key[0] if key else None, limit=DEFAULT_SIZE
    )
    settings = emails.settings()
    return render_template(
        "outbox/list.html",
        rows=[_shown(letter, zone) for letter in page.rows],
        are_readable=access.are_readable(),
        may_send_again=access.administrator(visitor()),
        lacks_server=not (settings.smtp_host or emails.stays_in_the_house(settings)),
        at=clock.now(),
        zone=zone,
        first_url=first_url(),
        next_url=next_url(page),
    )


@blueprint.get("/<uuid:public_id>")
@allow(access.letters)
def show_letter(public_id: uuid.UUID) -> str:
    letter, zone = _letter(public_id), registries().house_zone()
    names = [each["filename"] for each in letter.attachments]
    return render_template(
        "outbox/letter.html",
        shown=_shown(letter, zone),
        names=names,
        at=clock.now(),
        zone=zone,
    )


@blueprint.get("/<uuid:public_id>/html")
@allow(access.letters)
def preview_letter(public_id: uuid.UUID) -> Response:
    """The letter as a mail program shows it, for the frame on its page."""
    html = _letter(public_id).html.replace("<head>", '<head><base target="_top">', 1)
    return Response(html, mimetype="text/html", headers={"Content-Security-Policy": LETTER_POLICY})


@blueprint.get("/<uuid:public_id>/attachments/<int:position>")
@allow(access.letters)
def download_attachment(public_id: uuid.UUID, position: int) -> Response:
    attachments = _letter(public_id).attachments
    if position >= len(attachments):
        abort(404)
    found = attachments[position]
    response = Response(base64.b64decode(found["content"]), content_type=found["media_type"])
    response.headers.set("Content-Disposition", "attachment", filename=found["filename"])
    return response


@blueprint.post("/<uuid:public_id>/another-try")
@allow(access.administrator)
def send_again(public_id: uuid.UUID) -> AnyResponse:
    with transaction():
        actions.send_again(letter=_letter(public_id), at=clock.now())
    flash(_("It leaves with the next round of the worker."), "ok")
    return redirect(url_for("outbox.list_letters"))


def _letter(public_id: uuid.UUID) -> Letter:
    letter = queries.letter_for(person_id=access.reach(visitor()), public_id=public_id)
    return letter or abort(404)


def _shown(letter: Letter, zone: str) -> LetterView:
    return LetterView(
        letter=letter,
        title=letter.subject if access.are_readable() else letter.template,
        kind=str(words.KINDS[LetterKind(letter.kind)]),
        state=str(words.STATES[letter.state]),
        tag=words.TAGS[letter.state],
        said=words.said(letter, at=clock.now(), zone=zone),
    )


def navigation(person: Visitor) -> list[NavigationLink]:
    """The way to all letters; one's own, which only the demo has, lie in the menu of the person."""
    return (
        [NavigationLink("outbox.list_letters", _("Letters"), 95, ("outbox.",))]
        if access.outbox(person) and access.reach(person) is None
        else []
    )
