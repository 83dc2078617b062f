"""The sentences behind an estimate of breakage."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

STEPS: dict[str, LazyString] = {
    "breakage.method": _l(
        "Points earned in one month are followed from one close to the next: which share of those alive was"
        " used within the month. Vintages seen: %(vintages)s; ages known: the first %(months)s months."
    ),
    "breakage.estimate": _l(
        "Of %(known_points)s whose remaining months are all known, %(points)s (%(share_bp)s) will expire if"
        " they are used as those before them; 95%% interval %(low_points)s to %(high_points)s, by leaving out"
        " one vintage after the other."
    ),
    "breakage.rest": _l("Of %(unknown_points)s it cannot be said yet: their last months were never seen."),
    "breakage.too_little": _l(
        "There is not enough data yet: all remaining months are known of %(known_points)s only, and of"
        " %(unknown_points)s they are not."
    ),
}
