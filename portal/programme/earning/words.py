"""How points came about, in sentences."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

STEPS: dict[str, LazyString] = {
    "earning.category": _l(
        "%(category)s: %(base_cents)s net × %(rate)s per euro (%(tier)s) = %(earned_points)s, "
        "fractions dropped."
    ),
    "earning.category_share": _l(
        "%(category)s: %(share_bp)s of %(base_cents)s net earns; × %(rate)s per euro (%(tier)s) = "
        "%(earned_points)s, fractions dropped."
    ),
    "earning.life": _l("Earned on %(earned_date)s; can be spent from %(active_date)s until %(last_date)s."),
    "earning.credit": _l("Credited by the hotel: %(credited_points)s."),
    "earning.approvals": _l(
        "To credit: %(credited_points)s. The desk may give %(desk_points)s a stay and "
        "%(shift_points)s a shift, a manager %(manager_points)s; above that two managers answer for "
        "it. Managers still to agree: %(approvals)s."
    ),
}
