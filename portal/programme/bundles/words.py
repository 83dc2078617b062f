"""How the price of an order came about, in sentences."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

STEPS: dict[str, LazyString] = {
    "bundles.kinds": _l("Different kinds of service: %(kinds)s. Bundle discount: %(bundle_bp)s."),
    "bundles.cap": _l("All discounts together are at most %(cap_bp)s of the list price."),
    "bundles.joined": _l(
        "Halls and equipment: −%(hall_av_bp)s of the tier, then −%(bundle_bp)s of the bundle off what is "
        "left. Together −%(joined_bp)s."
    ),
    "bundles.line": _l(
        "%(service)s: %(list_cents)s − %(discount_bp)s (%(discount_cents)s) = %(pays_cents)s."
    ),
    "bundles.line_own": _l(
        "%(service)s: %(list_cents)s − %(discount_bp)s of its own (%(discount_cents)s) = %(pays_cents)s."
    ),
    "bundles.line_held_up": _l(
        "%(service)s: %(list_cents)s − %(discount_cents)s = %(pays_cents)s; the cap on discounts or "
        "the floor price allows no more."
    ),
    "bundles.line_at_list": _l("%(service)s: %(list_cents)s, as listed."),
    "bundles.third_party": _l("%(service)s: %(list_cents)s, a third party at cost: no discount, no points."),
    "bundles.bill": _l("To pay: %(bill_cents)s, with tax of %(vat_cents)s. Saved: %(discount_cents)s."),
    "bundles.points": _l(
        "Points, %(category)s: %(base_cents)s net × %(rate)s per euro (%(tier)s) = "
        "%(earned_points)s, fractions dropped."
    ),
    "bundles.points_share": _l(
        "Points, %(category)s: %(share_bp)s of %(base_cents)s net earns; × %(rate)s per euro "
        "(%(tier)s) = %(earned_points)s, fractions dropped."
    ),
}
