"""Why a hall cannot be closed or opened, and what the audit calls it."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.corporate.bundles import rules as orders
from portal.corporate.bundles import words as bundles
from portal.corporate.closures import rules
from portal.programme.rules import Refusal
from portal.web import why

REFUSALS: dict[type[Refusal], LazyString] = {
    orders.NotOnTheFive: bundles.REFUSALS[orders.NotOnTheFive],
    orders.TimeDoesNotExist: bundles.REFUSALS[orders.TimeDoesNotExist],
    rules.ClosureTurned: _l("It has to end after it begins, and in the future. Choose a later end."),
    rules.ClosureTooLong: _l("At most %(days)s days are entered at once. Close it in two steps."),
    rules.OpenedAlready: _l("This closure is over. Reload the page to see how the hall stands."),
}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "hall.close": _l("Hall closed"),
    "hall.open": _l("Hall opened again"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"hall_closure": _l("Closure of a hall")}


def refused(refusal: Refusal, *, zone: str) -> str:
    """A refusal in words, times in the hotel's zone."""
    if not isinstance(refusal, rules.BookedThen):
        return why.fill(REFUSALS[type(refusal)], refusal.values, zone=zone)
    number = refusal.values["number"]
    said = ngettext(
        "%(number)s booking or closure lies within it, on %(first_at)s. Move it first.",
        "%(number)s bookings or closures lie within it, the first on %(first_at)s. Move them first.",
        number,
        number="%(number)s",
        first_at="%(first_at)s",
    )
    return why.fill(said, refusal.values, zone=zone)
