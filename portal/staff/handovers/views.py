"""The hand-over of a shift: what is open, a note by whoever goes, taken over by whoever comes."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # younger than the types

from portal import clock
from portal.corporate.bundles import words as bundle_words
from portal.database import transaction
from portal.documents import exports, rendering, tables
from portal.documents.exports import Export
from portal.hotel.models import Department, Property
from portal.programme.rules import Refusal
from portal.staff.board import access
from portal.staff.board import rules as board_rules
from portal.staff.board import words as board_words
from portal.staff.desk import queries as log
from portal.staff.duties import queries as duties
from portal.staff.handovers import actions, queries, rules, words
from portal.staff.handovers.forms import FilterForm, HandoverForm
from portal.staff.handovers.models import ShiftHandover
from portal.staff.handovers.queries import Reach
from portal.staff.handovers.rules import Left
from portal.staff.requests import words as request_words
from portal.web.gate import Visitor, allow, visitor
from portal.web.limits import PAPER, limiter
from portal.web.pages import locale_code, toast
from portal.web.paging import every_row, first_url, next_url
from portal.web.registries import Waiting
from portal.web.texts import in_language

blueprint = Blueprint("handovers", __name__, url_prefix="/board/handovers")
Answer = str | WerkzeugResponse | tuple[str, int]
UNPROCESSABLE, ROWS_AT_ONCE = 422, 1_000
NEWS_FOR = timedelta(hours=24)
"""So long a shift that nobody took over stays in the inbox of those who may."""


@blueprint.get("")
@allow(access.works_board)
def handovers() -> str:
    """The hand-overs of a hotel, the latest first."""
    house, reach = _house(), _reach(visitor())
    chosen = request.args.get("department", "")[:60]
    page = queries.handovers(reach, house.id, department=chosen, after=request.args.get("after"))
    waiting = queries.waiting_count(reach, house.id, department=chosen)
    return render_template(
        "staff/handovers/handovers.html",
        house=house, finding=words.finding(waiting), filters=_filters(house), chosen=chosen,
        rows=[(one, words.summary(Left.from_json(one.left_open)), words.state(one)) for one in page.rows],
        may_leave=bool(_departments(house)), now=clock.now(), first_url=first_url(),
        next_url=next_url(page), exports=exports.urls("handovers.handovers_file"),
    )  # fmt: skip


@blueprint.get("/handovers.<any(csv, xlsx):form>")
@allow(access.works_board)
def handovers_file(form: str) -> Response:
    """The same as a file."""
    house, chosen = _house(), request.args.get("department", "")[:60]
    # The rows are drawn while they leave: the house may be forgotten by then.
    place: dict[str, Any] = {"reach": _reach(visitor()), "property_id": house.id, "department": chosen}
    found = every_row(lambda after: queries.handovers(**place, after=after, limit=ROWS_AT_ONCE))
    zone = house.zone
    header = [_("Left"), _("Department"), _("By"), _("What is open"), _("Note"), _("State")]
    header += [_("Taken over by"), _("Taken over")]
    cells = (_cells(one, zone) for one in found)
    return exports.answer(Export("handovers", _("Hand-overs"), header, cells, []), form)


@blueprint.get("/new")
@allow(access.works_board)
def new() -> str:
    """What a department has open now, and the note to write."""
    house = _house()
    return _new_page(house, _department(house), HandoverForm(formdata=None))


@blueprint.post("/new")
@allow(access.works_board)
def leave() -> Answer:
    """Leave the shift."""
    house, form, at = _house(), HandoverForm(), clock.now()
    department = _department(house)
    if not form.validate_on_submit():
        return _new_page(house, department, form), UNPROCESSABLE
    try:
        with transaction():
            here = _department(house)
            made = actions.leave_shift(
                token=uuid.UUID(form.token.data), department=here, note=(form.note.data or "").strip(),
                left=queries.open_now(house, here, at=at).left, by_id=visitor().person_id or 0, at=at,
            ).public_id  # fmt: skip
    except Refusal as refusal:
        form.form_errors.append(_said(refusal))
        return _new_page(house, department, form), UNPROCESSABLE
    toast(_("Handed over. Your colleagues see it."), undo_url=url_for("handovers.undo", handover_id=made))
    return redirect(url_for("handovers.handover", handover_id=made))


@blueprint.get("/<uuid:handover_id>")
@allow(access.works_board)
def handover(handover_id: uuid.UUID) -> str:
    """One hand-over: the note, what was open and how that stands now."""
    one, me = _found(handover_id), visitor().person_id
    done_by_id, done_at = one.taken_by_id or one.left_by_id, one.taken_at or one.left_at
    is_fresh = clock.now() - done_at <= rules.UNDO_WINDOW
    return render_template(
        "staff/handovers/handover.html", **_told(one),
        may_take=one.taken_at is None and one.withdrawn_at is None and one.left_by_id != me,
        may_undo=done_by_id == me and is_fresh and one.withdrawn_at is None,
    )  # fmt: skip


@blueprint.get("/<uuid:handover_id>/handover.pdf")
@allow(access.works_board)
@limiter.limit(PAPER)
def paper(handover_id: uuid.UUID) -> Response:
    """The same on paper."""
    one = _found(handover_id)
    content = rendering.pdf("documents/staff/handover.html", _told(one), locale_code())
    headers = {"Content-Disposition": f'attachment; filename="handover-{one.left_at:%Y-%m-%d-%H%M}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


@blueprint.post("/<uuid:handover_id>/taking")
@allow(access.works_board)
def take(handover_id: uuid.UUID) -> WerkzeugResponse:
    """Take the shift over."""
    undo_url = url_for("handovers.undo", handover_id=handover_id)
    return _step(handover_id, actions.take_over, lambda: toast(_("The shift is yours."), undo_url=undo_url))


@blueprint.post("/<uuid:handover_id>/undo")
@allow(access.works_board)
def undo(handover_id: uuid.UUID) -> WerkzeugResponse:
    """Undo one's own last step within ten minutes."""
    return _step(handover_id, actions.undo, lambda: flash(_("Undone. It is as it was before."), "ok"))


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """Shifts of the own departments that a colleague left and nobody took over."""
    if not access.works_board(asking) or not limit:
        return []
    since = clock.now() - NEWS_FOR
    found = queries.waiting(_reach(asking), person_id=asking.person_id or 0, since=since, limit=limit)
    return [
        Waiting(
            _("Take over the shift"),
            f"{in_language(one.department.name, locale_code())}: {one.left_by.name}",
            url_for("handovers.handover", handover_id=one.public_id), one.left_at,
        )
        for one in found
    ]  # fmt: skip


