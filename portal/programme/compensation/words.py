"""Why a broken promise gave points, in sentences."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

STEPS: dict[str, LazyString] = {
    "compensation.late": _l(
        "%(service)s came %(minutes)s minutes late: the table gives %(compensation_points)s."
    ),
    "compensation.short": _l(
        "%(service)s: %(short_bp)s of what was promised did not come. The table gives "
        "%(compensation_points)s."
    ),
    "compensation.not_delivered": _l(
        "%(service)s was promised and did not come: the table gives %(compensation_points)s."
    ),
}
