"""Families: what a parent sees of its subsidiaries, the word of each side, and the hotel's proposal."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.accounts import access as accounts_access
from portal.accounts import queries as accounts
from portal.accounts.models import Account
from portal.corporate.bookings import queries as bookings
from portal.corporate.bookings import words as booking_words
from portal.corporate.bookings.queries import BookingFilter, Reach, Tab
from portal.corporate.company import queries as company
from portal.corporate.company.queries import StayFilter
from portal.corporate.families import access, actions, queries, rules, words
from portal.corporate.families.models import FamilyLink, Side
from portal.corporate.families.queries import Member
from portal.database import transaction
from portal.documents import exports, tables
from portal.documents.exports import Export
from portal.documents.workbooks import money
from portal.hotel import queries as hotel
from portal.people.models import Role
from portal.programme.companies import views as companies
from portal.programme.ledger import queries as ledger
from portal.programme.rules import Refusal
from portal.programme.standing import queries as standing
from portal.programme.tiers import words as names
from portal.stays.words import STATUSES
from portal.web.gate import Visitor, allow, visitor
from portal.web.pages import locale_code
from portal.web.paging import every_row, first_url, next_url
from portal.web.registries import Waiting
from portal.web.texts import in_language

blueprint = Blueprint("families", __name__)

ROWS_AT_ONCE = 1_000
EVERY_STAY, EVERY_BOOKING = StayFilter(), BookingFilter(tab=Tab.ALL)


@blueprint.get("/corporate/family")
@allow(accounts_access.administers)
def family() -> str:
    """The companies below one's own, the one above, and what waits for a word."""
    account, at = accounts_access.acting_account(visitor()), clock.now()
    links = [
        (each, side := each.side_of(account.id), rules.state_for(each, side)) for each in _links(account)
    ]
    found = _members(account, at)
    return render_template(
        "corporate/families/family.html",
        account=account,
        members=found,
        sums=_sums(found),
        year=_today(at).year,
        links=links,
        words=words,
        tiers=names.today(),
        zone=hotel.house_zone(),
        exports=exports.urls("families.family_file"),
    )


@blueprint.get("/corporate/family/companies.<any(csv, xlsx):form>")
@allow(accounts_access.administers)
def family_file(form: str) -> Response:
    """The companies below one's own as a file."""
    account, at, tiers = accounts_access.acting_account(visitor()), clock.now(), names.today()
    header = [
        _("Company"), _("Level"), _("Tier"), _("Nights"), _("Room revenue"), _("Saved"), _("Points"),
        _("Coming up"),
    ]  # fmt: skip
    rows: Iterator[list[tables.Cell]] = (
        [
            each.account.name, each.level, str(tiers[each.tier]), each.nights, money(each.revenue_cents),
            money(each.saved_cents), each.active_points, each.coming,
        ]
        for each in _members(account, at)
    )  # fmt: skip
    title = _("Companies that belong to %(company)s", company=account.name)
    return exports.answer(Export("family", title, header, rows, [str(_today(at).year)]), form)


@blueprint.post("/corporate/family/links/<uuid:link_id>/agreement")
@allow(accounts_access.administers)
def agree(link_id: uuid.UUID) -> WerkzeugResponse:
    """Say yes for the company acted for."""
    account = accounts_access.acting_account(visitor())
    queries.link_of(link_id, account_id=account.id) or abort(404)
    try:
        with transaction():
            link = actions.agree(public_id=link_id, account_id=account.id, by=_me(), at=clock.now())
        said = (
            _("Agreed. The link holds.") if link.holds else _("Agreed. The other company has to agree, too.")
        )
        flash(said, "ok")
    except Refusal as refusal:
        flash(words.refused(refusal), "bad")
    return redirect(url_for("families.family"))


@blueprint.post("/corporate/family/links/<uuid:link_id>/end")
@allow(accounts_access.administers)
def end(link_id: uuid.UUID) -> WerkzeugResponse:
    """Say no, or end what held, for the company acted for."""
    account = accounts_access.acting_account(visitor())
    link = queries.link_of(link_id, account_id=account.id) or abort(404)
    _end(link, account, link.side_of(account.id))
    return redirect(url_for("families.family"))


