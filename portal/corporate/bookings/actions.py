"""Book, change and end a booking.

Locks are taken in one order: the booking, the company's limits, its points, halls and equipment, the
house's people.
"""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from portal.audit import actions as audit
from portal.clock import local_date
from portal.corporate.bookings import queries, rules
from portal.corporate.bookings.models import Booking, BookingLine, Cancellation, EndKind, Request
from portal.corporate.bookings.queries import Reach
from portal.corporate.bookings.rules import Wanted
from portal.corporate.bundles import actions as plans
from portal.corporate.bundles import queries as bundles
from portal.corporate.bundles import rules as bundle_rules
from portal.corporate.bundles.rules import Quote
from portal.corporate.enquiries import actions as enquiries
from portal.corporate.enquiries import queries as asked
from portal.corporate.enquiries.models import Enquiry
from portal.corporate.halls import actions as halls
from portal.corporate.halls.rules import Window
from portal.corporate.limits import queries as limits
from portal.corporate.limits import rules as limit_rules
from portal.corporate.settlements import actions as settlements
from portal.corporate.staffing import actions as staffing
from portal.database import db
from portal.derivation import Derived
from portal.jobs import actions as jobs
from portal.programme.ledger import queries as balances
from portal.programme.redemption.rules import PointsPayment

LETTER = "bookings.write_letter"
SECOND_KEY = "approvals.ask"
"""Background work of the approvals: ask for the second key, and end what nobody approved in time."""
LAPSE = "approvals.lapse"


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
    """Confirm an order once at the price seen or `agreed`; above a limit it waits for the second key."""
    if (known := queries.booking_by_token(token)) is not None:
        return _own(known, account_id)
    quote = _quoted(wanted, seen_cents, account_id=account_id, at=at, agreed=agreed)
    request = _request(token, wanted, quote, account_id=account_id, by_id=by_id, at=at)
    payment, reference = _payment(quote, wanted.points, account_id=account_id), _reference(token)
    booking = Booking(
        public_id=token,
        reference=reference,
        account_id=account_id,
        booked_by_id=by_id,
        revision=1,
        revision_token=token,
        revised_at=at,
        hold_key=f"booking:{token}:1:hold" if payment is not None else None,
        confirmed_at=at if request is None else None,
        request=request,
        **rules.particulars(wanted, quote, payment, reference=reference),
    )
    if (first := _insert(booking)) is not booking:
        return _own(first, account_id)
    hold(booking=booking, by_id=by_id, at=at)
    plans.lock_plan(quote.plan, property_id=wanted.house.id)
    _promise(booking, wanted, quote, at=at)
    if request is not None:
        return _ask(booking, request, by_id=by_id, at=at)
    record(booking=booking, action="booking.confirm", by_id=by_id, at=at)
    announce(booking=booking, letter="confirmed", at=at)
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
    rules.check_confirmed(booking)
    if booking.revision != revision:
        raise rules.ChangedMeanwhile(revision=booking.revision)
    quote = _quoted(wanted, seen_cents, account_id=account_id, at=at)
    _check_limits(booking, wanted, quote.price.value.bill_cents)
    let_go(booking=booking, by_id=by_id, at=at)
    payment = _payment(quote, wanted.points, account_id=account_id)
    before = rules.told(booking)
    _put(booking, wanted, quote, payment=payment, token=token, at=at)
    hold(booking=booking, by_id=by_id, at=at)
    plans.lock_plan(
        quote.plan,
        property_id=wanted.house.id,
        line_ids=[line.id for line in booking.lines],
        resource_ids=[line.resource_id for line in booking.lines if line.resource_id is not None],
    )
    _give_back(booking, at=at)
    _promise(booking, wanted, quote, at=at, kept=_kept(booking))
    enquiries.call_off(line_ids=[line.id for line in booking.lines], at=at)
    db.session.expire(booking, ["lines"])
    record(booking=booking, action="booking.change", by_id=by_id, at=at, before=before)
    announce(booking=booking, letter="changed", at=at)
    return booking


def cancel_booking(
    *, public_id: uuid.UUID, account_id: int, reason: str, by_id: int, at: datetime
) -> Booking:
    """The client cancels before the cut-off; cancelling twice changes nothing."""
    booking = _locked(public_id, Reach(account_id=account_id))
    if booking.cancellation is not None and booking.cancellation.kind == EndKind.BY_CLIENT:
        return booking
    rules.check_open_to_client(booking, at=at)
    end_booking(booking=booking, kind=EndKind.BY_CLIENT, reason=reason, by_id=by_id, at=at)
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
    end_booking(booking=booking, kind=kind, reason=reason, by_id=by_id, at=at)
    return booking


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


