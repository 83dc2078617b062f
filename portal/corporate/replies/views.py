"""A guest's own page. The link is the key: nobody signs in, looking changes nothing, yes or no is a tap."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.corporate.events import words as event_words
from portal.corporate.registrations import emails, queries, rules, words
from portal.corporate.registrations.models import EventGuest
from portal.corporate.replies import actions
from portal.database import transaction
from portal.documents import qr
from portal.outbox.emails import link
from portal.programme.rules import Refusal
from portal.web.gate import allow, anyone
from portal.web.limits import limiter
from portal.web.pages import locale_code, read_by

blueprint = Blueprint("replies", __name__, url_prefix="/e")

Answer = str | WerkzeugResponse | tuple[str, int]
UNPROCESSABLE, NOT_FOUND = 422, 404
OFTEN = "120 per 5 minutes"
ANSWERS: Mapping[str, Callable[..., EventGuest | None]] = {"yes": actions.confirm, "no": actions.decline}


@blueprint.get("/<token>")
@allow(anyone)
@limiter.limit(OFTEN)
def reply(token: str) -> Answer:
    """What the guest is invited to, and their code for the door."""
    guest = _guest(token)
    if guest is None:
        return render_template("corporate/replies/unknown.html"), NOT_FOUND
    with read_by(guest.locale):
        return _page(token, guest, FlaskForm())


@blueprint.post("/<token>")
@allow(anyone)
@limiter.limit(OFTEN)
def answer(token: str) -> Answer:
    """Yes or no. A no frees the seat at once."""
    guest, form = _guest(token), FlaskForm()
    if guest is None:
        return render_template("corporate/replies/unknown.html"), NOT_FOUND
    try:
        say = _answer(request.form.get("answer", ""))
        with transaction():
            say(guest_id=guest.public_id, at=clock.now())
        return redirect(url_for("replies.reply", token=token))
    except Refusal as refusal:
        # What was loaded before the refusal may be gone with it.
        guest = _guest(token) or abort(NOT_FOUND)
        with read_by(guest.locale):
            form.form_errors.append(_said(refusal, guest))
            return _page(token, guest, form), UNPROCESSABLE


@blueprint.get("/<token>/event.ics")
@allow(anyone)
@limiter.limit(OFTEN)
def calendar_file(token: str) -> Answer:
    """The guest's calendar entry as it stands."""
    guest = _guest(token)
    if guest is None:
        return render_template("corporate/replies/unknown.html"), NOT_FOUND
    content = emails.guest_calendar_file(guest, locale=locale_code())
    disposition = {"Content-Disposition": 'attachment; filename="event.ics"'}
    return Response(content, content_type="text/calendar; charset=utf-8", headers=disposition)


def _answer(said: str) -> Callable[..., EventGuest | None]:
    if said not in ANSWERS:
        raise rules.NeitherYesNorNo
    return ANSWERS[said]


def _guest(token: str) -> EventGuest | None:
    """Whose link it is; none where its seal does not fit, e.g. since somebody else has the place."""
    public_id = rules.read_token(token)
    guest = queries.guest_by_public_id(public_id) if public_id is not None else None
    if guest is None or not rules.is_sealed(
        token, public_id=guest.public_id, admission=guest.admission, secret=emails.secret()
    ):
        return None
    return guest


def _page(token: str, guest: EventGuest, form: FlaskForm) -> str:
    registration = guest.registration
    event = registration.event
    is_coming = guest.declined_at is None and guest.left_out_at is None
    is_expected = registration.seated_at is not None and registration.cancelled_at is None and is_coming
    return render_template(
        "corporate/replies/reply.html",
        token=token, guest=guest, event=event, zone=event.property.zone, form=form,
        company=registration.account.name, facts=event_words.basics(event),
        closed=_closed(guest), diet=words.DIETS[guest.diet], spoken=rules.spoken_admission(guest.admission),
        code=qr.svg(link("admissions.recognise", admission=guest.admission), title=str(words.CODE))
        if is_expected else None,
    )  # fmt: skip


def _closed(guest: EventGuest) -> str | None:
    """Why nothing can be answered any more; none while it can."""
    try:
        rules.check_yes(guest, guest.registration, guest.registration.event, at=clock.now())
    except Refusal as refusal:
        return _said(refusal, guest)
    return None


def _said(refusal: Refusal, guest: EventGuest) -> str:
    """Why, as a guest is told it; what the company may do about it is not theirs."""
    if isinstance(refusal, rules.AlreadyCancelled):
        return str(words.OVER)
    return words.refused(refusal, zone=guest.registration.event.property.zone)
