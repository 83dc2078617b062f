"""Opening balances: a file is shown, another person takes it over; every row with its reason."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.database import transaction
from portal.hotel import queries as hotel
from portal.programme.opening import access, actions, queries, words
from portal.programme.opening.forms import OpeningForm
from portal.programme.opening.models import OpeningImport, OpeningOutcome
from portal.programme.opening.rules import NoSuchFile
from portal.programme.rules import Refusal
from portal.programme.tabs import views as tabs
from portal.programme.tiers import words as names
from portal.stays.files.rules import FileRefused
from portal.web.gate import Visitor, allow, visitor
from portal.web.paging import first_url, next_url
from portal.web.registries import NavigationLink, Waiting

blueprint = Blueprint("opening", __name__, url_prefix="/programme/opening")

Answered = str | Response | tuple[str, int]
UNPROCESSABLE = 422


@blueprint.get("")
@allow(access.reads_opening)
def list_files() -> str:
    """The files, the latest first, and the form for the next one."""
    return _list_page(OpeningForm())


@blueprint.post("")
@allow(access.shows_opening)
def preview() -> Answered:
    """Show a file: what would become of each row."""
    form = OpeningForm()
    if form.validate_on_submit():
        upload = form.file.data
        try:
            with transaction():
                shown = actions.preview(
                    file=upload.stream, filename=upload.filename or "", by_id=visitor().person_id or 0,
                    at=clock.now(),
                )  # fmt: skip
            return redirect(url_for("opening.file", file_id=shown.public_id))
        except FileRefused as refusal:
            form.file.errors = [words.file_refused(refusal)]
    return _list_page(form), UNPROCESSABLE


@blueprint.get("/<uuid:file_id>")
@allow(access.reads_opening)
def file(file_id: uuid.UUID) -> str:
    """One file, row by row."""
    shown = queries.import_of(file_id) or abort(404)
    outcome = request.args.get("outcome", "")
    if outcome not in set(OpeningOutcome):
        outcome = next((o.value for o in reversed(OpeningOutcome) if shown.counts[o.value]), "accepted")
    page = queries.rows(shown.id, outcome=outcome, after=request.args.get("after"))
    tiers = names.today()
    is_open = shown.accepted_at is None and shown.discarded_at is None
    return render_template(
        "programme/opening/file.html",
        shown=shown, tag=words.state(shown), equation=words.equation(shown.counts),
        effect=words.effect(shown.counts), rows=[(row, words.reason(row, tiers)) for row in page.rows],
        tabs=_tabs(shown, outcome), tiers=tiers, zone=hotel.house_zone(), is_open=is_open,
        may_accept=is_open and access.accepts_opening(visitor())
        and shown.uploaded_by_id != visitor().person_id,
        may_discard=is_open and access.accepts_opening(visitor()),
        first_url=first_url(), next_url=next_url(page),
    )  # fmt: skip


@blueprint.post("/<uuid:file_id>/acceptance")
@allow(access.accepts_opening)
def accept(file_id: uuid.UUID) -> Response:
    """Take a file over that another person uploaded."""
    return _settle(file_id, "accept")


@blueprint.post("/<uuid:file_id>/discard")
@allow(access.accepts_opening)
def discard(file_id: uuid.UUID) -> Response:
    """Put a file aside."""
    return _settle(file_id, "discard")


def tab(asking: Visitor) -> NavigationLink | None:
    """The tab among the pages of the programme."""
    if not access.reads_opening(asking):
        return None
    return NavigationLink("opening.list_files", words.TAB, 50, ("opening.",))


def file_url(reference: str) -> str | None:
    """Where the file behind an entry opens; none where there is none, or not for the visitor."""
    kind, _colon, place = reference.partition(":")
    file_id, _colon, row = place.partition(":")
    if kind != "opening" or not row or not access.reads_opening(visitor()):
        return None
    return url_for("opening.file", file_id=file_id, outcome=OpeningOutcome.ACCEPTED.value)


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """Files that wait for a second person."""
    if not access.accepts_opening(asking):
        return []
    return [
        Waiting(
            title=shown.filename,
            detail=str(words.WAITS),
            url=url_for("opening.file", file_id=shown.public_id),
            since=shown.uploaded_at,
        )
        for shown in queries.waiting_for(asking.person_id or 0, limit=limit)
    ]


def _settle(file_id: uuid.UUID, how: str) -> Response:
    settle = actions.accept if how == "accept" else actions.discard
    try:
        with transaction():
            shown = settle(public_id=file_id, by_id=visitor().person_id or 0, at=clock.now())
            said = words.state(shown)[1]
        flash(said, "ok")
    except NoSuchFile:
        abort(404)
    except Refusal as refusal:
        flash(str(words.REFUSALS[type(refusal)]), "bad")
    return redirect(url_for("opening.file", file_id=file_id))


def _list_page(form: OpeningForm) -> str:
    page = queries.imports(request.args.get("after"))
    return render_template(
        "programme/opening/files.html",
        form=form, files=[(shown, words.state(shown)) for shown in page.rows],
        effects={shown.id: words.effect(shown.counts) for shown in page.rows},
        may_upload=access.shows_opening(visitor()), programme_tabs=tabs.bar(), zone=hotel.house_zone(),
        first_url=first_url(), next_url=next_url(page),
    )  # fmt: skip


def _tabs(shown: OpeningImport, current: str) -> list[dict[str, object]]:
    return [
        {
            "url": url_for("opening.file", file_id=shown.public_id, outcome=outcome.value),
            "label": str(words.OUTCOMES[outcome]),
            "count": shown.counts[outcome.value],
            "current": outcome.value == current,
        }
        for outcome in OpeningOutcome
    ]
