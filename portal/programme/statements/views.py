"""The statements of an account, for the company and the hotel; and the batches of a month, for the hotel."""

import uuid
from collections.abc import Iterator
from datetime import date

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.database import end_reads, transaction
from portal.documents import exports, tables
from portal.documents.exports import Export
from portal.hotel import queries as hotel
from portal.jobs import actions as jobs
from portal.jobs.papers import actions as papers
from portal.programme import access as programme
from portal.programme.companies import views as companies
from portal.programme.statements import access, actions, queries, rules, words
from portal.programme.statements.forms import BatchForm, PaperForm
from portal.programme.statements.models import AccountStatement
from portal.programme.statements.rules import Facts
from portal.programme.tabs import views as tabs
from portal.programme.words import BUCKETS
from portal.web.gate import Visitor, allow, visitor
from portal.web.limits import PAPER, limiter
from portal.web.pages import locale_code
from portal.web.paging import decode_key, every_row, first_url, next_url
from portal.web.registries import NavigationLink

blueprint = Blueprint("statements", __name__)
BATCHES_SHOWN = 12


@blueprint.get("/accounts/<uuid:account_id>/statements")
@allow(programme.reads_points)
def account_statements(account_id: uuid.UUID) -> str:
    """The closed months of an account, each with its statement."""
    found = programme.account_for(visitor(), account_id)
    page = queries.months_of(found.id, before=_after(request.args.get("after")))
    return render_template(
        "programme/statements/months.html",
        **_frame(found),
        lines=page.rows,
        exports=exports.urls("statements.months_file", account_id=found.public_id),
        first_url=first_url(),
        next_url=next_url(page),
    )


@blueprint.get("/accounts/<uuid:account_id>/statements.<any(csv, xlsx):form>")
@allow(programme.reads_points)
def months_file(account_id: uuid.UUID, form: str) -> Response:
    """The same months as a file."""
    found = programme.account_for(visitor(), account_id)
    lines = every_row(lambda after: queries.months_of(found.id, before=_after(after)))
    rows: Iterator[list[tables.Cell]] = ([line.month, line.points] for line in lines)
    title = f"{_('Statements')}: {found.name}"
    return exports.answer(Export("statements", title, [_("Month"), _("Points at its end")], rows), form)


@blueprint.get("/accounts/<uuid:account_id>/statements/<month>")
@allow(programme.reads_points)
def statement(account_id: uuid.UUID, month: str) -> str:
    """One statement: every movement and the tier of it open."""
    found, zone = programme.account_for(visitor(), account_id), hotel.house_zone()
    first, facts = facts_of(found, month)
    key = decode_key(request.args.get("after"), int)
    page = queries.moved(found.id, facts, zone=zone, after_seq=key[0] if key else None)
    return render_template(
        "programme/statements/statement.html",
        **_frame(found),
        month=first,
        facts=facts,
        movements=page.rows,
        first_url=first_url(),
        next_url=next_url(page),
    )


