"""The rates of a company's contract: the list, a new one, one rate and how it went."""

import uuid
from collections.abc import Iterable, Iterator
from decimal import Decimal

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.clock import local_date
from portal.database import transaction
from portal.documents import exports, tables
from portal.documents.exports import Export
from portal.hotel import queries as hotel
from portal.programme.companies import views as companies
from portal.programme.contracts import access, actions, queries, rules, words
from portal.programme.contracts.forms import EndForm, RateForm, WordForm
from portal.programme.contracts.models import ContractRate
from portal.programme.rules import Refusal
from portal.web.gate import Visitor, allow, visitor
from portal.web.pages import locale_code
from portal.web.paging import every_row, first_url, next_url
from portal.web.registries import Waiting

blueprint = Blueprint("contracts", __name__)

Answered = str | WerkzeugResponse | tuple[str, int]
UNPROCESSABLE = 422


@blueprint.get("/accounts/<uuid:account_id>/contract")
@allow(access.reads_rates)
def rates(account_id: uuid.UUID) -> str:
    """The rates of a company, those that began last first."""
    account = access.account_for(visitor(), account_id)
    reach = access.reading_reach(visitor())
    page = queries.rates_of(reach, account.id, after=request.args.get("after"))
    return render_template(
        "programme/contracts/rates.html",
        account=account,
        tabs=companies.tabs(account, "contracts.rates"),
        rates=(shown := list(_with_states(page.rows))),
        finding=words.finding([state for _rate, state in shown]),
        states=words.STATES,
        tags=words.TAGS,
        may_ask=access.asks_for(visitor(), account),
        next_url=next_url(page),
        first_url=first_url(),
        exports=exports.urls("contracts.rates_file", account_id=account.public_id),
    )


@blueprint.get("/accounts/<uuid:account_id>/contract.<any(csv, xlsx):form>")
@allow(access.reads_rates)
def rates_file(account_id: uuid.UUID, form: str) -> Response:
    """The same rates as a file."""
    account = access.account_for(visitor(), account_id)
    header = [_("Hotel"), _("Kind of room"), _("Net rate a night"), _("Currency"), _("First night")]
    header += [_("Last night"), _("Number of the contract"), _("State")]
    reach = access.reading_reach(visitor())
    found = every_row(
        lambda after: queries.rates_of(reach, account.id, after=after, limit=queries.ROWS_AT_ONCE)
    )
    rows: Iterator[list[tables.Cell]] = (
        [
            rate.house.code, rate.room_kind, Decimal(rate.night_cents).scaleb(-2), rate.house.currency,
            rate.begins_on, rate.last_on, rate.contract, str(words.STATES[state]),
        ]
        for rate, state in _with_states(found)
    )  # fmt: skip
    title = f"{_('Contract')}: {account.name}"
    return exports.answer(Export("contract", title, header, rows), form)


@blueprint.route("/accounts/<uuid:account_id>/contract/new", methods=["GET", "POST"])
@allow(access.asks_rates)
def ask(account_id: uuid.UUID) -> Answered:
    """Ask another to agree to a rate."""
    account, form = access.account_for(visitor(), account_id, asks=True), RateForm()
    houses = hotel.properties()
    form.fit(houses, locale=locale_code())
    if form.validate_on_submit():
        try:
            with transaction():
                asked = actions.ask_rate(
                    token=uuid.UUID(form.token.data), account_id=account.id, terms=form.terms(houses),
                    by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(_("Asked. Another person has to agree before it holds."), "warn")
            return redirect(url_for("contracts.rate", rate_id=asked.public_id))
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal))
    page = render_template("programme/contracts/ask.html", form=form, account=account)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.get("/contracts/<uuid:rate_id>")
@allow(access.reads_rates)
def rate(rate_id: uuid.UUID) -> str:
    """One rate: what it is, and who said what to it."""
    return _rate_page(rate_id)


@blueprint.post("/contracts/<uuid:rate_id>/decision")
@allow(access.decides_rates)
def decide(rate_id: uuid.UUID) -> Answered:
    """Agree, or decline with a reason."""
    form = WordForm()
    if form.validate_on_submit():
        try:
            with transaction():
                actions.decide(
                    public_id=rate_id, reach=access.deciding_reach(visitor()),
                    agrees=request.form.get("answer") == "yes", words=(form.words.data or "").strip(),
                    by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            return redirect(url_for("contracts.rate", rate_id=rate_id))
        except rules.NoSuchRate:
            abort(404)
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal))
    return _rate_page(rate_id, word_form=form), UNPROCESSABLE


@blueprint.post("/contracts/<uuid:rate_id>/withdrawal")
@allow(access.asks_rates)
def withdraw(rate_id: uuid.UUID) -> WerkzeugResponse:
    """Take one's own wish back while it waits."""
    try:
        with transaction():
            actions.withdraw(
                public_id=rate_id, reach=access.asking_reach(visitor()),
                by_id=visitor().person_id or 0, at=clock.now(),
            )  # fmt: skip
    except rules.NoSuchRate:
        abort(404)
    except Refusal as refusal:
        flash(words.refused(refusal), "bad")
    return redirect(url_for("contracts.rate", rate_id=rate_id))


