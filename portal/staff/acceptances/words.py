"""Words of who took what."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.staff.acceptances import rules

REFUSALS: dict[type[Exception], LazyString] = {
    rules.TakenAlready: _l("%(name)s took it a moment before you. Choose the next line."),
    rules.TakenByAnother: _l("A colleague took this; only they, or who leads the department, give it back."),
    rules.NothingToTake: _l("It was delivered or cancelled meanwhile. The board shows what is left."),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"booking_line": _l("Line of a booking")}
AUDIT_ACTIONS: dict[str, LazyString] = {"line.release": _l("A line that was taken given back")}