@blueprint.get("/corporate/family/<uuid:account_id>")
@allow(accounts_access.administers)
def subsidiary(account_id: uuid.UUID) -> str:
    """A company below one's own: tier, points, stays."""
    member = _member(account_id)
    page = company.stays(member.id, only=EVERY_STAY, after=request.args.get("after"))
    return render_template(
        "corporate/families/stays.html",
        stays=page.rows,
        statuses=STATUSES,
        exports=exports.urls("families.stays_file", account_id=account_id),
        next_url=next_url(page),
        first_url=first_url(),
        **_frame(member, "families.subsidiary"),
    )


@blueprint.get("/corporate/family/<uuid:account_id>/stays.<any(csv, xlsx):form>")
@allow(accounts_access.administers)
def stays_file(account_id: uuid.UUID, form: str) -> Response:
    """Its stays as a file."""
    member = _member(account_id)
    header = [_("Arrival"), _("Departure"), _("Hotel"), _("Nights"), _("Status"), _("Room revenue")]
    found = every_row(
        lambda after: company.stays(member.id, only=EVERY_STAY, after=after, limit=ROWS_AT_ONCE)
    )
    rows: Iterator[list[tables.Cell]] = (
        [
            stay.arrival, stay.departure, stay.property.code, stay.nights, str(STATUSES[stay.status]),
            money(stay.room_revenue_cents), stay.currency,
        ]
        for stay in found
    )  # fmt: skip
    title = _("Stays of %(company)s", company=member.name)
    return exports.answer(Export("stays", title, [*header, _("Currency")], rows), form)


@blueprint.get("/corporate/family/<uuid:account_id>/bookings")
@allow(accounts_access.administers)
def subsidiary_bookings(account_id: uuid.UUID) -> str:
    """Its bookings, without the names of its people."""
    member = _member(account_id)
    reach = Reach(account_id=member.id)
    page = bookings.bookings(reach, only=EVERY_BOOKING, after=request.args.get("after"))
    return render_template(
        "corporate/families/bookings.html",
        bookings=page.rows,
        states=booking_words.STATES,
        state_tags=booking_words.STATE_TAGS,
        exports=exports.urls("families.bookings_file", account_id=account_id),
        next_url=next_url(page),
        first_url=first_url(),
        **_frame(member, "families.subsidiary_bookings"),
    )


@blueprint.get("/corporate/family/<uuid:account_id>/bookings.<any(csv, xlsx):form>")
@allow(accounts_access.administers)
def bookings_file(account_id: uuid.UUID, form: str) -> Response:
    """Its bookings as a file."""
    member, locale = _member(account_id), locale_code()
    reach = Reach(account_id=member.id)
    found = every_row(
        lambda after: bookings.bookings(reach, only=EVERY_BOOKING, after=after, limit=ROWS_AT_ONCE)
    )
    rows: Iterator[list[tables.Cell]] = (
        [
            each.reference, exports.local(each.starts_at, each.property.zone),
            in_language(each.title, locale), each.property.code, str(booking_words.STATES[each.state]),
        ]
        for each in found
    )  # fmt: skip
    header = [_("Reference"), _("Day"), _("Title"), _("Hotel"), _("State")]
    title = _("Bookings of %(company)s", company=member.name)
    return exports.answer(Export("bookings", title, header, rows), form)


@blueprint.route("/accounts/<uuid:account_id>/family", methods=["GET", "POST"])
@allow(access.proposes_families)
def hotel_family(account_id: uuid.UUID) -> str | WerkzeugResponse:
    """The hotel's side: the links of a company, and a proposal of another."""
    account = access.account_for(visitor(), account_id)
    if request.method == "POST":
        _propose(account)
        return redirect(url_for("families.hotel_family", account_id=account_id))
    text = request.args.get("q", "").strip()[:100]
    links = [
        (each, side := each.side_of(account.id), rules.state_for(each, side)) for each in _links(account)
    ]
    return render_template(
        "corporate/families/hotel.html",
        account=account,
        tabs=companies.tabs(account, "families.hotel_family"),
        links=links,
        words=words,
        query=text,
        found=queries.companies_named(text, reach=access.reach(visitor()), but_id=account.id),
        zone=hotel.house_zone(),
    )


