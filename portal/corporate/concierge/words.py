"""Words of enquiries to partners."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.corporate.bookings import words as bookings
from portal.corporate.concierge import rules
from portal.corporate.concierge.queries import Waits
from portal.corporate.limits.rules import AboveLimit
from portal.corporate.repricing.rules import OfAnotherDay
from portal.programme.rules import Refusal
from portal.web import why

REFUSALS: dict[type[Refusal], LazyString] = {
    rules.EnquiryClosed: _l("Somebody has answered it, or it is no longer wanted. Open the list anew."),
    rules.OfferTurned: _l("The other time has to lie ahead. Choose a later one."),
    OfAnotherDay: _l(
        "The rest of this booking begins on %(starts_at)s, and a booking lies within one day. Take the "
        "service out of it with a no: the other day can be booked by itself."
    ),
    AboveLimit: _l(
        "The offer takes the booking %(over_cents)s above the company's limit of %(limit_cents)s. Leave it, "
        "and book the service as an order of its own: that one waits for approval."
    ),
}
TABS: dict[Waits, LazyString] = {
    Waits.PARTNER: _l("Wait for a partner"),
    Waits.CLIENT: _l("Wait for the client"),
    Waits.CALL_OFF: _l("To call off"),
}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "enquiry.confirmed": _l("Partner confirmed"),
    "enquiry.declined": _l("Partner declined"),
    "enquiry.offered": _l("Partner offered something else"),
    "enquiry.take": _l("Offer of a partner taken"),
    "enquiry.leave": _l("Offer of a partner left"),
    "enquiry.call_off": _l("Partner called off"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"enquiry": _l("Enquiry to a partner")}


def refused(refusal: Refusal, *, zone: str) -> str:
    """A refusal in words; what is not a matter of partners is said as of any booking."""
    if type(refusal) in REFUSALS:
        return why.fill(REFUSALS[type(refusal)], refusal.values, zone=zone)
    return bookings.refused(refusal, zone=zone)
