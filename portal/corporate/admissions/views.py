"""The door of an event, the list of its guests, and their papers."""

import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.audit import actions as audit
from portal.corporate.admissions import actions, queries, rules, words
from portal.corporate.admissions.forms import DoorForm, FilterForm, TableForm
from portal.corporate.admissions.queries import GuestFilter, Order, Who
from portal.corporate.events import access
from portal.corporate.events import queries as events
from portal.corporate.events.models import Event
from portal.corporate.registrations import queries as registrations
from portal.corporate.registrations import rules as registration_rules
from portal.corporate.registrations import words as registration_words
from portal.corporate.registrations.models import EventGuest
from portal.database import transaction
from portal.documents import exports, rendering
from portal.documents.exports import Export
from portal.programme.rules import Refusal
from portal.web.gate import allow, anyone, visitor
from portal.web.limits import PAPER, limiter
from portal.web.pages import locale_code
from portal.web.paging import every_row, first_url, next_url
from portal.web.texts import in_language

blueprint = Blueprint("admissions", __name__)

EVENT = "/corporate/events/<uuid:event_id>"
OFTEN = "60 per minute"
UNPROCESSABLE = 422


@blueprint.get("/a/<admission>")
@allow(anyone)
@limiter.limit(OFTEN)
def recognise(admission: str) -> WerkzeugResponse | str:
    """What a telephone opens that reads the code: whoever keeps the door goes there, others are told."""
    try:
        digits = registration_rules.read_admission(admission)
    except registration_rules.NotAnAdmission:
        return render_template("corporate/admissions/recognise.html", is_known=False, event=None)
    event = queries.event_of_admission(digits) if access.keeps_door(visitor()) else None
    if event is not None and events.event_in(access.door_reach(visitor()), event.public_id) is not None:
        return redirect(url_for("admissions.door", event_id=event.public_id, q=digits))
    return render_template("corporate/admissions/recognise.html", is_known=True, event=event)


@blueprint.get(f"{EVENT}/door")
@allow(access.keeps_door)
def door(event_id: uuid.UUID) -> str:
    """One field, the guest who came last, and how many are in."""
    event = _event(event_id)
    guest_id, text = request.args.get("guest", type=uuid.UUID), request.args.get("q", "").strip()[:100]
    guest = queries.guest_of(event.id, guest_id) if guest_id else None
    party = queries.party_of(guest) if guest else []
    hits = _at_door(event.id, text) if text else []
    answer = render_template(
        "corporate/admissions/door.html", event=event, zone=event.property.zone, form=DoorForm(formdata=None),
        guest=guest, party=party, hits=hits, query=text, tally=registrations.tally(event.id), refusal=None,
        said=request.args.get("said", ""), last=queries.last_in(event.id), diets=registration_words.DIETS,
    )  # fmt: skip
    _record_looks([*party, *hits], "admissions.door")
    return answer


@blueprint.post(f"{EVENT}/door")
@allow(access.keeps_door)
def check_in(event_id: uuid.UUID) -> WerkzeugResponse | tuple[str, int]:
    """A code lets its guest in; anything else is a name to look for."""
    event, form = _event(event_id), DoorForm()
    text = (form.q.data or "").strip()[:300]
    try:
        admission = registration_rules.read_admission(text)
    except registration_rules.MistypedAdmission as refusal:
        return _refused(event, refusal, None)
    except registration_rules.NotAnAdmission:
        return redirect(url_for("admissions.door", event_id=event_id, q=text[:100]))
    try:
        with transaction():
            guest = actions.check_in(
                event_id=event.id, admission=admission, by_id=visitor().person_id or 0, at=clock.now()
            )
        return redirect(url_for("admissions.door", event_id=event_id, guest=guest.public_id, said="in"))
    except Refusal as refusal:
        return _refused(_event(event_id), refusal, queries.guest_at_door(event.id, admission))


