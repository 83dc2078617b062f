"""How a price came about, in sentences."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

STEPS: dict[str, LazyString] = {
    "pricing.list": _l("Open rate of the day: %(bar_cents)s a night."),
    "pricing.tier": _l("%(tier)s: −%(tier_bp)s."),
    "pricing.promotion": _l(
        "Promotion: −%(promotion_bp)s. It beats %(tier)s (−%(tier_bp)s); the better of the two counts."
    ),
    "pricing.cap": _l("All discounts together are at most %(cap_bp)s of the list price."),
    "pricing.contract": _l("Rate of the contract: %(contract_cents)s a night."),
    "pricing.floor": _l("The price never falls below its floor: %(floor_cents)s."),
    "pricing.night": _l("One night: %(night_cents)s."),
    "pricing.total": _l("%(stay_nights)s: %(total_cents)s."),
    "pricing.points": _l(
        "Points: %(net_cents)s net × %(rate)s per euro (%(tier)s) = %(earned_points)s, fractions dropped."
    ),
    "pricing.invitee": _l(
        "List price: %(price_cents)s. Invitees of a company at %(tier)s, %(invitee)s: −%(discount_bp)s."
    ),
    "pricing.invitee_pays": _l("To pay: %(pays_cents)s."),
}
