"""The desk's sentences about souvenirs."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.corporate.presence import words as presence
from portal.corporate.presence.rules import PresenceRefused
from portal.corporate.reservations import words as reservations
from portal.corporate.reservations.models import Reservation
from portal.corporate.reservations.rules import ReservationOfOthers
from portal.programme.rules import Refusal
from portal.staff.desk import words as desk
from portal.web.pages import locale_code
from portal.web.texts import in_language

UNDONE = _l("Undone. It waits at the desk again, and its points are held.")
GIFT_UNDONE = _l("Undone. It lies on the shelf again.")


def refused(refusal: Refusal, *, zone: str) -> str:
    """A refusal in words; times by the hotel's clock."""
    if isinstance(refusal, PresenceRefused):
        return str(presence.REFUSALS[type(refusal)])
    if isinstance(refusal, ReservationOfOthers):
        return _("It does not wait for this guest here. Reload the guest, and look at what does.")
    if type(refusal) in desk.REFUSALS:
        return str(desk.REFUSALS[type(refusal)])
    return reservations.refused(refusal, zone=zone)


def handed_over(done: list[Reservation]) -> str:
    """What was handed over, to whom, and what it took."""
    names = ", ".join(in_language(each.souvenir.name, locale_code()) for each in done)
    return _("%(souvenirs)s handed over to %(guest)s", souvenirs=names, guest=done[0].guest.name)
