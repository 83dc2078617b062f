"""Form a booking's price anew when a partner cannot do a line, or does it otherwise.

Whoever calls has locked the booking.
"""

import uuid
from datetime import datetime

from portal.corporate.bookings import actions as bookings
from portal.corporate.bookings import rules
from portal.corporate.bookings.models import Booking, BookingLine, EndKind
from portal.corporate.settlements import actions as settlements
from portal.corporate.settlements.rules import settled_payment, settled_price
from portal.database import db


def drop_line(*, booking: Booking, line: BookingLine, reason: str, by_id: int, at: datetime) -> None:
    """Take out a line that a partner cannot do; whoever calls has locked the booking.

    The price of the rest keeps the discounts that were promised, points that may no longer pay are free
    again. With its last line the booking ends.
    """
    line.dropped_at, line.is_declined = at, True
    if not booking.standing_lines:
        bookings.end_booking(booking=booking, kind=EndKind.BY_HOTEL, reason=reason or "–", by_id=by_id, at=at)
        return
    _price_anew(booking, by_id=by_id, at=at)
    bookings.record(booking=booking, action="booking.drop_line", by_id=by_id, at=at, line=line.position)


def move_line(
    *,
    booking: Booking,
    line: BookingLine,
    starts_at: datetime,
    unit_price_cents: int,
    by_id: int,
    at: datetime,
) -> None:
    """Give a line the time and price that a partner offers and the client has taken."""
    line.starts_at, line.ends_at = starts_at, line.ends_at + (starts_at - line.starts_at)
    line.unit_price_cents = unit_price_cents
    line.list_cents = line.total_cents = unit_price_cents * line.quantity
    _price_anew(booking, by_id=by_id, at=at)
    bookings.record(booking=booking, action="booking.move_line", by_id=by_id, at=at, line=line.position)


def _price_anew(booking: Booking, *, by_id: int, at: datetime) -> None:
    """Form the price of what stands, each line at its frozen discount; hold no more points than may pay."""
    lines = [
        rules.delivered_line(line, 0 if line.is_declined else line.quantity) for line in booking.priced_lines
    ]
    version = settlements.rules_of(booking.price["version"])
    price = settled_price(lines, rules=version, tier=booking.tier)
    points = booking.points_used
    bookings.let_go(booking=booking, by_id=by_id, at=at)
    booking.revision, booking.revision_token, booking.revised_at = booking.revision + 1, uuid.uuid4(), at
    payment = settled_payment(
        rules=version, tier=booking.tier, bill_cents=price.value.bill_cents, held_points=points
    )
    paid = payment.value.points if payment is not None else 0
    booking.hold_key = f"{booking.ledger_name}:{booking.revision}:hold" if paid else None
    for name, value in rules.price_particulars(price, payment if paid else None).items():
        setattr(booking, name, value)
    db.session.flush()
    bookings.hold(booking=booking, by_id=by_id, at=at)
    bookings.announce(booking=booking, letter="changed", at=at)