@blueprint.post(f"{EVENT}/door/<uuid:guest_id>/undo")
@allow(access.keeps_door)
def undo(event_id: uuid.UUID, guest_id: uuid.UUID) -> WerkzeugResponse | tuple[str, int]:
    """Take back that somebody came."""
    event = _event(event_id)
    try:
        with transaction():
            actions.undo_check_in(
                event_id=event.id, guest_id=guest_id, by_id=visitor().person_id or 0, at=clock.now()
            )
        return redirect(url_for("admissions.door", event_id=event_id, guest=guest_id, said="undone"))
    except rules.UnknownGuest:
        abort(404)
    except Refusal as refusal:
        return _refused(_event(event_id), refusal, queries.guest_of(event.id, guest_id))


@blueprint.get(f"{EVENT}/guests")
@allow(access.keeps_door)
def guests(event_id: uuid.UUID) -> str:
    """Everybody expected, by name, company or table."""
    event, (form, only) = _event(event_id), _filter()
    page = queries.guests(event.id, only=only, after=request.args.get("after"))
    tally = registrations.tally(event.id)
    answer = render_template(
        "corporate/admissions/guests.html", event=event, zone=event.property.zone, rows=page.rows,
        filters=form, only=only, tabs=_tabs(event, only, tally), tally=tally, kitchen=queries.diets(event.id),
        diets=registration_words.DIETS, papers=_papers(event, only),
        exports=exports.urls("admissions.guests_file", event_id=event.public_id), next_url=next_url(page),
        first_url=first_url(), said=words.ORDERS[only.order], total=tally.seated + tally.waiting,
    )  # fmt: skip
    _record_looks(page.rows, "admissions.guests")
    return answer


@blueprint.post(f"{EVENT}/guests/<uuid:guest_id>/table")
@allow(access.keeps_door)
def give_table(event_id: uuid.UUID, guest_id: uuid.UUID) -> WerkzeugResponse:
    """Say at which table a guest sits."""
    event, form = _event(event_id), TableForm()
    if not form.validate_on_submit():
        flash(_("A table has at most twelve characters."), "bad")
        return redirect(url_for("admissions.guests", event_id=event_id))
    try:
        with transaction():
            guest = actions.give_table(
                event_id=event.id, guest_id=guest_id, table=(form.table.data or "").strip(),
                by_id=visitor().person_id or 0, at=clock.now(),
            )  # fmt: skip
        flash(_("%(name)s sits at table %(table)s.", name=guest.name, table=guest.table_no or "–"), "ok")
    except rules.UnknownGuest:
        abort(404)
    return redirect(url_for("admissions.guests", event_id=event_id))


@blueprint.get(f"{EVENT}/guests.<any(csv, xlsx):form>")
@allow(access.keeps_door)
def guests_file(event_id: uuid.UUID, form: str) -> Response:
    """The list of guests as a file, narrowed like the page."""
    event, (_form, only) = _event(event_id), _filter()
    found = _everybody(event, only)
    lines = [words.cells(one, zone=event.property.zone) for one in found]
    narrowed = [_title(event), str(words.WHO[only.who])]
    narrowed += [_("Search: %(text)s", text=only.text)] if only.text else []
    # Before the answer leaves: what streams cannot write.
    _record_looks(found, "admissions.guests")
    return exports.answer(Export("guests", _("Guests"), words.header(), lines, narrowed), form)


@blueprint.get(f"{EVENT}/guests.pdf")
@allow(access.keeps_door)
@limiter.limit(PAPER)
def guest_list(event_id: uuid.UUID) -> Response:
    """The list of guests on paper, with what the kitchen must know."""
    return _paper(_event(event_id), "documents/corporate/guest_list.html", "guests.pdf")


@blueprint.get(f"{EVENT}/badges.pdf")
@allow(access.keeps_door)
@limiter.limit(PAPER)
def badges(event_id: uuid.UUID) -> Response:
    """Badges, ten a page."""
    return _paper(_event(event_id), "documents/corporate/badges.html", "badges.pdf")


def _event(event_id: uuid.UUID) -> Event:
    found = events.event_in(access.door_reach(visitor()), event_id)
    if found is None or found.published_at is None:
        abort(404)
    return found


