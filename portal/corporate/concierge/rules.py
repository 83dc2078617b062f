"""What a partner may answer, and how a line stands while it is asked about."""

from datetime import datetime

from portal.corporate.bookings.models import Booking
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


def check_answerable(enquiry: Enquiry, booking: Booking) -> None:
    """A partner answers once; an offer may be answered by the client alone."""
    if enquiry.closed_at is not None or enquiry.answer is not None or booking.ended_at is not None:
        closed_at = enquiry.closed_at or enquiry.answered_at or booking.ended_at
        raise EnquiryClosed(closed_at=closed_at.isoformat() if closed_at else None)


def check_offered(enquiry: Enquiry, booking: Booking) -> None:
    if enquiry.closed_at is not None or enquiry.answer != Answer.OFFERED or booking.ended_at is not None:
        closed_at = enquiry.closed_at or booking.ended_at or enquiry.asked_at
        raise EnquiryClosed(closed_at=closed_at.isoformat())


def check_other_time(starts_at: datetime, *, at: datetime) -> None:
    if starts_at <= at:
        raise OfferTurned
