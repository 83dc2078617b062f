"""Words of series."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.corporate.bookings import words as bookings
from portal.corporate.series import rules
from portal.corporate.series.models import Rhythm
from portal.programme.rules import Refusal

RHYTHMS: dict[str, LazyString] = {
    Rhythm.WEEKLY: _l("Every week"),
    Rhythm.FORTNIGHTLY: _l("Every two weeks"),
    Rhythm.MONTHLY: _l("Every month"),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.NoDayChosen: _l("Choose at least one of the days that can be had."),
    rules.NothingToCancel: _l("All of it has ended, or can only be cancelled by the hotel now."),
}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "series.book": _l("Series booked"),
    "series.cancel": _l("Rest of a series cancelled"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"booking_series": _l("Series of bookings")}


def refused(refusal: Refusal, *, zone: str) -> str:
    """A refusal in words, times in the hotel's zone."""
    if type(refusal) in REFUSALS:
        return str(REFUSALS[type(refusal)])
    return bookings.refused(refusal, zone=zone)