def _at_door(event_id: int, text: str) -> list[EventGuest]:
    """Whoever has the code that was scanned elsewhere and led here, or answers to the name."""
    try:
        found = queries.guest_at_door(event_id, registration_rules.read_admission(text))
    except (registration_rules.MistypedAdmission, registration_rules.NotAnAdmission):
        return queries.named_at_door(event_id, text)
    return [found] if found is not None else []


def _refused(event: Event, refusal: Refusal, guest: EventGuest | None) -> tuple[str, int]:
    known = queries.guest_of(event.id, guest.public_id) if guest else None
    party, form = queries.party_of(known) if known else [], DoorForm(formdata=None)
    said = words.refused(refusal, zone=event.property.zone)
    form.form_errors.append(said)
    page = render_template(
        "corporate/admissions/door.html", event=event, zone=event.property.zone, form=form, guest=known,
        party=party, hits=[], query="", tally=registrations.tally(event.id), refusal=said, said="",
        is_in=isinstance(refusal, rules.AlreadyIn), last=queries.last_in(event.id),
        diets=registration_words.DIETS,
    )  # fmt: skip
    _record_looks(party, "admissions.door")
    return page, UNPROCESSABLE


def _filter() -> tuple[FilterForm, GuestFilter]:
    form = FilterForm(request.args)
    form.order.choices = [(order.value, name) for order, name in words.ORDERS.items()]
    form.validate()
    who, order = request.args.get("who", Who.ALL.value), form.order.data
    return form, GuestFilter(
        who=Who(who) if who in set(Who) else Who.ALL,
        order=Order(order) if order in set(Order) else Order.NAME,
        text=(form.q.data or "").strip()[:100],
    )


def _tabs(event: Event, only: GuestFilter, tally: registrations.Tally) -> list[dict[str, Any]]:
    numbers = {
        Who.ALL: tally.seated,
        Who.EXPECTED: tally.seated - tally.here,
        Who.HERE: tally.here,
        Who.WAITING: tally.waiting,
    }
    kept = {"order": only.order.value, **({"q": only.text} if only.text else {})}
    here = url_for("admissions.guests", event_id=event.public_id)
    return [
        {
            "url": f"{here}?{urlencode({'who': who.value, **kept})}",
            "label": str(words.WHO[who]),
            "count": number,
            "current": who is only.who,
        }
        for who, number in numbers.items()
    ]


def _papers(event: Event, only: GuestFilter) -> dict[str, str]:
    kept: dict[str, Any] = {"who": only.who.value, "order": only.order.value, "q": only.text or None}
    return {
        name: url_for(f"admissions.{name}", event_id=event.public_id, **kept)
        for name in ("guest_list", "badges")
    }


def _everybody(event: Event, only: GuestFilter) -> list[EventGuest]:
    return list(
        every_row(lambda after: queries.guests(event.id, only=only, after=after, limit=queries.ON_PAPER))
    )


def _paper(event: Event, template: str, filename: str) -> Response:
    _form, only = _filter()
    found = _everybody(event, only)
    values = {
        "event": event, "zone": event.property.zone, "guests": found, "diets": registration_words.DIETS,
        "kitchen": queries.diets(event.id), "tally": registrations.tally(event.id), "order": only.order.value,
        "said": ngettext("%(num)s guest", "%(num)s guests", len(found)),
    }  # fmt: skip
    content = rendering.pdf(template, values, locale_code())
    _record_looks(found, "admissions.guests")
    return _file(content, "application/pdf", filename)


def _title(event: Event) -> str:
    return in_language(event.title, locale_code())


def _file(content: bytes, media_type: str, filename: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(content, content_type=media_type, headers=headers)


def _record_looks(shown: Iterable[EventGuest], page: str) -> None:
    """Travellers of a company can read who looked."""
    named = {guest.person_id for guest in shown if guest.person_id is not None}
    with transaction():
        audit.record_sights(viewer_id=visitor().person_id or 0, subject_ids=named, page=page, at=clock.now())
