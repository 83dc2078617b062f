"""What the inputs of a derivation are called, and how they are printed."""

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.programme.comparison.words import BREACHES, MEETINGS
from portal.programme.movements.queries import Movement
from portal.programme.rules import BY_NIGHTS, BY_SPEND, EITHER
from portal.programme.sheets import rules
from portal.programme.sheets.queries import Sheet
from portal.programme.words import BUCKETS, CATEGORIES, DOORS, KINDS, REASONS
from portal.web import formats, why
from portal.web.pages import locale_code
from portal.web.texts import in_language
from portal.web.why import Explanation


@dataclass(frozen=True, slots=True)
class Part:
    """One derivation in words: its steps, its inputs, and whether it comes out the same today."""

    rule: str
    explanation: Explanation
    inputs: Sequence[tuple[str, str]]
    is_same: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a sheet, in finished text; figures stand from the second column on."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet ready to be printed."""

    company: str
    title: str
    lead: str
    derivations: Sequence[Mapping[str, Any]]
    reason: str = ""
    tables: Sequence[Table] = ()
    place: Sequence[tuple[str, str]] = ()


LABELS: dict[str, LazyString] = {
    "tier": _l("Tier of the moment"),
    "points_per_euro": _l("Points per euro"),
    "bases": _l("Eligible, net"),
    "earned_on": _l("Earned on"),
    "expires_on": _l("Last day"),
    "tier_since": _l("Held since"),
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
    "led_by": _l("Tiers are reached"),
    "shares_bp": _l("Earns in part only"),
    "tiers": _l("Tiers, from the lowest"),
    "old_tiers": _l("Tiers until then, from the lowest"),
    "grace_until": _l("Grace until"),
    "reached": _l("Reached by the count"),
    "day": _l("Day"),
    "grace_days": _l("Days of grace"),
    "target": _l("The way to"),
    "door_nights": _l("Door by nights"),
    "door_cents": _l("Door by spend"),
    "qualified_nights": _l("Qualified nights"),
    "credit_nights": _l("Night credits"),
    "until": _l("Checked out and paid by"),
    "rates": _l("A night on average"),
    "counted": _l("Still in the window"),
    "leaves": _l("Leaves the window until then"),
    "booked": _l("Booked until then"),
    "past": _l("Past stretches, the latest first"),
    "revival_days": _l("Days more"),
    "hall_av_bp": _l("Halls and equipment at the tier"),
    "ladder": _l("Discount by kinds"),
    "cap_bp": _l("All discounts, at most"),
    "hall_and_bundle": _l("Halls and equipment: tier and bundle"),
    "lines": _l("Lines as priced"),
    "share_bp": _l("Share of a bill that points pay"),
    "bill_cents": _l("Bill"),
    "balance_points": _l("Points there were"),
    "requested_points": _l("Points wanted"),
    "min_points": _l("Points, at least"),
    "step_points": _l("In steps of"),
    "point_value_cents": _l("A point is worth"),
    "lots": _l("Lots"),
    "service": _l("Service"),
    "breach": _l("How the promise was broken"),
    "size": _l("By so many minutes or percent"),
    "credit": _l("Credit"),
}

# Under which name `why` knows how to print it.
_PRINTED_AS = {
    "earned_on": "earned_date",
    "expires_on": "last_date",
    "tier_since": "since_date",
    "as_of": "as_of_date",
    "day": "day_date",
    "grace_until": "grace_date",
    "target": "tier",
    "until": "until_date",
}


TITLES: dict[str, LazyString] = {
    "change": _l("Why %(tier)s since %(day)s?"),
    "review": _l("Why %(tier)s on %(day)s?"),
    "standing": _l("Why %(tier)s, as of %(day)s?"),
}


def title(sheet: Sheet) -> str:
    """What the sheet answers."""
    if sheet.movement is None:
        tier = tier_of(sheet)
        return str(TITLES[sheet.kind]) % {"tier": tier, "day": formats.day(sheet.day)}
    if sheet.movement.change:
        return _("Why %(points)s?", points=formats.points(abs(sheet.movement.change)))
    return _("What became of %(points)s?", points=formats.points(sheet.movement.moved))


