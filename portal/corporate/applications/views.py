"""Applications as the hotel sees them: the list, one of them, and the word on it."""

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.corporate.admission import access as admission_access
from portal.corporate.admission import rules as admission_rules
from portal.corporate.admission import words as admission_words
from portal.corporate.applications import access, actions, queries, rules, words
from portal.corporate.applications.forms import ApprovalForm, SearchForm, WordsForm
from portal.corporate.applications.models import Application
from portal.corporate.applications.queries import ApplicationFilter
from portal.corporate.applications.rules import ApplicationState
from portal.database import transaction
from portal.documents import exports, tables
from portal.documents.exports import Export
from portal.hotel import queries as hotel
from portal.programme import access as programme
from portal.programme.rules import Refusal
from portal.web.gate import Visitor, allow, visitor
from portal.web.paging import every_row, first_url, next_url
from portal.web.registries import Found, Waiting

blueprint = Blueprint("applications", __name__)

Answered = str | WerkzeugResponse | tuple[str, int]
UNPROCESSABLE = 422
ROWS_AT_ONCE = 1_000
EVERY = "all"


@blueprint.get("/applications")
@allow(programme.reads_accounts)
def applications() -> str:
    """What waits for the hotel, what waits for applicants, and how the rest went."""
    only = _filter()
    page, counts = queries.applications(only, after=request.args.get("after")), queries.counts(only.text)
    return render_template(
        "corporate/applications/applications.html",
        form=SearchForm(request.args),
        only=only,
        rows=[(each, rules.state_of(each)) for each in page.rows],
        headline=words.finding(queries.counts() if only.text else counts),
        total=sum(counts.values()),
        tabs=_tabs(counts, only),
        words=words,
        country=admission_words.country_name,
        now=clock.now(),
        zone=hotel.house_zone(),
        may_publish=admission_access.publishes_rules(visitor()),
        exports=exports.urls("applications.applications_file"),
        first_url=first_url(),
        next_url=next_url(page),
    )


@blueprint.get("/applications.<any(csv, xlsx):form>")
@allow(programme.reads_accounts)
def applications_file(form: str) -> Response:
    """The same as a file."""
    only = _filter()
    state = str(words.STATES[ApplicationState(only.state)]) if only.state else ""
    said = [part for part in (state, only.text) if part]
    return exports.answer(Export("applications", _("Applications"), _header(), _rows(only), said), form)


@blueprint.get("/applications/<uuid:application_id>")
@allow(programme.reads_accounts)
def application(application_id: uuid.UUID) -> str:
    """One application: what it says, what was checked and how, which account it may be about."""
    return _page(_found(application_id))


@blueprint.post("/applications/<uuid:application_id>/approval")
@allow(access.decides_applications)
def approve(application_id: uuid.UUID) -> Answered:
    """Say yes: the applicant runs the account from now on."""
    found = _found(application_id)
    form = _approval_form(found, _candidates(found))
    if form.validate_on_submit():
        try:
            with transaction():
                account = actions.approve(
                    public_id=application_id, approval=form.approval(), by=_me(), at=clock.now()
                )
            flash(_("%(company)s is in the programme. The letter is on its way.", company=account.name), "ok")
            return redirect(url_for("applications.application", application_id=application_id))
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal, zone=hotel.house_zone()))
    return _page(_found(application_id), approval=form), UNPROCESSABLE


@blueprint.post("/applications/<uuid:application_id>/decline")
@allow(access.decides_applications)
def decline(application_id: uuid.UUID) -> Answered:
    """Say no, and why."""
    _found(application_id)
    form = WordsForm(prefix="decline-")
    if form.validate_on_submit():
        try:
            with transaction():
                actions.decline(public_id=application_id, words=form.text, by=_me(), at=clock.now())
            flash(_("Declined. The applicant reads your words in a letter."), "ok")
            return redirect(url_for("applications.application", application_id=application_id))
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal, zone=hotel.house_zone()))
    return _page(_found(application_id), decline=form), UNPROCESSABLE


@blueprint.post("/applications/<uuid:application_id>/question")
@allow(access.decides_applications)
def ask(application_id: uuid.UUID) -> Answered:
    """Ask the applicant for more."""
    _found(application_id)
    form = WordsForm(prefix="ask-")
    if form.validate_on_submit():
        try:
            with transaction():
                actions.ask(public_id=application_id, text=form.text, by=_me(), at=clock.now())
            flash(_("Your question is on its way. The application waits for the answer."), "ok")
            return redirect(url_for("applications.application", application_id=application_id))
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal, zone=hotel.house_zone()))
    return _page(_found(application_id), ask=form), UNPROCESSABLE


