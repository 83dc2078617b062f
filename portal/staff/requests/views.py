"""Requests between departments: asked, accepted or declined, done; both sides see how each stands."""

import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # younger than the types

from portal import clock
from portal.database import transaction
from portal.documents import exports, tables
from portal.documents.exports import Export
from portal.hotel.models import Property
from portal.programme.rules import Refusal
from portal.staff.board import access as board_access
from portal.staff.board import rules as board_rules
from portal.staff.desk import queries as log
from portal.staff.duties import queries as duties
from portal.staff.requests import access, actions, queries, rules, words
from portal.staff.requests.forms import AcceptanceForm, OutcomeForm, RequestForm, RequestsFilterForm
from portal.staff.requests.models import DepartmentRequest
from portal.staff.requests.queries import Counts, Side, Tab
from portal.web import pages
from portal.web.gate import Visitor, allow, visitor
from portal.web.pages import locale_code
from portal.web.paging import address_of, every_row, first_url, next_url
from portal.web.registries import Waiting
from portal.web.texts import in_language

blueprint = Blueprint("requests", __name__, url_prefix="/board/requests")
NO_CHANGE, UNPROCESSABLE, ROWS_AT_ONCE = 204, 422, 1_000
NARROWING = ("hotel", "tab", "side", "after")
NEWS_FOR = timedelta(hours=12)
"""So long a request that was declined stays in the inbox of whoever asked."""


@blueprint.get("")
@allow(access.works_at_a_hotel)
def requests() -> str | tuple[str, int]:
    """The requests of a hotel, late first; asked again every few seconds, it answers only news."""
    house, at, sight, tab, side = _house(), clock.now(), access.sight(visitor()), _tab(), _side()
    page = queries.requests(sight, house.id, tab=tab, side=side, after=request.args.get("after"))
    counted = queries.counts(sight, house.id, side=side, at=at)
    told = {**{tab.value: number for tab, number in counted.tabs.items()}, "late": counted.late}
    facts = [(one.id, one.accepted_at, one.ended_at, one.due_at) for one in page.rows]
    stamp = board_rules.stamp(facts, at=at, counts=told)
    if request.args.get("stamp") == stamp:
        return "", NO_CHANGE
    return render_template(
        "staff/requests/requests.html",
        house=house, now=at, rows=[_row(one, at=at) for one in page.rows], tab=tab, side=side,
        finding=words.finding(counted), tabs=_tabs(counted), filters=_filters(house), way=_way,
        endings=words.ENDINGS, person_id=visitor().person_id, next_url=next_url(page),
        first_url=first_url(), poll_url=address_of("requests.requests", {**_narrowing(), "stamp": stamp}),
        exports=exports.urls("requests.requests_file"),
    )  # fmt: skip


@blueprint.get("/requests.<any(csv, xlsx):form>")
@allow(access.works_at_a_hotel)
def requests_file(form: str) -> Response:
    """The same as a file."""
    house, at, tab, side = _house(), clock.now(), _tab(), _side()
    # The rows are drawn while they leave: the house may be forgotten by then.
    place: dict[str, Any] = {"sight": access.sight(visitor()), "property_id": house.id}
    zone, said = house.zone, [in_language(house.name, locale_code()), *words.narrowed(tab, side)]
    found = every_row(
        lambda after: queries.requests(**place, tab=tab, side=side, after=after, limit=ROWS_AT_ONCE)
    )
    header = [
        _("Asked at"), _("Asked by"), _("From department"), _("To department"), _("What is needed"),
        _("For whom, or where"), _("Wanted until"), _("Promised until"), _("State"), _("Who accepted it"),
        _("Accepted at"), _("Answered by"), _("Answered at"), _("What came of it"),
    ]  # fmt: skip
    cells = (_cells(one, zone, at=at) for one in found)
    return exports.answer(Export("requests", _("Requests"), header, cells, said), form)


@blueprint.route("/new", methods=["GET", "POST"])
@allow(access.works_at_a_hotel)
def new() -> str | Response | tuple[str, int]:
    """Ask another department for something."""
    house, at = _house(), clock.now()
    form = _request_form(house, at=at)
    if form.validate_on_submit():
        try:
            with transaction():
                asked = _asked(form, house, at=at)
        except Refusal as refusal:
            form.until.errors = [_said(refusal)]
        else:
            pages.toast(_("Asked. The department sees it now."), undo_url=_way("requests.withdraw", asked))
            return redirect(url_for("requests.requests", hotel=house.code))
    page = render_template("staff/requests/new.html", house=house, form=form)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.post("/<uuid:request_id>/acceptance")
