"""The board of a property: what is due, whose it is, who took it; taken and delivered where it stands."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.audit import actions as audit
from portal.corporate.bookings import words as booking_words
from portal.corporate.bookings.rules import IN_TIME
from portal.corporate.bundles import words as bundle_words
from portal.database import transaction
from portal.documents import exports, tables
from portal.documents.exports import Export
from portal.hotel.models import Department, Property, Service
from portal.programme.rules import Refusal
from portal.staff.acceptances import actions as acceptances
from portal.staff.acceptances import words as acceptance_words
from portal.staff.board import access, queries, rules, words
from portal.staff.board.forms import BoardFilterForm
from portal.staff.board.queries import BoardFilter, Counts, Promise
from portal.staff.board.rules import Tab, Whose
from portal.staff.desk import actions as desk
from portal.staff.desk import queries as log
from portal.staff.desk import rules as desk_rules
from portal.staff.desk import words as desk_words
from portal.staff.desk.forms import DeliveryForm
from portal.staff.duties import actions as duties
from portal.staff.duties import queries as duty_queries
from portal.web import pages
from portal.web.gate import Visitor, allow, visitor
from portal.web.pages import locale_code
from portal.web.paging import address_of, every_row, first_url, next_url
from portal.web.registries import NavigationLink
from portal.web.texts import in_language

blueprint = Blueprint("board", __name__, url_prefix="/board")
NO_CHANGE, ROWS_AT_ONCE = 204, 1_000
NARROWING = ("hotel", "tab", "department", "whose", "after")


@blueprint.get("")
@allow(access.works_board)
def board() -> str | tuple[str, int]:
    """What is promised at a property, late first; asked again every few seconds, it answers only news."""
    house, at, only = _house(), clock.now(), _only()
    person_id, spans = visitor().person_id or 0, {tab: rules.span(tab, zone=house.zone, at=at) for tab in Tab}
    after = request.args.get("after")
    page = queries.board(house.id, only=only, span=spans[only.tab], person_id=person_id, after=after)
    counted = queries.counts(house.id, only=only, spans=spans, late_at=at - IN_TIME, person_id=person_id)
    stamp = rules.stamp(_facts(page.rows), at=at, counts=counted.told)
    if request.args.get("stamp") == stamp:
        return "", NO_CHANGE
    number = counted.tabs[only.tab]
    return render_template(
        "staff/board/board.html",
        house=house, now=at, rows=[_row(one, house, at=at) for one in page.rows], only=only, way=_way,
        finding=words.finding(only.tab, number=number, late=counted.late), urgency=words.URGENCY,
        filters=_filters(house, counted), tabs=_tabs(counted), nobodys=words.NOBODYS, person_id=person_id,
        undo_from=at - desk_rules.UNDO_WINDOW, keeps_duties=access.keeps_duties(visitor()),
        answers=visitor().has(*access.LEADS), exports=exports.urls("board.lines_file"),
        next_url=next_url(page), first_url=first_url(), today=spans[Tab.DONE].since,
        poll_url=address_of("board.board", {**_narrowing(), "stamp": stamp}), amount=bundle_words.amount,
    )  # fmt: skip


@blueprint.get("/lines.<any(csv, xlsx):form>")
@allow(access.works_board)
def lines_file(form: str) -> Response:
    """The lines of a tab as a file; for whom they are, whoever takes one reads on the board alone."""
    house, at, only = _house(), clock.now(), _only()
    # The rows are drawn while they leave: the house may be forgotten by then.
    zone, span = house.zone, rules.span(only.tab, zone=house.zone, at=at)
    place: dict[str, Any] = {"property_id": house.id, "only": only, "span": span}
    place["person_id"] = visitor().person_id or 0
    found = every_row(lambda after: queries.board(**place, after=after, limit=ROWS_AT_ONCE))
    header = [
        _("When"), _("Service"), _("Promised"), _("Unit"), _("Place"), _("Company"), _("Booking"),
        _("Department"), _("State"), _("Who took it"), _("Delivered"), _("Delivered at"), _("Noted by"),
        _("Note"),
    ]  # fmt: skip
    cells = (_cells(one, zone, at=at) for one in found)
    return exports.answer(Export("board", _("Board"), header, cells, _narrowed(house, only)), form)


@blueprint.post("/lines/<uuid:line_id>/acceptance")
@allow(access.works_board)
def accept(line_id: uuid.UUID) -> Response:
    """Take a line; whoever takes it reads for whom it is."""
    at, person_id = clock.now(), visitor().person_id or 0
    try:
        with transaction():
            found = _promise(line_id)
            acceptances.accept_line(line=found.line, by_id=person_id, at=at)
            if (guest_id := found.line.booking.guest_id) is not None:
                audit.record_sight(viewer_id=person_id, subject_id=guest_id, page="board", at=at)
    except Refusal as refusal:
        flash(_said(refusal), "bad")
        return _back()
    pages.toast(_("It is yours."), undo_url=_way("board.release", line_id))
    return _back()


@blueprint.post("/lines/<uuid:line_id>/release")
@allow(access.works_board)
def release(line_id: uuid.UUID) -> Response:
    """Give a line back."""
    try:
        with transaction():
            found = _promise(line_id)
            leads = access.hands(visitor(), found.line.booking.property_id).leads
            acceptances.release_line(
                line=found.line, by_id=visitor().person_id or 0, leads=leads, at=clock.now()
            )
        flash(_("Given back: anybody may take it."), "ok")
    except Refusal as refusal:
        flash(_said(refusal), "bad")
    return _back()


@blueprint.post("/lines/<uuid:line_id>/delivery")
@allow(access.works_board)
def deliver(line_id: uuid.UUID) -> Response:
    """Deliver a line, as promised or with its true quantity and time."""
    form, at = DeliveryForm(), clock.now()
    if not form.validate_on_submit():
        flash(" ".join(str(message) for errors in form.errors.values() for message in errors), "bad")
        return _back()
    try:
        with transaction():
            line, token = _promise(line_id).line, uuid.UUID(form.token.data)
            desk.deliver_line(
                token=token, line=line, card=None, by_id=visitor().person_id or 0,
                quantity=form.quantity.data or 0, at=at, note=(form.note.data or "").strip(),
                delivered_at=form.moment(starts_at=line.starts_at, zone=line.booking.property.zone, at=at),
            )  # fmt: skip
    except Refusal as refusal:
        flash(_said(refusal), "bad")
        return _back()
    pages.toast(_("Delivered and noted."), undo_url=_way("board.undo", token))
    return _back()


@blueprint.post("/log/<uuid:entry_id>/undo")
@allow(access.works_board)
def undo(entry_id: uuid.UUID) -> Response:
    """Undo one's own delivery of the last ten minutes."""
    try:
        with transaction():
            entry = log.entry(entry_id, property_ids=access.houses(visitor())) or abort(404)
            desk.undo(entry=entry, by_id=visitor().person_id or 0, at=clock.now())
        flash(_("Undone. The line is open again."), "ok")
    except Refusal as refusal:
        flash(_said(refusal), "bad")
    return _back()