def parts(derivations: Sequence[Mapping[str, Any]]) -> list[Part]:
    """Derivations in the reader's language, each done again."""
    return [
        Part(
            stored["rule"],
            why.explain(stored),
            input_rows(stored["inputs"], stored.get("names") or why.NO_NAMES),
            rules.comes_out_the_same(stored),
        )
        for stored in derivations
    ]


def paper(sheet: Sheet, *, company: str, zone: str) -> Paper:
    """A sheet of an account for print."""
    moved = sheet.movement
    if moved is None:
        lead = f"{tier_of(sheet)} · {formats.day(sheet.day)}"
        return Paper(company, title(sheet), lead, sheet.derivations)
    said = [f"{KINDS[moved.entry.kind]}, {formats.when(moved.entry.at, zone)}", *_about(moved)]
    return Paper(
        company=company,
        title=title(sheet),
        lead=" · ".join(said),
        derivations=sheet.derivations,
        reason="" if sheet.derivations else str(REASONS[moved.entry.kind]),
        tables=(_postings(moved),),
        place=place(moved),
    )


def place(moved: Movement) -> list[tuple[str, str]]:
    """Where an entry stands in its chain, and by which seals."""
    entry = moved.entry
    return [
        (_("Number"), formats.count(entry.seq)),
        (_("Day of the service"), formats.day(entry.service_date)),
        (_("Reference"), entry.reference),
        (_("Seal"), entry.hash),
        (_("Seal before it"), entry.prev_hash),
    ]


def _about(moved: Movement) -> list[str]:
    stay = moved.stay
    if stay is None:
        return []
    start, end = formats.short_day(stay.arrival), formats.short_day(stay.departure)
    hotel = in_language(stay.hotel, locale_code())
    return [_("Stay of %(start)s – %(end)s, %(hotel)s", start=start, end=end, hotel=hotel)]


def _postings(moved: Movement) -> Table:
    rows = [
        [
            str(BUCKETS[posting.bucket]),
            str(posting.lot or "–"),
            f"{'+' if posting.points > 0 else '−'}{formats.count(abs(posting.points))}",
        ]
        for posting in moved.entry.postings
    ]
    note = _("They sum to zero: points only change their place.")
    return Table(_("Postings"), [_("State"), _("Lot"), _("Points")], rows, note)


def input_rows(inputs: Mapping[str, Any], names: why.Named = why.NO_NAMES) -> list[tuple[str, str]]:
    """The inputs that a derivation rests on: what each is called and its value, in the reader's language.

    Where one kind of door alone leads to tiers, what only the other would ask is left out.
    """
    doors = inputs.get("led_by", EITHER)
    return [
        (str(LABELS[name]), _printed(name, value, names, doors))
        for name, value in inputs.items()
        if name in LABELS and name not in IDLE[doors]
    ]


IDLE: Mapping[str, frozenset[str]] = {
    EITHER: frozenset(),
    BY_NIGHTS: frozenset({"spend_cents", "door_cents"}),
    BY_SPEND: frozenset(
        {
            "slept_nights",
            "event_cents",
            "credit_step_cents",
            "credit_max_nights",
            "door_nights",
            "rates",
        }
    ),
}


def _printed(name: str, value: Any, names: why.Named, doors: str) -> str:
    if name == "doors":
        return _doors(value, names, doors)
    if name in {"tiers", "old_tiers"}:
        return _tiers(value, names)
    if name in _OF_DOORS:
        return _OF_DOORS[name](value, doors)
    if name in _LISTS:
        return _LISTS[name](value)
    if value is None:
        return why.fill("%(value)s", {"value": None})
    known = _PRINTED_AS.get(name, name)
    return why.fill(f"%({known})s", {known: value}, names=names)


def _bases(bases: Sequence[tuple[str, int]]) -> str:
    return "; ".join(f"{CATEGORIES[category]}: {formats.cents(cents)}" for category, cents in bases)


def tier_name(code: str, names: why.Named) -> str:
    """What a derivation calls a tier."""
    return why.fill("%(tier)s", {"tier": code}, names=names)


