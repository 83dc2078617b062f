"""Reviews of accounts: which are due, one account's, and what its company reads of them."""

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.accounts import access as accounts_access
from portal.accounts.models import Account
from portal.clock import local_date
from portal.corporate.admission import words as admission
from portal.corporate.reviews import access, actions, queries, rules, words
from portal.corporate.reviews.forms import ReviewForm
from portal.corporate.reviews.models import AccountReview
from portal.corporate.reviews.rules import Findings, ReviewState
from portal.database import transaction
from portal.documents import exports, rendering, tables
from portal.documents.exports import Export
from portal.hotel import queries as hotel
from portal.programme import access as programme
from portal.programme.companies import views as companies
from portal.programme.rules import Refusal
from portal.programme.tiers import words as tiers
from portal.web.gate import Visitor, allow, visitor
from portal.web.limits import PAPER, UNPROCESSABLE, limiter
from portal.web.pages import locale_code
from portal.web.paging import every_row, first_url, next_url
from portal.web.registries import Waiting

blueprint = Blueprint("reviews", __name__)

ROWS_AT_ONCE = 1_000


@blueprint.get("/reviews")
@allow(programme.reads_accounts)
def reviews() -> str:
    """Whose review is due, whose will be soon."""
    state, reach, (today, zone) = _state(), programme.reach(visitor()), _today()
    page = queries.due(state, reach=reach, today=today, zone=zone, after=request.args.get("after"))
    counts = queries.counts(reach=reach, today=today, zone=zone)
    return render_template(
        "corporate/reviews/reviews.html",
        rows=[(each, _due_on(each, zone)) for each in page.rows],
        state=state,
        counts=counts,
        tabs=_tabs(counts, state),
        words=words,
        zone=zone,
        today=today,
        exports=exports.urls("reviews.reviews_file"),
        first_url=first_url(),
        next_url=next_url(page),
    )


@blueprint.get("/reviews.<any(csv, xlsx):form>")
@allow(programme.reads_accounts)
def reviews_file(form: str) -> Response:
    """The same as a file."""
    header = [_("Company"), _("Account manager"), _("Due on"), _("Last review"), _("What came of it")]
    said = [str(words.STATES[_state()])]
    return exports.answer(Export("reviews", _("Reviews of accounts"), header, _rows(), said), form)


@blueprint.get("/accounts/<uuid:account_id>/review")
@allow(programme.reads_accounts)
def account(account_id: uuid.UUID) -> str:
    """What the year was with a company, what the rules of admission say of it, and the earlier reviews."""
    return _page(programme.account_for(visitor(), account_id))


@blueprint.post("/accounts/<uuid:account_id>/review")
@allow(access.holds_reviews)
def hold(account_id: uuid.UUID) -> WerkzeugResponse | tuple[str, int]:
    """Record what came of it; the company has a letter."""
    found, form = programme.account_for(visitor(), account_id), ReviewForm()
    if not access.holds_review_of(visitor(), found) or found.claimed_at is None:
        abort(403)
    if form.validate_on_submit():
        try:
            with transaction():
                actions.hold(
                    token=uuid.UUID(form.token.data), account=found, number=int(form.number.data or 0),
                    held=form.held(), findings=_findings(found), by=_me(), at=clock.now(),
                )  # fmt: skip
            flash(_("Recorded. Whoever runs the account is written to."), "ok")
            return redirect(url_for("reviews.account", account_id=account_id))
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal))
    return _page(programme.account_for(visitor(), account_id), form), UNPROCESSABLE


@blueprint.get("/accounts/<uuid:account_id>/review/<uuid:review_id>.pdf")
@allow(programme.reads_accounts)
@limiter.limit(PAPER)
def account_paper(account_id: uuid.UUID, review_id: uuid.UUID) -> Response:
    """A review on paper."""
    return _paper(programme.account_for(visitor(), account_id), review_id)


@blueprint.get("/corporate/review")
@allow(accounts_access.administers)
def own() -> str:
    """The company's side: when its next review is due, and what came of the earlier ones."""
    account, (today, zone) = accounts_access.acting_account(visitor()), _today()
    held, base = queries.reviews(account.id), queries.base_of(account.id)
    return render_template(
        "corporate/reviews/own.html",
        account=account,
        held=[(each, Findings.from_json(each.findings)) for each in held],
        due=rules.due_on(local_date(base, zone)) if base else None,
        words=words,
        today=today,
        zone=zone,
        tiers=tiers.today(),
    )


