"""Bookings: the list, one booking, its papers, and its end."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.accounts import access as accounts
from portal.audit import actions as audit
from portal.corporate.bookings import access, actions, emails, queries, rules, words
from portal.corporate.bookings.forms import CancelForm, EndForm, FilterForm
from portal.corporate.bookings.models import Booking, BookingState, EndKind, Settlement
from portal.corporate.bookings.queries import BookingFilter, Tab
from portal.corporate.bundles import words as bundle_words
from portal.corporate.enquiries import queries as enquiries
from portal.corporate.enquiries import words as stand_words
from portal.corporate.enquiries.models import Enquiry
from portal.corporate.enquiries.rules import Stand, stand_of
from portal.corporate.limits import queries as limits
from portal.corporate.receipts import words as receipt_words
from portal.database import transaction
from portal.documents import exports, tables
from portal.documents.exports import Export
from portal.hotel import queries as hotel
from portal.hotel.models import Property
from portal.programme.rules import Refusal
from portal.web.gate import Visitor, allow, visitor
from portal.web.limits import PAPER, limiter
from portal.web.pages import locale_code
from portal.web.paging import every_row, first_url, next_url
from portal.web.registries import Found, NavigationLink
from portal.web.texts import in_language

blueprint = Blueprint("bookings", __name__, url_prefix="/corporate/bookings")

Answer = str | WerkzeugResponse | tuple[str, int]
UNPROCESSABLE = 422
ROWS_AT_ONCE = 1_000
FILTERS = ("q", "hotel", "from", "to")
ENDS_FROM = (BookingState.REQUESTED, BookingState.CONFIRMED)
"""Where the hotel may still end it."""


@blueprint.get("")
@allow(access.sees_bookings)
def bookings() -> str:
    """The company's bookings, or what the hotel will deliver; by state, hotel, day and text."""
    filters, only = _filter(hotel.properties())
    seen, is_client = access.list_reach(visitor()), accounts.client(visitor())
    page = queries.bookings(seen, only=only, after=request.args.get("after"))
    counts = queries.counts(seen, only=only)
    answer = render_template(
        "corporate/bookings/bookings.html",
        account=accounts.acting_account(visitor()) if is_client else None,
        filters=filters, only=only, bookings=page.rows,
        tabs=_tabs(counts, only), said=_said(counts[only.tab], only), total=counts[Tab.ALL],
        asks_partners=visitor().has(*access.HOUSE),
        may_book=accounts.books(visitor()), exports=exports.urls("bookings.bookings_file"),
        next_url=next_url(page), first_url=first_url(), **_words(),
    )  # fmt: skip
    _record_looks(page.rows, "bookings.list")
    return answer


@blueprint.get("/bookings.<any(csv, xlsx):form>")
@allow(access.sees_bookings)
def bookings_file(form: str) -> Response:
    """The same bookings as a file."""
    _filters, only = _filter(hotel.properties())
    seen = access.list_reach(visitor())
    # Before the answer leaves: what streams cannot write.
    _record_sights(queries.people_named(seen, only=only), "bookings.list")
    found = every_row(lambda after: queries.bookings(seen, only=only, after=after, limit=ROWS_AT_ONCE))
    header = [
        _("Reference"), _("Company"), _("Day"), _("Title"), _("Hotel"), _("Guests"), _("For whom"),
        _("Booked by"), _("State"), _("Bill"), _("Saved"), _("Points used"), _("Currency"),
    ]  # fmt: skip
    title, said = _("Bookings"), words.narrowed(only, house=_house_named(only))
    return exports.answer(Export("bookings", title, header, map(_cells, found), said), form)


@blueprint.get("/<uuid:booking_id>")
@allow(access.sees_bookings)
def booking(booking_id: uuid.UUID) -> str:
    """One booking: what was promised, what was delivered, at which price and why."""
    found = _found(booking_id)
    page = _page(found, EndForm())
    _record_looks([found], "bookings.booking")
    return page


@blueprint.get("/<uuid:booking_id>/confirmation.pdf")
@allow(access.sees_bookings)
@limiter.limit(PAPER)
def confirmation(booking_id: uuid.UUID) -> Response:
    """The confirmation on paper, in the reader's language."""
    found = _confirmed(booking_id)
    content = emails.confirmation(found, locale=locale_code())
    answer = _file(content, "application/pdf", f"{found.reference}.pdf")
    _record_looks([found], "bookings.booking")
    return answer


@blueprint.get("/<uuid:booking_id>/calendar.ics")
@allow(access.sees_bookings)
def calendar_file(booking_id: uuid.UUID) -> Response:
    """The calendar entry as it stands."""
    found = _confirmed(booking_id)
    content = emails.calendar_file(found, locale=locale_code())
    return _file(content, "text/calendar; charset=utf-8", f"{found.reference}.ics")