def _reach(asking: Visitor) -> Reach:
    everywhere = asking.properties(*access.EVERYWHERE)
    own = {grant.department_id for grant in asking.grants if grant.role in access.IN_DEPARTMENT}
    return Reach(everywhere, tuple(sorted(one for one in own if one is not None)))


def _house() -> Property:
    """The property of the address, else the first of those where the visitor works."""
    return duties.property_by_code(
        request.args.get("hotel", ""), property_ids=access.houses(visitor())
    ) or abort(404)


def _departments(house: Property) -> list[Department]:
    """Those whose shift the visitor may hand over: all of the hotel, or their own."""
    hands = access.hands(visitor(), house.id)
    return [one for one in duties.departments(house.id) if hands.reach(one.id)]


def _department(house: Property) -> Department:
    """The department of the address, else the visitor's own, else the first that is theirs to hand over."""
    offered, code = _departments(house), request.args.get("department", "")
    own = {grant.department_id for grant in visitor().grants}
    if code:
        return next((one for one in offered if one.code == code), None) or abort(404)
    return next((one for one in offered if one.id in own), None) or (offered[0] if offered else abort(403))


def _found(handover_id: uuid.UUID) -> ShiftHandover:
    return queries.handover_in(_reach(visitor()), handover_id) or abort(404)


def _step(handover_id: uuid.UUID, action: Callable[..., None], said: Callable[[], None]) -> WerkzeugResponse:
    try:
        with transaction():
            action(handover=_found(handover_id), by_id=visitor().person_id or 0, at=clock.now())
        said()
    except Refusal as refusal:
        flash(_said(refusal), "bad")
    return redirect(url_for("handovers.handover", handover_id=handover_id))


def _new_page(house: Property, department: Department, form: HandoverForm) -> str:
    at = clock.now()
    found = queries.open_now(house, department, at=at)
    return render_template(
        "staff/handovers/new.html",
        house=house, department=department, departments=_departments(house), form=form, now=at,
        open=found, said=words.summary(found.left), amount=bundle_words.amount, urgency=board_words.URGENCY,
        lines=[
            (one.line, board_rules.urgency(starts_at=one.line.starts_at, at=at)) for one in found.promises
        ],
    )  # fmt: skip


def _told(one: ShiftHandover) -> dict[str, Any]:
    """What the page and the paper say of a hand-over."""
    left, at = Left.from_json(one.left_open), clock.now()
    return {
        "one": one,
        "house": one.house,
        "now": at,
        "left": left,
        "said": words.summary(left),
        "state": words.state(one),
        "lines": [(line, words.line_state(line)) for line in queries.lines_left(left)],
        "requests": [(each, request_words.standing(each, at=at)) for each in queries.requests_left(left)],
        "amount": bundle_words.amount,
    }


def _filters(house: Property) -> FilterForm:
    form = FilterForm(request.args)
    houses = log.desks(access.houses(visitor()))
    form.hotel.choices = [SelectChoice(one.code, in_language(one.name, locale_code())) for one in houses]
    form.hotel.data = house.code
    named = [SelectChoice(one.code, in_language(one.name, locale_code())) for one in _departments(house)]
    form.department.choices = [SelectChoice("", _("All departments")), *named]
    return form


def _cells(one: ShiftHandover, zone: str) -> list[tables.Cell]:
    return [
        exports.local(one.left_at, zone), in_language(one.department.name, locale_code()), one.left_by.name,
        words.summary(Left.from_json(one.left_open)), one.note, words.state(one)[1],
        one.taken_by.name if one.taken_by else "",
        exports.local(one.taken_at, zone) if one.taken_at else "",
    ]  # fmt: skip


def _said(refusal: Refusal) -> str:
    return str(words.REFUSALS[type(refusal)]) % refusal.values
