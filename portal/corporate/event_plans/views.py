"""The loyalty manager's side: draft, change, invite by name, publish, cancel."""

import uuid
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import clock
from portal.accounts import queries as accounts
from portal.corporate.event_plans import actions
from portal.corporate.event_plans import queries as plan_queries
from portal.corporate.event_plans.forms import CancelForm, EventForm, NameForm, PublishForm
from portal.corporate.events import access, queries, words
from portal.corporate.events import actions as event_actions
from portal.corporate.events.models import Event
from portal.corporate.events.queries import Reach
from portal.corporate.registrations import queries as registrations
from portal.database import transaction
from portal.documents import exports
from portal.documents.exports import Export
from portal.hotel import queries as hotel
from portal.hotel.models import Property
from portal.programme.rules import Refusal
from portal.programme.tiers import words as tier_words
from portal.web.formats import when
from portal.web.gate import Visitor, allow, visitor
from portal.web.pages import locale_code
from portal.web.paging import every_row, first_url, next_url
from portal.web.registries import Waiting
from portal.web.texts import in_language

blueprint = Blueprint("event_plans", __name__, url_prefix="/corporate/events")

Answer = str | Response | tuple[str, int]
UNPROCESSABLE, ROWS_AT_ONCE = 422, 500
EVERYWHERE = Reach(is_everywhere=True)


@blueprint.route("/new", methods=["GET", "POST"])
@allow(access.runs_events)
def draft() -> Answer:
    """Plan an event; `like` begins with what another one was."""
    form, houses = _form()
    if request.method == "GET" and (like := request.args.get("like", type=uuid.UUID)):
        form.take(queries.event_in(EVERYWHERE, like) or abort(404))
    if form.validate_on_submit():
        try:
            with transaction():
                event = event_actions.draft_event(
                    token=uuid.UUID(form.token.data), planned=form.planned(houses),
                    by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(_("The draft is kept. Nobody sees it until you publish it."), "ok")
            return redirect(url_for("closed_events.event", event_id=event.public_id))
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal, zone=_zone(form, houses)))
    return _page(form, None)


@blueprint.route("/<uuid:event_id>/change", methods=["GET", "POST"])
@allow(access.runs_events)
def change(event_id: uuid.UUID) -> Answer:
    """Change a draft, or an event that is published: then everybody registered is told."""
    event, (form, houses) = _found(event_id), _form()
    if request.method == "GET":
        form.take(event)
    elif form.validate_on_submit():
        try:
            with transaction():
                actions.revise_event(
                    public_id=event_id, revision=form.revision.data or 0, planned=form.planned(houses),
                    by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(_("The event is changed, and everybody registered is told."), "ok")
            return redirect(url_for("closed_events.event", event_id=event_id))
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal, zone=_zone(form, houses)))
    return _page(form, event)


@blueprint.route("/<uuid:event_id>/publication", methods=["GET", "POST"])
@allow(access.runs_events)
def publication(event_id: uuid.UUID) -> Answer:
    """What publishing does; then publish."""
    form = PublishForm()
    if form.validate_on_submit():
        try:
            with transaction():
                event_actions.publish_event(
                    public_id=event_id, by_id=visitor().person_id or 0, at=clock.now()
                ) or abort(404)
            flash(_("The event is published. The invitations leave within the contact budget."), "ok")
            return redirect(url_for("closed_events.event", event_id=event_id))
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal, zone=_found(event_id).property.zone))
    return _question("corporate/events/publication.html", _found(event_id), form)


@blueprint.route("/<uuid:event_id>/cancellation", methods=["GET", "POST"])
@allow(access.runs_events)
def cancellation(event_id: uuid.UUID) -> Answer:
    """Whom a cancellation would reach; then cancel."""
    form = CancelForm()
    if form.validate_on_submit():
        try:
            with transaction():
                found = event_actions.cancel_event(
                    public_id=event_id, reason=(form.reason.data or "").strip(),
                    by_id=visitor().person_id or 0, at=clock.now(),
                ) or abort(404)  # fmt: skip
            flash(_called_off(found), "ok")
            return redirect(url_for("closed_events.event", event_id=event_id))
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal, zone=_found(event_id).property.zone))
    return _question("corporate/events/cancellation.html", _found(event_id), form)


@blueprint.route("/<uuid:event_id>/invitations", methods=["GET", "POST"])
@allow(access.runs_events)
def invitations(event_id: uuid.UUID) -> Answer:
    """Which companies are invited; search one, and invite it by name."""
    event, form = _found(event_id), NameForm()
    if form.validate_on_submit():
        account = accounts.account_by_public_id(uuid.UUID(form.account.data)) or abort(404)
        try:
            with transaction():
                event = _found(event_id)
                company = queries.company_of(account, at=clock.now())
                actions.name_company(
                    event=event, account=account, tier=company.tier,
                    by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(_("%(company)s is invited.", company=account.name), "ok")
            return redirect(url_for("event_plans.invitations", event_id=event_id))
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal, zone=event.property.zone))
    return _invitations(event, form)


