"""The desk's pages: one scan box, nine keys, the guest."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.accounts import queries as accounts
from portal.accounts.models import Card
from portal.audit import actions as audit
from portal.corporate.bookings import words as booking_words
from portal.corporate.bookings.rules import IN_TIME
from portal.corporate.presence import queries as presence
from portal.corporate.presence import rules as presence_rules
from portal.corporate.presence.rules import Shown
from portal.corporate.reservations import queries as reservations
from portal.corporate.reservations.forms import HandoverForm
from portal.database import transaction
from portal.hotel.models import Property
from portal.programme import queries as programme
from portal.programme.credits import actions as crediting
from portal.programme.credits import words as credit_words
from portal.programme.credits.actions import AtDesk
from portal.programme.credits.forms import DeskCreditForm
from portal.programme.rules import Refusal
from portal.programme.standing import queries as standing
from portal.programme.words import lazily
from portal.staff.desk import access, actions, queries, rules, words
from portal.staff.desk.forms import DeliveryForm, ServiceForm
from portal.staff.desk.words import Trouble
from portal.staff.guests import queries as guests
from portal.staff.guests import words as guest_words
from portal.staff.scans import rules as scans
from portal.stays import queries as stays
from portal.web.formats import clock_time
from portal.web.gate import Visitor, allow, visitor
from portal.web.limits import limiter
from portal.web.pages import locale_code
from portal.web.registries import Found, NavigationLink
from portal.web.texts import in_language

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
CANDIDATES = 8
STILL_OPEN = timedelta(days=7)
"""So long a promise that nobody delivered stays in sight."""


@blueprint.get("")
@allow(access.at_desk)
@limiter.limit("120 per minute")
def desk() -> str | Response:
    """The desk, with the guest who was scanned or typed."""
    house, query = access.desk_property(visitor()), request.args.get("q", "").strip()[:200]
    if not query:
        return _page(house)
    try:
        read = scans.read_scan(query)
    except scans.Mistyped as mistyped:
        return _page(house, query=query, trouble=words.MISREAD[mistyped.kind])
    return LOOKUPS[read.kind](house, read.text)


@blueprint.post("/services")
@allow(access.at_desk)
def log_service() -> Response:
    """Log one service; a key of a promised service delivers what was promised."""
    form, house, at = ServiceForm(), access.desk_property(visitor()), clock.now()
    if not form.validate_on_submit():
        abort(400)
    service = queries.service_by_code(form.service.data or "") or abort(400)
    since, until = _today(house, at)
    try:
        with transaction():
            card = accounts.card_by_number(form.card.data or "") or abort(404)
            token, by_id = uuid.UUID(form.token.data), visitor().person_id or 0
            actions.serve(
                token=token, card=card, service_id=service.id, property_id=house.id, by_id=by_id,
                since=since, until=until, at=at,
            )  # fmt: skip
    except Refusal as refusal:
        return _refused(refusal, form.card.data)
    return _logged(token, form.card.data)


@blueprint.post("/lines/<uuid:line_id>/delivery")
@allow(access.at_desk)
def deliver(line_id: uuid.UUID) -> Response:
    """Deliver one promised line, with its true quantity and time."""
    form, house, at = DeliveryForm(), access.desk_property(visitor()), clock.now()
    if not form.validate_on_submit():
        flash(" ".join(str(message) for errors in form.errors.values() for message in errors), "bad")
        return redirect(url_for("desk.desk", q=form.card.data or ""))
    try:
        with transaction():
            line = queries.line_at(line_id, property_id=house.id) or abort(404)
            token, by_id = uuid.UUID(form.token.data), visitor().person_id or 0
            actions.deliver_line(
                token=token, line=line, card=accounts.card_by_number(form.card.data or ""), by_id=by_id,
                quantity=form.quantity.data or 0, at=at,
                delivered_at=form.moment(starts_at=line.starts_at, zone=house.zone, at=at),
                note=(form.note.data or "").strip(),
            )  # fmt: skip
    except Refusal as refusal:
        return _refused(refusal, form.card.data)
    return _logged(token, form.card.data)


@blueprint.post("/log/<uuid:entry_id>/undo")
@allow(access.at_desk)
def undo(entry_id: uuid.UUID) -> Response:
    """Undo one's own entry of the last ten minutes."""
    houses = visitor().properties("front_desk")
    card_number = ""
    try:
        with transaction():
            entry = queries.entry(entry_id, property_ids=houses) or abort(404)
            card_number = entry.card.number if entry.card is not None else ""
            actions.undo(entry=entry, by_id=visitor().person_id or 0, at=clock.now())
    except Refusal as refusal:
        return _refused(refusal, card_number)
    flash(_("Undone. It stays in the log, marked as undone."), "ok")
    return redirect(url_for("desk.desk", q=card_number))


