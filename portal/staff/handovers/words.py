"""Words of hand-overs."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.corporate.bookings.models import BookingLine
from portal.staff.handovers import rules
from portal.staff.handovers.models import ShiftHandover
from portal.staff.handovers.rules import Left

REFUSALS: dict[type[Exception], LazyString] = {
    rules.SentByAnother: _l("This form was sent before. Open a fresh one."),
    rules.TakenAlready: _l("A colleague took it over a moment before you: %(name)s."),
    rules.WithdrawnAlready: _l("It was withdrawn by whoever left it. The list shows the present one."),
    rules.OwnShift: _l("You left this shift yourself: a colleague takes it over."),
    rules.NothingToUndo: _l(
        "One’s own last step is undone within ten minutes. Write a new hand-over instead."
    ),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"shift_handover": _l("Hand-over of a shift")}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "handover.leave": _l("Shift handed over"),
    "handover.take": _l("Shift taken over"),
    "handover.undo": _l("A step of a hand-over undone"),
}

Tag = tuple[str, str, str]
"""The tag's kind, its word and its picture."""


def finding(waiting: int) -> str:
    """What the list says in one line."""
    if not waiting:
        return _("Every shift was taken over")
    return ngettext("%(num)s shift waits to be taken over", "%(num)s shifts wait to be taken over", waiting)


def summary(left: Left) -> str:
    """What was open, in one line."""
    if left.is_empty:
        return _("Nothing open")
    parts = []
    if left.line_count:
        lines = ngettext("%(num)s line", "%(num)s lines", left.line_count)
        late = _(", of them late: %(number)s", number=left.late_count) if left.late_count else ""
        parts.append(lines + late)
    if left.request_count:
        parts.append(ngettext("%(num)s request", "%(num)s requests", left.request_count))
    if left.unnoted_count:
        parts.append(ngettext("%(num)s promise not noted", "%(num)s promises not noted", left.unnoted_count))
    return " · ".join(parts)


def state(one: ShiftHandover) -> Tag:
    """How a hand-over stands."""
    if one.withdrawn_at is not None:
        return ("", _("withdrawn"), "undo-2")
    return ("ok", _("taken over"), "check") if one.taken_at is not None else ("warn", _("waits"), "")


def line_state(line: BookingLine) -> Tag:
    """What became of a line that was open."""
    if line.delivery is not None:
        return ("ok", _("delivered"), "check")
    if line.dropped_at is not None or line.booking.cancellation is not None:
        return ("", _("called off"), "x")
    return ("warn", _("still open"), "")
