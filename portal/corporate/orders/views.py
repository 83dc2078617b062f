"""Composing an order and watching its price form; confirming it; putting another in its place."""

import uuid
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response

from portal import clock
from portal.accounts import access
from portal.accounts.models import Account
from portal.clock import local_date
from portal.corporate.bookings import actions as bookings
from portal.corporate.bookings import queries as booked
from portal.corporate.bookings import words
from portal.corporate.bookings.models import Booking
from portal.corporate.bookings.queries import Reach
from portal.corporate.bookings.rules import BookingOfOthers, Wanted, typed_title
from portal.corporate.bundles import rules
from portal.corporate.bundles import words as bundle_words
from portal.corporate.bundles.rules import Order, Wish
from portal.corporate.orders import queries
from portal.corporate.orders.forms import (
    MOST_GUESTS,
    Entered,
    OrderForm,
    day_in,
    entered,
    instant_in,
    time_in,
)
from portal.corporate.orders.queries import Preview, Problem, Sheet
from portal.corporate.orders.words import TAMPERED
from portal.corporate.quotes import actions as quotes
from portal.corporate.quotes import queries as quote_queries
from portal.corporate.quotes.models import PriceQuote
from portal.corporate.quotes.queries import QuoteReach
from portal.corporate.quotes.rules import QuoteOfOthers, order_from_json
from portal.corporate.receipts import words as receipt_words
from portal.database import transaction
from portal.hotel import queries as hotel
from portal.hotel.models import Property
from portal.programme.rules import Refusal
from portal.programme.standing import queries as standing
from portal.programme.tiers import words as names
from portal.web.gate import allow, visitor
from portal.web.pages import locale_code

blueprint = Blueprint("orders", __name__, url_prefix="/corporate/bookings")

Answer = str | Response | tuple[str, int]
UNPROCESSABLE = 422
TEN, TWO = time(10), time(14)
MOST_ASKED = 999
GUESTS = 8
"""How many guests a new order begins with."""


@blueprint.get("/new")
@allow(access.books)
def compose() -> str:
    """An order to begin with: a ready bundle, an earlier booking, or nothing yet."""
    account, at = access.acting_account(visitor()), clock.now()
    again = _mine(account, request.args.get("again", type=uuid.UUID))
    bundle_id = (
        again.bundle.public_id if again and again.bundle else request.args.get("bundle", type=uuid.UUID)
    )
    house = again.property.code if again else request.args.get("hotel")
    if (copied := _copied(account)) is not None:
        house, bundle_id = copied.property.code, copied.bundle.public_id if copied.bundle else None
    sheet = queries.sheet(account, house=house, bundle=bundle_id, day=_today(at)) or abort(404)
    form = OrderForm(token=str(uuid.uuid4()), hotel=sheet.house.code, bundle=str(bundle_id or ""))
    form.fit(
        sheet.offers, sheet.cards, centres=sheet.cost_centres, locale=locale_code(), layouts=sheet.layouts
    )
    form.take(_asked(_quoted(account, sheet) or _beginning(sheet, again, at=at), sheet))
    form.cost_centre.data = queries.usual_centre(sheet, person_id=visitor().person_id or 0)
    if again:
        _take_particulars(form, again, sheet)
    return _page(sheet, form, _preview(sheet, form, form.order(), at=at))


@blueprint.post("/price")
@allow(access.books)
def price() -> Answer:
    """What it would cost as it stands; changes nothing."""
    return _show_price(None)


@blueprint.post("")
@allow(access.books)
def book() -> Answer:
    """Confirm an order at the price that was seen."""
    return _confirm(None)


