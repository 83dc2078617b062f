"""Points by hand: what waits, one request and how it went, giving and taking back."""

import uuid
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.audit import actions as audit
from portal.database import transaction
from portal.hotel import queries as hotel
from portal.programme import queries as programme
from portal.programme.credits import access, actions, queries, rules, words
from portal.programme.credits.forms import CreditForm, DecisionForm, GroundsForm
from portal.programme.credits.models import CreditRequest
from portal.programme.credits.queries import Tab
from portal.programme.rules import Refusal
from portal.programme.tabs import views as tabs
from portal.web import formats
from portal.web.gate import Visitor, allow, visitor
from portal.web.paging import first_url, next_url
from portal.web.registries import NavigationLink, Waiting

blueprint = Blueprint("credits", __name__)

Answered = str | Response | tuple[str, int]
UNPROCESSABLE = 422


@blueprint.get("/programme/credits")
@allow(access.reads_credits)
def list_credits() -> str:
    """Requests within reach, the latest first."""
    asked, at, reach = request.args.get("tab", ""), clock.now(), access.reading_reach(visitor())
    tab = Tab(asked) if asked in set(Tab) else Tab.WAITING
    page = queries.requests(reach, tab=tab, at=at, after=request.args.get("after"))
    counts = queries.counts(reach, at=at)
    return render_template(
        "programme/credits/credits.html",
        requests=[(each, rules.state_of(each, at=at)) for each in page.rows],
        finding=words.finding(counts), tabs=_tabs(counts, tab), total=counts[Tab.ALL],
        programme_tabs=tabs.bar(), states=words.STATES, tags=words.TAGS, reasons=words.REASONS,
        zone=hotel.house_zone(), next_url=next_url(page), first_url=first_url(),
    )  # fmt: skip


@blueprint.get("/programme/credits/<uuid:request_id>")
@allow(access.reads_credits)
def credit(request_id: uuid.UUID) -> str:
    """One request: why, by what limits, and who said what."""
    return _request_page(access.request_for(visitor(), request_id), DecisionForm())


@blueprint.post("/programme/credits/<uuid:request_id>/decision")
@allow(access.gives_credits)
def decide(request_id: uuid.UUID) -> Answered:
    """Agree, or decline with a reason."""
    form = DecisionForm()
    if form.validate_on_submit():
        try:
            with transaction():
                decided = actions.decide(
                    public_id=request_id, reach=access.deciding_reach(visitor()),
                    agrees=request.form.get("answer") == "yes", words=(form.words.data or "").strip(),
                    by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(str(words.STATES[rules.state_of(decided, at=clock.now())]), "ok")
            return redirect(url_for("credits.credit", request_id=request_id))
        except rules.NotTheirs:
            abort(404)
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal))
    return _request_page(access.request_for(visitor(), request_id), form), UNPROCESSABLE


@blueprint.post("/programme/credits/<uuid:request_id>/withdrawal")
@allow(access.reads_credits)
def withdraw(request_id: uuid.UUID) -> Response:
    """Take one's own request back while it waits."""
    try:
        with transaction():
            actions.withdraw(
                public_id=request_id, reach=access.reading_reach(visitor()),
                by_id=visitor().person_id or 0, at=clock.now(),
            )  # fmt: skip
        flash(str(words.STATES[rules.CreditState.WITHDRAWN]), "ok")
    except rules.NotTheirs:
        abort(404)
    except Refusal as refusal:
        flash(words.refused(refusal), "bad")
    return redirect(url_for("credits.credit", request_id=request_id))


@blueprint.route("/programme/credits/<uuid:request_id>/return", methods=["GET", "POST"])
@allow(access.gives_credits)
def take_back(request_id: uuid.UUID) -> Answered:
    """Take back what a request gave, for a reason."""
    given, form = access.request_for(visitor(), request_id), GroundsForm()
    if form.validate_on_submit():
        try:
            with transaction():
                asked = actions.take_back(
                    public_id=request_id, reach=access.deciding_reach(visitor()),
                    token=uuid.UUID(form.token.data), grounds=form.grounds(),
                    by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            return _asked(asked)
        except rules.NotTheirs:
            abort(404)
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal))
    page = render_template("programme/credits/take_back.html", form=form, given=given)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.route("/accounts/<uuid:account_id>/credit", methods=["GET", "POST"])