@blueprint.post("/credits")
@allow(access.at_desk)
def give_points() -> str | Response:
    """Give the company of the guest at hand points for their stay; above the limits a manager is asked."""
    form, house = DeskCreditForm(), access.desk_property(visitor())
    if not form.validate_on_submit():
        card = accounts.card_by_number(form.card.data or "") or abort(404)
        return _guest(house, card, form)
    try:
        with transaction():
            card = accounts.card_by_number(form.card.data or "") or abort(404)
            rules.check_card(blocked_at=card.blocked_at, has_left=card.has_left)
            stay = AtDesk(house.id, form.reservation.data or "", card.id)
            asked = crediting.ask_credit(
                token=uuid.UUID(form.token.data), account_id=card.account_id, points=form.points.data or 0,
                grounds=form.grounds(), by_id=visitor().person_id or 0, at=clock.now(), desk=stay,
            )  # fmt: skip
    except Refusal as refusal:
        return _refused(refusal, form.card.data)
    flash(credit_words.said_of(asked), "ok" if asked.outcome else "warn")
    return redirect(url_for("desk.desk", q=card.number))


@blueprint.post("/place")
@allow(access.at_desk)
def choose_desk() -> Response:
    """Stand at another desk."""
    property_id = request.form.get("property_id", type=int)
    if property_id not in visitor().properties("front_desk"):
        abort(404)
    access.choose_desk(property_id)
    return redirect(url_for("desk.desk"))


def navigation(asking: Visitor) -> list[NavigationLink]:
    """The way back to the scan box."""
    if not access.at_desk(asking):
        return []
    return [NavigationLink("desk.desk", _("Front desk"), 10, ("desk.", "desk_souvenirs.", "desk_payments."))]


def find(asking: Visitor, text: str, limit: int) -> list[Found]:
    """Cards by name or company, for the search of the top bar."""
    if not access.at_desk(asking):
        return []
    return [
        Found(_("Card"), card.holder.name, card.account.name, url_for("desk.desk", q=card.number))
        for card in accounts.cards_named(text, limit=limit)
    ]


def home(asking: Visitor) -> str | None:
    """The desk begins with the scan box."""
    return "desk.desk" if access.at_desk(asking) else None


def _page(house: Property, **parts: object) -> str:
    at = clock.now()
    since, _until = _today(house, at)
    person_id = visitor().person_id or 0
    frame = {
        "house": house,
        "houses": queries.desks(visitor().properties("front_desk")),
        "now": at,
        "services": queries.keyed_services(),
        "log": queries.done_by(person_id, property_id=house.id),
        "logged_today": queries.logged_since(person_id, since=since),
        "undo_from": at - rules.UNDO_WINDOW,
        "query": "",
        "trouble": None,
        "card": None,
        "candidates": None,
        "blocked_reasons": words.BLOCKED_REASONS,
        "shown": None,
        "has_lapsed": False,
        "replaced_at": None,
    }
    return render_template("staff/desk/desk.html", **{**frame, **parts})


def _by_card(house: Property, number: str) -> str:
    card = accounts.card_by_number(number)
    return _guest(house, card) if card else _page(house, query=number, trouble=words.UNKNOWN_CARD)


def _by_live_code(house: Property, code: str) -> str:
    card, found = presence.scanned(
        code, key=current_app.config["SECRET_KEY"], property_id=house.id, at=clock.now()
    )
    if card is None:
        return _page(house, query=code, trouble=words.UNKNOWN_CARD)
    shown = found if isinstance(found, Shown) else None
    return _guest(house, card, shown=shown, has_lapsed=shown is None)


def _by_pass(_house: Property, number: str) -> Response:
    return redirect(url_for("desk_passes.guest_pass", number=number))


def _by_admission(_house: Property, admission: str) -> Response:
    return redirect(url_for("admissions.recognise", admission=admission))


def _by_room(house: Property, room_no: str) -> str | Response:
    today = clock.local_date(clock.now(), house.zone)
    taken = stays.in_room(room_no, property_id=house.id, day=today)
    found = accounts.cards_of_people([stay.guest_id for stay in taken if stay.guest_id is not None])
    if found:
        return _choice(house, room_no, found)
    companies = [stay.account.name for stay in taken if stay.account is not None]
    if companies:
        return _choice(house, companies[0], accounts.cards_named(companies[0], limit=CANDIDATES))
    return _choice(house, room_no, accounts.cards_named(room_no, limit=CANDIDATES), words.empty_room(room_no))


def _by_name(house: Property, query: str) -> str | Response:
    digits_only = query.replace(" ", "").isdecimal()
    trouble = words.NOT_OURS if digits_only else None
    return _choice(house, query, accounts.cards_named(query, limit=CANDIDATES), trouble)


