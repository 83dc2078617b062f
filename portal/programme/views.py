"""Accounts, their points and where they stand: the same pages for the company and for the hotel."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.accounts import access as accounts_access
from portal.accounts import queries as accounts
from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.database import transaction
from portal.documents import exports, tables
from portal.documents.exports import Export
from portal.hotel import queries as hotel
from portal.people.models import Person
from portal.people.words import ROLE_NAMES
from portal.programme import access, words
from portal.programme.chain.rules import Bucket
from portal.programme.companies import views as companies
from portal.programme.credits import access as credits_access
from portal.programme.credits import views as credits_views
from portal.programme.folios import views as folios
from portal.programme.forms import AccountFilterForm
from portal.programme.ledger import queries as ledger
from portal.programme.movements import queries as movements
from portal.programme.movements.queries import MovementFilter
from portal.programme.opening import views as opening_views
from portal.programme.outlook import queries as outlook
from portal.programme.outlook import words as outlook_words
from portal.programme.overview import queries as overview
from portal.programme.overview.queries import AccountFilter
from portal.programme.redemption import queries as redemption
from portal.programme.sheets import queries as sheets
from portal.programme.sheets import words as sheet_words
from portal.programme.sheets.queries import Sheet
from portal.programme.standing import queries as standings
from portal.programme.tiers import words as names
from portal.stays.words import STATUSES
from portal.web.gate import Visitor, allow, visitor
from portal.web.paging import every_row, first_url, next_url
from portal.web.registries import Found, NavigationLink

blueprint = Blueprint("programme", __name__)
ROWS_AT_ONCE = 1_000
REVIEWS_SHOWN = 12
MOST_DIGITS = 9
LOT_STATES = (Bucket.PENDING, Bucket.ACTIVE, Bucket.HELD)
SIGHT = "programme.account"
SECTIONS = (
    "programme.", "contracts.", "nights.", "applications.", "admission.", "families.", "agreements.account",
    "reviews.",
)  # fmt: skip


@blueprint.get("/accounts")
@allow(access.reads_accounts)
def list_accounts() -> str:
    """The companies that are the visitor's to read, with their tiers and points."""
    form = AccountFilterForm(request.args)
    only = _filter(form)
    page, tiers = overview.accounts(only, after=request.args.get("after")), names.today()
    return render_template(
        "programme/accounts.html",
        form=form,
        only=only,
        accounts=page.rows,
        tabs=_tier_tabs(only),
        tiers=tiers,
        sorts=words.SORTS,
        first_url=first_url(),
        next_url=next_url(page),
        exports=exports.urls("programme.accounts_file"),
    )


@blueprint.get("/accounts.<any(csv, xlsx):form>")
@allow(access.reads_accounts)
def accounts_file(form: str) -> Response:
    """The same companies as a file."""
    only, tiers = _filter(AccountFilterForm(request.args)), names.today()
    found = every_row(lambda after: overview.accounts(only, after=after, limit=ROWS_AT_ONCE))
    header = [_("Company"), _("Country"), _("Tier"), _("Active"), _("Pending"), _("As of")]
    rows: Iterator[list[tables.Cell]] = (
        [line.name, line.country, str(tiers[line.tier]), line.active, line.pending, line.as_of]
        for line in found
    )
    return exports.answer(
        Export("accounts", _("Accounts"), header, rows, _accounts_narrowed(only, tiers)), form
    )


@blueprint.get("/accounts/<uuid:account_id>")
@allow(access.reads_accounts)
def account(account_id: uuid.UUID) -> str:
    """One company as the hotel sees it. That its people were looked at is recorded."""
    found = access.account_for(visitor(), account_id)
    people = accounts.people_of(found.id).rows
    view = standings.standing_of(found.id)
    answer = render_template(
        "programme/account.html",
        **_frame(found, "account", names.under(view.rules, view.versions)),
        standing=view,
        balance=ledger.balance_of(found.id),
        totals=overview.stay_totals(found.id),
        stays=overview.latest_stays(found.id),
        statuses=STATUSES,
        codes=[(code.source, code.code) for code in found.codes],
        country=_country(found.country),
        people=[(person, _roles_within(person, found)) for person in people],
        may_give=credits_access.gives_credits(visitor()),
    )
    _record_looks(people)
    return answer


@blueprint.get("/points")
@allow(access.has_own_points)
def my_points() -> WerkzeugResponse:
    """The points of the company that the visitor acts for."""
    own = accounts_access.acting_account(visitor())
    return redirect(url_for("programme.points", account_id=own.public_id))


