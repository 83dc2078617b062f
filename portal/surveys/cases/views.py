"""The list of cases, one case, and the guest's second word."""

import uuid
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.audit import actions as audit
from portal.database import transaction
from portal.hotel import queries as hotel
from portal.programme.rules import Refusal
from portal.surveys.answers import queries as answers
from portal.surveys.answers import words as answer_words
from portal.surveys.cases import access, actions, queries, rules, words
from portal.surveys.cases.forms import CaseFilterForm, SecondWordForm, StepForm
from portal.surveys.cases.models import Case, CaseStep, SecondWord
from portal.surveys.cases.queries import CaseFilter, Tab
from portal.web.formats import day
from portal.web.gate import Visitor, allow, anyone, visitor
from portal.web.limits import limiter
from portal.web.pages import locale_code, read_by
from portal.web.paging import first_url, next_url
from portal.web.registries import NavigationLink, Waiting
from portal.web.texts import in_language

blueprint = Blueprint("cases", __name__, url_prefix="/surveys/cases")

Answered = str | Response | tuple[str, int]
UNPROCESSABLE, GONE = 422, 410


@blueprint.get("")
@allow(access.answers_cases)
def cases() -> str:
    """Cases within reach, by where they stand and by hotel."""
    only, form, at = *_filter(), clock.now()
    page = queries.cases(access.reach(visitor()), only=only, at=at, after=request.args.get("after"))
    counts = queries.counts(access.reach(visitor()), only=only, at=at)
    shown = render_template(
        "surveys/cases/cases.html",
        cases=[
            (case, rules.state_of(case, at=at), rules.is_overdue(case, at=at), rules.due_on(case))
            for case in page.rows
        ],
        finding=words.finding(counts), only=only, filters=form, tabs=_tabs(counts, only),
        total=counts[Tab.ALL], states=words.STATES, state_tags=words.STATE_TAGS,
        next_url=next_url(page), first_url=first_url(),
    )  # fmt: skip
    _record_looks([case.invitation.person_id for case in page.rows], "cases")
    return shown


@blueprint.get("/<uuid:case_id>")
@allow(access.answers_cases)
def case(case_id: uuid.UUID) -> str:
    """What the guest said, what was done, and what is to be done by when."""
    return _case_page(_found(case_id), StepForm())


@blueprint.post("/<uuid:case_id>/steps")
@allow(access.answers_cases)
def note(case_id: uuid.UUID) -> Answered:
    """Note what was done so far."""
    return _write(case_id, "note")


@blueprint.post("/<uuid:case_id>/resolution")
@allow(access.answers_cases)
def resolve(case_id: uuid.UUID) -> Answered:
    """Tell the guest what was done."""
    return _write(case_id, "resolve")


@blueprint.route("/second-word/<token>", methods=["GET", "POST"])
@allow(anyone)
@limiter.limit("60 per 5 minutes")
def second_word(token: str) -> Answered:
    """Whether it is put right, in the guest's own language; looking changes nothing."""
    found = queries.case_by_token(token)
    with read_by(found[0].invitation.person.locale if found else None):
        form = SecondWordForm()
        if found is None:
            return _no_more(rules.LinkClosed())
        if form.validate_on_submit():
            try:
                with transaction():
                    actions.hear_second_word(
                        link=token, word=SecondWord(form.word.data),
                        words=(form.words.data or "").strip(), at=clock.now(),
                    )  # fmt: skip
            except Refusal as refusal:
                return _no_more(refusal, typed=form.words.data or "")
            return redirect(url_for("cases.second_word", token=token))
        page = _word_page(token, *found, form)
        return (page, UNPROCESSABLE) if form.errors else page


