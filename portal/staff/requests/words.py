"""Words of requests between departments."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.staff.requests import rules
from portal.staff.requests.models import DepartmentRequest, Ending
from portal.staff.requests.queries import Counts, Side, Tab

TABS: dict[Tab, LazyString] = {Tab.OPEN: _l("Open"), Tab.ENDED: _l("No longer open")}
SIDES: dict[Side, LazyString] = {
    Side.BOTH: _l("Both ways"),
    Side.TO_US: _l("Asked of us"),
    Side.FROM_US: _l("Asked by us"),
}
ENDINGS: dict[str, tuple[str, LazyString, str]] = {
    Ending.DONE: ("ok", _l("done"), "check"),
    Ending.DECLINED: ("bad", _l("declined"), "x"),
    Ending.WITHDRAWN: ("", _l("withdrawn"), "undo-2"),
}
REFUSALS: dict[type[Exception], LazyString] = {
    rules.TimePassed: _l("That time has passed. Choose a later one."),
    rules.AskedAlready: _l("This form was sent before. Open a fresh one."),
    rules.TakenAlready: _l("%(name)s accepted it a moment before you."),
    rules.EndedAlready: _l("It was answered or withdrawn meanwhile. The list shows what became of it."),
    rules.ReasonNeeded: _l("Say why in a few words: whoever asked reads it."),
    rules.NothingToUndo: _l("One’s own last step is undone within ten minutes. Ask anew instead."),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"department_request": _l("Request to a department")}
AUDIT_ACTIONS: dict[str, LazyString] = {"request.undo": _l("A step of a request to a department undone")}


def finding(counts: Counts) -> str:
    """What the page says in one line."""
    if counts.late:
        return ngettext("%(num)s request is late", "%(num)s requests are late", counts.late)
    if number := counts.tabs[Tab.OPEN]:
        return ngettext(
            "%(num)s request is open, none is late", "%(num)s requests are open, none is late", number
        )
    return _("No request is open")


def state(*, is_accepted: bool, due_at: datetime, at: datetime) -> tuple[str, str, str]:
    """How an open request stands: the tag's kind, its word and its picture."""
    if at > due_at:
        return ("bad", _("late"), "triangle-alert")
    if is_accepted:
        return ("brass", _("accepted"), "check")
    return ("warn", _("unanswered"), "")


def standing(one: DepartmentRequest, *, at: datetime) -> tuple[str, str, str]:
    """How a request stands, open or ended."""
    if one.ending is not None:
        kind, word, picture = ENDINGS[one.ending]
        return (kind, str(word), picture)
    return state(is_accepted=one.accepted_at is not None, due_at=one.due_at, at=at)


def narrowed(tab: Tab, side: Side) -> list[str]:
    """What a list was narrowed to."""
    return [str(TABS[tab])] if side is Side.BOTH else [str(TABS[tab]), str(SIDES[side])]


def unanswered(number: int) -> str:
    """How many requests wait for an answer."""
    return ngettext(
        "%(num)s request waits for your department", "%(num)s requests wait for your department", number
    )