@allow(access.gives_credits)
def give(account_id: uuid.UUID) -> Answered:
    """Give a company points, or ask another to agree."""
    account, form = access.account_for(visitor(), account_id), CreditForm()
    if form.validate_on_submit():
        try:
            with transaction():
                asked = actions.ask_credit(
                    token=uuid.UUID(form.token.data), account_id=account.id, points=form.points.data or 0,
                    grounds=form.grounds(), by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            return _asked(asked)
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal))
    rules_today = programme.rules_in_force(clock.local_date(clock.now(), hotel.house_zone()))
    most = rules_today.manual_credits.manager_points
    page = render_template("programme/credits/give.html", form=form, account=account, most=most)
    return (page, UNPROCESSABLE) if form.errors else page


def request_url(reference: str) -> str | None:
    """Where the request behind an entry opens; none where there is none, or not for the visitor."""
    kind, _colon, public_id = reference.partition(":")
    if kind != "credit" or not access.reads_credits(visitor()):
        return None
    if not queries.is_within(access.reading_reach(visitor()), public_id=uuid.UUID(public_id)):
        return None
    return url_for("credits.credit", request_id=public_id)


def tab(asking: Visitor) -> NavigationLink | None:
    """The tab among the pages of the programme; the desk comes from its own page."""
    if not asking.has(*access.MANAGERS, *access.READERS):
        return None
    return NavigationLink("credits.list_credits", _("Points by hand"), 40, ("credits.",))


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """Requests that wait for the visitor's word."""
    if not access.gives_credits(asking):
        return []
    reach, at = access.deciding_reach(asking), clock.now()
    found = queries.waiting_for(reach, person_id=asking.person_id or 0, at=at, limit=limit)
    return [
        Waiting(
            title=words.headline(each),
            detail=_("Somebody asks for your agreement: %(reason)s.", reason=words.REASONS[each.reason]),
            url=url_for("credits.credit", request_id=each.public_id),
            since=each.asked_at,
        )
        for each in found
    ]


def _asked(asked: CreditRequest) -> Response:
    flash(words.said_of(asked), "ok" if rules.is_done(asked) else "warn")
    return redirect(url_for("credits.credit", request_id=asked.public_id))


def _request_page(found: CreditRequest, form: DecisionForm) -> str:
    at, zone, me = clock.now(), hotel.house_zone(), visitor().person_id or 0
    state = rules.state_of(found, at=at)
    is_open = state is rules.CreditState.WAITING
    may_manage = access.may_manage(visitor(), found)
    guest_id = found.card.holder_id if found.card is not None else None
    taken_back = queries.taken_back_by(found.id, at=at) if rules.is_done(found) else None
    page = render_template(
        "programme/credits/credit.html",
        asked=found, headline=words.headline(found), state=state,
        states=words.STATES, tags=words.TAGS, reasons=words.REASONS, zone=zone,
        timeline=words.timeline(found, state=state, zone=zone), form=form, taken_back=taken_back,
        may_decide=is_open and may_manage and me not in {found.by_id, *(d.by_id for d in found.decisions)},
        may_withdraw=is_open and me == found.by_id, may_manage=may_manage,
        may_take_back=may_manage and rules.is_done(found) and not found.takes_back_id and not taken_back,
        asked_on=formats.when(found.asked_at, zone),
    )  # fmt: skip
    if guest_id is not None:
        with transaction():
            audit.record_sight(viewer_id=me, subject_id=guest_id, page="credit", at=at)
    return page


def _tabs(counts: Any, current: Tab) -> list[dict[str, object]]:
    return [
        {
            "url": url_for("credits.list_credits", tab=each.value),
            "label": str(words.TABS[each]),
            "count": number,
            "current": each is current,
        }
        for each, number in counts.items()
    ]
