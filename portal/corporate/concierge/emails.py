"""The letter that tells a booker what a partner answered."""

from datetime import datetime

from portal.corporate.bookings.models import Booking, BookingLine
from portal.corporate.enquiries.models import Enquiry
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient


def write_answer(*, enquiry: Enquiry, booking: Booking, line: BookingLine, at: datetime) -> None:
    """Tell the booker; nobody where they have no address any more."""
    booker = booking.booked_by
    if booker.email is None or booker.left_at is not None:
        return
    zone = booking.property.zone
    outbox.write_letter(
        dedupe_key=f"enquiry:{enquiry.public_id}:{enquiry.answer}",
        kind=LetterKind.SERVICE,
        template="corporate/enquiry_answered",
        to=Recipient(booker.email, booker.name, booker.locale, zone=zone, person_id=booker.id),
        values={
            "booking": booking,
            "service": line.service.name,
            "enquiry": enquiry,
            "zone": zone,
            "currency": booking.currency,
        },
        at=at,
    )
