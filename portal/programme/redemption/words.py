"""How points pay, in sentences."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

STEPS: dict[str, LazyString] = {
    "redemption.share": _l(
        "%(tier)s pays up to %(share_bp)s of a bill with points: %(share_cents)s of %(bill_cents)s."
    ),
    "redemption.limits": _l(
        "There are %(balance_points)s. Least: %(min_points)s; step: %(step_points)s; so at most "
        "%(most_points)s."
    ),
    "redemption.pays": _l(
        "%(spent_points)s = %(pays_cents)s. Left to pay: %(remains_cents)s. Left in the account: "
        "%(leaves_points)s."
    ),
    "redemption.redeem": _l(
        "There are %(balance_points)s. Taken: %(spent_points)s. Left: %(leaves_points)s."
    ),
}
