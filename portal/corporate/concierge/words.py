"""Words of enquiries to partners."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.corporate.concierge import rules
from portal.programme.rules import Refusal
from portal.web import why

REFUSALS: dict[type[Refusal], LazyString] = {
    rules.EnquiryClosed: _l("Somebody has answered it, or it is no longer wanted. Open the list anew."),
    rules.OfferTurned: _l("The other time has to lie ahead. Choose a later one."),
}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "enquiry.confirmed": _l("Partner confirmed"),
    "enquiry.declined": _l("Partner declined"),
    "enquiry.offered": _l("Partner offered something else"),
    "enquiry.take": _l("Offer of a partner taken"),
    "enquiry.leave": _l("Offer of a partner left"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"enquiry": _l("Enquiry to a partner")}


def refused(refusal: Refusal) -> str:
    return why.fill(REFUSALS[type(refusal)], refusal.values)
