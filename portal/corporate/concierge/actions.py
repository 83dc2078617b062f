"""Note what a partner answers, and let the client take or leave what was offered instead."""

import uuid
from datetime import datetime
from typing import Any

from portal.audit import actions as audit
from portal.corporate.bookings import queries as booked
from portal.corporate.bookings.models import Booking, BookingLine, EndKind
from portal.corporate.concierge import emails, queries, rules
from portal.corporate.concierge.queries import Asked, Desk
from portal.corporate.enquiries.models import Answer, Enquiry
from portal.corporate.repricing import actions as repricing
from portal.corporate.repricing import rules as moves
from portal.database import db


def confirm(*, public_id: uuid.UUID, desk: Desk, reference: str, by_id: int, at: datetime) -> Enquiry:
    """The partner says yes, under a reference."""
    asked, booking, line = _locked(queries.enquiry_for(desk, public_id))
    rules.check_answerable(asked, booking, line)
    asked.reference = reference
    _answer(asked, Answer.CONFIRMED, by_id=by_id, at=at)
    asked.closed_at = at
    _tell(asked, booking, at=at)
    return asked


def decline(*, public_id: uuid.UUID, desk: Desk, reason: str, by_id: int, at: datetime) -> Enquiry:
    """The partner says no: the line goes, the price of the rest keeps the discount that was promised."""
    asked, booking, line = _locked(queries.enquiry_for(desk, public_id))
    rules.check_answerable(asked, booking, line)
    asked.reason = reason
    _answer(asked, Answer.DECLINED, by_id=by_id, at=at)
    asked.closed_at = at
    repricing.drop_line(
        booking=booking, line=line, ends_as=EndKind.BY_HOTEL, reason=reason, by_id=by_id, at=at
    )
    _tell(asked, booking, at=at)
    return asked


def offer(
    *,
    public_id: uuid.UUID,
    desk: Desk,
    starts_at: datetime,
    unit_cents: int,
    reason: str,
    by_id: int,
    at: datetime,
) -> Enquiry:
    """The partner offers another time or price: the client decides."""
    asked, booking, line = _locked(queries.enquiry_for(desk, public_id))
    rules.check_answerable(asked, booking, line)
    rules.check_other_time(starts_at, at=at)
    moves.check_day(booking, line, starts_at)
    asked.offered_at, asked.offered_unit_cents, asked.reason = starts_at, unit_cents, reason
    _answer(asked, Answer.OFFERED, by_id=by_id, at=at)
    _tell(asked, booking, at=at)
    return asked


def take_offer(*, public_id: uuid.UUID, account_id: int, by_id: int, at: datetime) -> Enquiry:
    """The client takes what was offered: the line has that time and price, within the company's limits."""
    asked, booking, line = _locked(queries.of_account(account_id, public_id))
    rules.check_offered(asked, booking, line)
    starts_at = asked.offered_at or line.starts_at
    rules.check_other_time(starts_at, at=at)
    asked.taken, asked.closed_at = True, at
    repricing.move_line(
        booking=booking,
        line=line,
        starts_at=starts_at,
        unit_price_cents=asked.offered_unit_cents or 0,
        by_id=by_id,
        at=at,
    )
    _record(asked, "enquiry.take", by_id=by_id, at=at)
    return asked


def leave_offer(*, public_id: uuid.UUID, account_id: int, by_id: int, at: datetime) -> Enquiry:
    """The client leaves it: the line goes, as if the partner had said no, and the partner is told."""
    asked, booking, line = _locked(queries.of_account(account_id, public_id))
    rules.check_offered(asked, booking, line)
    asked.taken, asked.closed_at, asked.call_off_at = False, at, at
    repricing.drop_line(booking=booking, line=line, ends_as=EndKind.BY_CLIENT, reason="", by_id=by_id, at=at)
    _record(asked, "enquiry.leave", by_id=by_id, at=at)
    return asked


def call_off(*, public_id: uuid.UUID, desk: Desk, note: str, by_id: int, at: datetime) -> Enquiry:
    """The partner is told that nobody wants it any more; telling twice is once."""
    asked, _booking, _line = _locked(queries.enquiry_for(desk, public_id))
    if asked.called_off_by_id == by_id:
        return asked
    rules.check_to_call_off(asked)
    asked.called_off_at, asked.called_off_by_id, asked.called_off_note = at, by_id, note
    _record(asked, "enquiry.call_off", by_id=by_id, at=at)
    return asked


def _locked(found: Asked | None) -> tuple[Enquiry, Booking, BookingLine]:
    """The enquiry and its booking, locked in the order of all: the booking first."""
    if found is None:
        raise rules.EnquiryOfOthers
    booking = booked.lock_booking_of(found.line.id)
    if booking is None:
        raise rules.EnquiryOfOthers
    line = next(line for line in booking.lines if line.id == found.line.id)
    return queries.lock_enquiry(found.enquiry.id), booking, line


def _answer(asked: Enquiry, answer: Answer, *, by_id: int, at: datetime) -> None:
    asked.answer, asked.answered_at, asked.answered_by_id = answer.value, at, by_id
    db.session.flush()
    _record(asked, f"enquiry.{answer}", by_id=by_id, at=at)


def _tell(asked: Enquiry, booking: Booking, *, at: datetime) -> None:
    line = next(line for line in booking.lines if line.id == asked.line_id)
    emails.write_answer(enquiry=asked, booking=booking, line=line, at=at)


def _record(asked: Enquiry, action: str, *, by_id: int, at: datetime) -> None:
    details: dict[str, Any] = {"reference": asked.reference, "reason": asked.reason}
    audit.record(
        action=action,
        subject_kind="enquiry",
        subject_id=asked.public_id,
        details=details,
        by=by_id,
        at=at,
    )