@blueprint.post("/contracts/<uuid:rate_id>/end")
@allow(access.asks_rates)
def end(rate_id: uuid.UUID) -> Answered:
    """Ask another to let a rate end earlier than agreed, for a reason."""
    form = EndForm()
    if form.validate_on_submit():
        try:
            with transaction():
                actions.ask_end(
                    public_id=rate_id, reach=access.asking_reach(visitor()), end=form.end(),
                    by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(_("Asked. The rate holds until another person has agreed to its end."), "warn")
            return redirect(url_for("contracts.rate", rate_id=rate_id))
        except rules.NoSuchRate:
            abort(404)
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal))
    return _rate_page(rate_id, end_form=form), UNPROCESSABLE


@blueprint.post("/contracts/ends/<uuid:wish_id>/decision")
@allow(access.decides_rates)
def decide_end(wish_id: uuid.UUID) -> Answered:
    """Agree to an early end, or decline it with a reason."""
    form, reach = WordForm(), access.deciding_reach(visitor())
    rate_id = access.end_wish_for(reach, wish_id).rate.public_id
    if form.validate_on_submit():
        try:
            with transaction():
                actions.decide_end(
                    public_id=wish_id, reach=reach, agrees=request.form.get("answer") == "yes",
                    words=(form.words.data or "").strip(), by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            return redirect(url_for("contracts.rate", rate_id=rate_id))
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal))
    return _rate_page(rate_id, word_form=form), UNPROCESSABLE


@blueprint.post("/contracts/ends/<uuid:wish_id>/withdrawal")
@allow(access.asks_rates)
def withdraw_end(wish_id: uuid.UUID) -> WerkzeugResponse:
    """Take back one's own wish for an end while it waits."""
    reach = access.asking_reach(visitor())
    rate_id = access.end_wish_for(reach, wish_id).rate.public_id
    try:
        with transaction():
            actions.withdraw_end(
                public_id=wish_id, reach=reach, by_id=visitor().person_id or 0, at=clock.now()
            )
    except Refusal as refusal:
        flash(words.refused(refusal), "bad")
    return redirect(url_for("contracts.rate", rate_id=rate_id))


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """Rates, and early ends of rates, that wait for the visitor's word."""
    if not access.decides_rates(asking):
        return []
    reach, me, at = access.deciding_reach(asking), asking.person_id or 0, clock.now()
    found = queries.waiting_for(reach, person_id=me, at=at, limit=limit)
    ends = queries.ends_waiting_for(reach, person_id=me, at=at, limit=limit)
    return [
        Waiting(
            title=words.headline(each.rate),
            detail=_("Somebody asks you to let the rate of a contract end early."),
            url=url_for("contracts.rate", rate_id=each.rate.public_id),
            since=each.asked_at,
        )
        for each in ends
    ] + [
        Waiting(
            title=words.headline(each),
            detail=_("Somebody asks you to agree to the rate of a contract."),
            url=url_for("contracts.rate", rate_id=each.public_id),
            since=each.asked_at,
        )
        for each in found
    ]


def _with_states(found: Iterable[ContractRate]) -> Iterator[tuple[ContractRate, rules.RateState]]:
    at, zone = clock.now(), hotel.house_zone()
    for each in found:
        yield each, rules.state_of(each, today=local_date(at, zone), at=at)


def _rate_page(
    rate_id: uuid.UUID, *, word_form: WordForm | None = None, end_form: EndForm | None = None
) -> str:
    found, at, me = access.rate_for(visitor(), rate_id), clock.now(), visitor().person_id
    state = rules.state_of(found, today=local_date(at, found.house.zone), at=at)
    is_open, is_agreed = state is rules.RateState.WAITING, found.outcome == "agreed"
    names, may_ask = access.is_hotel(visitor()), access.asks_for(visitor(), found.account)
    wishes = queries.end_wishes_of(found.id) if names else []
    ending = next((wish for wish in wishes if rules.waits(wish, at=at)), None)
    may_decide = access.may_decide(visitor(), found)
    return render_template(
        "programme/contracts/rate.html",
        rate=found, state=state, states=words.STATES, tags=words.TAGS, headline=words.headline(found),
        timeline=words.timeline(found, wishes, state=state, at=at, names=names), ending=ending,
        form=word_form or end_form, word_form=word_form or WordForm(), end_form=end_form or EndForm(),
        may_decide=is_open and me != found.by_id and may_decide,
        may_withdraw=is_open and me == found.by_id and may_ask,
        may_end=is_agreed and may_ask and not (found.end or ending) and state is not rules.RateState.OVER,
        may_decide_end=ending is not None and me != ending.by_id and may_decide,
        may_withdraw_end=ending is not None and me == ending.by_id and may_ask,
    )  # fmt: skip
