"""Quotes: the list, one quote and its paper; accepted, withdrawn, offered by the house."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.accounts import access as accounts
from portal.audit import actions as audit
from portal.clock import local_date
from portal.corporate.bookings import words as booking_words
from portal.corporate.bookings.rules import BookingOfOthers, Wanted
from portal.corporate.bundles import queries as bundles
from portal.corporate.bundles import rules as orders
from portal.corporate.bundles import words as bundle_words
from portal.corporate.limits import queries as limits
from portal.corporate.quotes import access, actions, emails, queries, rules, words
from portal.corporate.quotes.forms import AcceptForm, AnswerForm, FilterForm, OfferForm
from portal.corporate.quotes.models import PriceQuote, QuoteState
from portal.corporate.quotes.queries import Tab
from portal.corporate.receipts import words as receipt_words
from portal.database import transaction
from portal.documents import exports
from portal.documents.exports import Export
from portal.documents.tables import Cell
from portal.documents.workbooks import money
from portal.hotel import queries as hotel
from portal.programme.rules import Refusal
from portal.web.formats import until
from portal.web.gate import Visitor, allow, visitor
from portal.web.limits import PAPER, limiter
from portal.web.pages import locale_code
from portal.web.paging import every_row, first_url, next_url
from portal.web.registries import Found, Waiting
from portal.web.texts import in_language

blueprint = Blueprint("quotes", __name__, url_prefix="/corporate/quotes")

Answer = str | WerkzeugResponse | tuple[str, int]
UNPROCESSABLE = 422
ROWS_AT_ONCE = 1_000


@blueprint.get("")
@allow(access.sees_quotes)
def quotes() -> str:
    """The quotes of the company, or of the companies in one's charge."""
    at, seen, tab, form = clock.now(), access.reach(visitor()), _tab(), FilterForm(request.args)
    text = _text()
    page = queries.quotes(seen, tab=tab, at=at, text=text, after=request.args.get("after"))
    counts = queries.counts(seen, at=at, text=text)
    answer = render_template(
        "corporate/quotes/quotes.html",
        quotes=[(each, each.state_at(at)) for each in page.rows],
        is_client=accounts.books(visitor()), may_offer=access.offers_quotes(visitor()),
        total=counts[Tab.ALL], open=counts[Tab.OPEN], tabs=_tabs(counts, tab, text),
        filters=form, text=text, tab=tab.value,
        said=ngettext("%(num)s quote, latest first", "%(num)s quotes, latest first", counts[tab]),
        first_url=first_url(), next_url=next_url(page), words=words,
        exports=exports.urls("quotes.quotes_file"),
    )  # fmt: skip
    _record_looks([each.by_id for each in page.rows])
    return answer


@blueprint.get("/quotes.<any(csv, xlsx):form>")
@allow(access.sees_quotes)
def quotes_file(form: str) -> Response:
    """The same quotes as a file."""
    at, tab, text = clock.now(), _tab(), _text()
    # Before the answer leaves: what streams cannot write.
    _record_looks([each.by_id for each in _every(tab, text, at)])
    header = [_("Quote"), _("Title"), _("Day"), _("Hotel"), _("Bill"), _("Currency"), _("Valid until")]
    header.append(_("State"))
    rows: Iterator[list[Cell]] = (_cells(each, at) for each in _every(tab, text, at))
    said = [str(words.TABS[tab]), *([f"{_('Search')}: {text}"] if text else [])]
    return exports.answer(Export("quotes", _("Quotes"), header, rows, said), form)


@blueprint.get("/<uuid:quote_id>")
@allow(access.sees_quotes)
def quote(quote_id: uuid.UUID) -> str:
    """One quote: its lines, its price and why, until when it holds."""
    return _page(_found(quote_id), None)