def tier_of(sheet: Sheet) -> str:
    """What the tier was called that a sheet is about."""
    named = (stored.get("names") or why.NO_NAMES for stored in sheet.derivations)
    return tier_name(sheet.tier or "", dict(ChainMap(*map(dict, named))))


def _doors(levels: Sequence[tuple[str, int, int]], names: why.Named, doors: str) -> str:
    return "; ".join(
        f"{tier_name(code, names)}: {_door(nights, cents, doors)}" for code, nights, cents in levels
    )


def _door(nights: int, cents: int, doors: str) -> str:
    if doors == BY_NIGHTS:
        return formats.nights(nights)
    if doors == BY_SPEND:
        return formats.cents(cents)
    return _("%(nights)s or %(money)s", nights=formats.nights(nights), money=formats.cents(cents))


def _rates(rates: Sequence[tuple[Mapping[str, Any] | None, int]]) -> str:
    locale = locale_code()
    said = [(in_language(hotel, locale) if hotel else _("anywhere"), cents) for hotel, cents in rates]
    return "; ".join(f"{name}: {formats.cents(cents)}" for name, cents in said) or "–"


def _amounts(amounts: Sequence[int], doors: str) -> str:
    nights, event_cents, spend_cents = amounts
    if doors == BY_SPEND:
        return formats.cents(spend_cents)
    slept, events = formats.nights(nights), formats.cents(event_cents)
    if doors == BY_NIGHTS:
        return _("%(nights)s, events %(events)s", nights=slept, events=events) if event_cents else slept
    money = formats.cents(spend_cents)
    if not event_cents:
        return _("%(nights)s, %(money)s", nights=slept, money=money)
    return _("%(nights)s, %(money)s, of it events %(events)s", nights=slept, money=money, events=events)


def _past(stretches: Sequence[Sequence[int]], doors: str) -> str:
    return "; ".join(_amounts(each, doors) for each in stretches) or "–"


def _ladder(rungs: Sequence[tuple[int, int]]) -> str:
    return "; ".join(f"{kinds}+: {formats.percent_bp(bp)}" for kinds, bp in rungs) or "–"


def _lines(lines: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(_line(line) for line in lines)


def _line(line: Mapping[str, Any]) -> str:
    service = line["service"]
    name = in_language(service, locale_code()) if isinstance(service, Mapping) else service
    price, vat = formats.cents(line["unit_price_cents"]), formats.percent_bp(line["vat_bp"])
    of_line = {"name": name, "quantity": line["quantity"], "price": price, "vat": vat}
    return (
        _("%(name)s: %(quantity)s × %(price)s, VAT %(vat)s included", **of_line)
        if line["gross"]
        else _("%(name)s: %(quantity)s × %(price)s, VAT %(vat)s on top", **of_line)
    )


def _tiers(codes: Sequence[str], names: why.Named) -> str:
    return ", ".join(tier_name(code, names) for code in codes)


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers)


def _shares(shares_bp: Mapping[str, int]) -> str:
    return "; ".join(f"{CATEGORIES[name]}: {formats.percent_bp(bp)}" for name, bp in shares_bp.items())


def _led_by(doors: str) -> str:
    return str(DOORS[doors])


def _service(name: Mapping[str, Any]) -> str:
    return in_language(name, locale_code())


def _breach(breach: str) -> str:
    return str(BREACHES[breach])


def _meeting(meeting: str) -> str:
    return str(MEETINGS[meeting])


def _credit(inputs: Mapping[str, Any]) -> str:
    return "; ".join(f"{label}: {value}" for label, value in input_rows(inputs))


_OF_DOORS: dict[str, Callable[[Any, str], str]] = {
    "counted": _amounts,
    "leaves": _amounts,
    "booked": _amounts,
    "past": _past,
}
_LISTS: dict[str, Callable[[Any], str]] = {
    "bases": _bases,
    "ladder": _ladder,
    "lines": _lines,
    "rates": _rates,
    "lots": _numbers,
    "shares_bp": _shares,
    "led_by": _led_by,
    "service": _service,
    "breach": _breach,
    "hall_and_bundle": _meeting,
    "credit": _credit,
}
