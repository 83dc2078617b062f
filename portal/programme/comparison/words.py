"""What every field of the rules is called, how its value is printed, and what a change says."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.derivation import Json
from portal.programme.comparison.rules import KEYS, Change
from portal.programme.rules import BY_NIGHTS, BY_SPEND, EITHER
from portal.programme.terms import rules as terms
from portal.programme.words import CATEGORIES, DOORS
from portal.web import formats, why
from portal.web.pages import locale_code
from portal.web.texts import in_language

FIELDS: dict[str, LazyString] = {
    "version": _l("Number"),
    "effective_from": _l("In effect from"),
    "notice_days": _l("Days of notice"),
    "doors": _l("Tiers are reached"),
    "tiers": _l("Tiers"),
    "code": _l("Code"),
    "nights": _l("Nights"),
    "spend_cents": _l("Or spend"),
    "stay_discount_bp": _l("Off the open rate"),
    "points_per_euro": _l("Points per euro"),
    "invitee_meals_bp": _l("Invitees: off meals"),
    "invitee_rooms_bp": _l("Invitees: off rooms"),
    "hall_av_bp": _l("Off halls and own equipment"),
    "points_share_bp": _l("Share of a bill that points pay"),
    "guest_passes_a_quarter": _l("Guest passes a quarter"),
    "events_a_year": _l("Closed events a year"),
    "seats_an_event": _l("Seats an event"),
    "late_checkout": _l("Late check-out until"),
    "souvenir": _l("Souvenir on arrival"),
    "credit_step_cents": _l("Event spend for one night credit"),
    "credit_max_nights": _l("Night credits a year, at most"),
    "window_days": _l("Days that count"),
    "grace_days": _l("Days of grace before a tier is lost"),
    "review_day": _l("Day of the month of the review"),
    "cap_bp": _l("All discounts together, at most"),
    "combination": _l("How discounts meet"),
    "tier_and_promotion": _l("Tier and promotion"),
    "contract_and_promotion": _l("A promotion is taken off a contract’s rate, too"),
    "hall_and_bundle": _l("Halls and equipment: tier and bundle"),
    "bundle_ladder": _l("Ladder of the VIP bundle"),
    "kinds": _l("From so many kinds of service"),
    "discount_bp": _l("Discount"),
    "accrual": _l("What earns points"),
    "rooms_bp": CATEGORIES["rooms"],
    "food_and_drink_bp": CATEGORIES["food_and_drink"],
    "halls_and_equipment_bp": CATEGORIES["halls_and_equipment"],
    "other_services_bp": CATEGORIES["other_services"],
    "vip_bundle_bp": CATEGORIES["vip_bundle"],
    "earning_starts": _l("A company earns"),
    "point_value_cents": _l("A point is worth"),
    "point_cost_bp": _l("A spent point costs the hotel, of its value"),
    "activation_days": _l("Days until points are active"),
    "lot_months": _l("Months of life, to the end of the month"),
    "dead_lot_revival_days": _l("Days of life for points that come back dead"),
    "expiry_notice_days": _l("Notices before points expire, in days"),
    "redemption_min_points": _l("Fewest points to spend at once"),
    "redemption_step_points": _l("In steps of"),
    "hold_minutes": _l("Minutes for which the desk sets points aside"),
    "promotions": _l("Promotions"),
    "name": _l("Title"),
    "en": _l("Name in English"),
    "ru": _l("Name in Russian"),
    "begins_on": _l("First night"),
    "ends_on": _l("Last night"),
    "hotels": _l("Hotels"),
    "blackout_dates": _l("Nights that are not reduced"),
    "floors": _l("Floor prices"),
    "hotel": _l("Hotel"),
    "kind": _l("Kind of service"),
    "floor_cents": _l("Not under"),
    "vat": _l("VAT"),
    "valid_from": _l("From"),
    "vat_bp": _l("Rate"),
    "compensation": _l("Compensation"),
    "breach": _l("What went wrong"),
    "threshold": _l("From minutes late, or percent short"),
    "points": _l("Points"),
    "manual_credits": _l("Points by hand"),
    "desk_stay_points": _l("The desk, for a stay"),
    "desk_shift_points": _l("The desk, in a shift"),
    "manager_points": _l("A manager; above, two people"),
    "booker_reward": _l("The booker’s own reward"),
    "enabled": _l("On, where the employer consented"),
    "reward_bp": _l("Of what they booked"),
    "cap_cents": _l("A year, at most"),
    "contact_budget": _l("Contact budget"),
    "marketing_a_month": _l("Marketing messages a month, at most"),
    "quiet_from": _l("Nobody is written to from"),
    "quiet_until": _l("Until"),
    "survey_days": _l("Days between two surveys of a person"),
}
# What the doors of a tier are called, by which of them open.
DOOR_FIELDS: Mapping[str, Mapping[str, LazyString]] = {
    EITHER: {},
    BY_NIGHTS: {"spend_cents": _l("Spend (opens no door)")},
    BY_SPEND: {"nights": _l("Nights (open no door)"), "spend_cents": _l("Spend")},
}
KINDS: dict[str, LazyString] = {
    "room": _l("Room"),
    "meal": _l("Meal"),
    "hall": _l("Hall"),
    "av": _l("Hall equipment"),
    "waiter": _l("Waiter"),
    "interpreter": _l("Interpreter"),
    "conference_call": _l("Conference call"),
    "taxi": _l("Taxi"),
    "laundry": _l("Laundry"),
    "ticket": _l("Tickets"),
    "courtesy": _l("Courtesy"),
    "rooms": _l("All of: rooms"),
    "food_and_drink": _l("All of: food and drink"),
    "halls_and_equipment": _l("All of: halls and equipment"),
    "other_services": _l("All of: other services"),
}
BREACHES: dict[str, LazyString] = {
    terms.LATE: _l("Late"),
    terms.SHORT: _l("Less than agreed"),
    terms.NOT_DELIVERED: _l("Not provided"),
}
EARNING_STARTS: dict[str, LazyString] = {
    terms.FROM_HISTORY: _l("from the first stay that the hotel knows"),
    terms.FROM_JOINING: _l("from the day of joining"),
    terms.FROM_NEXT_MONTH: _l("from the month after joining"),
}
MEETINGS: dict[str, LazyString] = {
    terms.LARGER: _l("the larger counts"),
    terms.ON_TOP: _l("one after the other"),
}
SOUVENIRS: dict[str, LazyString] = {
    "card": _l("card"),
    "set_s": _l("set S"),
    "set_m": _l("set M"),
    "set_l_named": _l("set L, named"),
}
_CHOICES: Mapping[str, Mapping[str, LazyString]] = {
    "doors": DOORS,
    "kind": KINDS,
    "breach": BREACHES,
    "earning_starts": EARNING_STARTS,
    "souvenir": SOUVENIRS,
    "tier_and_promotion": MEETINGS,
    "hall_and_bundle": MEETINGS,
}
_PRINTED_AS = {
    "effective_from": "effective_date",
    "begins_on": "begins_date",
    "ends_on": "ends_date",
    "valid_from": "valid_date",
}
_HOTELS = frozenset({"hotel", "hotels"})
_STEP = re.compile(r"^(?P<part>\w+)(?:\[(?P<number>\d+)\])?(?:\.(?P<field>[\w.]+))?$")


def value(name: str, raw: Any) -> str:
    """A value of a field as it is printed."""
    if name in _CHOICES:
        return str(_CHOICES[name].get(raw, raw))
    if raw in (None, [], ""):
        return _("all hotels") if name in _HOTELS else "–"
    if isinstance(raw, bool):
        return _("yes") if raw else _("no")
    if isinstance(raw, list):
        return ", ".join(_item(name, one) for one in raw)
    known = _PRINTED_AS.get(name, name)
    return why.fill(f"%({known})s", {known: raw})


def _item(name: str, raw: Any) -> str:
    return formats.short_day(date.fromisoformat(raw)) if name == "blackout_dates" else str(raw)


def line(part: str, key: tuple[Json, ...]) -> str:
    """What a line of a table is about: from 4 kinds; Hall, all hotels. Tiers have names of their own."""
    if part == "bundle_ladder":
        return _("from %(kinds)s kinds", kinds=key[0])
    return ", ".join(value(name, raw) for name, raw in zip(KEYS[part], key, strict=True))


def label(change: Change, doors: str = EITHER) -> str:
    """Which field a change is of: Tiers, Gold: Nights. `doors` are those of the version that changes it."""
    if change.part == change.field:
        return str(FIELDS[change.part])
    where = str(FIELDS[change.part])
    if change.named is not None:
        where = f"{where}, {in_language(change.named, locale_code())}"
    elif change.line:
        where = f"{where}, {line(change.part, change.line)}"
    if not change.field:
        return where
    return f"{where}: {DOOR_FIELDS[doors].get(change.field, FIELDS[change.field])}"


def before(change: Change) -> str:
    """What was there."""
    return _side(change, change.before)


def after(change: Change) -> str:
    """What is there now."""
    if change.heir is not None:
        tier = in_language(change.heir, locale_code())
        return _(
            "gone; on the first day its companies go over to %(tier)s, or as high as their past year reaches",
            tier=tier,
        )
    return _side(change, change.after)


def _side(change: Change, raw: Any) -> str:
    if change.field:
        return value(change.field, raw)
    if raw is None:
        return "–"
    keys = KEYS[change.part]
    return "; ".join(f"{FIELDS[name]}: {value(name, part)}" for name, part in raw.items() if name not in keys)


def address(path: str) -> str:
    """A field's address in words: `tiers[2].nights` is Tiers, line 3: Nights."""
    found = _STEP.match(path)
    if found is None or found["part"] not in FIELDS:
        return path
    where = str(FIELDS[found["part"]])
    if found["number"]:
        where = _("%(table)s, line %(number)s", table=where, number=int(found["number"]) + 1)
    if not found["field"]:
        return where
    last = re.sub(r"\[\d+\]", "", found["field"]).rsplit(".", 1)[-1]
    return f"{where}: {FIELDS.get(last, last)}"
