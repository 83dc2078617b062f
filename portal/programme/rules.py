"""The rules of the programme as data: a version, the day it takes effect, and every number in it.

Nothing here is a constant: a manager publishes a new version, and what was computed under an
older one keeps saying so. Money is EUR cents, percentages are basis points, nights and points
are whole numbers.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, time
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from portal.derivation import Json

WHOLE_BP = 10_000

# What points are floored by, once per folio: the categories of the hotel's services, and a bundle.
ROOMS = "rooms"
FOOD_AND_DRINK = "food_and_drink"
HALLS_AND_EQUIPMENT = "halls_and_equipment"
OTHER_SERVICES = "other_services"
VIP_BUNDLE = "vip_bundle"


class Refusal(Exception):
    """The programme says no, by name. `words.REFUSALS` has the sentence, `values` fills it."""

    def __init__(self, **values: Json) -> None:
        super().__init__(f"{type(self).__name__}({values})")
        self.values = values

    @property
    def code(self) -> str:
        """The name under which `words.REFUSALS` keeps the sentence."""
        return type(self).__name__


class RulesInvalid(Refusal):
    """A version of the rules cannot be published as it stands; `field` says where."""


class FieldMissing(RulesInvalid):
    """A number that the rules need is not there."""


class FieldUnknown(RulesInvalid):
    """The rules hold something that the programme has no use for."""


class FieldMistyped(RulesInvalid):
    """A field is not of its kind, e.g. text where a number belongs."""


class FieldOutOfRange(RulesInvalid):
    """A number is outside of what it may be."""


class DoorsNotRising(RulesInvalid):
    """A higher tier must not be easier to reach, nor be worth less, than the one below it."""


class FirstDoorNotOpen(RulesInvalid):
    """The lowest tier must be open to all: 0 nights, 0 spend."""


class TierTwice(RulesInvalid):
    """Two tiers bear the same code."""


class LadderNotRising(RulesInvalid):
    """More kinds in a bundle must give a larger discount."""


class ActivationAfterDeath(RulesInvalid):
    """Points would die before they become active."""


class UnknownTier(Refusal):
    """There is no such tier in this version of the rules."""


class NoRulesInForce(Refusal):
    """No version of the rules was in effect on that day."""


@dataclass(frozen=True, slots=True)
class TierRules:
    """One tier: the doors that lead to it and what it gives."""

    code: str
    nights: int
    spend_cents: int
    stay_discount_bp: int
    points_per_euro: int
    invitee_meals_bp: int
    invitee_rooms_bp: int
    hall_av_bp: int
    points_share_bp: int
    guest_passes_a_quarter: int
    events_a_year: int
    seats_an_event: int
    late_checkout: str | None
    souvenir: str


@dataclass(frozen=True, slots=True)
class Rung:
    """From so many different kinds of service a bundle has this discount."""

    kinds: int
    discount_bp: int


@dataclass(frozen=True, slots=True)
class ManualCredits:
    """How many points may be credited by hand: by the desk, by a manager; above, by two people."""

    desk_stay_points: int
    desk_shift_points: int
    manager_points: int


@dataclass(frozen=True, slots=True)
class BookerReward:
    """The booker's own reward: off unless the employer consented; capped a year, in EUR cents."""

    enabled: bool
    reward_bp: int
    cap_cents: int


