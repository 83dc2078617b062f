"""A company's first page, its stays, and the choice of the company to act for."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.accounts import access as accounts_access
from portal.accounts import queries as accounts
from portal.clock import local_date, local_midnight
from portal.corporate.agreements import queries as agreements
from portal.corporate.agreements import words as agreement_words
from portal.corporate.bookings.queries import Reach
from portal.corporate.budgets import queries as budgets
from portal.corporate.company import queries, words
from portal.corporate.company.queries import StayFilter
from portal.corporate.deadlines import views as deadlines
from portal.corporate.limits.words import SCOPES
from portal.corporate.passes import queries as passes
from portal.corporate.promises import queries as promises
from portal.documents import exports, rendering, tables
from portal.documents.exports import Export
from portal.hotel import queries as hotel
from portal.people.models import CLIENT_ROLES
from portal.programme.ledger import queries as ledger
from portal.programme.rules import in_force
from portal.programme.standing import queries as standing
from portal.programme.standing.queries import StandingView
from portal.programme.tiers import words as names
from portal.stays.models import Stay, StayStatus
from portal.stays.words import STATUSES
from portal.web.gate import Visitor, allow, visitor
from portal.web.limits import PAPER, limiter
from portal.web.pages import locale_code
from portal.web.paging import every_row, first_url, next_url
from portal.web.registries import NavigationLink
from portal.web.registries import waiting as waiting_for_reader

blueprint = Blueprint("company", __name__, url_prefix="/corporate")
QUARTER = timedelta(days=90)
WAITING_SHOWN = 5
ROWS_AT_ONCE = 1_000
MOST_DIGITS = 9


@blueprint.get("/company")
@allow(accounts_access.administers)
def home() -> str:
    """What was saved, what waits, what ends soon, what was promised and delivered, and the next tier."""
    account, at, zone = accounts_access.acting_account(visitor()), clock.now(), hotel.house_zone()
    view, today = standing.standing_of(account.id), local_date(at, zone)
    expiries = ledger.expiries_of(account.id)
    return render_template(
        "corporate/company/home.html",
        account=account, standing=view,
        expiring=expiries[0] if expiries else None,
        waiting=waiting_for_reader(visitor(), limit=WAITING_SHOWN),
        deadlines=deadlines.deadlines(account, expiries=expiries, zone=zone, at=at),
        **_saved(account.id, view, today, zone),
        **_kept_lately(account.id, at),
        **_agreement(account.id, today),
        budgets=budgets.left_for(account.id, person_id=visitor().person_id or 0, day=today), scopes=SCOPES,
        bookings=queries.next_bookings(account.id, at=at),
        tiers=names.under(view.rules, view.versions),
    )  # fmt: skip


@blueprint.get("/company/certificate.pdf")
@allow(accounts_access.administers)
@limiter.limit(PAPER)
def certificate() -> Response:
    """The company's tier on paper: by which door, since when, and as of which day it was true."""
    account = accounts_access.acting_account(visitor())
    view = standing.standing_of(account.id)
    values = {
        "account": account,
        "view": view,
        "tier_name": str(names.under(view.rules, view.versions)[view.tier]),
    }
    content = rendering.pdf("documents/corporate/certificate.html", values, locale_code())
    headers = {"Content-Disposition": f'attachment; filename="certificate-{view.as_of.isoformat()}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


@blueprint.get("/stays")
@allow(accounts_access.administers)
def stays() -> str:
    """The company's stays, by status, hotel and day of arrival."""
    account, only = accounts_access.acting_account(visitor()), _filter()
    page = queries.stays(account.id, only=only, after=request.args.get("after"))
    counts = queries.stay_counts(account.id, only=only)
    return render_template(
        "corporate/company/stays.html",
        account=account,
        page_rows=page.rows,
        next_url=next_url(page),
        first_url=first_url(),
        only=only,
        houses=queries.properties(),
        statuses=STATUSES,
        tabs=_tabs(counts, only),
        exports=exports.urls("company.stays_file"),
        narrowed=words.narrowed(only),
        total=counts[only.status] if only.status else sum(counts.values()),
    )


@blueprint.get("/stays.<any(csv, xlsx):form>")
@allow(accounts_access.administers)
def stays_file(form: str) -> Response:
    """The same stays as a file."""
    account, only = accounts_access.acting_account(visitor()), _filter()
    found = every_row(lambda after: queries.stays(account.id, only=only, after=after, limit=ROWS_AT_ONCE))
    header = [_("Arrival"), _("Departure"), _("Hotel"), _("Nights"), _("Status"), _("Room revenue")]
    header.append(_("Currency"))
    title = _("Stays of %(company)s", company=account.name)
    return exports.answer(Export("stays", title, header, map(_cells, found), words.narrowed(only)), form)


@blueprint.get("/choice")
@allow(accounts_access.client)
def choose() -> str:
    """The companies that the visitor may act for."""
    own = accounts.accounts_by_ids(visitor().accounts(*CLIENT_ROLES))
    return render_template(
        "corporate/company/choose.html", accounts=own, acting_id=accounts_access.acting_account_id(visitor())
    )


@blueprint.post("/choice/<uuid:account_id>")
@allow(accounts_access.client)
def choose_account(account_id: Any) -> WerkzeugResponse:
    """Act for another company from now on."""
    account = accounts.account_by_public_id(account_id)
    if account is None or account.id not in visitor().accounts(*CLIENT_ROLES):
        abort(404)
    accounts_access.choose_account(account)
    flash(_("You now act for %(company)s.", company=account.name), "ok")
    return redirect(url_for("web.home"))


def navigation(asking: Visitor) -> list[NavigationLink]:
    """The administrator's way to the company; between companies one changes at the end of the bar."""
    if not accounts_access.administers(asking):
        return []
    return [
        NavigationLink(
            "company.home",
            _("My company"),
            10,
            ("company.", "savings.", "families.", "agreements.own", "reviews.own"),
        )
    ]


def first_screen(asking: Visitor) -> str | None:
    """Whoever runs the account begins with it."""
    return "company.home" if accounts_access.administers(asking) else None


def _saved(account_id: int, view: StandingView, today: date, zone: str) -> dict[str, Any]:
    """What was saved since New Year, and what the points in hand would pay."""
    since, balance = local_midnight(date(today.year, 1, 1), zone), ledger.balance_of(account_id)
    return {
        "year": today.year,
        "saved": queries.savings(account_id, since=since),
        "saved_by_passes": passes.savings(account_id, since=since),
        "balance": balance,
        "worth_cents": balance.active * in_force(view.versions, today).point_value_cents,
    }


def _kept_lately(account_id: int, at: datetime) -> dict[str, Any]:
    """What was promised in the last ninety days, what came of it, and what came short."""
    since = at - QUARTER
    return {
        "kept": promises.promised(Reach(account_id=account_id), since=since, until=at),
        **_broken(account_id, since, at),
    }


def _broken(account_id: int, since: datetime, until: datetime) -> dict[str, Any]:
    shown, counts = promises.broken(account_id, since=since, until=until)
    return {"broken": shown, "broken_count": counts}


def _agreement(account_id: int, today: date) -> dict[str, str]:
    state = agreements.state_of(account_id, today=today)
    return {
        "agreement_state": str(agreement_words.STATES[state]),
        "agreement_tag": agreement_words.TAGS[state],
    }


def _cells(stay: Stay) -> list[tables.Cell]:
    return [
        stay.arrival, stay.departure, stay.property.code, stay.nights,
        str(STATUSES[stay.status]), Decimal(stay.room_revenue_cents).scaleb(-2), stay.currency,
    ]  # fmt: skip


def _filter() -> StayFilter:
    status = request.args.get("status")
    return StayFilter(
        property_id=_number("hotel"),
        status=status if status in set(StayStatus) else None,
        arrival_from=_day("from"),
        arrival_to=_day("to"),
    )


def _kept(*names: str) -> dict[str, str]:
    # Only names of ours: others could mean something to `url_for`.
    return {name: value for name in names if (value := request.args.get(name))}


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _tabs(counts: dict[str, int], only: StayFilter) -> list[dict[str, Any]]:
    kept = _kept("hotel", "from", "to")
    everything = _tab(_("All"), None, sum(counts.values()), only, kept)
    shown = [status for status, number in counts.items() if number or only.status == status]
    return [everything] + [_tab(str(STATUSES[s]), s, counts[s], only, kept) for s in shown]


def _tab(
    label: str, status: str | None, count: int, only: StayFilter, kept: dict[str, str]
) -> dict[str, Any]:
    arguments = kept if status is None else {**kept, "status": status}
    url = url_for("company.stays") + (f"?{urlencode(arguments)}" if arguments else "")
    return {"url": url, "label": label, "count": count, "current": only.status == status}
