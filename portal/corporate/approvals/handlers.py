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
    """Write to whoever may approve, in one letter what was asked for together; to nobody once decided."""
    booking = booked.booking_by_token(uuid.UUID(context.payload["booking_id"]))
    if booking is None:
        return {"asked": 0}
    together = queries.asked_together(booking)
    waiting = [each for each in together if each.state is BookingState.REQUESTED]
    if not waiting or booking.id != together[0].id:
        return {"asked": 0}
    first = booked.booking_by_token(waiting[0].public_id) or booking
    deciders = queries.asked(first)
    return {"asked": emails.ask(booking=first, beside=waiting[1:], deciders=deciders, at=context.at)}


@handles(title=_l("End of a booking that nobody approved"))
def lapse(context: JobContext) -> dict[str, Any]:
    """At its deadline; what was decided before stays as it is."""
    return {"ended": actions.lapse(public_id=uuid.UUID(context.payload["booking_id"]), at=context.at)}


HANDLERS: dict[str, Handler] = {bookings.SECOND_KEY: ask, bookings.LAPSE: lapse}
