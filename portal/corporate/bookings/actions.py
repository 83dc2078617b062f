"""Book, change and end a booking; deliver what it promised.

Locks are taken in one order: the booking, the account's points, halls and equipment.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from portal.audit import actions as audit
from portal.clock import local_date
from portal.corporate.bookings import queries, rules
from portal.corporate.bookings.models import (
    Booking,
    BookingLine,
    Cancellation,
    Delivery,
    EndKind,
    Settlement,
)
from portal.corporate.bookings.queries import Reach
from portal.corporate.bookings.rules import Wanted
from portal.corporate.bundles import queries as bundles
from portal.corporate.bundles import rules as bundle_rules
from portal.corporate.bundles.rules import Quote
from portal.corporate.compensations import actions as compensations
from portal.corporate.halls import actions as halls
from portal.corporate.halls.rules import Window
from portal.corporate.settlements import actions as settlements
from portal.corporate.settlements.actions import Delivered
from portal.database import db
from portal.derivation import Derived
from portal.jobs import actions as jobs
from portal.programme.ledger import queries as balances
from portal.programme.redemption.rules import PointsPayment
from portal.surveys.invitations import actions as surveys

LETTER = "bookings.write_letter"


def book_bundle(
    *, token: uuid.UUID, account_id: int, wanted: Wanted, seen_cents: int | None, by_id: int, at: datetime
) -> Booking:
    """Confirm an order at the price that was seen; the same token confirms it once.

    Holds the points that pay, takes the halls, freezes the prices. Refuses by name: see the rules of
    bundles, halls, bookings and of paying with points.
    """
    known = queries.booking_by_token(token)
    if known is not None:
        return _own(known, account_id)
    rules.check_card(wanted.card, account_id=account_id)
    quote = bundles.quote(wanted.order, house=wanted.house, account_id=account_id, at=at)
    bundle_rules.check_in_time(quote.plan, at=at, today=quote.today)
    rules.check_seen(seen_cents=seen_cents, now_cents=quote.price.value.bill_cents)
    payment = _payment(quote, wanted.points, account_id=account_id)
    reference = _reference(token)
    booking = Booking(
        public_id=token,
        reference=reference,
        account_id=account_id,
        booked_by_id=by_id,
        revision=1,
        revision_token=token,
        revised_at=at,
        hold_key=f"booking:{token}:1:hold" if payment is not None else None,
        confirmed_at=at,
        **rules.particulars(wanted, quote, payment, reference=reference),
    )
    if (first := _insert(booking)) is not booking:
        return _own(first, account_id)
    _hold(booking, by_id=by_id, at=at)
    _promise(booking, wanted, quote, at=at)
    _record(booking, "booking.confirm", by_id=by_id, at=at)
    _announce(booking, "confirmed", at=at)
    return booking


def change_booking(
    *,
    public_id: uuid.UUID,
    account_id: int,
    token: uuid.UUID,
    revision: int,
    wanted: Wanted,
    seen_cents: int | None,
    by_id: int,
    at: datetime,
) -> Booking:
    """Put another order in a booking's place, at today's prices; the same token changes it once.

    The points, the halls and the lines of before are given back, and those of the new order taken,
    or nothing changes at all. Refuses as `book_bundle` does, and after the cut-off.
    """
    booking = _locked(public_id, Reach(account_id=account_id))
    if booking.revision_token == token:
        return booking
    rules.check_open_to_client(booking, at=at)
    if booking.revision != revision:
        raise rules.ChangedMeanwhile(revision=booking.revision)
    rules.check_card(wanted.card, account_id=account_id)
    quote = bundles.quote(wanted.order, house=wanted.house, account_id=account_id, at=at)
    bundle_rules.check_in_time(quote.plan, at=at, today=quote.today)
    rules.check_seen(seen_cents=seen_cents, now_cents=quote.price.value.bill_cents)
    _let_go(booking, by_id=by_id, at=at)
    payment = _payment(quote, wanted.points, account_id=account_id)
    before = rules.told(booking)
    for line in booking.standing_lines:
        line.dropped_at = at
    halls.give_back(line_ids=[line.id for line in booking.lines])
    booking.revision, booking.revision_token, booking.revised_at = booking.revision + 1, token, at
    hold_key = f"{booking.ledger_name}:{booking.revision}:hold"
    booking.hold_key = hold_key if payment is not None else None
    for name, value in rules.particulars(wanted, quote, payment, reference=booking.reference).items():
        setattr(booking, name, value)
    db.session.flush()
    _hold(booking, by_id=by_id, at=at)
    _promise(booking, wanted, quote, at=at)
    db.session.expire(booking, ["lines"])
    _record(booking, "booking.change", by_id=by_id, at=at, before=before)
    _announce(booking, "changed", at=at)
    return booking


def cancel_booking(
    *, public_id: uuid.UUID, account_id: int, reason: str, by_id: int, at: datetime
) -> Booking:
    """The client cancels before the cut-off; cancelling twice changes nothing."""
    booking = _locked(public_id, Reach(account_id=account_id))
    if booking.cancellation is not None and booking.cancellation.kind == EndKind.BY_CLIENT:
        return booking
    rules.check_open_to_client(booking, at=at)
    _end(booking, kind=EndKind.BY_CLIENT, reason=reason, by_id=by_id, at=at)
    return booking


def end_by_hotel(
    *, public_id: uuid.UUID, reach: Reach, kind: EndKind, reason: str, by_id: int, at: datetime
) -> Booking:
    """The hotel cancels with a reason, or notes that nobody came; twice is once."""
    booking = _locked(public_id, reach)
    if booking.cancellation is not None and booking.cancellation.kind == kind:
        return booking
    rules.check_open_to_hotel(booking)
    if kind is EndKind.NO_SHOW:
        rules.check_begun(starts_at=booking.starts_at, at=at)
    _end(booking, kind=kind, reason=reason, by_id=by_id, at=at)
    return booking


def deliver_line(
    *, line_id: int, quantity: int, delivered_at: datetime, by_id: int, token: uuid.UUID, at: datetime
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
    if (ended_at := booking.ended_at) is not None:
        raise rules.AlreadyEnded(ended_at=ended_at.isoformat())
    if line.dropped_at is not None:
        raise rules.LineTakenOut
    if line.delivery is not None:
        raise rules.DeliveredAlready(recorded_at=line.delivery.recorded_at.isoformat())
    rules.check_quantity(promised=line.quantity, delivered=quantity)
    line.delivery = Delivery(
        public_id=token,
        quantity=quantity,
        delivered_at=min(delivered_at, at),
        recorded_at=at,
        by_id=by_id,
        note="",
    )
    kept = rules.promise_kept(booking, line)
    line.delivery.compensation = compensations.give(line=kept, by_id=by_id, at=at)
    db.session.flush()
    _record(booking, "booking.deliver", by_id=by_id, at=at, line=line.position, quantity=quantity)
    if all(line.delivery is not None for line in booking.standing_lines):
        _settle(booking, key=f"{booking.ledger_name}:fulfilled:{token}", by_id=by_id, at=at)
    return line.delivery


def undo_delivery(
    *, token: uuid.UUID, by_id: int, at: datetime, window: timedelta | None = None
) -> BookingLine | None:
    """Take back what was noted under a token; none when there is nothing to take back.

    With a `window` only whoever noted it may, and only so long. What the delivery had settled is
    reversed: the bill is open again, the points are held again, what was earned is taken back.
    """
    line_id = queries.line_of_delivery(token)
    booking = queries.lock_booking_of(line_id) if line_id is not None else None
    line = next((line for line in booking.lines if line.id == line_id), None) if booking else None
    if booking is None or line is None or line.delivery is None or line.delivery.public_id != token:
        return None
    delivery = line.delivery
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
    line.delivery = None
    db.session.delete(delivery)
    db.session.flush()
    _record(booking, "booking.undo_delivery", by_id=by_id, at=at, line=line.position)
    return line


def _own(booking: Booking, account_id: int) -> Booking:
    if booking.account_id != account_id:
        raise rules.BookingOfOthers
    return booking


def _insert(booking: Booking) -> Booking:
    """The booking in the database, or the one that the same form made before it."""
    token = booking.public_id
    try:
        with db.session.begin_nested():
            db.session.add(booking)
    except IntegrityError:
        # The same form was sent twice in the same second, and the other one came first.
        known = queries.booking_by_token(token)
        if known is None:
            raise
        return known
    return booking


def _locked(public_id: uuid.UUID, reach: Reach) -> Booking:
    booking = queries.lock_booking(public_id, reach)
    if booking is None:
        raise rules.BookingOfOthers
    return booking


def _payment(quote: Quote, points: int, *, account_id: int) -> Derived[PointsPayment] | None:
    if not points:
        return None
    balance_points = balances.balance_of(account_id).active
    return bundle_rules.payment_of(quote, points=points, balance_points=balance_points)


def _reference(token: uuid.UUID) -> str:
    candidates = rules.references(token)
    taken = queries.taken_references(candidates)
    return next(reference for reference in candidates if reference not in taken)


def _hold(booking: Booking, *, by_id: int, at: datetime) -> None:
    if booking.hold_key is not None:
        settlements.hold(
            account_id=booking.account_id,
            hold_key=booking.hold_key,
            reference=booking.ledger_name,
            points=booking.points_used,
            day=local_date(at, booking.property.zone),
            by_id=by_id,
            at=at,
        )


def _let_go(booking: Booking, *, by_id: int, at: datetime) -> None:
    if booking.hold_key is not None:
        settlements.let_go(
            account_id=booking.account_id,
            hold_key=booking.hold_key,
            reference=booking.ledger_name,
            day=local_date(at, booking.property.zone),
            by_id=by_id,
            at=at,
        )


def _promise(booking: Booking, wanted: Wanted, quote: Quote, *, at: datetime) -> None:
    """Write the lines, each with its hall or set of equipment where it needs one."""
    chosen = bundles.halls_of(
        quote.plan, house=wanted.house, headcount=wanted.order.headcount, at=at, lock=True
    )
    for position, (planned, priced, hall) in enumerate(
        zip(quote.plan.lines, quote.price.value.lines, chosen, strict=True), start=1
    ):
        line = BookingLine(
            public_id=uuid.uuid4(),
            booking_id=booking.id,
            position=position,
            service_id=planned.offer.service_id,
            resource_id=hall.id if hall else None,
            quantity=planned.quantity,
            starts_at=planned.starts_at,
            ends_at=planned.ends_at,
            unit_price_cents=planned.offer.unit_price_cents,
            is_gross=planned.offer.is_gross,
            vat_bp=planned.offer.vat_bp,
            floor_cents=planned.offer.floor_cents,
            list_cents=priced.list_cents,
            discount_bp=priced.discount_bp,
            discount_cents=priced.discount_cents,
            total_cents=priced.total_cents,
            is_third_party=planned.offer.is_third_party,
        )
        db.session.add(line)
        db.session.flush()
        if hall is not None:
            halls.take_hall(hall=hall, window=Window(line.starts_at, line.ends_at), line_id=line.id)


def _end(booking: Booking, *, kind: EndKind, reason: str, by_id: int, at: datetime) -> None:
    """End it before it was delivered: points and halls are free again."""
    booking.cancellation = Cancellation(kind=kind, by_id=by_id, at=at, reason=reason)
    booking.revision += 1
    _let_go(booking, by_id=by_id, at=at)
    halls.give_back(line_ids=[line.id for line in booking.lines])
    _record(booking, f"booking.{kind}", by_id=by_id, at=at)
    _announce(booking, kind.value, at=at)


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
    _record(booking, "booking.fulfil", by_id=by_id, at=at, bill_cents=price.bill_cents)


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
        lines=[rules.delivered_line(line, delivery.quantity) for line, delivery in deliveries],
        hold_key=booking.hold_key,
        held_points=booking.points_used,
        day=local_date(last, booking.property.zone),
    )


def _record(booking: Booking, action: str, *, by_id: int, at: datetime, **more: Any) -> None:
    audit.record(
        action=action,
        subject_kind="booking",
        subject_id=booking.public_id,
        details=rules.told(booking) | more,
        by=by_id,
        at=at,
    )


def _announce(booking: Booking, letter: str, *, at: datetime) -> None:
    """Let the worker write to the booker: printing the confirmation takes longer than a page may."""
    jobs.enqueue(
        kind=LETTER,
        payload={"booking_id": str(booking.public_id), "letter": letter, "revision": booking.revision},
        dedupe_key=f"booking-letter:{booking.public_id}:{booking.revision}",
        at=at,
    )