@blueprint.post("/quote")
@allow(access.books)
def quote() -> Answer:
    """Keep the price of an order as a quote; nothing is held by it."""
    at = clock.now()
    sheet, form, said = _sent(None, at=at)
    if not form.validate() or said is None:
        return _page(sheet, form, None), UNPROCESSABLE
    try:
        with transaction():
            house = hotel.property_by_code(said.hotel) or abort(404)
            made = quotes.quote_order(
                token=said.token, account_id=sheet.account.id, is_from_house=False,
                wanted=_wanted(sheet.account.id, house, form, said), by_id=visitor().person_id or 0, at=at,
            )  # fmt: skip
        flash(_("The price is kept as a quote; nothing is held by it."), "ok")
        return redirect(url_for("quotes.quote", quote_id=made.public_id))
    except QuoteOfOthers:
        abort(404)
    except Refusal as refusal:
        return _refused(None, refusal, at=at)


@blueprint.get("/<uuid:booking_id>/change")
@allow(access.books)
def change(booking_id: uuid.UUID) -> str:
    """A booking as an order that can be changed."""
    account, at = access.acting_account(visitor()), clock.now()
    booking = _mine(account, booking_id) or abort(404)
    bundle_id = booking.bundle.public_id if booking.bundle else None
    sheet = queries.sheet(
        account, house=booking.property.code, bundle=bundle_id, day=booking.service_date, booking=booking
    ) or abort(404)
    form = OrderForm(
        token=str(uuid.uuid4()),
        revision=booking.revision,
        hotel=sheet.house.code,
        bundle=str(bundle_id or ""),
        points=booking.points_used or None,
    )
    form.fit(
        sheet.offers, sheet.cards, centres=sheet.cost_centres, locale=locale_code(), layouts=sheet.layouts
    )
    form.take(queries.order_again(booking))
    _take_particulars(form, booking, sheet)
    return _page(sheet, form, _preview(sheet, form, form.order(), at=at))


@blueprint.post("/<uuid:booking_id>/change/price")
@allow(access.books)
def price_change(booking_id: uuid.UUID) -> Answer:
    """What the booking would cost after the change; changes nothing."""
    return _show_price(booking_id)


@blueprint.post("/<uuid:booking_id>/change")
@allow(access.books)
def confirm_change(booking_id: uuid.UUID) -> Answer:
    """Put the order in the booking's place, at the price that was seen."""
    return _confirm(booking_id)


def _show_price(booking_id: uuid.UUID | None) -> Answer:
    at = clock.now()
    sheet, form, _said = _sent(booking_id, at=at)
    if not form.validate():
        return _page(sheet, form, None), UNPROCESSABLE
    order = _pressed(sheet, form.order())
    form.take(order)
    preview = _preview(sheet, form, order, at=at)
    if "most" in request.form:
        form.points.data, form.points.raw_data = preview.most_points or None, None
        preview = _preview(sheet, form, order, at=at)
    # The live price says what is wrong beside itself; without script the fields say it.
    if "X-Part" not in request.headers:
        _mark(form, preview.problems, zone=sheet.house.zone)
    return _page(sheet, form, preview), UNPROCESSABLE if form.errors else 200


def _confirm(booking_id: uuid.UUID | None) -> Answer:
    at = clock.now()
    sheet, form, said = _sent(booking_id, at=at)
    if not form.validate() or said is None:
        return _page(sheet, form, None), UNPROCESSABLE
    try:
        with transaction():
            booking = _write(sheet.account.id, form, said, booking_id, at=at)
        flash(*words.made(booking))
        return redirect(url_for("bookings.booking", booking_id=booking.public_id))
    except BookingOfOthers:
        abort(404)
    except Refusal as refusal:
        return _refused(booking_id, refusal, at=at)


def _write(
    account_id: int, form: OrderForm, said: Entered, booking_id: uuid.UUID | None, *, at: datetime
) -> Booking:
    """Book or change, with everything that counts loaded in this transaction."""
    house = hotel.property_by_code(said.hotel) or abort(404)
    wanted = _wanted(account_id, house, form, said)
    by_id, seen_cents = visitor().person_id or 0, form.seen_cents.data
    if booking_id is None:
        return bookings.book_bundle(
            token=said.token, account_id=account_id, wanted=wanted, seen_cents=seen_cents, by_id=by_id, at=at
        )
    return bookings.change_booking(
        public_id=booking_id,
        account_id=account_id,
        token=said.token,
        revision=form.revision.data or 0,
        wanted=wanted,
        seen_cents=seen_cents,
        by_id=by_id,
        at=at,
    )