@allow(access.works_at_a_hotel)
def accept(request_id: uuid.UUID) -> Response:
    """Accept a request, by the time that was wanted or another."""
    form, at = AcceptanceForm(), clock.now()

    def step(one: DepartmentRequest, by_id: int) -> None:
        entered = form.until.data
        due_at = rules.due_at(entered, zone=_house_of(one).zone, at=at) if entered else None
        actions.accept(request_id=one.id, due_at=due_at, by_id=by_id, at=at)

    return _answer(request_id, form, step, _("Accepted. Whoever asked sees it."))


@blueprint.post("/<uuid:request_id>/outcome")
@allow(access.works_at_a_hotel)
def finish(request_id: uuid.UUID) -> Response:
    """Note that it is done, and what came of it."""
    form = OutcomeForm()

    def step(one: DepartmentRequest, by_id: int) -> None:
        actions.finish(request_id=one.id, outcome=_outcome(form), by_id=by_id, at=clock.now())

    return _answer(request_id, form, step, _("Done. Whoever asked sees it."))


@blueprint.post("/<uuid:request_id>/refusal")
@allow(access.works_at_a_hotel)
def decline(request_id: uuid.UUID) -> Response:
    """Decline it, with the reason."""
    form = OutcomeForm()

    def step(one: DepartmentRequest, by_id: int) -> None:
        actions.decline(request_id=one.id, reason=_outcome(form), by_id=by_id, at=clock.now())

    return _answer(request_id, form, step, _("Declined. Whoever asked sees why."))


@blueprint.post("/<uuid:request_id>/withdrawal")
@allow(access.works_at_a_hotel)
def withdraw(request_id: uuid.UUID) -> Response:
    """Need it no more: a step of whoever asked."""
    try:
        with transaction():
            one, by_id = _found(request_id), visitor().person_id or 0
            if one.asked_by_id != by_id:
                abort(403)
            actions.withdraw(request_id=one.id, by_id=by_id, at=clock.now())
    except Refusal as refusal:
        flash(_said(refusal), "bad")
        return _back()
    pages.toast(_("Withdrawn."), undo_url=_way("requests.undo", request_id))
    return _back()


@blueprint.post("/<uuid:request_id>/undo")
@allow(access.works_at_a_hotel)
def undo(request_id: uuid.UUID) -> Response:
    """Take back one's own last step within ten minutes."""
    try:
        with transaction():
            actions.undo(request=_found(request_id), by_id=visitor().person_id or 0, at=clock.now())
        flash(_("Undone. It is as it was before."), "ok")
    except Refusal as refusal:
        flash(_said(refusal), "bad")
    return _back()


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """Requests that nobody of the own departments accepted yet; what one asked for and does not get."""
    if not access.works_at_a_hotel(asking) or not limit:
        return []
    at = clock.now()
    houses = {house.id: house.code for house in log.desks(board_access.houses(asking))}
    found = [
        Waiting(
            _("Answer colleagues"), words.unanswered(number),
            url_for("requests.requests", hotel=houses[house_id], side="to"), since,
        )
        for house_id, number, since in queries.unanswered(access.sight(asking)) if house_id in houses
    ]  # fmt: skip
    let_down = queries.let_down(asking.person_id or 0, since=at - NEWS_FOR, at=at)
    found += [_news(one, houses[one.property_id]) for one in let_down if one.property_id in houses]
    return found[:limit]


def _news(one: DepartmentRequest, hotel: str) -> Waiting:
    """What whoever asked should know: it is late, or was declined."""
    return Waiting(
        _("Your request was declined") if one.ending else _("Your request is late"),
        f"{in_language(one.department.name, locale_code())}: {one.what}",
        url_for("requests.requests", hotel=hotel, tab="ended" if one.ending else "open", side="from"),
        one.ended_at or one.due_at,
    )


def _answer(
    request_id: uuid.UUID, form: FlaskForm, step: Callable[[DepartmentRequest, int], None], said: str
) -> Response:
    """A step of the department that is asked."""
    if not form.validate_on_submit():
        flash(" ".join(str(message) for errors in form.errors.values() for message in errors), "bad")
        return _back()
    try:
        with transaction():
            one = _found(request_id)
            if not access.answers(visitor(), one):
                abort(403)
            step(one, visitor().person_id or 0)
    except Refusal as refusal:
        flash(_said(refusal), "bad")
        return _back()
    pages.toast(said, undo_url=_way("requests.undo", request_id))
    return _back()


