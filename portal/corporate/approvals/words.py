"""Words of approvals."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.corporate.approvals import rules
from portal.corporate.bookings import words as bookings
from portal.programme.rules import Refusal
from portal.web import why

REFUSALS: dict[type[Refusal], LazyString] = {
    rules.NotAskedOf: _l("Your word is not asked for here. Whoever runs your account names the approvers."),
    rules.OwnBooking: _l("You booked it yourself: somebody else has to approve it."),
    rules.DecidedAlready: _l("It was decided on %(decided_at)s. Nothing is left to do."),
    rules.TooLateToDecide: _l("The time to decide was over on %(deadline_at)s. It has to be booked anew."),
}
SIGHT_PAGES: dict[str, LazyString] = {"approvals.list": _l("a list of bookings that wait for approval")}


def refused(refusal: Refusal, *, zone: str) -> str:
    """A refusal in words; times in the property's zone."""
    if type(refusal) in REFUSALS:
        return why.fill(REFUSALS[type(refusal)], refusal.values, zone=zone)
    return bookings.refused(refusal, zone=zone)