@blueprint.post("/accounts/<uuid:account_id>/family/<uuid:link_id>/end")
@allow(access.proposes_families)
def end_by_hotel(account_id: uuid.UUID, link_id: uuid.UUID) -> WerkzeugResponse:
    """The hotel ends a link, or takes its proposal back."""
    account = access.account_for(visitor(), account_id)
    link = queries.link_of(link_id, account_id=account.id) or abort(404)
    _end(link, account, Side.HOTEL)
    return redirect(url_for("families.hotel_family", account_id=account_id))


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """Links that wait for the word of a company whose account the visitor runs."""
    own = asking.accounts(Role.ACCOUNT_ADMINISTRATOR)
    if not own:
        return []
    return [
        Waiting(
            title=_(
                "%(parent)s and %(subsidiary)s", parent=link.parent.name, subsidiary=link.subsidiary.name
            ),
            detail=_("The hotel asks whether the one belongs to the other."),
            url=url_for("families.family"),
            since=link.proposed_at,
        )
        for link in queries.waiting_for(own, limit=limit)
    ]


def _links(account: Account) -> list[FamilyLink]:
    return queries.links_of(account.id)


def _members(account: Account, at: datetime) -> list[Member]:
    # The house's New Year, as on the first page of each company.
    today = _today(at)
    year_began = clock.local_midnight(date(today.year, 1, 1), hotel.house_zone())
    return queries.members(account.id, year_began=year_began, today=today, at=at)


def _today(at: datetime) -> date:
    return clock.local_date(at, hotel.house_zone())


def _sums(found: Sequence[Member]) -> dict[str, int]:
    return {
        "nights": sum(each.nights for each in found),
        "revenue_cents": sum(each.revenue_cents for each in found),
        "saved_cents": sum(each.saved_cents for each in found),
    }


def _member(public_id: uuid.UUID) -> Account:
    """A company below the one acted for; any other is not found."""
    own, found = accounts_access.acting_account(visitor()), accounts.account_by_public_id(public_id)
    if found is None or found.id not in queries.levels_below(own.id):
        abort(404)
    return found


def _frame(member: Account, current: str) -> dict[str, Any]:
    tabs = {"families.subsidiary": _("Stays"), "families.subsidiary_bookings": _("Bookings")}
    return {
        "account": member,
        "tier": standing.tier_of(member.id),
        "tiers": names.today(),
        "balance": ledger.balance_of(member.id),
        "tabs": [
            {
                "url": url_for(endpoint, account_id=member.public_id),
                "label": label,
                "count": None,
                "current": endpoint == current,
            }
            for endpoint, label in tabs.items()
        ],
    }


def _propose(account: Account) -> None:
    try:
        other = access.account_for(visitor(), uuid.UUID(request.form.get("other", "")))
    except ValueError:
        abort(404)
    is_parent = request.form.get("as") == Side.PARENT
    parent, subsidiary = (other, account) if is_parent else (account, other)
    try:
        with transaction():
            actions.propose(parent_id=parent.id, subsidiary_id=subsidiary.id, by=_me(), at=clock.now())
        flash(_("Proposed. Both companies have a letter and have to agree."), "ok")
    except Refusal as refusal:
        flash(words.refused(refusal), "bad")


def _end(link: FamilyLink, account: Account, side: Side) -> None:
    held = link.holds
    try:
        with transaction():
            actions.end(public_id=link.public_id, account_id=account.id, side=side, by=_me(), at=clock.now())
        over = _("The link is ended. Nothing of the other company is seen any more.")
        flash(over if held else _("Declined. Nothing of either company was seen."), "ok")
    except Refusal as refusal:
        flash(words.refused(refusal), "bad")


def _me() -> int:
    return visitor().person_id or 0
