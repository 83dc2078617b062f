"""Rehearsals: asked for, watched, and read down to a single account."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask import stream_with_context as streamed
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.database import transaction
from portal.documents import tables
from portal.documents.charts.kit import ON_PAGE, Picture
from portal.hotel import queries as hotel
from portal.jobs import words as job_words
from portal.jobs.papers import actions as papers
from portal.programme import queries as programme
from portal.programme.drafts import queries as drafts
from portal.programme.rehearsal import access, actions, queries, rules, words
from portal.programme.rehearsal.actions import Tried
from portal.programme.rehearsal.forms import AccountFilterForm, OrderForm, RehearsalForm
from portal.programme.rehearsal.models import Rehearsal, RehearsedAccount
from portal.programme.rehearsal.queries import AccountFilter
from portal.programme.rehearsal.rules import Findings, Tally
from portal.programme.rules import Refusal
from portal.programme.sheets import rules as sheet_rules
from portal.programme.tabs import views as tabs
from portal.web.gate import Visitor, allow, visitor
from portal.web.pages import locale_code
from portal.web.paging import first_url, next_url
from portal.web.registries import NavigationLink

blueprint = Blueprint("rehearsals", __name__, url_prefix="/programme/rehearsals")

UNPROCESSABLE = 422
PLACE = 30


@blueprint.get("")
@allow(access.reads_findings)
def list_rehearsals() -> str:
    """The rehearsals, the latest first, and the form for the next one."""
    return _list_page(RehearsalForm(draft=request.args.get("draft", "")).offer(queries.open_drafts()))


@blueprint.post("")
@allow(access.rehearses)
def rehearse() -> WerkzeugResponse | tuple[str, int]:
    """Let the worker rehearse a draft, or the rules in force, with the classic schemes beside them."""
    form = RehearsalForm().offer(queries.open_drafts())
    if form.validate_on_submit():
        try:
            with transaction():
                asked, _job = actions.ask(
                    token=uuid.UUID(form.token.data), tried=_tried(form.draft.data),
                    months=form.months.data, by=visitor().person_id, at=clock.now(),
                )  # fmt: skip
            return redirect(url_for("rehearsals.rehearsal", public_id=asked.public_id))
        except Refusal as refusal:
            form.months.errors = [words.refusal(refusal)]
    return _list_page(form), UNPROCESSABLE


@blueprint.get("/<uuid:public_id>")
@allow(access.reads_findings)
def rehearsal(public_id: uuid.UUID) -> str:
    """What a rehearsal found; how far it is while it is at work."""
    asked = _found(public_id)
    findings = queries.findings_of(asked)
    if findings is None:
        return _waiting_page(asked)
    return render_template(
        "programme/rehearsal/rehearsal.html",
        programme_tabs=tabs.bar(),
        asked=asked,
        found=findings,
        words=words,
        side_by_side=words.side_by_side(asked, findings),
        schemes_picture=words.schemes_picture(asked, findings, ink=ON_PAGE),
        codes=rules.codes(findings),
        segments=_segments(findings),
        **_single_companies(asked),
        order_form=OrderForm(),
    )


@blueprint.get("/<uuid:public_id>/accounts")
@allow(access.reads_rehearsals)
def accounts(public_id: uuid.UUID) -> str:
    """Who gains, who loses, who moves: account by account."""
    asked, form = _finished(public_id), AccountFilterForm(request.args)
    only = _filter(form)
    page = queries.accounts(asked.id, only, after=request.args.get("after"))
    return render_template(
        "programme/rehearsal/accounts.html",
        programme_tabs=tabs.bar(),
        asked=asked,
        form=form,
        only=only,
        rows=page.rows,
        words=words,
        choices=_choices(asked, only),
        kept=words.kept(*_kept_until(asked)),
        first_url=first_url(),
        next_url=next_url(page),
    )


@blueprint.get("/<uuid:public_id>/accounts.csv")
@allow(access.reads_rehearsals)
def accounts_csv(public_id: uuid.UUID) -> Response:
    """Every account as a table for a spreadsheet."""
    asked = _finished(public_id)
    lines = tables.csv_lines(actions.account_header(), _cells(asked), bom=True)
    answer = Response(streamed(lines), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="rehearsal-{asked.ends_on}.csv"'
    return answer


@blueprint.get("/<uuid:public_id>/accounts/<uuid:account_id>")
@allow(access.reads_rehearsals)
def account(public_id: uuid.UUID, account_id: uuid.UUID) -> str:
    """One account's period under the rehearsed rules, and how the difference came about."""
    asked = _finished(public_id)
    row = queries.account_for(asked.id, account_id) or abort(404)
    return render_template(
        "programme/rehearsal/account.html",
        programme_tabs=tabs.bar(),
        asked=asked,
        row=row,
        words=words,
        is_same=sheet_rules.comes_out_the_same(row.derivation),
    )