@blueprint.post("/applications/<uuid:application_id>/oblivion")
@allow(access.decides_applications)
def forget(application_id: uuid.UUID) -> WerkzeugResponse:
    """Forget an applicant who was not taken in and asks for it."""
    _found(application_id)
    try:
        with transaction():
            actions.forget_applicant(public_id=application_id, by=_me(), at=clock.now())
        flash(_("Name, address, words and letters of the applicant are forgotten."), "ok")
    except Refusal as refusal:
        flash(words.refused(refusal, zone=hotel.house_zone()), "bad")
    return redirect(url_for("applications.application", application_id=application_id))


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """Applications that somebody has to look at."""
    if not access.decides_applications(asking):
        return []
    return [
        Waiting(
            title=_("%(company)s asks to join", company=each.company),
            detail=_("An application waits for your word."),
            url=url_for("applications.application", application_id=each.public_id),
            since=each.confirmed_at or each.sent_at,
        )
        for each in queries.waiting_for_the_hotel(limit=limit)
    ]


def find(asking: Visitor, text: str, limit: int) -> list[Found]:
    """Applications by company, applicant or tax number, for the hotel's search."""
    if not programme.reads_accounts(asking) or not text:
        return []
    return [
        Found(
            kind=_("Application"),
            title=each.company,
            detail=str(words.STATES[rules.state_of(each)]),
            url=url_for("applications.application", application_id=each.public_id),
        )
        for each in queries.applications(ApplicationFilter("", text), limit=limit).rows
    ]


def _found(application_id: uuid.UUID) -> Application:
    return queries.application(application_id) or abort(404)


def _me() -> int:
    return visitor().person_id or 0


def _candidates(found: Application) -> tuple[rules.Candidate, ...]:
    if found.outcome is not None:
        return ()
    of_domain = queries.accounts_of_domain(found.domain)
    return rules.candidates(found, queries.accounts_like(found), of_domain=of_domain)


def _approval_form(found: Application, candidates: tuple[rules.Candidate, ...]) -> ApprovalForm:
    form = ApprovalForm()
    new = _("A new account for %(company)s", company=found.company)
    form.fit(candidates, queries.managers(), new=new, me=_me())
    return form


def _page(
    found: Application,
    *,
    approval: ApprovalForm | None = None,
    decline: WordsForm | None = None,
    ask: WordsForm | None = None,
) -> str:
    state, zone, candidates = rules.state_of(found), hotel.house_zone(), _candidates(found)
    checks = admission_rules.checks(found, found.rules)
    may_decide = found.outcome is None and access.decides_applications(visitor())
    given = next((form for form in (approval, decline, ask) if form is not None), None)
    return render_template(
        "corporate/applications/application.html",
        application=found, state=state, words=words, headline=words.headline(found, state), zone=zone,
        country=admission_words.country_name(found.country), candidates=candidates, reasons=words.REASONS,
        checks=[(admission_words.QUESTIONS[c.question], admission_words.found(c), c.is_met) for c in checks],
        may_forget=state in rules.NOT_TAKEN_IN and access.decides_applications(visitor()),
        timeline=words.timeline(found, zone=zone, is_hotel=True), may_decide=may_decide, form=given,
        approval=approval or (_approval_form(found, candidates) if may_decide else None),
        decline=decline or WordsForm(prefix="decline-"), ask=ask or WordsForm(prefix="ask-"),
    )  # fmt: skip


def _filter() -> ApplicationFilter:
    state, text = request.args.get("state", ApplicationState.WAITING.value), request.args.get("q", "")
    known = set(ApplicationState)
    return ApplicationFilter(
        state="" if state == EVERY else state if state in known else ApplicationState.WAITING.value,
        text=text.strip()[:100],
    )


def _tabs(counts: dict[str, int], only: ApplicationFilter) -> list[dict[str, Any]]:
    kept = {"q": only.text} if only.text else {}
    labels = {**{state.value: words.STATES[state] for state in ApplicationState}, EVERY: _("All")}
    return [
        {
            "url": f"{url_for('applications.applications')}?{urlencode({'state': state, **kept})}",
            "label": label,
            "count": sum(counts.values()) if state == EVERY else counts[state],
            "current": (only.state or EVERY) == state,
        }
        for state, label in labels.items()
    ]


def _header() -> list[str]:
    return [
        _("Company"), _("Country"), _("Tax number"), _("Nights a year"), _("Applicant"), _("Work e-mail"),
        _("Sent on"), _("State"), _("Settled on"), _("Settled by"), _("Reason"),
    ]  # fmt: skip


def _rows(only: ApplicationFilter) -> Iterator[list[tables.Cell]]:
    zone = hotel.house_zone()
    found = every_row(lambda after: queries.applications(only, after=after, limit=ROWS_AT_ONCE))
    for each in found:
        settled = clock.local_date(each.settled_at, zone) if each.settled_at else None
        yield [
            each.company, each.country, each.tax_number, each.nights_a_year, each.applicant, each.email,
            clock.local_date(each.sent_at, zone), str(words.STATES[rules.state_of(each)]), settled,
            each.settled_by.name if each.settled_by else None, each.settled_words,
        ]  # fmt: skip