LOOKUPS: dict[scans.Kind, Callable[[Property, str], str | Response]] = {
    scans.Kind.CARD: _by_card,
    scans.Kind.LIVE_CARD: _by_live_code,
    scans.Kind.GUEST_PASS: _by_pass,
    scans.Kind.ADMISSION: _by_admission,
    scans.Kind.ROOM: _by_room,
    scans.Kind.NAME: _by_name,
}
"""What the desk shows for each kind of scan; who brings a new kind adds its page here."""


def _choice(house: Property, query: str, found: list[Card], trouble: Trouble | None = None) -> str | Response:
    """The one guest who is meant, or those who may be; without any, what went wrong."""
    if len(found) == 1:
        return redirect(url_for("desk.desk", q=found[0].number))
    page = _page(house, query=query, candidates=found, trouble=None if found else trouble)
    shown, viewer_id = [card.holder_id for card in found], visitor().person_id or 0
    with transaction():
        audit.record_sights(viewer_id=viewer_id, subject_ids=shown, page="desk.names", at=clock.now())
    return page


def _guest(
    house: Property,
    card: Card,
    credit_form: DeskCreditForm | None = None,
    *,
    shown: Shown | None = None,
    has_lapsed: bool = False,
) -> str:
    at = clock.now()
    since, until = _today(house, at)
    lines = queries.open_lines(card=card, property_id=house.id, since=since - STILL_OPEN, until=until)
    rules_today = programme.rules_in_force(clock.local_date(at, house.zone))
    tier = standing.tier_rules_of(card.account_id)
    memory = guests.memory_of(card.holder_id, account_id=card.account_id, at=at)
    page = _page(
        house,
        card=card,
        tier=tier,
        tier_name=str(lazily(tier.called)),
        offers=[*words.offers(tier), *guest_words.rights(tier)],
        needs=guest_words.needs(card, memory, lines),
        wrongs=guest_words.wrongs(memory, at=at),
        late_from=at - IN_TIME,
        lines=lines,
        today=since,
        # A key delivers what was promised for today; what is older is delivered where it stands.
        promised={line.service_id: line for line in reversed(lines) if line.starts_at >= since},
        done=queries.done_for(card.id),
        tokens=[str(uuid.uuid4()) for _line in range(len(lines) + 1)],
        credit_form=credit_form or DeskCreditForm(formdata=None, card=card.number),
        credit_limits=rules_today.manual_credits,
        **_souvenirs(house, card, tier.souvenir, shown, at),
        shown=shown,
        has_lapsed=has_lapsed,
        replaced_at=accounts.issued_after(card) if card.blocked_at is not None else None,
    )
    with transaction():
        # Whoever is looked up can read who looked.
        audit.record_sight(viewer_id=visitor().person_id or 0, subject_id=card.holder_id, page="desk", at=at)
    return page


def _souvenirs(house: Property, card: Card, word: str, shown: Shown | None, at: datetime) -> dict[str, Any]:
    """What waits for the guest and what their tier gives, with the form that hands it over."""
    shelf = reservations.shelf(card=card, word=word, property_id=house.id, at=at)
    sealed = presence_rules.seal(shown, key=current_app.config["SECRET_KEY"]) if shown else ""
    form = HandoverForm(formdata=None, card=card.number, shown=sealed)
    form.fit(shelf.waiting, locale=locale_code())
    return {"souvenirs": shelf, "handover_form": form}


def _logged(token: uuid.UUID, card_number: str | None) -> Response:
    entry = queries.entry(token, property_ids=visitor().properties("front_desk")) or abort(404)
    text = _(
        "%(service)s logged for %(guest)s at %(time)s",
        service=in_language(entry.service.name, locale_code()),
        guest=entry.card.holder.name if entry.card else entry.account.name,
        time=clock_time(entry.done_at, access.desk_property(visitor()).zone),
    )
    # The base page shows a mapping as a toast with its undo; Flask's types know text only.
    toast: Any = {"text": text, "undo_url": url_for("desk.undo", entry_id=token)}
    flash(toast, "ok")
    return redirect(url_for("desk.desk", q=card_number or ""))


def _refused(refusal: Refusal, card_number: str | None) -> Response:
    sentence = words.REFUSALS.get(type(refusal))
    zone = access.desk_property(visitor()).zone
    if sentence is None and type(refusal) in credit_words.REFUSALS:
        sentence = credit_words.REFUSALS[type(refusal)]
    flash(str(sentence) if sentence else booking_words.refused(refusal, zone=zone), "bad")
    return redirect(url_for("desk.desk", q=card_number or ""))


def _today(house: Property, at: datetime) -> tuple[datetime, datetime]:
    day = clock.local_date(at, house.zone)
    # By the calendar: two days of the year have not 24 hours.
    return clock.local_midnight(day, house.zone), clock.local_midnight(day + timedelta(days=1), house.zone)