def _request(
    token: uuid.UUID, wanted: Wanted, quote: Quote, *, account_id: int, by_id: int, at: datetime
) -> Request | None:
    """What the booking waits with, if it needs a second key.

    The limits stay locked: of two orders at once the second sees the first.
    """
    cost_centre_id = _cost_centre(wanted, account_id=account_id)
    verdict = queries.weighed(
        account_id=account_id,
        person_id=by_id,
        cost_centre_id=cost_centre_id,
        day=wanted.order.day,
        adds_cents=quote.price.value.bill_cents,
        lock=True,
    )
    request = rules.request_of(verdict, cut_off_at=quote.plan.cut_off_at, at=at)
    # What the same form made in this second counts against the limit, but need not be asked for anew.
    if request is not None and queries.booking_by_token(token) is None:
        limit_rules.check_deciders(limits.deciders(account_id, cost_centre_id=cost_centre_id, but_id=by_id))
    return request


def _check_limits(booking: Booking, wanted: Wanted, bill_cents: int) -> None:
    """A change stays within the limits of whoever booked, or costs no more than it did."""
    cost_centre_id = _cost_centre(wanted, account_id=booking.account_id)
    verdict = queries.weighed(
        account_id=booking.account_id,
        person_id=booking.booked_by_id,
        cost_centre_id=cost_centre_id,
        day=wanted.order.day,
        adds_cents=bill_cents,
        but_id=booking.id,
        lock=True,
    )
    limit_rules.check_change(
        verdict.value,
        before_cents=booking.bill_cents,
        is_same_budget=(booking.cost_centre_id, booking.service_date) == (cost_centre_id, wanted.order.day),
    )


def _cost_centre(wanted: Wanted, *, account_id: int) -> int | None:
    """On which it is booked; a company that keeps cost centres books on one of them."""
    if wanted.cost_centre is None and limits.cost_centres(account_id):
        raise limit_rules.CostCentreMissing
    return wanted.cost_centre.id if wanted.cost_centre is not None else None


def _ask(booking: Booking, request: Request, *, by_id: int, at: datetime) -> Booking:
    """Let it wait: tell the booker, ask whoever may approve, and end it at its deadline."""
    record(booking=booking, action="booking.request", by_id=by_id, at=at)
    announce(booking=booking, letter="requested", at=at)
    payload = {"booking_id": str(booking.public_id)}
    jobs.enqueue(kind=SECOND_KEY, payload=payload, dedupe_key=f"approval:{booking.public_id}", at=at)
    lapse = f"approval:{booking.public_id}:lapse"
    jobs.enqueue(kind=LAPSE, payload=payload, dedupe_key=lapse, run_at=request.deadline_at, at=at)
    return booking


def _reference(token: uuid.UUID) -> str:
    candidates = rules.references(token)
    taken = queries.taken_references(candidates)
    return next(reference for reference in candidates if reference not in taken)


def hold(*, booking: Booking, by_id: int, at: datetime) -> None:
    """Hold the points that are to pay for it."""
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


def let_go(*, booking: Booking, by_id: int | None, at: datetime) -> None:
    """Free the points that are held for it."""
    if booking.hold_key is not None:
        settlements.let_go(
            account_id=booking.account_id,
            hold_key=booking.hold_key,
            reference=booking.ledger_name,
            day=local_date(at, booking.property.zone),
            by_id=by_id,
            at=at,
        )


def _quoted(
    wanted: Wanted, seen_cents: int | None, *, account_id: int, at: datetime, agreed: Quote | None = None
) -> Quote:
    rules.check_card(wanted.card, account_id=account_id)
    quote = agreed or bundles.quote(wanted.order, house=wanted.house, account_id=account_id, at=at)
    bundle_rules.check_in_time(quote.plan, at=at, today=quote.today)
    rules.check_seen(seen_cents=seen_cents, now_cents=quote.price.value.bill_cents)
    return quote