@blueprint.get("/accounts/<uuid:account_id>/points")
@allow(access.reads_points)
def points(account_id: uuid.UUID) -> str:
    """What the company has, what expires when, and every movement with its reason."""
    found, only = access.account_for(visitor(), account_id), _narrowed()
    frame, balance = _frame(found, "points"), ledger.balance_of(found.id)
    page = movements.movements(found.id, zone=frame["zone"], only=only, after=request.args.get("after"))
    return render_template(
        "programme/points.html",
        **frame,
        balance=balance,
        worth_cents=balance.active * redemption.point_cents_today(),
        expiries=ledger.expiries_of(found.id),
        movements=page.rows,
        only=only,
        total=movements.total(found.id, only, balance),
        exports=exports.urls("programme.points_file", account_id=found.public_id),
        first_url=first_url(),
        next_url=next_url(page),
    )


@blueprint.get("/accounts/<uuid:account_id>/points.<any(csv, xlsx):form>")
@allow(access.reads_points)
def points_file(account_id: uuid.UUID, form: str) -> Response:
    """The movements as a file, from the first one on; or those that the page is narrowed to."""
    found, only = access.account_for(visitor(), account_id), _narrowed()
    header = [_("Number"), _("Day"), _("Movement"), _("About"), _("Change")]
    header += [str(words.BUCKETS[bucket]) for bucket in movements.SHOWN] + [_("Seal")]
    rows: Iterator[list[tables.Cell]] = (
        [
            line.entry.seq,
            line.day,
            str(words.KINDS[line.entry.kind]),
            line.entry.reference,
            only.change(line.entry),
            *(line.by_bucket.get(bucket, 0) for bucket in movements.SHOWN),
            line.entry.hash,
        ]
        for line in movements.every_movement(found.id, zone=hotel.house_zone(), only=only)
    )
    return exports.answer(Export("points", f"{_('Points')}: {found.name}", header, rows), form)


@blueprint.get("/accounts/<uuid:account_id>/lots")
@allow(access.reads_points)
def lots(account_id: uuid.UUID) -> str:
    """The lots that still hold points, from the one that expires first."""
    found, day = access.account_for(visitor(), account_id), _last_day()
    page = ledger.living_lots(found.id, request.args.get("after"), last_day=day)
    return render_template(
        "programme/lots.html",
        **_frame(found, "lots"),
        lots=page.rows,
        last_day=day,
        expiring=ledger.next_expiry(found.id),
        exports=exports.urls("programme.lots_file", account_id=found.public_id),
        first_url=first_url(),
        next_url=next_url(page),
    )


@blueprint.get("/accounts/<uuid:account_id>/lots.<any(csv, xlsx):form>")
@allow(access.reads_points)
def lots_file(account_id: uuid.UUID, form: str) -> Response:
    """The same lots as a file."""
    found, day = access.account_for(visitor(), account_id), _last_day()
    lots = every_row(lambda after: ledger.living_lots(found.id, after, ROWS_AT_ONCE, last_day=day))
    header = [_("Lot"), _("Earned on"), _("Can be spent from"), _("Last day"), _("Issued")]
    header += [str(words.BUCKETS[state]) for state in LOT_STATES]
    rows: Iterator[list[tables.Cell]] = (
        [
            lot.id, lot.earned_on, lot.activates_on, lot.expires_on, lot.issued,
            *(getattr(lot, state.value) for state in LOT_STATES),
        ]
        for lot in lots
    )  # fmt: skip
    return exports.answer(Export("lots", f"{_('Lots')}: {found.name}", header, rows), form)


@blueprint.get("/accounts/<uuid:account_id>/standing")
@allow(access.reads_points)
def standing(account_id: uuid.UUID) -> str:
    """Which tier the company has, what it lacks for the next, and how it came here."""
    found = access.account_for(visitor(), account_id)
    reviews = standings.reviews_of(found.id, request.args.get("after"), REVIEWS_SHOWN)
    view = standings.standing_of(found.id)
    return render_template(
        "programme/standing.html",
        tiers_on=names.by_day(view.versions),
        **_frame(found, "standing", names.under(view.rules, view.versions)),
        standing=view,
        forecasts=outlook.forecasts(view),
        forecast_words=outlook_words.OUTCOMES,
        changes=standings.changes_of(found.id),
        reviews=reviews.rows,
        outcomes=words.OUTCOMES,
        first_url=first_url(),
        next_url=next_url(reviews),
    )


@blueprint.get("/accounts/<uuid:account_id>/why/standing", defaults={"kind": "standing", "number": 0})
@blueprint.get("/accounts/<uuid:account_id>/why/<kind>/<int(max=999999999):number>")
@allow(access.reads_points)
def why(account_id: uuid.UUID, kind: str, number: int) -> str:
    """How one figure came about, and that it comes out the same when it is done again."""
    found = access.account_for(visitor(), account_id)
    frame = _frame(found, "why")
    sheet = sheets.sheet(found.id, kind, number, zone=frame["zone"])
    if sheet is None:
        abort(404)
    return render_template(
        "programme/why.html",
        **frame,
        sheet=sheet,
        parts=sheet_words.parts(sheet.derivations),
        place=sheet_words.place(sheet.movement) if sheet.movement is not None else [],
        title=sheet_words.title(sheet),
        tier_name=sheet_words.tier_of(sheet),
        pdf_url=url_for("sheets.sheet", account_id=found.public_id, kind=kind, number=number),
        **_behind(found, sheet, number),
    )


