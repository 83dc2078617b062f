"""Background work of approvals: ask for the second key, and end what nobody approved in time."""

import uuid
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.corporate.approvals import actions, emails, queries
from portal.corporate.bookings import actions as bookings
from portal.corporate.bookings import queries as booked
from portal.corporate.bookings.models import BookingState
from portal.jobs.work import Handler, JobContext, handles


@handles(title=_l("Asking for approval of a booking"))
def ask(context: JobContext) -> dict[str, Any]:
    """Write to whoever may approve; to nobody once it was decided."""
    booking = booked.booking_by_token(uuid.UUID(context.payload["booking_id"]))
    if booking is None or booking.state is not BookingState.REQUESTED:
        return {"asked": 0}
    return {"asked": emails.ask(booking=booking, deciders=queries.asked(booking), at=context.at)}


@handles(title=_l("End of a booking that nobody approved"))
def lapse(context: JobContext) -> dict[str, Any]:
    """At its deadline; what was decided before stays as it is."""
    return {"ended": actions.lapse(public_id=uuid.UUID(context.payload["booking_id"]), at=context.at)}


HANDLERS: dict[str, Handler] = {bookings.SECOND_KEY: ask, bookings.LAPSE: lapse}
