"""Deliver what a booking promised: note it, settle the booking with its last line, and undo both."""

import uuid
from datetime import datetime, timedelta

from portal.clock import local_date
from portal.corporate.bookings import actions as bookings
from portal.corporate.bookings import queries, rules
from portal.corporate.bookings.models import Booking, BookingLine, Delivery, Settlement
from portal.corporate.compensations import actions as compensations
from portal.corporate.deliveries import rules as undoing
from portal.corporate.enquiries import actions as enquiries
from portal.corporate.settlements import actions as settlements
from portal.corporate.settlements.actions import Delivered
from portal.database import db
from portal.surveys.invitations import actions as surveys


def deliver_line(
    *,
    line_id: int,
    quantity: int,
    delivered_at: datetime,
    by_id: int,
    token: uuid.UUID,
    at: datetime,
    note: str = "",
) -> Delivery:
    """Note what was delivered of a line, in its unit; the same token notes it once.

    With the last line the booking is fulfilled: the bill follows what was delivered, the held points
    pay, and new ones are earned.
    """
    booking = queries.lock_booking_of(line_id)
    if booking is None:
        raise rules.BookingOfOthers
    line = next(line for line in booking.lines if line.id == line_id)
    if line.delivery is not None and line.delivery.public_id == token:
        return line.delivery
    _check_open(booking, line)
    rules.check_quantity(promised=line.quantity, delivered=quantity)
    line.delivery = Delivery(
        public_id=token,
        quantity=quantity,
        delivered_at=min(delivered_at, at),
        recorded_at=at,
        by_id=by_id,
        note=note,
        compensation_round=1,
    )
    kept = rules.promise_kept(booking, line)
    line.delivery.compensation = compensations.give(line=kept, by_id=by_id, at=at)
    db.session.flush()
    bookings.record(
        booking=booking, action="booking.deliver", by_id=by_id, at=at, line=line.position, quantity=quantity
    )
    enquiries.let_go(line_ids=[line.id], at=at)
    settle_delivered(booking=booking, token=token, by_id=by_id, at=at)
    return line.delivery


def settle_delivered(*, booking: Booking, token: uuid.UUID, by_id: int, at: datetime) -> None:
    """Fulfil a booking of which all that stands is delivered; `token` names what was the last of it."""
    if all(line.delivery is not None for line in booking.standing_lines):
        _settle(booking, key=f"{booking.ledger_name}:fulfilled:{token}", by_id=by_id, at=at)


def _check_open(booking: Booking, line: BookingLine) -> None:
    if (ended_at := booking.ended_at) is not None:
        raise rules.AlreadyEnded(ended_at=ended_at.isoformat())
    rules.check_confirmed(booking)
    if line.dropped_at is not None:
        raise rules.LineTakenOut
    if line.delivery is not None:
        raise rules.DeliveredAlready(recorded_at=line.delivery.recorded_at.isoformat())


def undo_delivery(
    *, token: uuid.UUID, by_id: int, at: datetime, window: timedelta | None = None
) -> BookingLine | None:
    """Take back what was noted under a token; none when there is nothing to take back.

    With a `window` only whoever noted it may, and only so long. What the delivery had settled is
    reversed: the bill is open again, the points are held again, what was earned is taken back.
    Raises `DecidedAgainst` once a second person has decided about it.
    """
    line_id = queries.line_of_delivery(token)
    booking = queries.lock_booking_of(line_id) if line_id is not None else None
    line = next((line for line in booking.lines if line.id == line_id), None) if booking else None
    if booking is None or line is None or line.delivery is None or line.delivery.public_id != token:
        return None
    delivery = line.delivery
    undoing.check_undecided(waived_at=delivery.waived_at)
    rules.check_undo(
        by_id=by_id,
        recorded_by_id=delivery.by_id,
        recorded_at=delivery.recorded_at,
        at=at,
        window=window,
    )
    if booking.settlement is not None:
        _unsettle(booking, booking.settlement, by_id=by_id, at=at)
    if delivery.compensation is not None:
        compensations.take_back(line=rules.promise_kept(booking, line), by_id=by_id, at=at)
    enquiries.ask_again(line_id=line.id, closed_at=delivery.recorded_at)
    line.delivery = None
    db.session.delete(delivery)
    db.session.flush()
    bookings.record(booking=booking, action="booking.undo_delivery", by_id=by_id, at=at, line=line.position)
    return line


def _settle(booking: Booking, *, key: str, by_id: int, at: datetime) -> None:
    order = _delivered(booking, key=key)
    settled = settlements.settle(order=order, by_id=by_id, at=at)
    price = settled.price.value
    booking.settlement = Settlement(
        key=key,
        at=at,
        bill_cents=price.bill_cents,
        discount_cents=price.discount_cents,
        eligible_cents=price.eligible_cents,
        points_spent=settled.points_spent,
        points_earned=settled.points_earned,
        price=settled.price.to_json(),
        payment=settled.payment.to_json() if settled.payment else None,
    )
    booking.fulfilled_at = at
    surveys.schedule_invitation(touchpoint=rules.touchpoint_of(booking, key=key), at=at)
    bookings.record(booking=booking, action="booking.fulfil", by_id=by_id, at=at, bill_cents=price.bill_cents)


def _unsettle(booking: Booking, settlement: Settlement, *, by_id: int, at: datetime) -> None:
    order = _delivered(booking, key=settlement.key)
    spent, bill_cents = settlement.points_spent, booking.bill_cents
    held = settlements.take_back(order=order, points_spent=spent, bill_cents=bill_cents, by_id=by_id, at=at)
    booking.hold_key, booking.points_used = held.hold_key, held.points
    booking.payment = held.payment.to_json() if held.payment is not None else None
    booking.fulfilled_at = None
    surveys.take_back_invitation(touchpoint_id=booking.public_id, at=at)
    booking.settlement = None
    db.session.delete(settlement)


def _delivered(booking: Booking, *, key: str) -> Delivered:
    """The booking as the settling of it needs it: facts."""
    deliveries = [(line, line.delivery) for line in booking.standing_lines if line.delivery is not None]
    last = max(delivery.delivered_at for _, delivery in deliveries)
    return Delivered(
        account_id=booking.account_id,
        reference=booking.ledger_name,
        key=key,
        version=booking.price["version"],
        tier=booking.tier,
        lines=[
            # What a partner could not do was not delivered, and is a kind of the bundle all the same.
            rules.delivered_line(line, line.delivery.quantity if line.delivery else 0)
            for line in booking.priced_lines
        ],
        hold_key=booking.hold_key,
        held_points=booking.points_used,
        day=local_date(last, booking.property.zone),
    )