@blueprint.post("/<uuid:public_id>/workbook")
@allow(access.reads_rehearsals)
def workbook(public_id: uuid.UUID) -> WerkzeugResponse:
    """Let the worker write everything that was found into a workbook."""
    asked, form = _finished(public_id), OrderForm()
    if not form.validate_on_submit():
        flash(_("That did not work. Please try once more."), "warn")
        return redirect(url_for("rehearsals.rehearsal", public_id=public_id))
    with transaction():
        job = papers.order_paper(
            kind=queries.WORKBOOK_JOB, payload={"rehearsal": str(asked.public_id), "locale": locale_code()},
            token=uuid.UUID(form.token.data), owner_id=visitor().person_id or 0, at=clock.now(),
        )  # fmt: skip
    return redirect(url_for("jobs.job_page", public_id=job.public_id))


def tab(asking: Visitor) -> NavigationLink | None:
    """The rehearsals among the pages of the programme."""
    if not access.reads_findings(asking):
        return None
    return NavigationLink("rehearsals.list_rehearsals", _("Rehearsals"), PLACE, ("rehearsals.",))


def _found(public_id: uuid.UUID) -> Rehearsal:
    return queries.rehearsal_for(public_id) or abort(404)


def _finished(public_id: uuid.UUID) -> Rehearsal:
    found = _found(public_id)
    return found if found.findings is not None else abort(404)


def _single_companies(asked: Rehearsal) -> dict[str, Any]:
    """Who gains and who loses most while that is kept, and how long it is."""
    until, today = _kept_until(asked)
    is_gone = until is not None and until <= today
    return {"extremes": [] if is_gone else _extremes(asked), "kept": words.kept(until, today)}


def _kept_until(asked: Rehearsal) -> tuple[date | None, date]:
    """The first day on which the figures of single companies are no longer kept, and today."""
    until, zone = queries.kept_until(asked), hotel.house_zone()
    return until and clock.local_date(until, zone), clock.local_date(clock.now(), zone)


def _extremes(asked: Rehearsal) -> list[tuple[str, Sequence[RehearsedAccount], str, str]]:
    """Who gains and who loses most, for those who may read every account."""
    if not access.reads_rehearsals(visitor()):
        return []
    return [
        (_("Who gains most"), queries.extremes(asked.id, "winners"), "winners", "gain"),
        (_("Who loses most"), queries.extremes(asked.id, "losers"), "losers", "loss"),
    ]


def _segments(findings: Findings) -> list[tuple[str, list[tuple[str, Tally]], Picture]]:
    """Each kind of segment: its name, its rows and their picture."""
    found = []
    for kind, name in words.SEGMENTS.items():
        rows = words.segments_of(findings, kind)
        found.append((str(name), rows, words.segments_picture(rows, ink=ON_PAGE)))
    return found


def _tried(draft_id: str) -> Tried:
    if not draft_id:
        day = queries.last_played_day() or clock.local_date(clock.now(), hotel.house_zone())
        return Tried(programme.rules_in_force(day))
    draft = drafts.draft(uuid.UUID(draft_id)) or abort(404)
    return Tried(drafts.rules_of(draft), draft.name, draft.id, draft.revision)


def _list_page(form: RehearsalForm) -> str:
    page = queries.rehearsals(after=request.args.get("after"))
    found = {row.id: queries.findings_of(row) for row in page.rows}
    return render_template(
        "programme/rehearsal/list.html",
        programme_tabs=tabs.bar(),
        form=form,
        rows=page.rows,
        findings={row_id: words.finding(one) for row_id, one in found.items() if one is not None},
        words=words,
        may_rehearse=access.rehearses(visitor()),
        at=clock.now(),
        zone=hotel.house_zone(),
        first_url=first_url(),
        next_url=next_url(page),
    )


def _waiting_page(asked: Rehearsal) -> str:
    job, zone, at = queries.job_of(asked), hotel.house_zone(), clock.now()
    return render_template(
        "programme/rehearsal/waiting.html",
        programme_tabs=tabs.bar(),
        asked=asked,
        words=words,
        job=job,
        state=words.state_of(asked, job),
        said=job_words.said(job, at=at, zone=zone) if job else "",
        is_mine=job is not None and job.owner_id == visitor().person_id,
    )


def _filter(form: AccountFilterForm) -> AccountFilter:
    # What is not one of ours in the address is as good as absent.
    is_fit = form.validate()
    who = request.args.get("who", "")
    return AccountFilter(
        text=(form.q.data or "").strip() if is_fit else "",
        who=who if who in queries.WHO else "",
        sort=form.sort.data if is_fit and form.sort.data else "gain",
    )


def _choices(asked: Rehearsal, only: AccountFilter) -> list[dict[str, Any]]:
    counts = queries.counts(asked.id, only)
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name in {"q", "sort"}}
    return [
        {
            "url": url_for("rehearsals.accounts", public_id=asked.public_id, who=who or None, **kept),
            "label": label,
            "count": counts[who],
            "current": only.who == who,
        }
        for who, label in words.WHO.items()
    ]


def _cells(asked: Rehearsal) -> Iterator[list[tables.Cell]]:
    for row in queries.every_account(asked.id):
        yield actions.account_cells(row)
