"""The company's second key: given, refused, or not given in time."""

import uuid
from datetime import datetime, timedelta

from portal.clock import local_date
from portal.corporate.approvals import rules
from portal.corporate.bookings import actions as bookings
from portal.corporate.bookings import queries
from portal.corporate.bookings.models import Booking, EndKind, Request
from portal.corporate.bookings.queries import Reach
from portal.corporate.bookings.rules import BookingOfOthers
from portal.corporate.enquiries import actions as enquiries
from portal.corporate.limits import queries as limits
from portal.corporate.terms import queries as terms
from portal.corporate.terms.models import TermKind
from portal.database import db


def grant(*, public_id: uuid.UUID, account_id: int, by_id: int, at: datetime) -> Booking:
    """Confirm a booking above its limit, at the price that was asked for; granting twice is once.

    Refuses by name: whoever booked, whoever holds no key there, and once it was decided or is too late.
    """
    booking = _locked(public_id, account_id)
    if booking.ended_at is None and booking.request is not None and booking.request.granted_by_id == by_id:
        return booking
    request = _open(booking, by_id=by_id, at=at)
    # Whoever books in this second under the same limit sees what this one takes of it.
    limits.binding(
        account_id, person_id=booking.booked_by_id, cost_centre_id=booking.cost_centre_id, lock=True
    )
    request.granted_at, request.granted_by_id = at, by_id
    booking.confirmed_at = booking.revised_at = at
    booking.revision += 1
    db.session.flush()
    db.session.expire(request, ["granted_by"])
    _ask_partners(booking, at=at)
    bookings.record(booking=booking, action="booking.approve", by_id=by_id, at=at)
    bookings.announce(booking=booking, letter="confirmed", at=at)
    return booking


def decline(*, public_id: uuid.UUID, account_id: int, reason: str, by_id: int, at: datetime) -> Booking:
    """Refuse it, with a reason that whoever booked reads; everything kept for it is free again."""
    booking = _locked(public_id, account_id)
    ended = booking.cancellation
    if ended is not None and (ended.kind, ended.by_id) == (EndKind.DECLINED, by_id):
        return booking
    _open(booking, by_id=by_id, at=at)
    bookings.end_booking(booking=booking, kind=EndKind.DECLINED, reason=reason, by_id=by_id, at=at)
    return booking


def lapse(*, public_id: uuid.UUID, at: datetime) -> bool:
    """End what nobody decided until its deadline; whether it did."""
    booking = queries.lock_booking(public_id, Reach(is_everywhere=True))
    if booking is None or booking.request is None:
        return False
    is_open = booking.confirmed_at is None and booking.cancellation is None
    if not is_open or at < booking.request.deadline_at:
        return False
    bookings.end_booking(booking=booking, kind=EndKind.LAPSED, reason="", by_id=None, at=at)
    return True


def _locked(public_id: uuid.UUID, account_id: int) -> Booking:
    booking = queries.lock_booking(public_id, Reach(account_id=account_id))
    if booking is None:
        raise BookingOfOthers
    return booking


def _open(booking: Booking, *, by_id: int, at: datetime) -> Request:
    centres = limits.centres_of(booking.account_id, by_id)
    rules.check_decider(booking, by_id=by_id, centres=centres)
    return rules.check_open(booking, at=at)


def _ask_partners(booking: Booking, *, at: datetime) -> None:
    """Ask for what partners do: of a booking that only waited nobody was asked."""
    hours = terms.values_on(booking.property_id, TermKind.ANSWER_HOURS, local_date(at, booking.property.zone))
    for line in booking.standing_lines:
        if line.is_third_party and line.service_id in hours:
            enquiries.ask_partner(
                line_id=line.id,
                property_id=booking.property_id,
                hours=hours[line.service_id],
                cut_off_at=line.starts_at - timedelta(hours=line.service.cut_off_hours),
                at=at,
            )
