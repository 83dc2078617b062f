"""Background work of bookings: the letters, whose confirmation takes a moment to print."""

import uuid

from flask_babel import lazy_gettext as _l

from portal.corporate.bookings import actions, emails, queries
from portal.jobs.work import Handler, JobContext, handles


@handles(title=_l("Letter about a booking"), in_chunks=True)
def write_letter(context: JobContext) -> None:
    """Write one letter; none when the booking was changed again meanwhile, since then another follows."""
    token, revision = uuid.UUID(context.payload["booking_id"]), context.payload["revision"]
    booking = queries.booking_by_token(token)
    current = booking is not None and booking.revision == revision
    files = emails.files_of(booking) if booking is not None and current else ()
    with context.last_chunk() as result:
        booking = queries.booking_by_token(token)
        result["written"] = current and booking is not None and booking.revision == revision
        if booking is not None and result["written"]:
            emails.write_about(
                booking=booking, letter=context.payload["letter"], attachments=files, at=context.at
            )


HANDLERS: dict[str, Handler] = {actions.LETTER: write_letter}
