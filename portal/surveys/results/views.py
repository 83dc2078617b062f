"""Results of the survey: figures for a page, a table and a report; single answers for those who may."""

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.audit import actions as audit
from portal.clock import local_date
from portal.database import transaction
from portal.documents import tables
from portal.documents.charts.kit import ON_PAGE
from portal.hotel import queries as hotel
from portal.jobs.papers import actions as papers
from portal.surveys.answers import queries as answers
from portal.surveys.answers import words as answer_words
from portal.surveys.invitations.words import LEFT_OUT
from portal.surveys.results import access, queries, rules, words
from portal.surveys.results.forms import OrderForm
from portal.surveys.results.rules import Period, Results
from portal.web.gate import Visitor, allow, visitor
from portal.web.limits import PAPER, limiter
from portal.web.pages import locale_code
from portal.web.paging import first_url, next_url
from portal.web.registries import NavigationLink
from portal.web.texts import in_language

blueprint = Blueprint("results", __name__, url_prefix="/surveys")


@blueprint.get("")
@allow(access.sees_results)
def results() -> str:
    """The index with its interval, who answered, and the parts that may be shown."""
    period, choices = _period()
    found, hotels = _results(period)
    return render_template(
        "surveys/results/results.html",
        found=found,
        period=period,
        choices=choices,
        words=words,
        hotels=hotels,
        tiers=words.tiers(found.by_tier),
        picture=words.voices(hotels, ink=ON_PAGE),
        left_out=LEFT_OUT,
        may_read=access.reads_answers(visitor()),
        form=OrderForm(),
    )


@blueprint.get("/results.csv")
@allow(access.sees_results)
def results_csv() -> Response:
    """The same figures as a table for a spreadsheet; what is hidden is hidden there too."""
    period, _choices = _period()
    found, hotels = _results(period)
    header = [_("Part"), _("Answers"), _("Promoters"), _("Passives"), _("Detractors"), _("Index"),
              _("Lower end"), _("Upper end"), _("Remark")]  # fmt: skip
    parts = {_("All"): found.index, **hotels, **words.tiers(found.by_tier)}
    rows = [
        [
            name, index.answers, index.promoters, index.passives, index.detractors,
            _whole(index.value), _whole(index.interval.low if index.interval else None),
            _whole(index.interval.high if index.interval else None), words.note(index),
        ]
        for name, index in parts.items()
    ]  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="survey-{period.code.lower()}.csv"'}
    return Response(tables.csv_bytes(header, rows, bom=True), mimetype="text/csv", headers=headers)


@blueprint.post("/report")
@allow(access.sees_results)
@limiter.limit(PAPER)
def order_report() -> WerkzeugResponse:
    """Let the worker print the report; its page shows how far it is."""
    form, (period, _choices), reach = OrderForm(), _period(), access.reach(visitor())
    if not form.validate_on_submit():
        return redirect(url_for("results.results"))
    payload = {
        "period": period.code, "locale": locale_code(), "is_whole": reach.is_whole,
        "property_ids": list(reach.property_ids), "account_ids": list(reach.account_ids),
    }  # fmt: skip
    with transaction():
        job = papers.order_paper(
            kind=rules.REPORT_JOB, payload=payload, token=uuid.UUID(form.token.data),
            owner_id=visitor().person_id or 0, at=clock.now(),
        )  # fmt: skip
    return redirect(url_for("jobs.job_page", public_id=job.public_id))


@blueprint.get("/answers")
@allow(access.reads_answers)
def single_answers() -> str:
    """Submitted surveys one by one, for those whom the survey named to the guest."""
    page = queries.submitted(access.reading_reach(visitor()), after=request.args.get("after"))
    kept = answers.answers_of([one.id for one in page.rows])
    shown = render_template(
        "surveys/results/answers.html",
        rows=[(one, answer_words.said(one, kept[one.id], locale=locale_code())) for one in page.rows],
        first_url=first_url(),
        next_url=next_url(page),
    )
    viewer_id, seen = visitor().person_id or 0, [one.person_id for one in page.rows]
    with transaction():
        audit.record_sights(viewer_id=viewer_id, subject_ids=seen, page="answers", at=clock.now())
    return shown


def navigation(asking: Visitor) -> list[NavigationLink]:
    """The way to the results."""
    if not access.sees_results(asking):
        return []
    return [NavigationLink("results.results", _("Surveys"), 44, ("results.",))]


def _period() -> tuple[Period, list[tuple[str, str, bool]]]:
    """The period of the address, and what else can be chosen."""
    found = rules.periods(_today())
    asked = request.values.get("period", "")
    period = next((one for one in found if one.code == asked), found[0])
    return period, [(one.code, words.period_name(one), one is period) for one in found]


def _results(period: Period) -> tuple[Results, dict[str, Any]]:
    found = queries.counted(access.reach(visitor()), period, today=_today(), zone=hotel.house_zone())
    names = {house.id: in_language(house.name, locale_code()) for house in hotel.properties()}
    return found, {names[one]: index for one, index in sorted(found.by_hotel.items())}


def _today() -> date:
    return local_date(clock.now(), hotel.house_zone())


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
