"""What the inputs of a derivation are called, and how they are printed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.programme.sheets.queries import Sheet
from portal.programme.words import CATEGORIES, TIERS
from portal.web import formats, why

LABELS: dict[str, LazyString] = {
    "tier": _l("Tier of the moment"),
    "points_per_euro": _l("Points per euro"),
    "bases": _l("Eligible, net"),
    "earned_on": _l("Earned on"),
    "activation_days": _l("Days until active"),
    "lot_months": _l("Months of life, to the end of the month"),
    "points": _l("Points"),
    "as_of": _l("As of"),
    "window_days": _l("Days that count"),
    "slept_nights": _l("Nights slept"),
    "event_cents": _l("Event spend"),
    "spend_cents": _l("Eligible spend"),
    "credit_step_cents": _l("Event spend for one night credit"),
    "credit_max_nights": _l("Night credits, at most"),
    "doors": _l("Doors"),
    "tiers": _l("Tiers, from the lowest"),
    "grace_until": _l("Grace until"),
    "reached": _l("Reached by the count"),
    "day": _l("Day"),
    "grace_days": _l("Days of grace"),
    "target": _l("The way to"),
    "door_nights": _l("Door by nights"),
    "door_cents": _l("Door by spend"),
    "qualified_nights": _l("Qualified nights"),
    "credit_nights": _l("Night credits"),
    "night_cents": _l("Average price of a night"),
    "revival_days": _l("Days more"),
    "lots": _l("Lots"),
}

# Under which name `why` knows how to print it.
_PRINTED_AS = {
    "earned_on": "earned_date",
    "as_of": "as_of_date",
    "day": "day_date",
    "grace_until": "grace_date",
    "target": "tier",
}


TITLES: dict[str, LazyString] = {
    "change": _l("Why %(tier)s since %(day)s?"),
    "review": _l("Why %(tier)s on %(day)s?"),
    "standing": _l("Why %(tier)s, as of %(day)s?"),
}


def title(sheet: Sheet) -> str:
    """What the sheet answers."""
    if sheet.movement is None:
        tier = TIERS[sheet.tier or ""]
        return str(TITLES[sheet.kind]) % {"tier": tier, "day": formats.day(sheet.day)}
    if sheet.movement.change:
        return _("Why %(points)s?", points=formats.points(abs(sheet.movement.change)))
    return _("What became of %(points)s?", points=formats.points(sheet.movement.moved))


def input_rows(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every input of a derivation: what it is called and its value, in the reader's language."""
    return [(str(LABELS[name]), _printed(name, value)) for name, value in inputs.items() if name in LABELS]


def _printed(name: str, value: Any) -> str:
    if name in _LISTS:
        return _LISTS[name](value)
    return why.fill("%(value)s", {"value": None}) if value is None else _filled(name, value)


def _filled(name: str, value: Any) -> str:
    known = _PRINTED_AS.get(name, name)
    return why.fill(f"%({known})s", {known: value})


def _bases(bases: Sequence[tuple[str, int]]) -> str:
    return "; ".join(f"{CATEGORIES[category]}: {formats.cents(cents)}" for category, cents in bases)


def _doors(doors: Sequence[tuple[str, int, int]]) -> str:
    return "; ".join(
        _(
            "%(tier)s: %(nights)s or %(money)s",
            tier=TIERS.get(code, code),
            nights=formats.nights(nights),
            money=formats.cents(cents),
        )
        for code, nights, cents in doors
    )


def _tiers(codes: Sequence[str]) -> str:
    return ", ".join(str(TIERS.get(code, code)) for code in codes)


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers)


_LISTS: dict[str, Callable[[Any], str]] = {
    "bases": _bases,
    "doors": _doors,
    "tiers": _tiers,
    "lots": _numbers,
}