@blueprint.route("/duties", methods=["GET", "POST"])
@allow(access.keeps_duties)
def who_does_what() -> str | Response:
    """Which department does which service: the board follows it at once."""
    house = duty_queries.property_by_code(
        request.args.get("hotel", ""), property_ids=visitor().properties("property_manager")
    ) or abort(404)
    services, departments = duty_queries.services(), duty_queries.departments(house.id)
    if request.method == "POST":
        chosen = _chosen(services, departments)
        with transaction():
            duties.assign_services(
                house=house, departments=chosen, by_id=visitor().person_id or 0, at=clock.now()
            )
        flash(_("Saved. The board follows it from now on."), "ok")
        return redirect(url_for("board.who_does_what", hotel=house.code))
    return render_template(
        "staff/board/duties.html",
        house=house, services=services, departments=departments, duties=duty_queries.duties(house.id),
    )  # fmt: skip


def _chosen(services: Sequence[Service], departments: Sequence[Department]) -> dict[int, int | None]:
    """The department of each service, as it was sent."""
    known: dict[str | None, int | None] = {"": None, **{each.code: each.id for each in departments}}
    if any(request.form.get(one.code) not in known for one in services):
        abort(400)  # half a table, or a department of another house, must not clear a duty
    return {one.id: known[request.form[one.code]] for one in services}


def navigation(asking: Visitor) -> list[NavigationLink]:
    """The way to the board."""
    if not access.has_it_at_hand(asking):
        return []
    return [NavigationLink("board.board", _("Board"), 12, ("board.", "requests.", "handovers."))]


def _house() -> Property:
    """The property of the address, else the one at whose desk the visitor stands."""
    return duty_queries.property_by_code(
        request.args.get("hotel", ""), property_ids=access.houses(visitor())
    ) or abort(404)


def _only() -> BoardFilter:
    tab, whose = request.args.get("tab", ""), request.args.get("whose", "")
    return BoardFilter(
        tab=Tab(tab) if tab in set(Tab) else Tab.DUE,
        department=request.args.get("department", "")[:60],
        whose=Whose(whose) if whose in set(Whose) else Whose.ANYBODY,
    )