@blueprint.get("/<uuid:event_id>/invitations.<any(csv, xlsx):form>")
@allow(access.runs_events)
def invitations_file(event_id: uuid.UUID, form: str) -> Answer:
    """Which companies are invited, as a file."""
    event, tiers = _found(event_id), tier_words.today()
    found = every_row(lambda after: queries.named(event.id, after=after, limit=ROWS_AT_ONCE))
    header = [_("Company"), _("Country"), _("Why"), _("Tier then"), _("Told"), _("Letters")]
    lines = (words.invitation_cells(one, zone=event.property.zone, tiers=tiers) for one in found)
    narrowed = [in_language(event.title, locale_code()), _when(event)]
    return exports.answer(Export("invited", _("Invited companies"), header, lines, narrowed), form)


@blueprint.post("/<uuid:event_id>/invitations/<uuid:account_id>/removal")
@allow(access.runs_events)
def take_off(event_id: uuid.UUID, account_id: uuid.UUID) -> Response:
    """Take a company off the list, as long as it was not told."""
    try:
        with transaction():
            event = _found(event_id)
            invitation = queries.invitation(event.id, account_id) or abort(404)
            event_actions.take_off(
                event=event, invitation=invitation, by_id=visitor().person_id or 0, at=clock.now()
            )
        flash(_("The company is off the list."), "ok")
    except Refusal as refusal:
        flash(words.refused(refusal, zone="UTC"), "bad")
    return redirect(url_for("event_plans.invitations", event_id=event_id))


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """Drafts that nobody sees yet, and events for which parties wait."""
    if not access.runs_events(asking):
        return []
    at = clock.now()
    drafts = [
        Waiting(
            title=_("Publish an event: %(title)s", title=in_language(each.title, locale_code())),
            detail=_("It begins %(when)s; nobody sees it yet.", when=_when(each)),
            url=url_for("closed_events.event", event_id=each.public_id),
            since=each.created_at,
        )
        for each in plan_queries.to_publish(at=at, limit=limit)
    ]
    return [*drafts, *map(_line, plan_queries.lines(at=at, limit=limit))][:limit]


def _called_off(event: Event) -> str:
    if event.published_at is None:
        return str(_("The draft is dropped."))
    return str(_("The event is cancelled. Everybody registered gets a letter with your reason."))


def _line(line: plan_queries.Line) -> Waiting:
    return Waiting(
        title=_("More want to come: %(title)s", title=in_language(line.event.title, locale_code())),
        detail=ngettext(
            "%(num)s party waits. Add seats, or leave it to those who cancel; it begins %(when)s.",
            "%(num)s parties wait. Add seats, or leave it to those who cancel; it begins %(when)s.",
            line.parties,
            when=_when(line.event),
        ),
        url=url_for("closed_events.event", event_id=line.event.public_id),
        since=line.since,
    )


def _when(event: Event) -> str:
    return when(event.starts_at, event.property.zone)


def _found(event_id: uuid.UUID) -> Event:
    return queries.event_in(EVERYWHERE, event_id) or abort(404)


def _form() -> tuple[EventForm, list[Property]]:
    form, houses = EventForm(), hotel.properties()
    form.offer(
        houses=houses, tiers=tier_words.today().items(), countries=queries.countries(), locale=locale_code()
    )
    return form, houses


def _zone(form: EventForm, houses: list[Property]) -> str:
    return next((house.zone for house in houses if house.code == form.hotel.data), "UTC")


def _page(form: EventForm, event: Event | None) -> Answer:
    page = render_template("corporate/events/edit.html", form=form, event=event)
    return (page, UNPROCESSABLE) if form.errors else page


def _question(template: str, event: Event, form: Any) -> Answer:
    page = render_template(
        template, event=event, form=form, zone=event.property.zone, tally=registrations.tally(event.id),
        invited=queries.invited(event.id), audience=words.audience(event, tier_words.today()),
        missing=words.missing(event),
    )  # fmt: skip
    return (page, UNPROCESSABLE) if form.errors else page


def _invitations(event: Event, form: NameForm) -> Answer:
    text = request.args.get("q", "").strip()[:100]
    listed = queries.named(event.id, after=request.args.get("after"))
    found = queries.accounts_named(text) if text else []
    known = queries.invitations(event.id, account_ids=[one.id for one in found])
    number = queries.invited(event.id).companies
    page = render_template(
        "corporate/events/invitations.html", event=event, form=form, query=text, rows=listed.rows,
        found=found, known=known, tiers=tier_words.today(), next_url=next_url(listed), first_url=first_url(),
        zone=event.property.zone, number=number,
        exports=exports.urls("event_plans.invitations_file", event_id=event.public_id),
        said=ngettext("%(num)s company, by name", "%(num)s companies, by name", number),
    )  # fmt: skip
    return (page, UNPROCESSABLE) if form.errors else page