def _refused(booking_id: uuid.UUID | None, refusal: Refusal, *, at: datetime) -> Answer:
    """The form as it was sent, with what was refused and how things stand now."""
    sheet, form, _said = _sent(booking_id, at=at)
    form.validate()
    preview = _preview(sheet, form, form.order(), at=at)
    if not any(type(problem.refusal) is type(refusal) for problem in preview.problems):
        preview.problems.insert(0, Problem(refusal))
    _mark(form, preview.problems, zone=sheet.house.zone)
    return _page(sheet, form, preview), UNPROCESSABLE


def _sent(booking_id: uuid.UUID | None, *, at: datetime) -> tuple[Sheet, OrderForm, Entered | None]:
    """The form that came in, fitted to the hotel it names or to the one it was switched to."""
    account, form = access.acting_account(visitor()), OrderForm()
    booking = (_mine(account, booking_id) or abort(404)) if booking_id is not None else None
    form.hotel.data = request.form.get("switch_hotel") or form.hotel.data
    said = entered(form)
    sheet = queries.sheet(
        account,
        house=form.hotel.data,
        bundle=said.bundle if said else None,
        day=form.day.data or _today(at),
        booking=booking,
    ) or abort(404)
    form.hotel.data = sheet.house.code
    form.fit(
        sheet.offers, sheet.cards, centres=sheet.cost_centres, locale=locale_code(), layouts=sheet.layouts
    )
    if said is None or (said.bundle is not None and sheet.bundle is None):
        form.form_errors.append(str(TAMPERED))
        said = None
    return sheet, form, said


def _today(at: datetime) -> date:
    return local_date(at, hotel.house_zone())


def _pressed(sheet: Sheet, order: Order) -> Order:
    """The order after a button that moves it to another time or fits it to the number of guests."""
    instead = request.form.get("instead")
    if instead is not None:
        return rules.moved(order, to=instant_in(instead) or abort(400), zone=sheet.house.zone)
    return rules.suggested(order, sheet.ready) if "suggested" in request.form else order


def _beginning(sheet: Sheet, again: Booking | None, *, at: datetime) -> Order:
    """What the form opens with: nothing need be typed but the date."""
    today = local_date(at, sheet.house.zone)
    if again is not None:
        order = queries.order_again(again)
    elif sheet.bundle is not None:
        order = rules.order_of_bundle(sheet.ready, day=today, starts=TEN, headcount=GUESTS)
    else:
        order = Order(today, TEN, TWO, GUESTS, ())
    cut_offs = {offer.code: offer.cut_off_hours for offer in sheet.offers}
    earliest = rules.first_day(order.wishes, cut_offs, today=today)
    if again is None:
        return replace(order, day=earliest)
    # Again is the next time, on the same day of the week.
    next_time = max(earliest, again.service_date + timedelta(days=1))
    return replace(order, day=rules.same_weekday(order.day, earliest=next_time))


def _copied(account: Account) -> PriceQuote | None:
    """The quote that the address names, where it is the company's own."""
    quote_id = request.args.get("quote", type=uuid.UUID)
    return quote_queries.quote_for(QuoteReach(account_id=account.id), quote_id) if quote_id else None


def _quoted(account: Account, sheet: Sheet) -> Order | None:
    """The order of a quote that is copied: on its day, where that can still be ordered."""
    copied = _copied(account)
    if copied is None:
        return None
    order = order_from_json(copied.order)
    cut_offs = {offer.code: offer.cut_off_hours for offer in sheet.offers}
    first = rules.first_day(order.wishes, cut_offs, today=local_date(clock.now(), sheet.house.zone))
    return replace(order, day=max(order.day, first))