@blueprint.get("/<uuid:quote_id>/quote.pdf")
@allow(access.sees_quotes)
@limiter.limit(PAPER)
def paper(quote_id: uuid.UUID) -> Response:
    """The quote on paper, in the reader's language."""
    found = _found(quote_id)
    content = emails.paper(found, locale=locale_code())
    headers = {"Content-Disposition": f'attachment; filename="quote-{found.number}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


@blueprint.post("/<uuid:quote_id>/acceptance")
@allow(accounts.books)
def accept(quote_id: uuid.UUID) -> Answer:
    """Book what was quoted, at its price."""
    account, form = accounts.acting_account(visitor()), AcceptForm()
    form.fit(limits.cost_centres(account.id))
    if not form.validate():
        return _page(_found(quote_id), form), UNPROCESSABLE
    try:
        with transaction():
            zone = _found(quote_id).property.zone
            booking = actions.accept_quote(
                public_id=quote_id, account_id=account.id, cost_centre_id=form.centre_id(),
                begins_at=form.begin(zone), by_id=visitor().person_id or 0, at=clock.now(),
            )  # fmt: skip
        flash(*booking_words.made(booking))
        return redirect(url_for("bookings.booking", booking_id=booking.public_id))
    except (rules.QuoteOfOthers, BookingOfOthers):
        abort(404)
    except Refusal as refusal:
        return _refused(_found(quote_id), refusal, form)


@blueprint.post("/<uuid:quote_id>/withdrawal")
@allow(access.withdraws_quotes)
def withdraw(quote_id: uuid.UUID) -> Answer:
    """Take a quote back."""
    try:
        with transaction():
            actions.withdraw_quote(
                public_id=quote_id, reach=access.own_reach(visitor()), by_id=visitor().person_id or 0,
                at=clock.now(),
            )  # fmt: skip
        flash(_("The quote is withdrawn."), "ok")
        return redirect(url_for("quotes.quote", quote_id=quote_id))
    except rules.QuoteOfOthers:
        abort(404)
    except Refusal as refusal:
        found = _found(quote_id)
        return _refused(found, refusal)


@blueprint.route("/new", methods=["GET", "POST"])
@allow(access.offers_quotes)
def offer() -> Answer:
    """The account manager quotes a ready bundle for a company in their charge."""
    form = OfferForm()
    if not form.is_submitted():
        form.token.data, form.company.data = str(uuid.uuid4()), request.args.get("company")
        form.day.data = _in_two_weeks()
    _offer_choices(form)
    if form.validate_on_submit():
        try:
            with transaction():
                made = _quote(form)
            flash(_("The quote is made, and the company has a letter."), "ok")
            return redirect(url_for("quotes.quote", quote_id=made.public_id))
        except rules.QuoteOfOthers:
            abort(404)
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal, zone=hotel.house_zone()))
    page = render_template("corporate/quotes/offer.html", form=form)
    return (page, UNPROCESSABLE) if form.errors else page


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """Quotes that the house made for the company and that nobody has answered."""
    account_id = accounts.acting_account_id(asking) if accounts.books(asking) else None
    if account_id is None:
        return []
    return [
        Waiting(
            title=_("Answer a quote: %(title)s", title=in_language(each.title, locale_code())),
            detail=_("Valid until %(when)s.", when=until(each.valid_until, each.property.zone)),
            url=url_for("quotes.quote", quote_id=each.public_id),
            since=each.issued_at,
        )
        for each in queries.to_answer(account_id, at=clock.now(), limit=limit)
    ]


def find(asking: Visitor, text: str, limit: int) -> list[Found]:
    """For the search of the top bar."""
    if not access.sees_quotes(asking):
        return []
    found = queries.quotes(access.reach(asking), tab=Tab.ALL, at=clock.now(), text=text, limit=limit)
    return [
        Found(
            kind=_("Quote"),
            title=in_language(each.title, locale_code()),
            detail=f"{each.spoken_number} · {each.account.name}",
            url=url_for("quotes.quote", quote_id=each.public_id),
        )
        for each in found.rows
    ]


def _tab() -> Tab:
    return Tab(request.args["tab"]) if request.args.get("tab") in set(Tab) else Tab.OPEN


def _text() -> str:
    """What the list is searched for, as the address says."""
    form = FilterForm(request.args)
    return (form.q.data or "").strip() if form.validate() else ""


def _every(tab: Tab, text: str, at: datetime) -> Iterator[PriceQuote]:
    seen = access.reach(visitor())
    return every_row(
        lambda after: queries.quotes(seen, tab=tab, at=at, text=text, after=after, limit=ROWS_AT_ONCE)
    )