def navigation(person: Visitor) -> list[NavigationLink]:
    """The way to companies for the hotel, to the points for a company."""
    found = []
    if access.reads_accounts(person):
        found.append(NavigationLink("programme.list_accounts", _("Companies"), 15, SECTIONS))
    elif access.has_own_points(person) and not accounts_access.administers(person):
        # Whoever runs the account comes to the points by way of the company.
        found.append(NavigationLink("programme.my_points", _("Points"), 45, SECTIONS))
    return found


def home(person: Visitor) -> str | None:
    return "programme.list_accounts" if access.reads_accounts(person) else None


def find(person: Visitor, query: str, limit: int) -> list[Found]:
    """Companies by name or code, for the hotel's search."""
    if not access.reads_accounts(person):
        return []
    page = overview.accounts(AccountFilter(access.reach(person), text=query), limit=limit)
    tiers = names.today() if page.rows else {}
    return [
        Found(
            _("Company"),
            line.name,
            str(tiers[line.tier]),
            url_for("programme.account", account_id=line.public_id),
        )
        for line in page.rows
    ]


def _filter(form: AccountFilterForm) -> AccountFilter:
    # What is not one of ours in the address is as good as absent.
    is_fit = form.validate()
    tier = request.args.get("tier", "")
    return AccountFilter(
        reach=access.reach(visitor()),
        text=(form.q.data or "").strip() if is_fit else "",
        tier=tier if tier in names.today() else "",
        sort=form.sort.data if is_fit and form.sort.data else "name",
    )


def _accounts_narrowed(only: AccountFilter, tiers: Mapping[str, Any]) -> list[str]:
    """What the list is narrowed to and how it is sorted, for the head of its file."""
    said = [f"{_('Search')}: {only.text}"] if only.text else []
    if only.tier:
        said.append(f"{_('Tier')}: {tiers[only.tier]}")
    return [*said, str(words.SORTS[only.sort])]


def _arguments() -> Mapping[str, Any]:
    return {name: value for name, value in request.args.items() if name in {"q", "tier", "sort"}}


def _tier_tabs(only: AccountFilter) -> list[dict[str, Any]]:
    counts = overview.tier_counts(only)
    kept = {name: value for name, value in _arguments().items() if name != "tier"}
    every = {"label": _("All"), "count": sum(counts.values()), "current": not only.tier}
    tabs = [{**every, "url": url_for("programme.list_accounts", **kept)}]
    for code, name in names.listed(counts).items():
        url = url_for("programme.list_accounts", tier=code, **kept)
        tabs.append({"url": url, "label": name, "count": counts.get(code, 0), "current": only.tier == code})
    return tabs


def _behind(account: Account, sheet: Sheet, number: int) -> dict[str, str | None]:
    """Where what a sheet is about opens: a bill or an order, or the stays of a count."""
    if sheet.movement is not None:
        source, reference = folios.source_url(account, sheet.movement), sheet.movement.entry.reference
        return {
            "source_url": source or credits_views.request_url(reference) or opening_views.file_url(reference),
            "window_url": None,
        }
    url = url_for("windows.window", account_id=account.public_id, kind=sheet.kind, number=number)
    return {"source_url": None, "window_url": url}


def _narrowed() -> MovementFilter:
    # Issued is the other side of everything: nothing is narrowed down by it.
    states = {bucket.value: bucket for bucket in movements.SHOWN}
    return MovementFilter(
        bucket=states.get(request.args.get("state", "")), lot=_number("lot"), upto=_number("upto")
    )


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


def _last_day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None


def _frame(account: Account, current: str, tiers: names.TierNames | None = None) -> dict[str, Any]:
    """What every page of an account knows."""
    return {
        "account": account,
        "tabs": companies.tabs(account, f"programme.{current}"),
        "tiers": tiers if tiers is not None else names.today(),
        "kinds": words.KINDS,
        "reasons": words.REASONS,
        "buckets": words.BUCKETS,
        "zone": hotel.house_zone(),
    }


def _roles_within(person: Person, account: Account) -> list[str]:
    return [
        str(ROLE_NAMES[grant.role])
        for grant in person.grants
        if grant.account_id == account.id and grant.ended_at is None
    ]


def _country(code: str) -> str:
    locale = get_locale()
    name = locale.territories.get(code) if locale is not None else None
    return str(name or code)


def _record_looks(people: Sequence[Person]) -> None:
    ids, viewer_id = [person.id for person in people], visitor().person_id or 0
    with transaction():
        audit.record_sights(viewer_id=viewer_id, subject_ids=ids, page=SIGHT, at=clock.now())