def _promise(line_id: uuid.UUID) -> Promise:
    """A line that the visitor may put a hand to: of another hotel it is not found, of another
    department not theirs.
    """
    found = queries.promise_at(line_id, property_ids=access.houses(visitor())) or abort(404)
    department_id = found.department.id if found.department is not None else None
    if not access.hands(visitor(), found.line.booking.property_id).reach(department_id):
        abort(403)
    return found


def _row(one: Promise, house: Property, *, at: Any) -> dict[str, Any]:
    hands = access.hands(visitor(), house.id)
    is_mine = one.taken is not None and one.taken.by_id == visitor().person_id
    return {
        "line": one.line,
        "department": one.department,
        "taken": one.taken,
        "is_mine": is_mine,
        "may_act": hands.reach(one.department.id if one.department is not None else None),
        "may_release": is_mine or hands.leads,
        "urgency": rules.urgency(starts_at=one.line.starts_at, at=at),
        "token": str(uuid.uuid4()),
    }


def _cells(one: Promise, zone: str, *, at: datetime) -> list[tables.Cell]:
    line, delivery, booking = one.line, one.line.delivery, one.line.booking
    return [
        exports.local(line.starts_at, zone), in_language(line.service.name, locale_code()), line.quantity,
        str(bundle_words.UNITS[line.service.unit]),
        in_language(line.resource.name, locale_code()) if line.resource else "",
        booking.account.name, booking.reference,
        in_language(one.department.name, locale_code()) if one.department else str(words.NOBODYS),
        words.state(line, at=at), one.taken.by.name if one.taken else "",
        delivery.quantity if delivery else None,
        exports.local(delivery.delivered_at, zone) if delivery else None,
        delivery.by.name if delivery else "", delivery.note if delivery else "",
    ]  # fmt: skip


def _narrowed(house: Property, only: BoardFilter) -> list[str]:
    names = {one.code: in_language(one.name, locale_code()) for one in duty_queries.departments(house.id)}
    names[queries.NOBODYS] = str(words.NOBODYS)
    said = [in_language(house.name, locale_code()), str(words.TABS[only.tab])]
    said += [names[only.department]] if only.department in names else []
    return said if only.whose is Whose.ANYBODY else [*said, str(words.WHOSE[only.whose])]


def _facts(rows: Any) -> list[object]:
    facts: list[object] = [request.args.get("after", "")]
    for one in rows:
        taken, delivery = one.taken, one.line.delivery
        facts += [one.line.id, taken.by_id if taken else 0, delivery.id if delivery else 0]
    return facts


def _tabs(counted: Counts) -> list[dict[str, Any]]:
    kept = {name: request.args[name] for name in ("hotel", "department", "whose") if request.args.get(name)}
    return [
        {
            "url": address_of("board.board", {**kept, "tab": tab.value}),
            "label": str(words.TABS[tab]),
            "count": number,
            "current": tab is _only().tab,
        }
        for tab, number in counted.tabs.items()
    ]


def _filters(house: Property, counted: Counts) -> BoardFilterForm:
    form = BoardFilterForm(request.args)
    houses = log.desks(access.houses(visitor()))
    form.hotel.choices = [(one.code, in_language(one.name, locale_code())) for one in houses]
    form.hotel.data = house.code
    named = [(one.code, in_language(one.name, locale_code())) for one in duty_queries.departments(house.id)]
    all_of_them = [("", _("All departments")), *named, (queries.NOBODYS, str(words.NOBODYS))]
    form.department.choices = [
        (code, f"{name} · {counted.departments[code]}" if counted.departments.get(code) else name)
        for code, name in all_of_them
    ]
    return form


def _narrowing() -> dict[str, str]:
    """What the address narrows the board to: it stays with every action."""
    return {name: value for name, value in request.args.items() if name in NARROWING}


def _way(endpoint: str, public_id: uuid.UUID) -> str:
    """The address of an action that comes back to the board as it is narrowed now."""
    values = {"entry_id" if endpoint == "board.undo" else "line_id": public_id}
    return address_of(endpoint, _narrowing(), **values)


def _back() -> Response:
    return redirect(address_of("board.board", _narrowing()))


def _said(refusal: Refusal) -> str:
    """A refusal in words; whose sentence it is, its noun knows."""
    for known in (acceptance_words.REFUSALS, desk_words.REFUSALS):
        if type(refusal) in known:
            return str(known[type(refusal)]) % refusal.values
    return booking_words.refused(refusal, zone=_house().zone)