def navigation(asking: Visitor) -> list[NavigationLink]:
    """The way to the cases."""
    if not access.answers_cases(asking):
        return []
    return [NavigationLink("cases.cases", _("Cases"), 46, ("cases.",))]


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """Open cases of the visitor's own; a loyalty manager's too that nobody owns, or that are overdue."""
    if not access.answers_cases(asking):
        return []
    at = clock.now()
    found = queries.open_cases_of(access.reach(asking), manager_id=asking.person_id, at=at, limit=limit)
    return [
        Waiting(
            title=_("Answer %(company)s", company=one.account.name),
            detail=_("A guest was not content. Due by %(when)s.", when=day(rules.due_on(one))),
            url=url_for("cases.case", case_id=one.public_id),
            since=one.opened_at,
        )
        for one in found
    ]


def _write(case_id: uuid.UUID, kind: str) -> Answered:
    form = StepForm()
    if form.validate_on_submit():
        write = actions.resolve_case if kind == "resolve" else actions.note_step
        try:
            with transaction():
                step = write(
                    public_id=case_id, reach=access.reach(visitor()),
                    token=uuid.UUID(form.token.data), words=(form.words.data or "").strip(),
                    by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
                done = words.DONE[step.kind]
            flash(done, "ok")
            return redirect(url_for("cases.case", case_id=case_id))
        except rules.CaseOfOthers:
            abort(404)
        except Refusal as refusal:
            form.form_errors.append(words.REFUSALS[type(refusal)])
    return _case_page(_found(case_id), form), UNPROCESSABLE


def _found(case_id: uuid.UUID) -> Case:
    return queries.case_for(access.reach(visitor()), case_id) or abort(404)


def _case_page(found: Case, form: StepForm) -> str:
    at = clock.now()
    kept = answers.answers_of([found.invitation_id])[found.invitation_id]
    state = rules.state_of(found, at=at)
    page = render_template(
        "surveys/cases/case.html",
        case=found,
        state=state,
        is_overdue=rules.is_overdue(found, at=at),
        due_on=rules.due_on(found),
        states=words.STATES,
        state_tags=words.STATE_TAGS,
        said=answer_words.said(found.invitation, kept, locale=locale_code()),
        timeline=words.timeline(found, found.steps, at=at),
        may_answer=state is rules.CaseState.OPEN,
        can_be_told=rules.can_be_told(found.invitation.person),
        form=form,
    )
    _record_looks([found.invitation.person_id], "case")
    return page


def _word_page(token: str, found: Case, resolution: CaseStep, form: SecondWordForm) -> str:
    try:
        rules.check_takes_word(found, resolution, at=clock.now())
        is_open = True
    except Refusal:
        is_open = False
    return render_template(
        "surveys/cases/second_word.html",
        form=form,
        token=token,
        case=found,
        told=resolution.words,
        is_given=rules.has_word(found, resolution),
        is_open=is_open,
    )


def _no_more(refusal: Refusal, *, typed: str = "") -> tuple[str, int]:
    page = render_template(
        "surveys/submissions/closed.html",
        title=_("Thank you"), sentence=words.REFUSALS[type(refusal)], typed=typed,
    )  # fmt: skip
    return page, GONE


def _record_looks(person_ids: list[int], page: str) -> None:
    viewer_id = visitor().person_id or 0
    with transaction():
        audit.record_sights(viewer_id=viewer_id, subject_ids=person_ids, page=page, at=clock.now())


def _filter() -> tuple[CaseFilter, CaseFilterForm]:
    form, houses = CaseFilterForm(request.args), hotel.properties()
    names = [(house.code, in_language(house.name, locale_code())) for house in houses]
    form.hotel.choices = [("", _("All hotels")), *names]
    tab = request.args.get("tab", "")
    chosen = next((house.id for house in houses if house.code == form.hotel.data), None)
    return CaseFilter(Tab(tab) if tab in set(Tab) else Tab.OPEN, chosen), form


def _tabs(counts: dict[Tab, int], only: CaseFilter) -> list[dict[str, object]]:
    kept = {"hotel": value} if (value := request.args.get("hotel")) else {}
    return [
        {
            "url": f"{url_for('cases.cases')}?{urlencode({'tab': tab.value, **kept})}",
            "label": str(words.TABS[tab]),
            "count": number,
            "current": tab is only.tab,
        }
        for tab, number in counts.items()
    ]
