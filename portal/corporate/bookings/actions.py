"""Book, change and end a booking.

Locks are taken in one order: the booking, the account's points, halls and equipment, the house's people.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from portal.audit import actions as audit
from portal.clock import local_date
from portal.corporate.bookings import queries, rules
from portal.corporate.bookings.models import Booking, BookingLine, Cancellation, EndKind
from portal.corporate.bookings.queries import Reach
from portal.corporate.bookings.rules import Wanted
from portal.corporate.bundles import queries as bundles
from portal.corporate.bundles import rules as bundle_rules
from portal.corporate.bundles.rules import Quote
from portal.corporate.enquiries import actions as enquiries
from portal.corporate.halls import actions as halls
from portal.corporate.halls.rules import Window
from portal.corporate.settlements import actions as settlements
from portal.corporate.settlements.rules import settled_payment, settled_price
from portal.corporate.staffing import actions as staffing
from portal.database import db
from portal.derivation import Derived
from portal.jobs import actions as jobs
from portal.programme.ledger import queries as balances
from portal.programme.redemption.rules import PointsPayment

LETTER = "bookings.write_letter"


def book_bundle(
    *,
    token: uuid.UUID,
    account_id: int,
    wanted: Wanted,
    seen_cents: int | None,
    by_id: int,
    at: datetime,
    agreed: Quote | None = None,
) -> Booking:
    """Confirm an order at the price that was seen; the same token confirms it once.

    What was `agreed` before keeps its prices; else they are today's. Holds the points that pay, takes the
    halls and the people, freezes the prices. Refuses by name: see the rules of bundles, halls, staffing,
    bookings and of paying with points.
    """
    known = queries.booking_by_token(token)
    if known is not None:
        return _own(known, account_id)
    rules.check_card(wanted.card, account_id=account_id)
    quote = agreed or bundles.quote(wanted.order, house=wanted.house, account_id=account_id, at=at)
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
    record(booking=booking, action="booking.confirm", by_id=by_id, at=at)
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
    for line in booking.priced_lines:
        line.dropped_at, line.is_declined = line.dropped_at or at, False
    _give_back(booking, at=at)
    booking.revision, booking.revision_token, booking.revised_at = booking.revision + 1, token, at
    hold_key = f"{booking.ledger_name}:{booking.revision}:hold"
    booking.hold_key = hold_key if payment is not None else None
    for name, value in rules.particulars(wanted, quote, payment, reference=booking.reference).items():
        setattr(booking, name, value)
    db.session.flush()
    _hold(booking, by_id=by_id, at=at)
    _promise(booking, wanted, quote, at=at)
    db.session.expire(booking, ["lines"])
    record(booking=booking, action="booking.change", by_id=by_id, at=at, before=before)
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


def drop_line(*, booking: Booking, line: BookingLine, reason: str, by_id: int, at: datetime) -> None:
    """Take out a line that a partner cannot do; whoever calls has locked the booking.

    The price of the rest keeps the discounts that were promised, points that may no longer pay are free
    again. With its last line the booking ends.
    """
    line.dropped_at, line.is_declined = at, True
    if not booking.standing_lines:
        _end(booking, kind=EndKind.BY_HOTEL, reason=reason or "–", by_id=by_id, at=at)
        return
    _price_anew(booking, by_id=by_id, at=at)
    record(booking=booking, action="booking.drop_line", by_id=by_id, at=at, line=line.position)


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
    record(booking=booking, action="booking.move_line", by_id=by_id, at=at, line=line.position)


def _price_anew(booking: Booking, *, by_id: int, at: datetime) -> None:
    """Form the price of what stands, each line at its frozen discount; hold no more points than may pay."""
    lines = [
        rules.delivered_line(line, 0 if line.is_declined else line.quantity) for line in booking.priced_lines
    ]
    version = settlements.rules_of(booking.price["version"])
    price = settled_price(lines, rules=version, tier=booking.tier)
    points = booking.points_used
    _let_go(booking, by_id=by_id, at=at)
    booking.revision, booking.revision_token, booking.revised_at = booking.revision + 1, uuid.uuid4(), at
    payment = settled_payment(
        rules=version, tier=booking.tier, bill_cents=price.value.bill_cents, held_points=points
    )
    paid = payment.value.points if payment is not None else 0
    booking.hold_key = f"{booking.ledger_name}:{booking.revision}:hold" if paid else None
    for name, value in rules.price_particulars(price, payment if paid else None).items():
        setattr(booking, name, value)
    db.session.flush()
    _hold(booking, by_id=by_id, at=at)
    _announce(booking, "changed", at=at)


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


def _give_back(booking: Booking, *, at: datetime) -> None:
    """Let the halls and the people go to whoever asks next."""
    lines = [line.id for line in booking.lines]
    halls.give_back(line_ids=lines)
    staffing.give_back(line_ids=lines, at=at)
    enquiries.let_go(line_ids=lines, at=at)


def _promise(booking: Booking, wanted: Wanted, quote: Quote, *, at: datetime) -> None:
    """Write the lines, each with its hall or set of equipment, or its people, where it needs them."""
    chosen = bundles.halls_of(
        quote.plan, house=wanted.house, headcount=wanted.order.headcount, at=at, lock=True
    )
    limits = bundles.staff_limits(quote.plan, house=wanted.house)
    answers = bundles.answer_hours(quote.plan, house=wanted.house, at=at)
    for position, (planned, priced, hall) in enumerate(
        zip(quote.plan.lines, quote.price.value.lines, chosen, strict=True), start=1
    ):
        line = BookingLine(
            public_id=uuid.uuid4(),
            booking_id=booking.id,
            position=position,
            resource_id=hall.id if hall else None,
            **rules.line_terms(planned, priced),
        )
        db.session.add(line)
        db.session.flush()
        window = Window(line.starts_at, line.ends_at)
        if hall is not None:
            halls.take_hall(hall=hall, window=window, line_id=line.id)
        if planned.offer.is_staffed:
            staffing.promise_people(
                line_id=line.id,
                property_id=wanted.house.id,
                service_id=line.service_id,
                service=planned.offer.code,
                people=line.quantity,
                window=window,
                limit=limits.get(line.service_id),
                not_before=at + timedelta(hours=planned.offer.cut_off_hours),
            )
        if (hours := answers.get(line.service_id)) is not None and planned.offer.is_third_party:
            enquiries.ask_partner(
                line_id=line.id,
                property_id=wanted.house.id,
                hours=hours,
                cut_off_at=planned.cut_off_at,
                at=at,
            )


def _end(booking: Booking, *, kind: EndKind, reason: str, by_id: int, at: datetime) -> None:
    """End it before it was delivered: points and halls are free again."""
    booking.cancellation = Cancellation(kind=kind, by_id=by_id, at=at, reason=reason)
    booking.revision += 1
    _let_go(booking, by_id=by_id, at=at)
    _give_back(booking, at=at)
    record(booking=booking, action=f"booking.{kind}", by_id=by_id, at=at)
    _announce(booking, kind.value, at=at)


def record(*, booking: Booking, action: str, by_id: int, at: datetime, **more: Any) -> None:
    """Tell the audit what was done with a booking, and how it stands."""
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
