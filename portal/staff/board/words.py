"""Words of the board."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.corporate.bookings.models import BookingLine
from portal.staff.board import rules
from portal.staff.board.rules import Tab, Urgency, Whose

TABS: dict[Tab, LazyString] = {
    Tab.DUE: _l("Due"),
    Tab.TOMORROW: _l("Tomorrow"),
    Tab.DONE: _l("Done today"),
}
WHOSE: dict[Whose, LazyString] = {
    Whose.ANYBODY: _l("Everybody's"),
    Whose.MINE: _l("Mine"),
    Whose.FREE: _l("Nobody took it yet"),
}
URGENCY: dict[Urgency, tuple[str, LazyString]] = {
    Urgency.LATE: ("bad", _l("late")),
    Urgency.NOW: ("warn", _l("now")),
    Urgency.SOON: ("brass", _l("within the hour")),
    Urgency.LATER: ("", _l("later")),
}
NOBODYS = _l("Nobody's yet")
SIGHT_PAGES: dict[str, LazyString] = {"board": _l("what was promised to you, on the board of a hotel")}


def state(line: BookingLine, *, at: datetime) -> str:
    """How a line stands, in a word."""
    if line.delivery is None:
        return str(URGENCY[rules.urgency(starts_at=line.starts_at, at=at)][1])
    return _("delivered") if line.delivery.quantity >= line.quantity else _("less than promised")


def finding(tab: Tab, *, number: int, late: int) -> str:
    """What the board says in one line."""
    if tab is Tab.DONE:
        return ngettext("%(num)s line done today", "%(num)s lines done today", number)
    if tab is Tab.TOMORROW:
        return ngettext("%(num)s line for tomorrow", "%(num)s lines for tomorrow", number)
    if not number:
        return _("Nothing is due")
    if late:
        return ngettext("%(num)s line is late", "%(num)s lines are late", late)
    return ngettext("%(num)s line is due, none is late", "%(num)s lines are due, none is late", number)