def _request_form(house: Property, *, at: datetime) -> RequestForm:
    form = RequestForm()
    form.department.choices = [
        SelectChoice(one.code, in_language(one.name, locale_code())) for one in duties.departments(house.id)
    ]
    if not form.is_submitted():
        form.token.data = str(uuid.uuid4())
        form.whom.data = request.args.get("whom", "")[:120]
        form.until.data = rules.usual_time(zone=house.zone, at=at)
    return form


def _asked(form: RequestForm, house: Property, *, at: datetime) -> uuid.UUID:
    department = next(one for one in duties.departments(house.id) if one.code == form.department.data)
    token, by_id = uuid.UUID(form.token.data), visitor().person_id or 0
    if queries.is_asked(token, by_id=by_id):
        return token  # a late retry, after the minute that was wanted
    asked = actions.ask(
        token=token, department=department,
        from_department_id=access.own_department(visitor(), house.id),
        what=(form.what.data or "").strip(), whom=(form.whom.data or "").strip(),
        wanted_at=rules.due_at(cast("time", form.until.data), zone=house.zone, at=at), by_id=by_id, at=at,
    )  # fmt: skip
    return asked.public_id


def _outcome(form: OutcomeForm) -> str:
    return (form.outcome.data or "").strip()


def _house() -> Property:
    """The property of the address, else the first of those where the visitor works."""
    return duties.property_by_code(
        request.args.get("hotel", ""), property_ids=board_access.houses(visitor())
    ) or abort(404)


def _house_of(one: DepartmentRequest) -> Property:
    return next(house for house in log.desks(board_access.houses(visitor())) if house.id == one.property_id)


def _found(request_id: uuid.UUID) -> DepartmentRequest:
    """What somebody does not see is not found."""
    return queries.request_in(access.sight(visitor()), request_id) or abort(404)


def _tab() -> Tab:
    named = request.args.get("tab", "")
    return Tab(named) if named in set(Tab) else Tab.OPEN


def _side() -> Side:
    named = request.args.get("side", "")
    return Side(named) if named in set(Side) else Side.BOTH


def _row(one: DepartmentRequest, *, at: datetime) -> dict[str, Any]:
    person_id = visitor().person_id
    last_by, last_at = one.ended_by_id or one.accepted_by_id, one.ended_at or one.accepted_at
    return {
        "one": one,
        "state": words.state(is_accepted=one.accepted_at is not None, due_at=one.due_at, at=at),
        "may_answer": access.answers(visitor(), one),
        "is_mine": one.asked_by_id == person_id,
        "may_undo": last_by == person_id and last_at is not None and at - last_at <= rules.UNDO_WINDOW,
    }


def _cells(one: DepartmentRequest, zone: str, *, at: datetime) -> list[tables.Cell]:
    asking = one.from_department
    return [
        exports.local(one.asked_at, zone), one.asked_by.name,
        in_language(asking.name, locale_code()) if asking else "",
        in_language(one.department.name, locale_code()), one.what, one.whom,
        exports.local(one.wanted_at, zone), exports.local(one.due_at, zone), words.standing(one, at=at)[1],
        one.accepted_by.name if one.accepted_by else "",
        exports.local(one.accepted_at, zone) if one.accepted_at else None,
        one.ended_by.name if one.ended_by else "",
        exports.local(one.ended_at, zone) if one.ended_at else None, one.outcome,
    ]  # fmt: skip


def _tabs(counted: Counts) -> list[dict[str, Any]]:
    kept = {name: request.args[name] for name in ("hotel", "side") if request.args.get(name)}
    return [
        {
            "url": address_of("requests.requests", {**kept, "tab": tab.value}),
            "label": str(words.TABS[tab]),
            "count": number,
            "current": tab is _tab(),
        }
        for tab, number in counted.tabs.items()
    ]


def _filters(house: Property) -> RequestsFilterForm:
    form = RequestsFilterForm(request.args)
    houses = log.desks(board_access.houses(visitor()))
    form.hotel.choices = [(one.code, in_language(one.name, locale_code())) for one in houses]
    form.hotel.data = house.code
    return form


def _narrowing() -> dict[str, str]:
    """What the address narrows the list to: it stays with every action."""
    return {name: value for name, value in request.args.items() if name in NARROWING}


def _way(endpoint: str, request_id: uuid.UUID) -> str:
    """The address of an action that comes back to the list as it is narrowed now."""
    return address_of(endpoint, _narrowing(), request_id=request_id)


def _back() -> Response:
    return redirect(address_of("requests.requests", _narrowing()))


def _said(refusal: Refusal) -> str:
    return str(words.REFUSALS[type(refusal)]) % refusal.values
