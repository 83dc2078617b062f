"""An order opened to its sums: on the screen, and as a sheet on paper."""

import uuid
from collections.abc import Collection

from flask import Blueprint, Response, abort, render_template, request, url_for

from portal import clock
from portal.audit import actions as audit
from portal.corporate.bookings import access
from portal.corporate.bookings import queries as bookings
from portal.corporate.bookings.models import Booking, Settlement
from portal.corporate.sheets import queries, words
from portal.database import transaction
from portal.derivation import recompute
from portal.programme.folios.rules import Order
from portal.programme.sheets import actions as sheets
from portal.programme.sheets import words as sheet_words
from portal.programme.words import CATEGORIES
from portal.web.gate import Visitor, allow, visitor
from portal.web.limits import PAPER, limiter
from portal.web.pages import locale_code

blueprint = Blueprint("order_sheets", __name__, url_prefix="/corporate/bookings")
SIGHT = "bookings.booking"
CONFIRMED = "confirmed"


@blueprint.get("/<uuid:booking_id>/sheet")
@allow(access.sees_bookings)
def sheet(booking_id: uuid.UUID) -> str:
    """Each line of an order with its net price, what of it earns, and how price and points came about.

    Of a delivered order that is what was delivered; with `of` what had been confirmed.
    """
    found, told = _found(booking_id)
    answer = render_template(
        "corporate/sheets/sheet.html",
        booking=found,
        settled=None if told is found else told,
        price=recompute(told.price).value,
        parts=sheet_words.parts(words.derivations(told)),
        categories=CATEGORIES,
    )
    _record_look(found)
    return answer


@blueprint.get("/<uuid:booking_id>/sheet.pdf")
@allow(access.sees_bookings)
@limiter.limit(PAPER)
def paper(booking_id: uuid.UUID) -> Response:
    """The same on paper, in the reader's language."""
    found, told = _found(booking_id)
    content = sheets.print_sheet(words.paper(found, told), locale=locale_code())
    _record_look(found)
    headers = {"Content-Disposition": f'attachment; filename="why-{found.reference}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


def orders(asking: Visitor, account_id: int, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Order]:
    """Those of an account's orders that open for a visitor, for whoever lists them."""
    found = queries.titles(access.reach(asking), account_id, ids)
    return {
        public_id: Order(
            url_for("order_sheets.sheet", booking_id=public_id),
            url_for("order_sheets.sheet", booking_id=public_id, of=CONFIRMED),
            title,
            hotel,
        )
        for public_id, (title, hotel) in found.items()
    }


def _found(booking_id: uuid.UUID) -> tuple[Booking, Booking | Settlement]:
    found = bookings.booking_for(access.reach(visitor()), booking_id) or abort(404)
    is_confirmed = request.args.get("of") == CONFIRMED
    return found, found if is_confirmed else found.settlement or found


def _record_look(booking: Booking) -> None:
    people = [each for each in (booking.guest_id, booking.booked_by_id) if each is not None]
    with transaction():
        audit.record_sights(
            viewer_id=visitor().person_id or 0, subject_ids=people, page=SIGHT, at=clock.now()
        )
