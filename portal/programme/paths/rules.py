"""What is lacking for a tier on a given day, every way to it, and the one that costs least.

The window moves: what counts today may have left it by the day of a review. So a path is for one day,
from the count that will still be in the window then. Money is net eligible EUR cents, and what a night
costs is what nights at a hotel came to on average for this company; nights are taken where they cost
least. Nothing here looks at the balance of points.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.derivation import Derived, Json, Step, recipe
from portal.programme.rules import BY_NIGHTS, BY_SPEND, EITHER, Refusal, Rules


class TierNotAbove(Refusal):
    """The way to a tier is asked for that is open to all."""


@dataclass(frozen=True, slots=True)
class Have:
    """What is in the window on the day that a path is for."""

    slept_nights: int
    event_cents: int
    spend_cents: int


@dataclass(frozen=True, slots=True)
class Rate:
    """What a night comes to at a hotel, by its name in each language; without a name, anywhere."""

    hotel: Mapping[str, Any] | None
    night_cents: int


@dataclass(frozen=True, slots=True)
class Due:
    """The day on which it must count, and the last one to check out and pay."""

    day: date
    until: date


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a tier: by `nights`, by `events` (night credits), by `spend`, or `mixed`.

    `spend_cents` is what nights do not cost: event spend, or for `spend` any eligible spend.
    `about_cents` is all of it together, none where nights have no price yet; `hotel` is where the
    nights cost least.
    """

    kind: str
    nights: int
    spend_cents: int
    about_cents: int | None
    hotel: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """What is lacking for a tier, every way to it, the one that costs least, and by when it must be done."""

    target: str
    lacks_nights: int
    lacks_spend_cents: int
    ways: tuple[Way, ...]
    cheapest: Way | None
    due: Due | None


def path_to(
    *, rules: Rules, have: Have, target: str, rates: Sequence[Rate] = (), due: Due | None = None
) -> Derived[Path]:
    """Find the ways to a tier, or to stay in it, from what will be in the window.

    Without rates nights have no price, and the cheapest way is sought among sums of money.
    """
    door = rules.tier(target)
    if rules.rank(target) == 0:
        raise TierNotAbove(tier=target)
    return rules.naming(
        _path(
            version=rules.version,
            target=target,
            door_nights=door.nights,
            door_cents=door.spend_cents,
            slept_nights=have.slept_nights,
            event_cents=have.event_cents,
            spend_cents=have.spend_cents,
            credit_step_cents=rules.credit_step_cents,
            credit_max_nights=rules.credit_max_nights,
            rates=[_plain(rate) for rate in sorted(rates, key=_by_price)],
            **{"day": due.day.isoformat(), "until": due.until.isoformat()} if due is not None else {},
            **{"led_by": rules.doors} if rules.doors != EITHER else {},
        )
    )


def _by_price(rate: Rate) -> tuple[int, list[tuple[str, str]]]:
    return rate.night_cents, sorted((rate.hotel or {}).items())


def _plain(rate: Rate) -> list[Json]:
    return [dict(rate.hotel) if rate.hotel is not None else None, rate.night_cents]


@recipe("paths.path")
def _path(*, version: int, **inputs: Any) -> Derived[Path]:
    credited = min(max(inputs["event_cents"], 0) // inputs["credit_step_cents"], inputs["credit_max_nights"])
    qualified = inputs["slept_nights"] + credited
    lacks_nights = max(inputs["door_nights"] - qualified, 0)
    lacks_cents = max(inputs["door_cents"] - inputs["spend_cents"], 0)
    led_by = inputs.get("led_by", EITHER)
    ways: tuple[Way, ...] = ()
    cheapest = None
    if not _is_open(led_by, lacks_nights, lacks_cents):
        every = _candidates(lacks_nights, lacks_cents, credited, inputs)
        # Where only nights lead in and have no price yet, the fewest nights are the least.
        priced = [way for way in every if way.about_cents is not None]
        cheapest = min(priced or every, key=lambda way: (way.about_cents or 0, way.nights))
        ways = tuple(way for way in every if way.kind != "mixed" or way == cheapest)
    due = None
    if "day" in inputs:
        due = Due(date.fromisoformat(inputs["day"]), date.fromisoformat(inputs["until"]))
    result = Path(inputs["target"], lacks_nights, lacks_cents, ways, cheapest, due)
    steps = _steps(result, qualified, led_by, inputs)
    return Derived(result, "paths.path", version, inputs, steps)


def _is_open(led_by: str, lacks_nights: int, lacks_cents: int) -> bool:
    return (not lacks_nights and led_by != BY_SPEND) or (not lacks_cents and led_by != BY_NIGHTS)


def _candidates(lacks_nights: int, lacks_cents: int, credited: int, inputs: Mapping[str, Any]) -> list[Way]:
    """Every way worth weighing: so many credits and the rest in nights, or the spend door.

    Among nights only the cheapest hotel is worth weighing. A way whose events cost as much as the spend
    door lacks would pass through that door sooner.
    """
    led_by = inputs.get("led_by", EITHER)
    by_spend = Way("spend", 0, lacks_cents, lacks_cents)
    if led_by == BY_SPEND:
        return [by_spend]
    hotel, night_cents = inputs["rates"][0] if inputs["rates"] else (None, None)
    ways = []
    for extra in range(min(lacks_nights, inputs["credit_max_nights"] - credited), -1, -1):
        nights = lacks_nights - extra
        cents = (credited + extra) * inputs["credit_step_cents"] - inputs["event_cents"] if extra else 0
        if cents < lacks_cents or led_by == BY_NIGHTS or not extra:
            kind = "nights" if not extra else "mixed" if nights else "events"
            priced = nights * night_cents + cents if night_cents is not None else None
            about = priced if nights else cents
            ways.append(Way(kind, nights, cents, about, hotel if nights else None))
    ways = [ways[-1], *ways[:-1]]
    return ways if led_by == BY_NIGHTS else [*ways, by_spend]


def _steps(path: Path, qualified: int, led_by: str, inputs: Mapping[str, Any]) -> tuple[Step, ...]:
    steps = []
    if path.due is not None:
        ends: dict[str, Json] = {"day_date": inputs["day"], "until_date": inputs["until"]}
        steps.append(Step("paths.due", ends))
    door: dict[str, Json] = {name: inputs[name] for name in ("door_nights", "door_cents", "spend_cents")}
    door |= {"tier": path.target, "qualified_nights": qualified}
    steps.append(Step("paths.door" if led_by == EITHER else f"paths.door_{led_by}", door))
    for hotel, cents in inputs["rates"] if path.lacks_nights and led_by != BY_SPEND else ():
        if hotel is not None:
            steps.append(Step("paths.rate", {"hotel": hotel, "night_cents": cents}))
    steps += [_way_step(way) for way in path.ways]
    if path.cheapest is None:
        steps.append(Step("paths.reached", {"tier": path.target}))
    elif len(path.ways) > 1:
        steps.append(Step("paths.cheapest", {"way": path.cheapest.kind}))
    return tuple(steps)


def _way_step(way: Way) -> Step:
    values: dict[str, Json] = {"more_nights": way.nights, "more_cents": way.spend_cents}
    if not way.nights or way.about_cents is None:
        return Step(f"paths.way_{way.kind}", values)
    values["about_cents"] = way.about_cents
    if way.hotel is None:
        return Step(f"paths.way_{way.kind}_priced", values)
    return Step(f"paths.way_{way.kind}_at", values | {"hotel": dict(way.hotel)})
