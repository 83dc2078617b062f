"""Decide that a broken promise is not compensated, and why; undo that.

Locks are taken as in `corporate/bookings`: the booking, then the account's points.
"""

import uuid
from datetime import datetime

from portal.corporate.bookings import actions as bookings
from portal.corporate.bookings import queries
from portal.corporate.bookings import rules as booking_rules
from portal.corporate.bookings.models import Booking, BookingLine, Delivery
from portal.corporate.compensations import actions as compensations
from portal.corporate.waivers import rules
from portal.database import db


def waive_compensation(*, delivery_id: uuid.UUID, reason: str, by_id: int, at: datetime) -> Delivery:
    """Take back what the table gave, with the reason that the client reads. Raises `WaiverRefused`."""
    booking, line, delivery = _locked(delivery_id)
    rules.check_waiver(
        delivered_by_id=delivery.by_id,
        by_id=by_id,
        waived_reason=delivery.waived_reason,
        is_given=delivery.compensation is not None,
    )
    compensations.take_back(line=booking_rules.promise_kept(booking, line), by_id=by_id, at=at)
    delivery.compensation = None
    delivery.waived_at, delivery.waived_by_id, delivery.waived_reason = at, by_id, reason
    db.session.flush()
    bookings.record(booking=booking, action="booking.waive", by_id=by_id, at=at, line=line.position)
    return delivery


def undo_waiver(*, delivery_id: uuid.UUID, by_id: int, at: datetime) -> Delivery:
    """Give it after all: a new entry, since what was reversed stays reversed."""
    booking, line, delivery = _locked(delivery_id)
    rules.check_undo(waived_by_id=delivery.waived_by_id, waived_at=delivery.waived_at, by_id=by_id, at=at)
    delivery.waived_at = delivery.waived_by_id = delivery.waived_reason = None
    delivery.compensation_round += 1
    db.session.flush()
    delivery.compensation = compensations.give(
        line=booking_rules.promise_kept(booking, line), by_id=by_id, at=at
    )
    bookings.record(booking=booking, action="booking.undo_waiver", by_id=by_id, at=at, line=line.position)
    return delivery


def _locked(delivery_id: uuid.UUID) -> tuple[Booking, BookingLine, Delivery]:
    line_id = queries.line_of_delivery(delivery_id)
    booking = queries.lock_booking_of(line_id) if line_id is not None else None
    line = next((line for line in booking.lines if line.id == line_id), None) if booking else None
    if booking is None or line is None or line.delivery is None or line.delivery.public_id != delivery_id:
        raise rules.NothingGiven
    return booking, line, line.delivery
