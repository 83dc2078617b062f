"""How a price came about, in sentences."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

STEPS: dict[str, LazyString] = {
    "pricing.list": _l("Open rate of the day: %(bar_cents)s a night."),
    "pricing.tier": _l("%(tier)s: −%(tier_bp)s."),
    "pricing.promotion": _l(
        "Promotion: −%(promotion_bp)s. It beats %(tier)s (−%(tier_bp)s); the better of the two counts."
    ),
    "pricing.promotion_on_top": _l(
        "Promotion on top: −%(promotion_bp)s of what is left. Together −%(off_bp)s of the open rate."
    ),
    "pricing.cap": _l("All discounts together are at most %(cap_bp)s of the list price."),
    "pricing.contract": _l("Rate of the contract: %(contract_cents)s a night."),
    "pricing.contract_promotion": _l(
        "The promotion is taken off the rate of the contract: −%(promotion_bp)s, that is %(promoted_cents)s."
    ),
    "pricing.contract_cap": _l(
        "A promotion leads no further than %(cap_bp)s below the open rate, and takes nothing off a contract "
        "that is lower already: %(held_cents)s."
    ),
    "pricing.floor": _l("The price never falls below its floor: %(floor_cents)s."),
    "pricing.floor_above": _l(
        "The list price is below the floor (%(floor_cents)s): nothing is taken off it, and nothing added."
    ),
    "pricing.contract_above": _l(
        "Rate of the contract: %(contract_cents)s a night. The open rate is lower, so the open rate and its "
        "discount hold."
    ),
    "pricing.night": _l("One night: %(night_cents)s."),
    "pricing.total_net": _l(
        "The contract is multiplied net: %(stay_nights)s at %(contract_net_cents)s are %(net_cents)s; tax "
        "is added to the sum."
    ),
    "pricing.total": _l("%(stay_nights)s: %(total_cents)s."),
    "pricing.vat": _l(
        "Tax of %(vat_bp)s: %(net_cents)s net and %(vat_cents)s of tax make %(gross_cents)s to pay."
    ),
    "pricing.nights": _l("Nights of %(first_date)s to %(last_date)s, by version %(rules)s of the rules:"),
    "pricing.contract_net": _l(
        "The contract agrees %(contract_net_cents)s net; with tax of %(vat_bp)s that is %(contract_cents)s."
    ),
    "pricing.promotion_holds": _l("The promotion “%(promotion)s” holds in these nights."),
    "pricing.blackout": _l("The promotion “%(promotion)s” leaves these nights out."),
    "pricing.all_nights": _l(
        "All %(stay_nights)s: %(total_cents)s as listed, %(net_cents)s net and %(vat_cents)s of tax, "
        "%(gross_cents)s to pay."
    ),
    "pricing.points": _l(
        "Points: %(net_cents)s net × %(rate)s per euro (%(tier)s) = %(earned_points)s, fractions dropped."
    ),
    "pricing.points_share": _l(
        "Points: %(share_bp)s of %(net_cents)s net earns; × %(rate)s per euro (%(tier)s) = "
        "%(earned_points)s, fractions dropped."
    ),
    "pricing.invitee": _l(
        "List price: %(price_cents)s. Invitees of a company at %(tier)s, %(invitee)s: −%(discount_bp)s."
    ),
    "pricing.invitee_pays": _l("To pay: %(pays_cents)s."),
}
