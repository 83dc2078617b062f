"""Form a booking's price anew when a partner cannot do a line, or does it otherwise.

Whoever calls has locked the booking.
"""

import uuid
from datetime import datetime

from portal.clock import local_date
from portal.corporate.bookings import actions as bookings
from portal.corporate.bookings.models import Booking, BookingLine, EndKind
from portal.corporate.bookings.rules import price_particulars
from portal.corporate.deliveries import actions as deliveries
from portal.corporate.repricing import queries, rules
from portal.corporate.settlements import actions as settlements
from portal.corporate.settlements.rules import settled_payment
from portal.database import db
from portal.derivation import Derived
from portal.programme.bundles.rules import BundlePrice


def drop_line(
    *, booking: Booking, line: BookingLine, ends_as: EndKind, reason: str, by_id: int, at: datetime
) -> None:
    """Take out a line that a partner cannot do, or whose offer the client leaves.

    The price of the rest keeps the discounts that were promised, points that may no longer pay are free
    again. With its last line the booking ends; where all that is left was delivered, it is fulfilled.
    """
    line.dropped_at, line.is_declined = at, True
    if not booking.standing_lines:
        bookings.end_booking(booking=booking, kind=ends_as, reason=reason, by_id=by_id, at=at)
        return
    _lie(booking)
    _price_anew(booking, _price(booking), by_id=by_id, at=at)
    bookings.record(booking=booking, action="booking.drop_line", by_id=by_id, at=at, line=line.position)
    deliveries.settle_delivered(booking=booking, token=line.public_id, by_id=by_id, at=at)


def move_line(
    *,
    booking: Booking,
    line: BookingLine,
    starts_at: datetime,
    unit_price_cents: int,
    by_id: int,
    at: datetime,
) -> None:
    """Give a line the time and price that a partner offers and the client has taken.

    The booking goes with it: its day, its times, its cut-off. Raises `OfAnotherDay` and `AboveLimit`.
    """
    rules.check_day(booking, line, starts_at)
    line.starts_at, line.ends_at = starts_at, line.ends_at + (starts_at - line.starts_at)
    line.unit_price_cents = unit_price_cents
    line.list_cents = line.total_cents = unit_price_cents * line.quantity
    price, span = _price(booking), rules.span_of(booking.standing_lines)
    queries.check_limits(booking, bill_cents=price.value.bill_cents, starts_at=span.starts_at, lock=True)
    _lie(booking)
    _price_anew(booking, price, by_id=by_id, at=at)
    bookings.record(booking=booking, action="booking.move_line", by_id=by_id, at=at, line=line.position)


def _lie(booking: Booking) -> None:
    """Let the booking lie where its lines do."""
    span = rules.span_of(booking.standing_lines)
    booking.starts_at, booking.ends_at, booking.cut_off_at = span.starts_at, span.ends_at, span.cut_off_at
    booking.service_date = local_date(span.starts_at, booking.property.zone)


def _price(booking: Booking) -> Derived[BundlePrice]:
    return rules.price_of(booking, rules=settlements.rules_of(booking.price["version"]))


def _price_anew(booking: Booking, price: Derived[BundlePrice], *, by_id: int, at: datetime) -> None:
    """Put the price in the place of the one before; hold no more points than may pay of it."""
    points = booking.points_used
    bookings.let_go(booking=booking, by_id=by_id, at=at)
    booking.revision, booking.revision_token, booking.revised_at = booking.revision + 1, uuid.uuid4(), at
    payment = settled_payment(
        rules=settlements.rules_of(booking.price["version"]),
        tier=booking.tier,
        bill_cents=price.value.bill_cents,
        held_points=points,
    )
    paid = payment.value.points if payment is not None else 0
    booking.hold_key = f"{booking.ledger_name}:{booking.revision}:hold" if paid else None
    for name, value in price_particulars(price, payment if paid else None).items():
        setattr(booking, name, value)
    db.session.flush()
    bookings.hold(booking=booking, by_id=by_id, at=at)
    bookings.announce(booking=booking, letter="changed", at=at)