@blueprint.route("/<uuid:booking_id>/cancellation", methods=["GET", "POST"])
@allow(accounts.books)
def cancellation(booking_id: uuid.UUID) -> Answer:
    """What cancelling leaves; then cancel."""
    account_id, form, at = accounts.acting_account(visitor()).id, CancelForm(), clock.now()
    if form.validate_on_submit():
        try:
            with transaction():
                found = actions.cancel_booking(
                    public_id=booking_id, account_id=account_id, reason=(form.reason.data or "").strip(),
                    by_id=visitor().person_id or 0, at=at,
                )  # fmt: skip
            flash(_("The booking is cancelled. Halls and points are free again."), "ok")
            return redirect(url_for("bookings.booking", booking_id=found.public_id))
        except rules.BookingOfOthers:
            abort(404)
        except Refusal as refusal:
            found = queries.booking_for(access.client_reach(visitor()), booking_id) or abort(404)
            form.form_errors.append(words.refused(refusal, zone=found.property.zone))
    return _cancellation_page(booking_id, form)


@blueprint.post("/<uuid:booking_id>/end")
@allow(access.ends_bookings)
def end_by_hotel(booking_id: uuid.UUID) -> Answer:
    """The hotel cancels with a reason, or notes that nobody came."""
    form, seen = EndForm(), access.house_reach(visitor())
    if form.validate_on_submit():
        try:
            with transaction():
                found = actions.end_by_hotel(
                    public_id=booking_id, reach=seen, kind=EndKind(form.kind.data),
                    reason=(form.reason.data or "").strip(), by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(_("It is noted, and the client is told."), "ok")
            return redirect(url_for("bookings.booking", booking_id=found.public_id))
        except rules.BookingOfOthers:
            abort(404)
        except Refusal as refusal:
            found = _found(booking_id)
            form.form_errors.append(words.refused(refusal, zone=found.property.zone))
    return _page(queries.booking_for(seen, booking_id) or abort(404), form), UNPROCESSABLE


def navigation(asking: Visitor) -> list[NavigationLink]:
    """The way to the company's bookings, a traveller's to their own, the hotel's to those it will deliver."""
    if not access.sees_bookings(asking):
        return []
    # A company finds closed events beside the perks, the hotel beside what it will deliver.
    beside = () if accounts.client(asking) else ("closed_events.", "event_plans.", "admissions.")
    return [NavigationLink("bookings.bookings", _("Bookings"), 30, ("bookings.", *beside))]


def find(asking: Visitor, text: str, limit: int) -> list[Found]:
    """For the search of the top bar."""
    found = queries.named(access.reach(asking), text, limit=limit)
    return [
        Found(
            kind=_("Booking"),
            title=in_language(each.title, locale_code()),
            detail=f"{each.spoken_reference} · {in_language(each.property.name, locale_code())}",
            url=url_for("bookings.booking", booking_id=each.public_id),
        )
        for each in found
    ]


def _found(booking_id: uuid.UUID) -> Booking:
    return queries.booking_for(access.reach(visitor()), booking_id) or abort(404)


def _confirmed(booking_id: uuid.UUID) -> Booking:
    """A booking that was confirmed: what still waits for approval has no papers."""
    found = _found(booking_id)
    return found if found.confirmed_at is not None else abort(404)


def _page(found: Booking, form: EndForm) -> str:
    return render_template(
        "corporate/bookings/booking.html",
        booking=found,
        shown=rules.receipt_of(found),
        lines=[(line, rules.promise_of(line)) for line in found.priced_lines],
        stands=_stands(found),
        stand_words=stand_words,
        zone=found.property.zone,
        form=form,
        closed=_closed(found) if accounts.books(visitor()) else None,
        may_book=accounts.books(visitor()) and found.account_id == accounts.acting_account_id(visitor()),
        may_end=access.ends_bookings(visitor()) and found.state in ENDS_FROM,
        may_decide=_may_decide(found),
        facts=words.facts(found),
        timeline=words.timeline(found),
        **_words(),
    )


def _stands(found: Booking) -> dict[int, tuple[Enquiry, Stand]]:
    """How its lines stand with partners; of what was delivered nobody needs to know."""
    to_come = [line.id for line in found.priced_lines if line.delivery is None]
    asked = enquiries.by_line(to_come).items()
    return {line_id: (each, stand_of(each, at=clock.now())) for line_id, each in asked}


def _may_decide(found: Booking) -> bool:
    """Whether it waits for the visitor's second key."""
    asking = visitor()
    if found.state is not BookingState.REQUESTED or not accounts.books(asking):
        return False
    by_id = asking.person_id or 0
    return rules.may_decide(found, by_id=by_id, centres=limits.centres_of(found.account_id, by_id))


def _closed(found: Booking) -> str | None:
    """Why the client can no longer change or cancel it; none while they can."""
    try:
        rules.check_open_to_client(found, at=clock.now())
    except Refusal as refusal:
        return words.refused(refusal, zone=found.property.zone)
    return None


def _cancellation_page(booking_id: uuid.UUID, form: CancelForm) -> Answer:
    found = queries.booking_for(access.client_reach(visitor()), booking_id) or abort(404)
    page = render_template(
        "corporate/bookings/cancellation.html",
        booking=found,
        form=form,
        closed=_closed(found),
        zone=found.property.zone,
        is_request=found.confirmed_at is None,
        left=queries.consequences_of(found, at=clock.now()),
        amount=bundle_words.amount,
    )
    return (page, UNPROCESSABLE) if form.errors else page


def _words() -> dict[str, Any]:
    return {
        "states": words.STATES,
        "state_tags": words.STATE_TAGS,
        "endings": words.ENDINGS,
        "amount": bundle_words.amount,
        "discount_name": receipt_words.discount_name,
    }


def _record_looks(shown: Sequence[Booking], page: str) -> None:
    """Whoever a booking is for, and whoever booked it, can read who looked."""
    named = [
        each for booking in shown for each in (booking.guest_id, booking.booked_by_id) if each is not None
    ]
    _record_sights(named, page)


def _record_sights(named: Iterable[int], page: str) -> None:
    viewer_id = visitor().person_id or 0
    with transaction():
        audit.record_sights(viewer_id=viewer_id, subject_ids=named, page=page, at=clock.now())


def _filter(houses: list[Property]) -> tuple[FilterForm, BookingFilter]:
    form = FilterForm(request.args)
    names = [(house.code, in_language(house.name, locale_code())) for house in houses]
    form.hotel.choices = [("", _("All hotels")), *names]
    form.validate()
    tab = request.args.get("tab", Tab.OPEN.value)
    chosen = next((house.id for house in houses if house.code == form.hotel.data), None)
    only = BookingFilter(
        tab=Tab(tab) if tab in set(Tab) else Tab.OPEN,
        property_id=chosen,
        day_from=form.day_from.data,
        day_to=form.day_to.data,
        text=(form.q.data or "").strip()[:100],
    )
    return form, only


def _house_named(only: BookingFilter) -> str:
    found = (each.name for each in hotel.properties() if each.id == only.property_id)
    return in_language(next(found, {}), locale_code())


def _kept() -> dict[str, str]:
    """The filters in the address; nothing else that somebody wrote there."""
    return {name: value for name in FILTERS if (value := request.args.get(name))}


def _tabs(counts: dict[Tab, int], only: BookingFilter) -> list[dict[str, Any]]:
    kept = _kept()
    return [
        {
            "url": f"{url_for('bookings.bookings')}?{urlencode({'tab': tab.value, **kept})}",
            "label": str(words.TABS[tab]),
            "count": number,
            "current": tab is only.tab,
        }
        for tab, number in counts.items()
    ]


def _said(number: int, only: BookingFilter) -> str:
    """How many there are and in which order, in words."""
    if only.tab is Tab.OPEN:
        return str(ngettext("%(num)s booking, soonest first", "%(num)s bookings, soonest first", number))
    return str(ngettext("%(num)s booking, latest first", "%(num)s bookings, latest first", number))


def _cells(booking: Booking) -> list[tables.Cell]:
    stands = booking.settlement or booking
    is_kept = booking.confirmed_at is not None and booking.cancellation is None
    used = stands.points_spent if isinstance(stands, Settlement) else stands.points_used
    return [
        booking.reference,
        booking.account.name,
        booking.service_date,
        in_language(booking.title, locale_code()),
        in_language(booking.property.name, locale_code()),
        booking.headcount,
        booking.guest.name if booking.guest else "",
        booking.booked_by.name,
        str(words.STATES[booking.state]),
        rules.decimal(stands.bill_cents),
        # What has not been confirmed, or has ended, saved nothing and spent no points.
        rules.decimal(stands.discount_cents) if is_kept else None,
        used if is_kept else None,
        booking.currency,
    ]


def _file(content: bytes, mimetype: str, filename: str) -> Response:
    disposition = f'attachment; filename="{filename}"'
    return Response(content, content_type=mimetype, headers={"Content-Disposition": disposition})