@blueprint.get("/corporate/review/<uuid:review_id>.pdf")
@allow(accounts_access.administers)
@limiter.limit(PAPER)
def own_paper(review_id: uuid.UUID) -> Response:
    """A review on paper, for the company."""
    return _paper(accounts_access.acting_account(visitor()), review_id)


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """Reviews that are due, for whoever holds them."""
    if not access.holds_reviews(asking):
        return []
    today, zone = _today()
    found = queries.due(ReviewState.DUE, reach=programme.reach(asking), today=today, zone=zone, limit=limit)
    return [
        Waiting(
            title=_("Yearly review: %(company)s", company=each.account.name),
            detail=words.headline(_due_on(each, zone), today=today),
            url=url_for("reviews.account", account_id=each.account.public_id),
            since=clock.local_midnight(_due_on(each, zone), zone),
        )
        for each in found.rows
    ]


def _page(account: Account, form: ReviewForm | None = None) -> str:
    (today, zone), held = _today(), queries.reviews(account.id)
    base = queries.base_of(account.id)
    return render_template(
        "corporate/reviews/account.html",
        account=account,
        company_tabs=companies.tabs(account, "reviews.account"),
        findings=_findings(account),
        held=held,
        due=rules.due_on(local_date(base, zone)) if base else None,
        form=form or ReviewForm(None),
        number=held[0].number + 1 if held else 1,
        may_hold=base is not None and access.holds_review_of(visitor(), account),
        questions=admission.QUESTIONS,
        words=words,
        tiers=tiers.today(),
        today=today,
        zone=zone,
    )


def _findings(account: Account) -> Findings:
    """Since the last review; where there was none yet, of the last year."""
    (_day, zone), at = _today(), clock.now()
    base = queries.base_of(account.id)
    year = clock.local_midnight(rules.latest_base(local_date(at, zone)), zone)
    return queries.findings(account, since=min(base, year) if base else year, until=at, zone=zone)


def _paper(account: Account, review_id: uuid.UUID) -> Response:
    review: AccountReview = queries.review_of(account.id, review_id) or abort(404)
    zone = hotel.house_zone()
    values = {
        "account": account,
        "review": review,
        "findings": Findings.from_json(review.findings),
        "said": words.outcome(review.outcome, ends_on=review.ends_on),
        "checked": words.found,
        "questions": admission.QUESTIONS,
        "tiers": tiers.today(),
        "zone": zone,
    }
    content = rendering.pdf("documents/corporate/review.html", values, locale_code())
    name = f"review-{local_date(review.at, zone).isoformat()}.pdf"
    return Response(
        content,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _rows() -> Iterator[list[tables.Cell]]:
    state, reach, (today, zone) = _state(), programme.reach(visitor()), _today()
    found = every_row(
        lambda after: queries.due(state, reach=reach, today=today, zone=zone, after=after, limit=ROWS_AT_ONCE)
    )
    for each in found:
        yield [
            each.account.name, each.account.manager.name if each.account.manager else None,
            _due_on(each, zone), local_date(each.latest.at, zone) if each.latest else None,
            str(words.OUTCOMES[each.latest.outcome]) if each.latest else None,
        ]  # fmt: skip


def _due_on(row: queries.DueRow, zone: str) -> date:
    return rules.due_on(local_date(row.base_at, zone))


def _state() -> ReviewState:
    state = request.args.get("state", "")
    return ReviewState(state) if state in set(ReviewState) else ReviewState.DUE


def _tabs(counts: dict[str, int], current: ReviewState) -> list[dict[str, Any]]:
    return [
        {
            "url": url_for("reviews.reviews", state=state.value),
            "label": label,
            "count": counts[state.value],
            "current": state is current,
        }
        for state, label in words.STATES.items()
    ]


def _today() -> tuple[date, str]:
    zone = hotel.house_zone()
    return local_date(clock.now(), zone), zone


def _me() -> int:
    return visitor().person_id or 0
