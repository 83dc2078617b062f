"""What a statement says, in sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.derivation import recompute
from portal.programme.chain.rules import Bucket, Kind
from portal.programme.movements.queries import Movement
from portal.programme.statements.rules import Facts
from portal.programme.words import BUCKETS, KINDS, REASONS
from portal.web import formats, why

AUDIT_ACTIONS: dict[str, LazyString] = {"statements.make": _l("Statements of a month made")}
STATES = (Bucket.PENDING, Bucket.ACTIVE, Bucket.HELD)


def finding(facts: Facts) -> str:
    """The headline."""
    return _(
        "%(points)s at the end of the month, worth %(money)s",
        points=formats.points(facts.closing_points),
        money=formats.cents(facts.closing_cents),
    )


def under_it(facts: Facts) -> str:
    """The tier, and what it lacks for the next."""
    tier = tier_name(facts)
    if facts.next_tier is None or facts.ways is None:
        return _("Tier: %(tier)s.", tier=tier)
    return _("Tier: %(tier)s. %(lacks)s", tier=tier, lacks=lacks(facts))


def tier_name(facts: Facts) -> str:
    """The tier as it was called when the month ended."""
    names = (facts.standing or {}).get("names") or why.NO_NAMES
    return why.fill("%(tier)s", {"tier": facts.tier}, names=names)


def lacks(facts: Facts) -> str:
    """What leads to the next tier: the cheapest of the ways."""
    if facts.ways is None or facts.next_tier is None:
        return ""
    found = recompute(facts.ways).value
    tier = why.fill("%(tier)s", {"tier": facts.next_tier}, names=facts.ways.get("names") or why.NO_NAMES)
    if found.cheapest is None:
        return _("Nothing is lacking for %(tier)s.", tier=tier)
    return _("To %(tier)s: %(way)s.", tier=tier, way=_way(found.cheapest))


def kind_name(movement: Movement) -> str:
    return str(KINDS[movement.entry.kind])


def reason(movement: Movement) -> str:
    """Why points moved: the sentence behind the entry, and the stay it is about."""
    entry = movement.entry
    said = str(REASONS[entry.kind])
    if entry.kind in {Kind.ACCRUAL, Kind.CREDIT} and entry.derivation is not None:
        said = why.explain(entry.derivation).sentences[0]
    if movement.stay is None:
        return said
    stay = movement.stay
    about = _(
        "Stay of %(start)s – %(end)s.",
        start=formats.short_day(stay.arrival),
        end=formats.short_day(stay.departure),
    )
    return f"{about} {said}"


def change(movement: Movement) -> str:
    """By how much the company's points grew or shrank; nothing where they only changed their state."""
    points = movement.change
    if points == 0:
        return "0"
    return f"+{formats.count(points)}" if points > 0 else f"−{formats.count(-points)}"


def by_state(balance: Mapping[str, int]) -> list[tuple[str, str]]:
    """Points by state."""
    return [(str(BUCKETS[state]), formats.count(balance[state])) for state in STATES]


def expiry_rows(facts: Facts) -> list[tuple[str, str]]:
    """What expires when."""
    return [(formats.day(day), formats.count(points)) for day, points in facts.expiries]


def movement_rows(found: Sequence[Movement]) -> list[tuple[str, str, str]]:
    """The movements as they stand on paper: the day, what moved and why, by how much."""
    return [(formats.short_day(one.day), _said(one), change(one)) for one in found]


def _said(movement: Movement) -> str:
    points = formats.points(movement.moved)
    return _("%(kind)s: %(points)s. %(why)s", kind=kind_name(movement), points=points, why=reason(movement))


def method() -> list[str]:
    """How a statement comes about."""
    return [
        _(
            "A statement covers what was posted in the month, by the hotels' clock. What a hotel reports"
            " late stands in the month in which it was posted, with the day of the stay beside it."
        ),
        _(
            "The opening balance and the changes add up to the closing balance. Points that only change"
            " their state change nothing. Each movement opens on the portal to its reason and to the lines"
            " of the bill behind it, each balance to the lots it lay in, what was saved to the orders."
        ),
        _(
            "Once made it never changes: neither points, nor the company's name, nor the days of a stay,"
            " which are as told when its points were counted."
        ),
    ]


def _way(way: Any) -> str:
    if way.kind == "nights":
        return formats.nights(way.nights)
    if way.kind == "events":
        return _("%(money)s of event spend", money=formats.cents(way.spend_cents))
    if way.kind == "spend":
        return _("%(money)s of any eligible spend", money=formats.cents(way.spend_cents))
    return _(
        "%(nights)s and %(money)s of event spend",
        nights=formats.nights(way.nights),
        money=formats.cents(way.spend_cents),
    )
