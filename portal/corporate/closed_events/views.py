"""Closed events as they are found: a company's, each with why it is open to it; and the hotel's."""

import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import clock
from portal.accounts import access as accounts
from portal.accounts.models import Account
from portal.corporate.closed_events.forms import FilterForm
from portal.corporate.events import access, queries, rules, words
from portal.corporate.events.models import Event
from portal.corporate.events.queries import EventFilter, Tab
from portal.corporate.registrations import actions as registration_actions
from portal.corporate.registrations import queries as registrations
from portal.corporate.registrations import words as registration_words
from portal.documents import exports, tables
from portal.documents.exports import Export
from portal.hotel import queries as hotel
from portal.programme.rules import Refusal
from portal.programme.tiers import words as tier_words
from portal.programme.tiers.words import TierNames
from portal.web.gate import Visitor, allow, visitor
from portal.web.pages import locale_code
from portal.web.paging import every_row, first_url, next_url
from portal.web.registries import Found
from portal.web.texts import in_language
from portal.web.why import explain

blueprint = Blueprint("closed_events", __name__, url_prefix="/corporate/events")
ROWS_AT_ONCE = 500
SOON = timedelta(hours=12)
"""So long before an event its door is what one comes to its page for."""


@blueprint.get("")
@allow(access.sees_events)
def events() -> str:
    """What is open to the company, or what the hotel gives."""
    return _open() if accounts.books(visitor()) else _given()


@blueprint.get("/events.<any(csv, xlsx):form>")
@allow(access.of_the_house)
def events_file(form: str) -> Response:
    """The hotel's events as a file, narrowed like the page."""
    _form, only = _filter()
    at, reach = clock.now(), access.reach(visitor())
    found = every_row(lambda after: queries.events(reach, only=only, at=at, after=after, limit=ROWS_AT_ONCE))
    header = [
        _("Title"), _("Place"), _("Hotel"), _("Begins"), _("Ends"), _("For whom"), _("Seats"), _("Taken"),
        _("Registration until"), _("State"),
    ]  # fmt: skip
    tiers = tier_words.today()
    lines = (_cells(one, tiers) for one in found)
    return exports.answer(Export("events", _("Closed events"), header, lines, _narrowed(only)), form)


@blueprint.get("/open.<any(csv, xlsx):form>")
@allow(accounts.books)
def open_file(form: str) -> Response:
    """What is open to the company as a file."""
    account, at, tiers = accounts.acting_account(visitor()), clock.now(), tier_words.today()
    company = queries.company_of(account, at=at)
    found = list(every_row(lambda after: queries.open_to(company, at=at, after=after, limit=ROWS_AT_ONCE)))
    named = queries.named_in([one.id for one in found], account_id=account.id)
    own = registrations.of_company([one.id for one in found], account_id=account.id)
    header = [
        _("Event"), _("Begins"), _("Hotel"), _("Place"), _("Why"), _("Registration until"), _("Seats left"),
        _("Your guests"),
    ]  # fmt: skip
    lines = [
        [
            *_about(one), words.why_open(company, is_by_name=one.id in named, tiers=tiers),
            exports.local(one.closes_at, one.property.zone), one.seats_left,
            sum(party.seats for party in own.get(one.id, [])),
        ]
        for one in found
    ]  # fmt: skip
    return exports.answer(Export("invitations", _("Open to you"), header, lines, [account.name]), form)


@blueprint.get("/<uuid:event_id>")
@allow(access.sees_events)
def event(event_id: uuid.UUID) -> str:
    """One event: what it is, for whom, how many seats there are."""
    if accounts.books(visitor()):
        return _open_event(event_id, accounts.acting_account(visitor()))
    found = queries.event_in(access.reach(visitor()), event_id) or abort(404)
    at, tiers = clock.now(), tier_words.today()
    return render_template(
        "corporate/events/event.html",
        event=found, zone=found.property.zone, facts=words.facts(found, tiers),
        state=found.state.value, states=words.STATES, state_tags=words.STATE_TAGS,
        tally=registrations.tally(found.id), invited=queries.invited(found.id),
        is_ahead=rules.is_ahead(found, at=at), may_run=access.runs_events(visitor()),
        keeps_door=access.keeps_door(visitor()), has_begun=at >= found.starts_at, is_over=at >= found.ends_at,
        is_soon=at >= found.starts_at - SOON,
        sees_effect=access.sees_effect(visitor()) and rules.has_been(found, at=at),
    )  # fmt: skip


def find(asking: Visitor, text: str, limit: int) -> list[Found]:
    """Events for the search of the top bar: of the hotel, or those open to the company."""
    if accounts.books(asking):
        company = queries.company_of(accounts.acting_account(asking), at=clock.now())
        found = queries.found_by(queries.is_open_to(company), text, limit=limit)
    elif access.of_the_house(asking):
        found = queries.found_by(access.reach(asking).condition(), text, limit=limit)
    else:
        return []
    return [
        Found(
            kind=_("Closed event"),
            title=in_language(one.title, locale_code()),
            detail=in_language(one.property.name, locale_code()),
            url=url_for("closed_events.event", event_id=one.public_id),
        )
        for one in found
    ]