def _put(
    booking: Booking,
    wanted: Wanted,
    quote: Quote,
    *,
    payment: Derived[PointsPayment] | None,
    token: uuid.UUID,
    at: datetime,
) -> None:
    """Put the order in the place of the one before, whose lines are dropped."""
    for line in booking.priced_lines:
        line.dropped_at, line.is_declined = line.dropped_at or at, False
    booking.revision, booking.revision_token, booking.revised_at = booking.revision + 1, token, at
    booking.hold_key = f"{booking.ledger_name}:{booking.revision}:hold" if payment is not None else None
    for name, value in rules.particulars(wanted, quote, payment, reference=booking.reference).items():
        setattr(booking, name, value)
    db.session.flush()


def _give_back(booking: Booking, *, at: datetime) -> None:
    """Let the halls and the people go to whoever asks next."""
    lines = [line.id for line in booking.lines]
    halls.give_back(line_ids=lines)
    staffing.give_back(line_ids=lines, at=at)


def _promise(
    booking: Booking, wanted: Wanted, quote: Quote, *, at: datetime, kept: dict[Any, Enquiry] | None = None
) -> None:
    """Write the lines, each with its hall or set of equipment, its people or its partner."""
    chosen = bundles.halls_of(
        quote.plan, house=wanted.house, headcount=wanted.order.headcount, at=at, lock=True
    )
    people = bundles.staff_limits(quote.plan, house=wanted.house)
    # Of what only waits for approval no partner is asked yet.
    answers = bundles.answer_hours(quote.plan, house=wanted.house, at=at) if booking.confirmed_at else {}
    lines = zip(quote.plan.lines, quote.price.value.lines, chosen, strict=True)
    for position, (planned, priced, hall) in enumerate(lines, start=1):
        line = BookingLine(
            public_id=uuid.uuid4(),
            booking_id=booking.id,
            position=position,
            resource_id=hall.id if hall else None,
            **rules.line_terms(planned, priced),
        )
        db.session.add(line)
        db.session.flush()
        if hall is not None:
            halls.take_hall(hall=hall, window=Window(line.starts_at, line.ends_at), line_id=line.id)
        if planned.offer.is_staffed:
            limit = people.get(line.service_id)
            plans.promise_people(
                planned=planned, line_id=line.id, property_id=wanted.house.id, limit=limit, at=at
            )
        if planned.offer.is_third_party:
            enquiries.ask_or_keep(
                kept=(kept or {}).get(rules.same_promise(line)),
                line_id=line.id,
                property_id=wanted.house.id,
                hours=answers.get(line.service_id),
                cut_off_at=planned.cut_off_at,
                at=at,
            )


def _kept(booking: Booking) -> dict[Any, Enquiry]:
    """What partners were asked about the lines as they stand, by what is promised in them."""
    before = {line.id: line for line in booking.lines}
    found = asked.keepable(before, property_id=booking.property_id)
    return {rules.same_promise(before[line_id]): each for line_id, each in found.items()}


def end_booking(*, booking: Booking, kind: EndKind, reason: str, by_id: int | None, at: datetime) -> None:
    """End it before it was delivered: points and halls are free again."""
    booking.cancellation = Cancellation(kind=kind, by_id=by_id, at=at, reason=reason)
    booking.revision += 1
    let_go(booking=booking, by_id=by_id, at=at)
    _give_back(booking, at=at)
    # To whom nobody came a partner has come all the same.
    fall_away = enquiries.let_go if kind is EndKind.NO_SHOW else enquiries.call_off
    fall_away(line_ids=[line.id for line in booking.lines], at=at)
    record(booking=booking, action=f"booking.{kind}", by_id=by_id, at=at)
    announce(booking=booking, letter=kind.value, at=at)


def record(*, booking: Booking, action: str, by_id: int | None, at: datetime, **more: Any) -> None:
    """Tell the audit what was done with a booking, and how it stands."""
    audit.record(
        action=action,
        subject_kind="booking",
        subject_id=booking.public_id,
        details=rules.told(booking) | more,
        by=by_id,
        at=at,
    )


def announce(*, booking: Booking, letter: str, at: datetime) -> None:
    """Let the worker write to the booker: printing the confirmation takes longer than a page may."""
    jobs.enqueue(
        kind=LETTER,
        payload={"booking_id": str(booking.public_id), "letter": letter, "revision": booking.revision},
        dedupe_key=f"booking-letter:{booking.public_id}:{booking.revision}",
        at=at,
    )
