"""Words of series."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
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
NOTHING_CHOSEN = _l("Choose at least one of the bookings that can be changed.")
AUDIT_ACTIONS: dict[str, LazyString] = {
    "series.book": _l("Series booked"),
    "series.cancel": _l("Rest of a series cancelled"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"booking_series": _l("Series of bookings")}


def made(waiting: int) -> tuple[str, str]:
    """What whoever booked a series is told, and how: above a limit some of it waits."""
    if not waiting:
        return _("The series is booked; each booking has a letter of its own."), "ok"
    said = ngettext(
        "%(num)s booking of the series is above a limit and waits for approval; it is kept meanwhile.",
        "%(num)s bookings of the series are above a limit and wait for approval; they are kept meanwhile.",
        waiting,
    )
    return said, "warn"


def carried(done: int) -> str:
    """What whoever carried a change over is told."""
    return ngettext("%(num)s booking is changed.", "%(num)s bookings are changed.", done)


def refused(refusal: Refusal, *, zone: str) -> str:
    """A refusal in words, times in the hotel's zone."""
    if type(refusal) in REFUSALS:
        return str(REFUSALS[type(refusal)])
    return bookings.refused(refusal, zone=zone)
