"""Words of the company's pages."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

STAY_STATUSES: dict[str, LazyString] = {
    "checked_out": _l("Checked out"),
    "cancelled": _l("Cancelled"),
    "no_show": _l("No-show"),
    "in_house": _l("In house"),
    "expected": _l("Expected"),
}