def _cells(each: PriceQuote, at: datetime) -> list[Cell]:
    return [
        each.number, in_language(each.title, locale_code()), each.service_date, each.property.code,
        money(each.bill_cents), each.currency, exports.local(each.valid_until, each.property.zone),
        str(words.STATES[each.state_at(at)]),
    ]  # fmt: skip


def _in_two_weeks() -> date:
    today = local_date(clock.now(), hotel.house_zone())
    return orders.next_working_day(today + timedelta(days=14))


def _tabs(counts: dict[Tab, int], chosen: Tab, text: str) -> list[dict[str, Any]]:
    return [
        {
            "url": url_for("quotes.quotes", tab=tab.value, q=text or None),
            "label": words.TABS[tab],
            "count": number,
            "current": tab is chosen,
        }
        for tab, number in counts.items()
    ]


def _quote(form: OfferForm) -> PriceQuote:
    """Quote what the form asks for, with everything that counts loaded in this transaction."""
    house = hotel.property_by_code(form.hotel.data) or abort(404)
    bundle = bundles.bundle_by_public_id(uuid.UUID(form.bundle.data)) or abort(404)
    managed = queries.managed_by(visitor().person_id or 0)
    company = next((each for each in managed if str(each.public_id) == form.company.data), None)
    order = orders.order_of_bundle(
        bundles.ready_lines(bundle.lines),
        day=form.day.data or abort(400),
        starts=form.starts.data or abort(400),
        headcount=form.headcount.data or 1,
    )
    title, note = (form.title.data or "").strip(), (form.note.data or "").strip()
    return actions.quote_order(
        token=uuid.UUID(form.token.data or ""),
        account_id=(company or abort(404)).id,
        wanted=Wanted(house, order, bundle=bundle, title=title, note=note),
        is_from_house=True,
        by_id=visitor().person_id or 0,
        at=clock.now(),
    )


def _offer_choices(form: OfferForm) -> None:
    locale = locale_code()
    form.company.choices = [
        (str(each.public_id), each.name) for each in queries.managed_by(visitor().person_id or 0)
    ]
    form.bundle.choices = [
        (str(each.public_id), in_language(each.name, locale)) for each in bundles.offered_bundles()
    ]
    form.hotel.choices = [(each.code, in_language(each.name, locale)) for each in hotel.properties()]


def _found(quote_id: uuid.UUID) -> PriceQuote:
    return queries.quote_for(access.reach(visitor()), quote_id) or abort(404)


def _refused(found: PriceQuote, refusal: Refusal, form: FlaskForm | None = None) -> Answer:
    form = form if form is not None else AnswerForm()
    zone = found.property.zone
    form.form_errors.append(words.refused(refusal, zone=zone))
    return _page(found, form, words.other_times(refusal, zone=zone)), UNPROCESSABLE


def _page(found: PriceQuote, form: FlaskForm | None, instead: Sequence[tuple[str, str]] = ()) -> str:
    state, own = found.state_at(clock.now()), accounts.acting_account_id(visitor())
    is_own = accounts.books(visitor()) and found.account_id == own
    accepting = form if isinstance(form, AcceptForm) else AcceptForm()
    if is_own and form is not accepting:
        accepting.fit(limits.cost_centres(found.account_id))
    page = render_template(
        "corporate/quotes/quote.html",
        quote=found,
        state=state,
        shown=queries.receipt_of(found),
        zone=found.property.zone,
        code=rules.check_code(found),
        form=form,
        accepting=accepting,
        instead=instead,
        may_accept=is_own and state is QuoteState.OPEN,
        may_copy=is_own,
        may_withdraw=state is QuoteState.OPEN and (is_own or found.account.manager_id == visitor().person_id),
        words=words,
        **_words(),
    )
    _record_looks([found.by_id])
    return page


def _words() -> dict[str, Any]:
    return {"amount": bundle_words.amount, "discount_name": receipt_words.discount_name}


def _record_looks(people: list[int]) -> None:
    with transaction():
        audit.record_sights(
            viewer_id=visitor().person_id or 0, subject_ids=people, page="quotes.quote", at=clock.now()
        )