def _open() -> str:
    account, at, tiers = accounts.acting_account(visitor()), clock.now(), tier_words.today()
    company = queries.company_of(account, at=at)
    page = queries.open_to(company, at=at, after=request.args.get("after"))
    ids = [one.id for one in page.rows]
    named = queries.named_in(ids, account_id=account.id)
    own = registrations.of_company(ids, account_id=account.id)
    level = queries.rules_on(at).tier(company.tier)
    return render_template(
        "corporate/events/open.html",
        account=account, tier=company.tier, tiers=tiers, level=level,
        rows=[
            (one, words.why_open(company, is_by_name=one.id in named, tiers=tiers), own.get(one.id, []))
            for one in page.rows
        ],
        states=registration_words.STATES, state_tags=registration_words.STATE_TAGS,
        exports=exports.urls("closed_events.open_file"), next_url=next_url(page), first_url=first_url(),
    )  # fmt: skip


def _given() -> str:
    form, only = _filter()
    at, reach = clock.now(), access.reach(visitor())
    page = queries.events(reach, only=only, at=at, after=request.args.get("after"))
    counts = queries.counts(reach, only=only, at=at)
    return render_template(
        "corporate/events/events.html",
        filters=form, only=only, rows=page.rows, tabs=_tabs(counts, only), total=sum(counts.values()),
        ahead=counts[Tab.AHEAD], said=_said(counts[only.tab], only), states=words.STATES,
        state_tags=words.STATE_TAGS, may_run=access.runs_events(visitor()),
        exports=exports.urls("closed_events.events_file"),
        next_url=next_url(page), first_url=first_url(),
    )  # fmt: skip


def _open_event(event_id: uuid.UUID, account: Account) -> str:
    at, tiers = clock.now(), tier_words.today()
    company = queries.company_of(account, at=at)
    own = registrations.parties_of_company(event_id, account_id=account.id)
    found = queries.event_for(company, event_id) or (own[0].event if own else abort(404))
    is_by_name = bool(queries.named_in([found.id], account_id=account.id))
    allowed = registration_actions.allowance(event=found, company=company, is_by_name=is_by_name, at=at)
    return render_template(
        "corporate/events/invitation.html",
        account=account, event=found, zone=found.property.zone, facts=words.facts(found, tiers),
        why=words.why_open(company, is_by_name=is_by_name, tiers=tiers),
        left=allowed.value, explanation=explain(allowed.to_json()), closed=_closed(found), own=own,
        states=registration_words.STATES, state_tags=registration_words.STATE_TAGS,
    )  # fmt: skip


def _closed(found: Event) -> str | None:
    """Why nobody can register now; none while they can."""
    try:
        rules.check_open(found, at=clock.now())
    except Refusal as refusal:
        return words.refused(refusal, zone=found.property.zone)
    return None


def _filter() -> tuple[FilterForm, EventFilter]:
    form, houses = FilterForm(request.args), hotel.properties()
    form.hotel.choices = [("", _("All hotels"))] + [
        (house.code, in_language(house.name, locale_code())) for house in houses
    ]
    form.validate()
    tab = request.args.get("tab", Tab.AHEAD.value)
    chosen = next((house.id for house in houses if house.code == form.hotel.data), None)
    return form, EventFilter(
        tab=Tab(tab) if tab in set(Tab) else Tab.AHEAD,
        property_id=chosen,
        text=(form.q.data or "").strip()[:100],
    )


def _kept() -> dict[str, str]:
    return {name: value for name in ("q", "hotel") if (value := request.args.get(name))}


def _narrowed(only: EventFilter) -> list[str]:
    """In words, what the list is narrowed to."""
    houses = [
        in_language(one.name, locale_code()) for one in hotel.properties() if one.id == only.property_id
    ]
    said = [str(words.TABS[only.tab]), *houses]
    return [*said, _("Search: %(text)s", text=only.text)] if only.text else said


def _tabs(counts: dict[Tab, int], only: EventFilter) -> list[dict[str, Any]]:
    here = url_for("closed_events.events")
    return [
        {
            "url": f"{here}?{urlencode({'tab': tab.value, **_kept()})}",
            "label": str(words.TABS[tab]),
            "count": number,
            "current": tab is only.tab,
        }
        for tab, number in counts.items()
    ]


def _said(number: int, only: EventFilter) -> str:
    if only.tab is Tab.AHEAD:
        return str(ngettext("%(num)s event, soonest first", "%(num)s events, soonest first", number))
    return str(ngettext("%(num)s event, latest first", "%(num)s events, latest first", number))


def _cells(found: Event, tiers: TierNames) -> list[tables.Cell]:
    zone = found.property.zone
    return [
        in_language(found.title, locale_code()),
        in_language(found.place, locale_code()),
        in_language(found.property.name, locale_code()),
        exports.local(found.starts_at, zone),
        exports.local(found.ends_at, zone),
        words.audience(found, tiers),
        found.capacity,
        found.seats_taken,
        exports.local(found.closes_at, zone),
        str(words.STATES[found.state]),
    ]


def _about(found: Event) -> list[tables.Cell]:
    return [
        in_language(found.title, locale_code()),
        exports.local(found.starts_at, found.property.zone),
        in_language(found.property.name, locale_code()),
        in_language(found.place, locale_code()),
    ]
