"""What a partner may answer, and how a line stands while it is asked about."""

from datetime import datetime

from portal.corporate.bookings.models import Booking, BookingLine
from portal.corporate.enquiries.models import Answer, Enquiry
from portal.programme.rules import Refusal


class EnquiryRefused(Refusal):
    """The answer cannot be noted that way."""


class EnquiryOfOthers(EnquiryRefused):
    """There is no such enquiry for the visitor."""


class EnquiryClosed(EnquiryRefused):
    """Somebody has answered it, or the line is no longer wanted: `closed_at`."""


class OfferTurned(EnquiryRefused):
    """The other time lies in the past, or has passed the line's day."""


def check_answerable(enquiry: Enquiry, booking: Booking, line: BookingLine) -> None:
    """A partner answers once; an offer is answered by the client alone, and a delivered line by nobody."""
    closed_at = enquiry.answered_at or _closed_at(enquiry, booking, line)
    if closed_at is not None:
        raise EnquiryClosed(closed_at=closed_at.isoformat())


def check_offered(enquiry: Enquiry, booking: Booking, line: BookingLine) -> None:
    """An offer is answered once, and only while the line is still to come."""
    closed_at = _closed_at(enquiry, booking, line)
    if enquiry.answer != Answer.OFFERED or closed_at is not None:
        raise EnquiryClosed(closed_at=(closed_at or enquiry.asked_at).isoformat())


def check_to_call_off(enquiry: Enquiry) -> None:
    """A partner is called off once, and only where nobody wants them any more."""
    if not enquiry.is_to_call_off:
        raise EnquiryClosed(closed_at=(enquiry.called_off_at or enquiry.asked_at).isoformat())


def check_other_time(starts_at: datetime, *, at: datetime) -> None:
    """The other time lies ahead: when it is noted, and when it is taken."""
    if starts_at <= at:
        raise OfferTurned


def _closed_at(enquiry: Enquiry, booking: Booking, line: BookingLine) -> datetime | None:
    """When the question fell away: closed, or its line taken out, delivered or ended."""
    delivered_at = line.delivery.recorded_at if line.delivery is not None else None
    return enquiry.closed_at or booking.ended_at or line.dropped_at or delivered_at or booking.fulfilled_at