@blueprint.get("/accounts/<uuid:account_id>/statements/<month>.pdf")
@allow(programme.reads_points)
@limiter.limit(PAPER)
def statement_pdf(account_id: uuid.UUID, month: str) -> Response | str:
    """The statement on paper, as it was first printed in the language; to make it is for the worker.

    So is to print a long one: then it is a page on which that is ordered.
    """
    found, locale = programme.account_for(visitor(), account_id), locale_code()
    first, facts = facts_of(found, month)
    made = queries.statement_of(found.id, first)
    content = queries.paper_of(made.id, locale) if made is not None else None
    if content is None and facts.moved > rules.PRINTED_AT_ONCE:
        return _long(found, first, facts)
    if content is None:
        content = _print(found, first, facts, made, locale)
    headers = {"Content-Disposition": f'attachment; filename="statement-{month}-{locale}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


@blueprint.post("/accounts/<uuid:account_id>/statements/<month>/paper")
@allow(programme.reads_points)
@limiter.limit(PAPER)
def order_paper(account_id: uuid.UUID, month: str) -> WerkzeugResponse:
    """Let the worker print a long statement; its page shows when it is there."""
    found, form = programme.account_for(visitor(), account_id), PaperForm()
    first, _facts = facts_of(found, month)
    if not form.validate_on_submit():
        return redirect(url_for("statements.statement_pdf", account_id=account_id, month=month))
    payload = {"account": str(found.public_id), "month": first.isoformat(), "locale": locale_code()}
    with transaction():
        job = papers.order_paper(
            kind=rules.PRINT_JOB, payload=payload, token=uuid.UUID(form.token.data),
            owner_id=visitor().person_id or 0, at=clock.now(),
        )  # fmt: skip
    return redirect(url_for("jobs.job_page", public_id=job.public_id))


@blueprint.get("/programme/statements")
@allow(access.reads_batches)
def batches() -> str:
    """How many statements were made of each month."""
    return render_template(
        "programme/statements/batches.html",
        programme_tabs=tabs.bar(),
        rows=queries.batches(limit=BATCHES_SHOWN),
        zone=hotel.house_zone(),
        may_make=access.makes_statements(visitor()),
        form=BatchForm(),
    )


@blueprint.post("/programme/statements")
@allow(access.makes_statements)
def make_batch() -> WerkzeugResponse:
    """Let the worker make what is missing of a month; its page shows how far it came, and stops it."""
    form = BatchForm()
    if not form.validate_on_submit():
        flash(_("The month could not be read. Open the page anew."), "warn")
        return redirect(url_for("statements.batches"))
    owner_id, at = visitor().person_id, clock.now()
    with transaction():
        job = jobs.enqueue(
            kind=rules.BATCH_JOB,
            payload={"month": f"{form.month.data}-01"},
            owner_id=owner_id,
            dedupe_key=f"statements:{owner_id}:{form.token.data}",
            at=at,
        )
        month, action = form.month.data, "statements.make"
        audit.record(action=action, subject_kind="month", subject_id=month, details={}, by=owner_id, at=at)
    return redirect(url_for("jobs.job_page", public_id=job.public_id))


def tab(asking: Visitor) -> NavigationLink | None:
    """The page among those of the programme."""
    if not access.reads_batches(asking):
        return None
    return NavigationLink("statements.batches", _("Statements"), 45, ("statements.batches",))


def facts_of(account: Account, text: str) -> tuple[date, Facts]:
    """What the statement of a closed month says; of any other there is none."""
    month = _day(f"{text}-01")
    facts = queries.facts_for(account.id, month) if month is not None else None
    if month is None or facts is None:
        abort(404)
    return month, facts


def _long(account: Account, month: date, facts: Facts) -> str:
    return render_template(
        "programme/statements/long.html",
        **_frame(account),
        month=month,
        facts=facts,
        form=PaperForm(),
        is_printed=facts.moved <= rules.MOST_PRINTED,
    )


def _print(account: Account, month: date, facts: Facts, made: AccountStatement | None, locale: str) -> bytes:
    """Print it and, once it was made, keep it: whoever printed it a moment earlier is the one who is kept."""
    printed = actions.print_statement(account=account, month=month, facts=facts, locale=locale)
    if made is None:
        return printed
    end_reads()
    with transaction():
        actions.keep_paper(statement_id=made.id, locale=locale, content=printed, at=clock.now())
    return queries.paper_of(made.id, locale) or printed


def _frame(account: Account) -> dict[str, object]:
    return {
        "account": account,
        "tabs": companies.tabs(account, "statements.account_statements"),
        "words": words,
        "buckets": BUCKETS,
        "zone": hotel.house_zone(),
    }


def _after(text: str | None) -> date | None:
    key = decode_key(text, str)
    return _day(key[0]) if key is not None else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
