"""What the desk says of guest passes."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

UNKNOWN_PASS = _l("No pass has this number. Scan it again, or ask for the letter and the host's company.")
FORGOTTEN = _l("The invitee is forgotten. What was used stays, without a name.")
UNDONE = _l("Undone: the pass has this use back.")
SIGHT_PAGES: dict[str, LazyString] = {"desk.pass": _l("a guest pass that you gave, at a front desk")}
