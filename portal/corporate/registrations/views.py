"""A company's parties: register one, look at it, change its names, take it back."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.accounts import access as accounts
from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.corporate.bookings import queries as bookings
from portal.corporate.events import queries as events
from portal.corporate.events import rules as event_rules
from portal.corporate.events import words as event_words
from portal.corporate.events.models import Event
from portal.corporate.registrations import actions, emails, queries, rules, words
from portal.corporate.registrations.forms import PartyForm, WithdrawForm
from portal.corporate.registrations.models import Registration, RegistrationState
from portal.database import transaction
from portal.documents import exports, qr
from portal.documents.exports import Export
from portal.documents.tables import Cell
from portal.outbox.emails import link
from portal.programme.rules import Refusal
from portal.programme.tiers import words as tier_words
from portal.web.formats import until
from portal.web.gate import Visitor, allow, visitor
from portal.web.pages import locale_code
from portal.web.paging import every_row, first_url, next_url
from portal.web.registries import Waiting
from portal.web.texts import in_language
from portal.web.why import Explanation, explain

blueprint = Blueprint("registrations", __name__, url_prefix="/corporate")

Answer = str | WerkzeugResponse | tuple[str, int]
UNPROCESSABLE = 422
ROWS_AT_ONCE = 500
NAMES_SOON = timedelta(days=3)
"""So long before names are final the inbox tells who has not answered."""


@blueprint.route("/events/<uuid:event_id>/registration", methods=["GET", "POST"])
@allow(accounts.books)
def register(event_id: uuid.UUID) -> Answer:
    """Name who comes; the party has its seats at once, or waits as a whole."""
    account = accounts.acting_account(visitor())
    event, form = _open_to(account, event_id), PartyForm()
    cards = bookings.travellers(account.id)
    left, explanation = _allowed(account, event)
    form.fit(rows=min(1 + event.plus_ones, max(left, 1)), cards=cards)
    if form.validate_on_submit():
        wanted = form.party(cards, locale=locale_code())
        try:
            with transaction():
                found = actions.register_party(
                    token=uuid.UUID(form.token.data), event=_open_to(account, event_id), account=account,
                    party=wanted, by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            return _registered(found)
        except Refusal as refusal:
            form.form_errors.append(_refused(refusal, event))
    return _register_page(event, account, form, (left, explanation))


@blueprint.get("/parties")
@allow(accounts.books)
def parties() -> str:
    """All parties of the company, the latest event first."""
    account = accounts.acting_account(visitor())
    page = queries.registrations(account.id, after=request.args.get("after"))
    answer = render_template(
        "corporate/registrations/parties.html", account=account, rows=page.rows, states=words.STATES,
        state_tags=words.STATE_TAGS, exports=exports.urls("registrations.parties_file"),
        next_url=next_url(page), first_url=first_url(),
    )  # fmt: skip
    _record_looks(*page.rows)
    return answer


@blueprint.get("/parties.<any(csv, xlsx):form>")
@allow(accounts.books)
def parties_file(form: str) -> Response:
    """The same parties as a file, a line a guest."""
    account = accounts.acting_account(visitor())
    # Before the answer leaves: what streams cannot write.
    _record_looks(*_every_party(account))
    header = [_("Event"), _("Begins"), _("Hotel"), _("State"), _("Guest"), _("Diet"), _("Needs"), _("Answer")]
    lines = (cells for party in _every_party(account) for cells in _lines(party))
    return exports.answer(Export("parties", _("Our parties"), header, lines, [account.name]), form)


@blueprint.get("/parties/<uuid:party_id>")
@allow(accounts.books)
def party(party_id: uuid.UUID) -> str:
    """One party: who comes, where it stands, each guest's code."""
    found = _found(party_id)
    shows_codes = found.state is RegistrationState.REGISTERED and found.event.cancelled_at is None
    answer = render_template(
        "corporate/registrations/party.html", party=found, event=found.event, zone=found.event.property.zone,
        facts=event_words.facts(found.event, tier_words.today()), state=found.state, states=words.STATES,
        state_tags=words.STATE_TAGS, diets=words.DIETS, ended_by=words.ENDED_BY,
        place=queries.place_in_line(found) if found.state is RegistrationState.WAITLISTED else 0,
        codes={one.id: _code(one.admission) for one in found.coming} if shows_codes else {},
        spoken=rules.spoken_admission, explanation=words.explained(found), closed=_closed(found),
        names_open=_names_open(found),
    )  # fmt: skip
    _record_looks(found)
    return answer


