"""How a line stands with the partner who is asked about it."""

from datetime import datetime
from enum import StrEnum

from portal.corporate.enquiries.models import Answer, Enquiry


class Stand(StrEnum):
    """How an enquiry stands."""

    ASKED = "asked"
    LATE = "late"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    OFFERED = "offered"
    LEFT = "left"
    WITHDRAWN = "withdrawn"
    TO_CALL_OFF = "to_call_off"
    CALLED_OFF = "called_off"


def stand_of(enquiry: Enquiry, *, at: datetime) -> Stand:
    """How it stands at an instant: an answer that did not come in time is late, and said to be."""
    if enquiry.call_off_at is not None and enquiry.taken is not False:
        return Stand.TO_CALL_OFF if enquiry.is_to_call_off else Stand.CALLED_OFF
    if enquiry.answer is None:
        if enquiry.closed_at is not None:
            return Stand.WITHDRAWN
        return Stand.LATE if at >= enquiry.due_at else Stand.ASKED
    if enquiry.answer == Answer.OFFERED:
        if enquiry.closed_at is None:
            return Stand.OFFERED
        return {True: Stand.CONFIRMED, False: Stand.LEFT, None: Stand.WITHDRAWN}[enquiry.taken]
    return Stand(enquiry.answer)