def _asked(order: Order, sheet: Sheet) -> Order:
    """The order with what the address asks for: a free time of a calendar, so many of a service."""
    said = request.args
    named = {offer.code: said.get(offer.code, type=int) for offer in sheet.offers}
    wishes = [Wish(code, min(count, MOST_ASKED)) for code, count in named.items() if count and count > 0]
    return replace(
        order,
        day=said.get("day", type=day_in) or order.day,
        starts=said.get("starts", type=time_in) or order.starts,
        ends=said.get("ends", type=time_in) or order.ends,
        headcount=min(max(said.get("guests", order.headcount, type=int), 1), MOST_GUESTS),
        wishes=tuple(wishes) or order.wishes,
    )


def _take_particulars(form: OrderForm, booking: Booking, sheet: Sheet) -> None:
    form.title.data, form.note.data = typed_title(booking.title), booking.note
    # The guest may have a new card by now.
    card = next((card for card in sheet.cards if card.holder_id == booking.guest_id), None)
    form.guest.data = str(card.public_id) if card else ""
    centre = next((each for each in sheet.cost_centres if each.id == booking.cost_centre_id), None)
    form.cost_centre.data = str(centre.public_id) if centre else form.cost_centre.data


def _wanted(account_id: int, house: Property, form: OrderForm, said: Entered) -> Wanted:
    return queries.wanted(
        account_id=account_id,
        house=house,
        order=form.order(),
        card_id=said.card,
        cost_centre_id=said.cost_centre,
        bundle_id=said.bundle,
        title=(form.title.data or "").strip(),
        note=(form.note.data or "").strip(),
        points=form.points.data or 0,
    )


def _preview(sheet: Sheet, form: OrderForm, order: Order, *, at: datetime) -> Preview:
    centre = next((c for c in sheet.cost_centres if str(c.public_id) == form.cost_centre.data), None)
    ask = Wanted(sheet.house, order, bundle=sheet.bundle, cost_centre=centre, points=form.points.data or 0)
    return queries.preview(ask, on=sheet, by_id=visitor().person_id or 0, at=at)


def _mark(form: OrderForm, problems: list[Problem], *, zone: str) -> None:
    for problem in problems:
        said = words.refused(problem.refusal, zone=zone)
        form.refuse(said, field=problem.at_field, service=problem.refusal.values.get("service"))


def _mine(account: Account, booking_id: uuid.UUID | None) -> Booking | None:
    if booking_id is None:
        return None
    return booked.booking_for(Reach(account_id=account.id), booking_id)


def _page(sheet: Sheet, form: OrderForm, preview: Preview | None) -> str:
    if preview is not None and preview.quote is not None:
        form.seen_cents.data = preview.quote.price.value.bill_cents
        form.seen_cents.raw_data = None
    tier, tier_name = _tier(sheet, preview)
    return render_template(
        "corporate/orders/compose.html",
        sheet=sheet,
        left=booked.consequences_of(sheet.booking, at=clock.now()) if sheet.booking else None,
        form=form,
        preview=preview,
        notices=_notices(preview, form, zone=sheet.house.zone),
        suggestion=_suggestion(sheet, form),
        tier=tier,
        tier_name=tier_name,
        amount=bundle_words.amount,
        discount_name=receipt_words.discount_name,
        unit_price=bundle_words.unit_price,
    )


def _tier(sheet: Sheet, preview: Preview | None) -> tuple[str, LazyString]:
    """The tier of the company and what it is called: of the price, where there is one."""
    if preview is not None and preview.quote is not None:
        return preview.quote.tier, names.under(preview.quote.rules)[preview.quote.tier]
    tier = standing.tier_of(sheet.account.id)
    return tier, names.today()[tier]


def _notices(preview: Preview | None, form: OrderForm, *, zone: str) -> list[words.Notice]:
    """What cannot be had, beside the price; what the fields say already is left to them."""
    if preview is None:
        return []
    said = [words.notice(problem.refusal, zone=zone) for problem in preview.problems]
    return [each for each in said if each.instead or not form.errors]


def _suggestion(sheet: Sheet, form: OrderForm) -> bool:
    """Whether the bundle would have other quantities for so many guests."""
    if sheet.bundle is None or form.errors:
        return False
    order = form.order()
    return rules.suggested(order, sheet.ready) != order