@blueprint.route("/parties/<uuid:party_id>/names", methods=["GET", "POST"])
@allow(accounts.books)
def names(party_id: uuid.UUID) -> Answer:
    """Other names, diets and needs, until the deadline."""
    account, form, found = accounts.acting_account(visitor()), PartyForm(), _found(party_id)
    cards, coming = bookings.travellers(account.id), found.coming
    form.fit(rows=len(coming), cards=cards, kept=coming)
    if request.method == "GET":
        form.take(coming, cards)
        form.revision.data = found.revision
    elif form.validate_on_submit():
        wanted = form.party(cards, locale=locale_code(), kept=coming)
        try:
            with transaction():
                actions.change_names(
                    public_id=party_id, account_id=account.id, revision=form.revision.data or 0,
                    party=wanted, by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(_("The names are changed. Who is new has a new code."), "ok")
            return redirect(url_for("registrations.party", party_id=party_id))
        except Refusal as refusal:
            form.form_errors.append(_refused(refusal, found.event))
    return _names_page(found, form)


@blueprint.route("/parties/<uuid:party_id>/cancellation", methods=["GET", "POST"])
@allow(accounts.books)
def cancellation(party_id: uuid.UUID) -> Answer:
    """What taking a party back leaves; then take it back."""
    account_id, form, found = accounts.acting_account(visitor()).id, WithdrawForm(), _found(party_id)
    if form.validate_on_submit():
        try:
            with transaction():
                actions.cancel_registration(
                    public_id=party_id, account_id=account_id, by_id=visitor().person_id or 0, at=clock.now()
                )
            flash(_("The party is taken back. Its seats go to whoever waits first."), "ok")
            return redirect(url_for("registrations.party", party_id=party_id))
        except Refusal as refusal:
            form.form_errors.append(_refused(refusal, found.event))
    page = render_template(
        "corporate/registrations/cancellation.html", party=found, event=found.event, form=form,
        zone=found.event.property.zone, closed=_closed(found),
    )  # fmt: skip
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.get("/parties/<uuid:party_id>/calendar.ics")
@allow(accounts.books)
def calendar_file(party_id: uuid.UUID) -> Response:
    """The calendar entry as it stands."""
    content = emails.calendar_file(_found(party_id), locale=locale_code())
    disposition = {"Content-Disposition": 'attachment; filename="event.ics"'}
    return Response(content, content_type="text/calendar; charset=utf-8", headers=disposition)


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """Parties of the company whose names are final soon, while a guest has not answered."""
    account_id = accounts.acting_account_id(asking) if accounts.books(asking) else None
    if account_id is None:
        return []
    at = clock.now()
    silent = queries.unanswered(account_id, at=at, until=at + NAMES_SOON, limit=limit)
    return [_unanswered(each) for each in silent]


def _unanswered(party: Registration) -> Waiting:
    event = party.event
    return Waiting(
        title=_("A guest has not answered: %(title)s", title=in_language(event.title, locale_code())),
        detail=_(
            "%(names)s. Names can be changed until %(when)s.",
            names=", ".join(guest.name for guest in party.unanswered),
            when=until(event.names_until, event.property.zone),
        ),
        url=url_for("registrations.party", party_id=party.public_id),
        since=event.names_until - NAMES_SOON,
    )


def _every_party(account: Account) -> Iterator[Registration]:
    return every_row(lambda after: queries.registrations(account.id, after=after, limit=ROWS_AT_ONCE))


def _lines(party: Registration) -> list[list[Cell]]:
    event, locale = party.event, locale_code()
    state = event_words.STATES[event.state] if event.cancelled_at else words.STATES[party.state]
    about: list[Cell] = [
        in_language(event.title, locale),
        exports.local(event.starts_at, event.property.zone),
        in_language(event.property.name, locale),
        str(state),
    ]
    return [
        [
            *about,
            guest.name or _("Name forgotten"),
            str(words.DIETS[guest.diet]),
            guest.needs,
            words.answered(guest),
        ]
        for guest in party.named
    ]


def _found(party_id: uuid.UUID) -> Registration:
    account_id = accounts.acting_account(visitor()).id
    return queries.registration_for(account_id, party_id) or abort(404)


def _open_to(account: Account, event_id: uuid.UUID) -> Event:
    company = events.company_of(account, at=clock.now())
    return events.event_for(company, event_id) or abort(404)


def _registered(found: Registration) -> WerkzeugResponse:
    if found.state is RegistrationState.WAITLISTED:
        flash(_("It is full: your party is on the waiting list, and moves up by itself."), "warn")
    else:
        flash(_("Your party is registered. The letter with the calendar entry is on its way."), "ok")
    return redirect(url_for("registrations.party", party_id=found.public_id))


def _allowed(account: Account, event: Event) -> tuple[int, Explanation]:
    """How many seats the company may still take, and why."""
    at = clock.now()
    company = events.company_of(account, at=at)
    is_by_name = bool(events.named_in([event.id], account_id=account.id))
    allowed = actions.allowance(event=event, company=company, is_by_name=is_by_name, at=at)
    return allowed.value, explain(allowed.to_json())


def _register_page(
    event: Event, account: Account, form: PartyForm, allowed: tuple[int, Explanation]
) -> Answer:
    left, explanation = allowed
    page = render_template(
        "corporate/registrations/register.html", event=event, account=account, form=form,
        zone=event.property.zone, left=left, explanation=explanation, closed=_not_open(event),
    )  # fmt: skip
    return (page, UNPROCESSABLE) if form.errors else page


def _not_open(event: Event) -> str | None:
    """Why nobody can register now; none while they can."""
    try:
        event_rules.check_open(event, at=clock.now())
    except Refusal as refusal:
        return _refused(refusal, event)
    return None


def _names_page(found: Registration, form: PartyForm) -> Answer:
    page = render_template(
        "corporate/registrations/names.html", party=found, event=found.event, form=form,
        zone=found.event.property.zone, is_open=_names_open(found),
    )  # fmt: skip
    _record_looks(found)
    return (page, UNPROCESSABLE) if form.errors else page


def _closed(found: Registration) -> str | None:
    """Why the party can no longer be taken back; none while it can."""
    try:
        rules.check_standing(found, found.event, at=clock.now())
    except Refusal as refusal:
        return _refused(refusal, found.event)
    return None


def _names_open(found: Registration) -> bool:
    return _closed(found) is None and clock.now() < found.event.names_until


def _refused(refusal: Refusal, event: Event) -> str:
    return words.refused(refusal, zone=event.property.zone)


def _code(admission: str) -> str:
    return qr.svg(link("admissions.recognise", admission=admission), title=str(words.CODE))


def _record_looks(*shown: Registration) -> None:
    """Travellers of the company can read who looked."""
    named = [guest.person_id for party in shown for guest in party.guests if guest.person_id is not None]
    with transaction():
        audit.record_sights(
            viewer_id=visitor().person_id or 0, subject_ids=named, page="registrations.party", at=clock.now()
        )
