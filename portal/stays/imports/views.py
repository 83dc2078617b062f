"""Imports: upload, preview, acceptance; and every row with its reason."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask import stream_with_context as streamed
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.accounts import queries as accounts
from portal.accounts.models import Account
from portal.database import transaction
from portal.documents.tables import csv_lines
from portal.stays import rules as stay_rules
from portal.stays.canonical.rules import REQUIRED, cells_of
from portal.stays.files import actions as uploads
from portal.stays.files import rules as files
from portal.stays.files import words as file_words
from portal.stays.files.rules import FileRefused, Survey
from portal.stays.imports import access, actions, queries, words
from portal.stays.imports.forms import RowsForm, SettleForm, UploadForm
from portal.stays.imports.rules import ADAPTERS, INLINE_ROWS, AsOfAhead, ImportRefusal
from portal.stays.models import Import, ImportRow, ImportState, Outcome
from portal.stays.rows import words as row_words
from portal.stays.vocabulary.rules import HEADERS
from portal.web.formats import count
from portal.web.gate import Visitor, allow, visitor
from portal.web.paging import first_url, next_url
from portal.web.registries import NavigationLink, Waiting

blueprint = Blueprint("imports", __name__, url_prefix="/stays/imports")

UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class Tab:
    """One outcome among the tabs of an import's rows."""

    url: str
    label: str
    count: str
    current: bool


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row as the page prints it."""

    row_no: int
    reason: str
    remarks: str


@blueprint.get("")
@allow(access.reads_imports)
def list_imports() -> str:
    """The imports, the latest first, and the form for the next one."""
    return _list_page(UploadForm(companies_only=True))


@blueprint.post("")
@allow(access.manages_imports)
def upload() -> AnyResponse | tuple[str, int]:
    """Preview a file: at once when it is small, by the worker when it is large."""
    form = UploadForm()
    if form.validate_on_submit():
        try:
            return redirect(_take(form))
        except FileRefused as refusal:
            form.file.errors = [file_words.refusal(refusal.code, refusal.values)]
        except ImportRefusal as refusal:
            field = form.as_of if isinstance(refusal, AsOfAhead) else form.file
            field.errors = [words.REFUSALS[type(refusal)]]
    return _list_page(form), UNPROCESSABLE


@blueprint.get("/<uuid:public_id>")
@allow(access.reads_imports)
def import_page(public_id: uuid.UUID) -> str:
    """What was found in a file, row by row."""
    return _import_page(_found(public_id))


@blueprint.post("/<uuid:public_id>/acceptance")
@allow(access.manages_imports)
def accept(public_id: uuid.UUID) -> AnyResponse | tuple[str, int]:
    """Turn a preview into stays: at once when it is small, by the worker when it is large."""
    offered = _found(public_id)
    try:
        return redirect(_accept(offered))
    except ImportRefusal as refusal:
        flash(str(words.REFUSALS[type(refusal)]), "warn")
    return redirect(url_for("imports.import_page", public_id=public_id))


@blueprint.post("/<uuid:public_id>/discard")
@allow(access.manages_imports)
def discard(public_id: uuid.UUID) -> AnyResponse:
    offered = _found(public_id)
    try:
        with transaction():
            actions.discard_import(import_id=offered.id, by=visitor().person_id, at=clock.now())
        uploads.remove(public_id)
        flash(_("Discarded. Nothing of the file was taken over."), "ok")
    except ImportRefusal as refusal:
        flash(str(words.REFUSALS[type(refusal)]), "warn")
    return redirect(url_for("imports.import_page", public_id=public_id))


@blueprint.post("/<uuid:public_id>/companies")
@allow(access.manages_imports)
def settle_company(public_id: uuid.UUID) -> AnyResponse | tuple[str, int]:
    """Say which account a held company is, or open one for it."""
    offered, form = _found(public_id), SettleForm()
    try:
        if form.validate_on_submit():
            flash(_("%(company)s: its rows are accepted.", company=_settle(offered, form).name), "ok")
        else:
            flash(str(words.CHOOSE_ACCOUNT), "warn")
    except ImportRefusal as refusal:
        flash(str(words.REFUSALS[type(refusal)]), "warn")
    return redirect(url_for("imports.import_page", public_id=public_id, outcome=Outcome.HELD.value))


@blueprint.get("/<uuid:public_id>/rejected.csv")
@allow(access.reads_imports)
def rejected_rows(public_id: uuid.UUID) -> Response:
    """The rejected rows with their reasons, to be corrected; without people's names."""
    offered = _found(public_id)
    adapter = ADAPTERS[offered.source]
    fields = [name for name in dict.fromkeys(adapter.columns.values()) if name not in adapter.personal]
    header = [_("row"), _("reason"), *fields]
    lines = csv_lines(header, _rejected(offered.id, fields), bom=True)
    answer = Response(streamed(lines), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="rejected-{public_id}.csv"'
    return answer


def navigation(person: Visitor) -> list[NavigationLink]:
    """The way to the imports, for those who may read them."""
    if not access.reads_imports(person):
        return []
    return [NavigationLink("imports.list_imports", _("Imports"), 30, ("imports.",))]


def home(person: Visitor) -> str | None:
    """Whoever takes files over begins with them."""
    return "imports.list_imports" if access.manages_imports(person) else None


def waiting(person: Visitor, limit: int) -> list[Waiting]:
    """Previews that nobody has accepted or discarded."""
    if not access.manages_imports(person):
        return []
    return [
        Waiting(
            title=_("Import %(name)s", name=offered.filename),
            detail=words.finding(offered),
            url=url_for("imports.import_page", public_id=offered.public_id),
            since=offered.uploaded_at,
        )
        for offered in queries.previews(limit=limit)
    ]


def _found(public_id: uuid.UUID) -> Import:
    return queries.import_by_public_id(public_id) or abort(404)


def _list_page(form: UploadForm) -> str:
    page = queries.imports(after=request.args.get("after"))
    waits = len(queries.previews(limit=INLINE_ROWS))
    return render_template(
        "stays/imports/list.html",
        form=form,
        rows=page.rows,
        headline=_headline(has_any=bool(page.rows), waits=waits),
        may_upload=access.manages_imports(visitor()),
        findings={offered.id: words.finding(offered) for offered in page.rows},
        sources=words.SOURCES,
        states=words.STATES,
        tags=words.TAGS,
        columns=[(names[0], names[1], names[0] in REQUIRED) for names in HEADERS],
        now=clock.now(),
        first_url=first_url(),
        next_url=next_url(page),
    )


def _headline(*, has_any: bool, waits: int) -> str:
    if waits:
        said: str = ngettext(
            "%(count)s preview waits for you", "%(count)s previews wait for you", waits, count=count(waits)
        )
    else:
        said = _("Every import is decided") if has_any else _("No stays have been imported yet")
    return said


def _take(form: UploadForm) -> str:
    """Read the uploaded file, or hand it to the worker; the address where to look.

    Raises `FileRefused`, `ImportRefusal`.
    """
    stream, at, by = form.file.data.stream, clock.now(), visitor().person_id
    found = files.survey(stream)
    facts: dict[str, Any] = {
        "source": form.source.data,
        "filename": form.file.data.filename or "",
        "companies_only": form.companies_only.data,
        "as_of": form.as_of.data,
    }
    if found.lines >= INLINE_ROWS:
        return _take_large(stream, found, facts)
    with transaction():
        offered = actions.offer_import(digest=found.digest, by=by, at=at, **facts)
        actions.read_now(import_id=offered.id, file=stream, found=found, at=at)
    return url_for("imports.import_page", public_id=offered.public_id)


def _take_large(stream: Any, found: Survey, facts: dict[str, Any]) -> str:
    at, by = clock.now(), visitor().person_id
    stream.seek(0)
    with transaction():
        offered = actions.offer_import(digest=found.digest, by=by, at=at, **facts)
        # Kept before the job can be seen: the worker may take it up at once.
        uploads.keep(stream, public_id=offered.public_id)
        job = actions.ask_to_read(offered=offered, by=by, at=at)
    return url_for("jobs.job_page", public_id=job.public_id)


def _accept(offered: Import) -> str:
    at, by = clock.now(), visitor().person_id
    if offered.counts.get("read", 0) >= INLINE_ROWS:
        with transaction():
            job = actions.ask_to_accept(offered=queries.import_to_change(offered.id), by=by, at=at)
        return url_for("jobs.job_page", public_id=job.public_id)
    with transaction():
        accepted = actions.accept_import(import_id=offered.id, by=by, at=at)
    flash(words.finding(accepted), "ok")
    return url_for("imports.import_page", public_id=offered.public_id)


def _settle(offered: Import, form: SettleForm) -> Account:
    chosen = form.chosen_account()
    account = accounts.account_by_public_id(_uuid(chosen)) or abort(404) if chosen else None
    with transaction():
        return actions.settle_company(
            import_id=offered.id,
            company=form.company.data or "",
            account=account,
            by=visitor().person_id or abort(403),
            at=clock.now(),
        )


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        abort(404)


def _import_page(offered: Import) -> str:
    form = RowsForm(request.args)
    is_valid = form.validate()
    has_rows = offered.state in {ImportState.PREVIEWED, ImportState.ACCEPTED}
    outcome = _shown_outcome(offered, form.outcome.data if is_valid else None) if has_rows else ""
    remark = (form.remark.data or "") if is_valid and form.remark.data in row_words.REMARKS else ""
    page = queries.rows_of(offered.id, outcome=outcome, remark=remark, after=request.args.get("after"))
    holds = has_rows and outcome == Outcome.HELD
    return render_template(
        "stays/imports/import.html",
        offered=offered,
        shown=_shown(offered),
        form=form,
        tabs=_tabs(offered, outcome) if has_rows else [],
        outcome=outcome,
        remark=remark,
        rows=[RowShown(row.row_no, row_words.reason(row), row_words.remarks(row)) for row in page.rows],
        held=queries.held_choices(offered.id) if holds else [],
        others=queries.accounts_like(form.q.data or "") if holds and is_valid else [],
        may_decide=access.manages_imports(visitor()),
        first_url=first_url(),
        next_url=next_url(page),
        now=clock.now(),
    )


def _shown(offered: Import) -> dict[str, Any]:
    """What the page says besides the rows."""
    has_counts = bool(offered.counts)
    job = queries.acceptance_job(offered) or queries.reading_job(offered)
    is_mine = job is not None and not job.is_ended and job.owner_id == visitor().person_id
    failure = offered.failure or {}
    return {
        "headline": words.finding(offered),
        "source": words.SOURCES[offered.source],
        "state": words.STATES[offered.state],
        "tag": words.TAGS[offered.state],
        "equation": words.equation(offered.counts) if has_counts else "",
        "sums": words.sums(offered.counts) if has_counts else [],
        "effects": words.effects(offered.counts) if offered.state == ImportState.PREVIEWED else [],
        "remarks": words.remarks(offered.counts) if has_counts else [],
        "stays": words.stays(offered.counts) if has_counts else [],
        "failure": file_words.refusal(failure["code"], failure["values"]) if failure else "",
        "job_url": url_for("jobs.job_page", public_id=job.public_id) if job and is_mine else "",
        "is_busy": job is not None and not job.is_ended,
    }


def _shown_outcome(offered: Import, wanted: str | None) -> str:
    """The tab that was asked for, else the first that needs somebody, else what was accepted."""
    outcomes = [outcome.value for outcome in Outcome]
    if wanted in outcomes:
        return str(wanted)
    needs = (Outcome.HELD.value, Outcome.REJECTED.value)
    return next((name for name in needs if offered.counts[name]), Outcome.ACCEPTED.value)


def _tabs(offered: Import, shown: str) -> list[Tab]:
    return [
        Tab(
            url=url_for("imports.import_page", public_id=offered.public_id, outcome=outcome.value),
            label=row_words.outcome(outcome.value),
            count=count(offered.counts[outcome.value]),
            current=outcome.value == shown,
        )
        for outcome in Outcome
    ]


def _rejected(import_id: int, fields: list[str]) -> Iterator[list[str | int]]:
    for row in queries.rejected_rows(import_id):
        cells = _cells(row)
        yield [row.row_no, row_words.reason(row), *(cells.get(name, "") for name in fields)]


def _cells(row: ImportRow) -> dict[str, str]:
    if row.content is not None:
        return cells_of(stay_rules.decode(row.content))
    found: dict[str, str] = json.loads(row.details or "{}").get("cells", {})
    return found