@dataclass(frozen=True, slots=True)
class ContactBudget:
    """How often a person may be written to, and the local hours in which nobody is."""

    marketing_a_month: int
    quiet_from: str
    quiet_until: str
    survey_days: int


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of the programme."""

    version: int
    effective_from: date
    tiers: tuple[TierRules, ...]
    bundle_ladder: tuple[Rung, ...]
    cap_bp: int
    point_value_cents: int
    activation_days: int
    lot_months: int
    dead_lot_revival_days: int
    expiry_notice_days: tuple[int, ...]
    credit_step_cents: int
    credit_max_nights: int
    window_days: int
    grace_days: int
    review_day: int
    redemption_min_points: int
    redemption_step_points: int
    hold_minutes: int
    manual_credits: ManualCredits
    booker_reward: BookerReward
    contact_budget: ContactBudget

    def tier(self, code: str) -> TierRules:
        """Find a tier by its code."""
        return self.tiers[self.rank(code)]

    def rank(self, code: str) -> int:
        """How high a tier stands; the lowest is 0."""
        for rank, tier in enumerate(self.tiers):
            if tier.code == code:
                return rank
        raise UnknownTier(tier=code, version=self.version)

    def next_tier(self, code: str) -> str | None:
        """The tier above; none above the highest."""
        above = self.rank(code) + 1
        return self.tiers[above].code if above < len(self.tiers) else None

    def to_json(self) -> dict[str, Json]:
        """Plain data, as stored and as a manager edits it."""
        plain = asdict(self) | {"effective_from": self.effective_from.isoformat()}
        stored: dict[str, Json] = json.loads(json.dumps(plain))
        return stored

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Rules":
        """Read a version, refusing by name what cannot be."""
        rules = _read(cls, data, "")
        _check(rules)
        return rules


@cache
def default_rules() -> Rules:
    """Version 1, with which every house begins; in effect early enough to play past stays."""
    path = Path(__file__).with_name("default_rules.json")
    return Rules.from_json(json.loads(path.read_text(encoding="utf-8")))


def in_force(versions: Sequence[Rules], day: date) -> Rules:
    """The version in effect on a day: the latest to have begun, by day and then by number."""
    begun = [rules for rules in versions if rules.effective_from <= day]
    if not begun:
        raise NoRulesInForce(day_date=day.isoformat())
    return max(begun, key=lambda rules: (rules.effective_from, rules.version))


def half_up(numerator: int, denominator: int) -> int:
    """Round a fraction to a whole number, halves away from zero."""
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size


def share_cents(cents: int, share_bp: int) -> int:
    """Take a percentage of a sum of money, half-up."""
    return half_up(cents * share_bp, WHOLE_BP)


def net_cents(gross_cents: int, vat_bp: int) -> int:
    """Take the tax out of a gross sum, half-up."""
    return half_up(gross_cents * WHOLE_BP, WHOLE_BP + vat_bp)


R = TypeVar("R")


def _read(kind: type[R], data: Any, path: str) -> R:
    """Build a dataclass from plain data; field by field, so that each fault has its address."""
    if not isinstance(data, Mapping):
        raise FieldMistyped(field=path or "rules", kind=kind.__name__)
    hints = get_type_hints(kind)
    unknown = sorted(str(name) for name in data if name not in hints)
    if unknown:
        raise FieldUnknown(field=path + unknown[0])
    values = {}
    for name in hints:
        if name not in data:
            raise FieldMissing(field=path + name)
        values[name] = _value(hints[name], data[name], path + name)
    return kind(**values)


def _value(hint: Any, value: Any, path: str) -> Any:
    """Read one field of the type that the dataclass gives it."""
    if get_origin(hint) is tuple:
        if not isinstance(value, list | tuple):
            raise FieldMistyped(field=path, kind="list")
        item = get_args(hint)[0]
        return tuple(_value(item, part, f"{path}[{n}]") for n, part in enumerate(value))
    if hasattr(hint, "__dataclass_fields__"):
        return _read(hint, value, f"{path}.")
    if hint is date:
        return _date(value, path)
    kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    # True is an int to Python, but not to a manager.
    if type(value) not in kinds:
        raise FieldMistyped(field=path, kind=getattr(kinds[0], "__name__", str(kinds[0])))
    return value


def _date(value: Any, path: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise FieldMistyped(field=path, kind="date") from error


# Numbers whose range is narrower than "not negative".
_AT_LEAST_ONE = frozenset(
    {
        "version",
        "point_value_cents",
        "lot_months",
        "credit_step_cents",
        "window_days",
        "redemption_min_points",
        "redemption_step_points",
        "hold_minutes",
        "review_day",
        "kinds",
    }
)
_MOST = {"review_day": 28, "lot_months": 1_200, "window_days": 3_660, "grace_days": 3_660}
_DAYS_IN_SHORTEST_MONTH = 28


def _check(rules: Rules) -> None:
    """Refuse what each number alone would allow, but not all together."""
    _check_ranges(rules, "")
    _check_tiers(rules.tiers)
    for low, high in pairwise(rules.bundle_ladder):
        if high.kinds <= low.kinds or high.discount_bp < low.discount_bp:
            raise LadderNotRising(field="bundle_ladder", kinds=high.kinds)
    if rules.activation_days >= _DAYS_IN_SHORTEST_MONTH * rules.lot_months:
        raise ActivationAfterDeath(field="activation_days", days=rules.activation_days)


def _check_ranges(part: Any, path: str) -> None:
    for field in fields(part):
        value, where = getattr(part, field.name), path + field.name
        for n, item in enumerate(value if isinstance(value, tuple) else ()):
            if isinstance(item, int):
                _check_number(field.name, item, f"{where}[{n}]")
            else:
                _check_ranges(item, f"{where}[{n}].")
        if hasattr(value, "__dataclass_fields__"):
            _check_ranges(value, f"{where}.")
        elif isinstance(value, int):
            _check_number(field.name, value, where)
        elif field.name in {"late_checkout", "quiet_from", "quiet_until"} and value is not None:
            _check_time(value, where)


def _check_number(name: str, value: int, where: str) -> None:
    least = 1 if name in _AT_LEAST_ONE else 0
    if value < least:
        raise FieldOutOfRange(field=where, least=least)
    most = WHOLE_BP if name.endswith("_bp") else _MOST.get(name)
    if most is not None and value > most:
        raise FieldOutOfRange(field=where, most=most)


def _check_time(value: str, where: str) -> None:
    try:
        time.fromisoformat(value)
    except ValueError as error:
        raise FieldMistyped(field=where, kind="time") from error


# A better tier may never be worth less: a company that climbs must not lose by it.
_RISING = (
    "nights",
    "spend_cents",
    "stay_discount_bp",
    "points_per_euro",
    "invitee_meals_bp",
    "invitee_rooms_bp",
    "hall_av_bp",
    "points_share_bp",
    "guest_passes_a_quarter",
    "events_a_year",
    "seats_an_event",
)


def _check_tiers(tiers: tuple[TierRules, ...]) -> None:
    if not tiers:
        raise FieldMissing(field="tiers")
    if tiers[0].nights or tiers[0].spend_cents:
        raise FirstDoorNotOpen(field="tiers[0]", tier=tiers[0].code)
    if len({tier.code for tier in tiers}) < len(tiers):
        raise TierTwice(field="tiers")
    for n, (low, high) in enumerate(pairwise(tiers), start=1):
        for name in _RISING:
            if getattr(high, name) < getattr(low, name):
                raise DoorsNotRising(field=f"tiers[{n}].{name}", tier=high.code)
