"""What a version of the rules agrees beside tiers and points, and how it is looked up.

Promotions take a percentage off at some hotels in some nights; a floor is a price under which no
discount goes; tax is a dated table by kind of service; compensation is what a client is given, in
points, when a promise was not kept. What is said for one hotel goes before what is said for all
(hotel `""`), and what is said of a kind of service before what is said of its category.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.programme.reading.rules import WHOLE_BP, ChoiceUnknown, FieldMissing, RulesInvalid

# What points are floored by, once per folio: the categories of the hotel's services, and a bundle.
ROOMS = "rooms"
FOOD_AND_DRINK = "food_and_drink"
HALLS_AND_EQUIPMENT = "halls_and_equipment"
OTHER_SERVICES = "other_services"
VIP_BUNDLE = "vip_bundle"
CATEGORIES = (ROOMS, FOOD_AND_DRINK, HALLS_AND_EQUIPMENT, OTHER_SERVICES)

# Kinds of the hotel's services; floors and taxes are of a kind or of a whole category.
KINDS = (
    "room",
    "meal",
    "hall",
    "av",
    "waiter",
    "interpreter",
    "conference_call",
    "taxi",
    "laundry",
    "ticket",
    "courtesy",
)
PRICED = (*KINDS, *CATEGORIES)
EVERY_HOTEL = ""

# Which doors lead to a tier.
EITHER = "either"
BY_NIGHTS = "nights"
BY_SPEND = "spend"
DOORS = (EITHER, BY_NIGHTS, BY_SPEND)

# When a company begins to earn, from the kindest to the strictest.
FROM_HISTORY = "history"
FROM_JOINING = "joining"
FROM_NEXT_MONTH = "month_after_joining"
EARNING_STARTS = (FROM_HISTORY, FROM_JOINING, FROM_NEXT_MONTH)

# How two discounts meet that both hold for the same price: the larger counts, or the second is taken
# off what the first has left.
LARGER = "larger"
ON_TOP = "on_top"
MEETINGS = (LARGER, ON_TOP)

# How a promise is broken: so many minutes late, so many percent short, or not at all delivered.
LATE = "late"
SHORT = "short"
NOT_DELIVERED = "not_delivered"
BREACHES = (LATE, SHORT, NOT_DELIVERED)

# What is given on arrival, from the least to the best.
SOUVENIRS = ("card", "set_s", "set_m", "set_l_named")


class TermTwice(RulesInvalid):
    """The same thing is agreed twice: two lines of a table answer the same question."""


class PromotionEndsBeforeItBegins(RulesInvalid):
    """The last night of a promotion lies before its first."""


@dataclass(frozen=True, slots=True)
class Names:
    """A name in each language of the portal."""

    en: str
    ru: str


UNNAMED = Names("", "")
TIER_NAMES: Mapping[str, Names] = {
    "partner": Names("Partner", "Партнёр"),
    "silver": Names("Silver", "Серебряный"),
    "gold": Names("Gold", "Золотой"),
    "platinum": Names("Platinum", "Платиновый"),
}
"""What the tiers of the first version are called in every version that does not name them itself."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """A percentage off the open rate, for nights from `begins_on` to `ends_on`, both included.

    `hotels` are codes of properties, none for all; no night of `blackout_dates` is reduced.
    """

    code: str
    name: Names
    discount_bp: int
    begins_on: date
    ends_on: date
    hotels: tuple[str, ...] = ()
    blackout_dates: tuple[date, ...] = ()

    def holds(self, hotel: str, night: date) -> bool:
        """Whether it reduces a night at a hotel."""
        return (
            self.begins_on <= night <= self.ends_on
            and (not self.hotels or hotel in self.hotels)
            and night not in self.blackout_dates
        )


@dataclass(frozen=True, slots=True)
class Floor:
    """The price of one unit under which no discount goes, EUR cents; `kind` may be a category."""

    hotel: str
    kind: str
    floor_cents: int


@dataclass(frozen=True, slots=True)
class VatRate:
    """The tax on a kind or category of service at a hotel, from a day on."""

    kind: str
    hotel: str
    valid_from: date
    vat_bp: int


@dataclass(frozen=True, slots=True)
class Compensation:
    """Points for a broken promise, from a threshold on: minutes late, or percent short."""

    breach: str
    threshold: int
    points: int


@dataclass(frozen=True, slots=True)
class AccrualShares:
    """Which share of each category earns, in basis points. The tier counts all of it."""

    rooms_bp: int = WHOLE_BP
    food_and_drink_bp: int = WHOLE_BP
    halls_and_equipment_bp: int = WHOLE_BP
    other_services_bp: int = WHOLE_BP
    vip_bundle_bp: int = WHOLE_BP

    def share_bp(self, category: str) -> int:
        """How much of a category earns; all of one that the rules do not name."""
        share: int = getattr(self, f"{category}_bp", WHOLE_BP)
        return share

    def reduced(self, categories: Iterable[str]) -> dict[str, int]:
        """The shares of these categories that are not the whole."""
        return {name: self.share_bp(name) for name in categories if self.share_bp(name) != WHOLE_BP}


ALL_EARNS = AccrualShares()


@dataclass(frozen=True, slots=True)
class Combination:
    """How discounts meet, all of them within the cap and above the floor.

    A contract's rate goes before the tier's discount; it may take the promotion of a night.
    """

    tier_and_promotion: str = LARGER
    contract_and_promotion: bool = False
    hall_and_bundle: str = LARGER


LARGER_COUNTS = Combination()


def together_bp(first_bp: int, then_bp: int, meeting: str) -> int:
    """Two discounts as one: the larger, or one after the other, half-up to a basis point."""
    if meeting == LARGER:
        return max(first_bp, then_bp)
    left_bp = WHOLE_BP - first_bp
    return first_bp + (2 * left_bp * then_bp + WHOLE_BP) // (2 * WHOLE_BP)


def promotion_of(promotions: Sequence[Promotion], *, hotel: str, night: date) -> Promotion | None:
    """The best promotion for a night at a hotel; of equal ones the first in the list."""
    return max(
        (one for one in promotions if one.holds(hotel, night)),
        key=lambda one: one.discount_bp,
        default=None,
    )


def floor_of(floors: Sequence[Floor], *, hotel: str, kind: str, category: str) -> int:
    """The floor under one unit of a kind of service at a hotel, EUR cents; 0 where none is agreed."""
    agreed = {(floor.hotel, floor.kind): floor.floor_cents for floor in floors}
    return next((agreed[key] for key in _keys(hotel, kind, category) if key in agreed), 0)


def vat_bp_of(table: Sequence[VatRate], *, hotel: str, kind: str, category: str, day: date) -> int | None:
    """The tax on a kind of service at a hotel on a day; none where the table is silent."""
    for key in _keys(hotel, kind, category):
        begun = [rate for rate in table if (rate.hotel, rate.kind) == key and rate.valid_from <= day]
        if begun:
            return max(begun, key=lambda rate: rate.valid_from).vat_bp
    return None


def compensation_points(table: Sequence[Compensation], *, breach: str, size: int) -> int:
    """Points for a breach of a size: by the highest threshold that it reaches; 0 below all."""
    reached = [line for line in table if line.breach == breach and line.threshold <= size]
    return max(reached, key=lambda line: line.threshold).points if reached else 0


def _keys(hotel: str, kind: str, category: str) -> tuple[tuple[str, str], ...]:
    return tuple((where, what) for where in (hotel, EVERY_HOTEL) for what in (kind, category))


def check_combination(combination: Combination) -> None:
    """Refuse a way to meet that there is not."""
    for name in ("tier_and_promotion", "hall_and_bundle"):
        check_choice(getattr(combination, name), MEETINGS, f"combination.{name}")


def check_promotions(promotions: Sequence[Promotion]) -> None:
    """Refuse promotions that cannot be told apart, or never hold."""
    for n, promotion in enumerate(promotions):
        path = f"promotions[{n}]"
        for name, text in (("code", promotion.code), ("name.en", promotion.name.en)):
            if not text.strip():
                raise FieldMissing(field=f"{path}.{name}")
        if not promotion.name.ru.strip():
            raise FieldMissing(field=f"{path}.name.ru")
        if promotion.ends_on < promotion.begins_on:
            raise PromotionEndsBeforeItBegins(field=f"{path}.ends_on")
    _check_once("promotions", "code", [promotion.code for promotion in promotions])


def check_tables(
    floors: Sequence[Floor], vat: Sequence[VatRate], compensation: Sequence[Compensation]
) -> None:
    """Refuse lines that speak of what does not exist, or of the same twice."""
    for n, floor in enumerate(floors):
        check_choice(floor.kind, PRICED, f"floors[{n}].kind")
    for n, rate in enumerate(vat):
        check_choice(rate.kind, PRICED, f"vat[{n}].kind")
    for n, line in enumerate(compensation):
        check_choice(line.breach, BREACHES, f"compensation[{n}].breach")
    _check_once("floors", "kind", [(floor.hotel, floor.kind) for floor in floors])
    _check_once("vat", "valid_from", [(rate.hotel, rate.kind, rate.valid_from) for rate in vat])
    _check_once("compensation", "threshold", [(line.breach, line.threshold) for line in compensation])


def check_choice(value: str, choices: Sequence[str], where: str) -> None:
    """Refuse a word that is none of those it may be."""
    if value not in choices:
        raise ChoiceUnknown(field=where, choices=", ".join(choices))


def _check_once(table: str, name: str, keys: Sequence[object]) -> None:
    for n, key in enumerate(keys):
        if key in keys[:n]:
            raise TermTwice(field=f"{table}[{n}].{name}")
