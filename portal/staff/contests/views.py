"""Contesting an event, and the decision by a second person."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from portal import clock
from portal.audit import actions as audit
from portal.database import transaction
from portal.programme.rules import Refusal
from portal.staff.contests import access, actions, queries, rules, words
from portal.staff.contests.forms import ContestForm, DecisionForm
from portal.staff.contests.models import Contest, Outcome
from portal.staff.contributions.models import Contribution
from portal.web.formats import day
from portal.web.gate import Visitor, allow, visitor
from portal.web.registries import Waiting, registries

blueprint = Blueprint("contests", __name__, url_prefix="/staff")

Answered = str | Response | tuple[str, int]
UNPROCESSABLE = 422


@blueprint.route("/contributions/<uuid:event_id>/contest", methods=["GET", "POST"])
@allow(access.works_or_leads)
def contest(event_id: uuid.UUID) -> Answered:
    """Say what is wrong with an event of one's own, or of one's team."""
    form, reach = ContestForm(), access.within_reach(visitor())
    event = queries.contribution_for(event_id, person_ids=reach) or abort(404)
    if form.validate_on_submit():
        try:
            with transaction():
                made = actions.contest(
                    contribution_id=event_id, person_ids=reach, reason=(form.reason.data or "").strip(),
                    by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(_("Contested. A second person decides by %(day)s.", day=_last_day(made, event)), "ok")
            return redirect(url_for("contests.show", contest_id=made.public_id))
        except Refusal as refusal:
            _say(refusal, form)
    page = render_template(
        "staff/contests/contest.html", form=form, event=event, words=words, **_owner(event)
    )
    _record_look(event)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.get("/contests/<uuid:contest_id>")
@allow(access.works_or_leads)
def show(contest_id: uuid.UUID) -> str:
    """One contest: the event, the reason, the decision."""
    return _page(_found(contest_id), DecisionForm())


@blueprint.post("/contests/<uuid:contest_id>/decision")
@allow(access.leads)
def decide(contest_id: uuid.UUID) -> Answered:
    """Decide what becomes of the event."""
    form = DecisionForm()
    if form.validate_on_submit():
        try:
            with transaction():
                actions.decide(
                    contest_id=contest_id, person_ids=access.within_reach(visitor()),
                    outcome=Outcome(form.outcome.data), words=(form.words.data or "").strip(),
                    by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(_("Decided; both sides can read it."), "ok")
            return redirect(url_for("contests.show", contest_id=contest_id))
        except Refusal as refusal:
            _say(refusal, form)
    return _page(_found(contest_id), form), UNPROCESSABLE


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """Contests that the visitor can decide."""
    if not access.leads(asking):
        return []
    found = queries.open_contests(person_ids=access.team_of(asking), limit=limit)
    own = queries.contested_by(asking.person_id or 0, [one.contribution_id for one in found])
    return [
        Waiting(
            title=_("Decide a contest"),
            detail=_("By %(name)s, due by %(day)s.", name=one.by.name, day=_last_day(one, one.contribution)),
            url=url_for("contests.show", contest_id=one.public_id),
            since=one.at,
        )
        for one in found
        if one.contribution_id not in own and asking.person_id != one.contribution.person_id
    ]


def _say(refusal: Refusal, form: FlaskForm) -> None:
    if isinstance(refusal, rules.NotTheirs):
        abort(404)
    form.form_errors.append(words.REFUSALS[type(refusal)])


def _found(contest_id: uuid.UUID) -> Contest:
    return queries.contest_for(contest_id, person_ids=access.within_reach(visitor())) or abort(404)


def _page(found: Contest, form: DecisionForm) -> str:
    event: Contribution = found.contribution
    may_decide = (
        access.leads(visitor())
        and found.outcome is None
        and event.voided_at is None
        and visitor().person_id not in {*queries.contesters_of(event.id), event.person_id}
    )
    page = render_template(
        "staff/contests/show.html",
        contest=found,
        event=event,
        form=form,
        words=words,
        may_decide=may_decide,
        is_excluded=rules.is_excluded(found, at=clock.now()),
        **_owner(event),
    )
    _record_look(event)
    return page


def _last_day(contest: Contest, event: Contribution) -> str:
    return day(rules.last_day(contest.due_at, zone=event.property.zone))


def _owner(event: Contribution) -> dict[str, object]:
    """Whose event it is, and whether the visitor looks at their own."""
    name = registries().person_names([event.person_id]).get(event.person_id, "")
    return {"person": name, "is_own": event.person_id == visitor().person_id}


def _record_look(event: Contribution) -> None:
    viewer_id = visitor().person_id or 0
    with transaction():
        audit.record_sight(viewer_id=viewer_id, subject_id=event.person_id, page="contests", at=clock.now())
