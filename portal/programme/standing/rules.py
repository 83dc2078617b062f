"""Which tier a company has reached, and the monthly review.

The window is the last `window_days` days. A night d counts on a day when
day - window_days <= d < day; money counts by the day of check-out or fulfilment, that is by the
morning after the night, when day - window_days < d <= day. Spend is net eligible EUR cents of
stays and orders together. Nothing here looks at the balance of points.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from portal.derivation import Derived, Json, Step, recipe
from portal.programme.ranks.rules import nearest
from portal.programme.rules import BY_NIGHTS, BY_SPEND, EITHER, Rules


@dataclass(frozen=True, slots=True)
class StayFact:
    """A stay that was checked out and paid: its nights, and its net eligible cents."""

    key: str
    arrival: date
    nights: int
    base_cents: int
    checkout: date


@dataclass(frozen=True, slots=True)
class SpendFact:
    """A fulfilled order: its net eligible cents, and whether they are event spend."""

    key: str
    day: date
    base_cents: int
    is_event: bool = True


@dataclass(frozen=True, slots=True)
class Count:
    """What a window holds. `night_cents` is the average price of a night in it; 0 without nights."""

    slept_nights: int
    event_cents: int
    spend_cents: int
    night_cents: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The tier that a window's nights and spend open."""

    tier: str
    slept_nights: int
    credit_nights: int
    qualified_nights: int
    spend_cents: int
    event_cents: int


def count(*, window_days: int, stays: Iterable[StayFact], spends: Iterable[SpendFact], as_of: date) -> Count:
    """Add up a window. Nights without a positive rate do not count."""
    # Ordinals: this runs for every stay of every account, and subtracting dates makes objects.
    end = as_of.toordinal()
    start = end - window_days
    slept = spend = event = all_nights = all_cents = 0
    for stay in stays:
        if stay.base_cents <= 0:
            continue
        first = stay.arrival.toordinal()
        last = first + stay.nights
        nights = (last if last < end else end) - (first if first > start else start)  # noqa: FURB136 -- min and max take three times as long
        if nights > 0:
            slept += nights
            all_nights += stay.nights
            all_cents += stay.base_cents
        if start < stay.checkout.toordinal() <= end:
            spend += stay.base_cents
    for order in spends:
        if start < order.day.toordinal() <= end:
            spend += order.base_cents
            event += order.base_cents if order.is_event else 0
    return Count(slept, event, spend, all_cents // all_nights if all_nights else 0)


def credit_nights(*, rules: Rules, event_cents: int) -> int:
    """Nights counted, not slept: one for each full step of event spend in the window, up to a most."""
    return _credits(event_cents, rules.credit_step_cents, rules.credit_max_nights)


def _credits(event_cents: int, step_cents: int, max_nights: int) -> int:
    return min(max(event_cents, 0) // step_cents, max_nights)


def reached_tier(*, rules: Rules, counted: Count) -> str:
    """The highest tier one of whose doors is open."""
    nights = counted.slept_nights + credit_nights(rules=rules, event_cents=counted.event_cents)
    for tier in reversed(rules.tiers):
        if _is_open(rules.doors, nights >= tier.nights, counted.spend_cents >= tier.spend_cents):
            return tier.code
    return rules.tiers[0].code


def _is_open(doors: str, by_nights: bool, by_spend: bool) -> bool:  # noqa: FBT001 -- asked for every stay
    """Whether a tier is reached, where only one kind of door may lead to it."""
    return (by_nights and doors != BY_SPEND) or (by_spend and doors != BY_NIGHTS)


def _led_by(doors: str) -> dict[str, Any]:
    """What a derivation says of the doors: nothing where either leads in, as in the first versions."""
    return {} if doors == EITHER else {"led_by": doors}


def standing(
    *, rules: Rules, stays: Iterable[StayFact], spends: Iterable[SpendFact], as_of: date
) -> Derived[Standing]:
    """Where a company stands on a day, by what it has slept and spent until then."""
    counted = count(window_days=rules.window_days, stays=stays, spends=spends, as_of=as_of)
    return standing_of(rules=rules, counted=counted, as_of=as_of)


def standing_of(*, rules: Rules, counted: Count, as_of: date) -> Derived[Standing]:
    """Where a company stands by a window that is already counted."""
    return rules.naming(
        _standing(
            version=rules.version,
            as_of=as_of.isoformat(),
            window_days=rules.window_days,
            slept_nights=counted.slept_nights,
            event_cents=counted.event_cents,
            spend_cents=counted.spend_cents,
            credit_step_cents=rules.credit_step_cents,
            credit_max_nights=rules.credit_max_nights,
            doors=[[tier.code, tier.nights, tier.spend_cents] for tier in rules.tiers],
            **_led_by(rules.doors),
        )
    )


@recipe("standing.tier")
def _standing(*, version: int, **inputs: Any) -> Derived[Standing]:
    event, spend, slept = inputs["event_cents"], inputs["spend_cents"], inputs["slept_nights"]
    credited = _credits(event, inputs["credit_step_cents"], inputs["credit_max_nights"])
    qualified = slept + credited
    code, door_nights, door_cents = inputs["doors"][0]
    led_by = inputs.get("led_by", EITHER)
    for door in inputs["doors"]:
        if _is_open(led_by, qualified >= door[1], spend >= door[2]):
            code, door_nights, door_cents = door
    result = Standing(code, slept, credited, qualified, spend, event)
    # A night of the first day counts; money counts from the morning after it.
    back = inputs["window_days"] - (led_by == BY_SPEND)
    first = date.fromisoformat(inputs["as_of"]) - timedelta(days=back)
    window: dict[str, Json] = {"from_date": first.isoformat(), "as_of_date": inputs["as_of"]}
    opening = "standing.window" if led_by == BY_SPEND else "standing.nights"
    steps = [Step(opening, window | {"slept_nights": slept})]
    if event and led_by != BY_SPEND:
        values: dict[str, Json] = {"event_cents": event, "step_cents": inputs["credit_step_cents"]}
        values |= {"most_nights": inputs["credit_max_nights"], "credit_nights": credited}
        steps.append(Step("standing.credits", values))
    sums = "standing.sum" if led_by == EITHER else f"standing.sum_{led_by}"
    steps.append(Step(sums, {"qualified_nights": qualified, "spend_cents": spend}))
    by = "standing.by_nights" if qualified >= door_nights and led_by != BY_SPEND else "standing.by_spend"
    if (door_cents if led_by == BY_SPEND else door_nights) == 0:
        by = "standing.open_to_all"
    steps.append(Step(by, {"tier": code, "door_nights": door_nights, "door_cents": door_cents}))
    return Derived(result, "standing.tier", version, inputs, tuple(steps))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a review did: `kept`, `up`, `grace_started`, `in_grace`, `grace_cleared`, `down` or `carried`."""

    outcome: str
    tier: str
    grace_until: date | None


def review(*, rules: Rules, tier: str, grace_until: date | None, reached: str, day: date) -> Derived[Verdict]:
    """Review a tier: up at once; down one level only, at the first review on or after grace's end.

    Each review does one thing: a company that went down a level gets a new grace at the next.
    """
    return rules.naming(
        _review(
            version=rules.version,
            tiers=[level.code for level in rules.tiers],
            tier=rules.tier(tier).code,
            grace_until=grace_until.isoformat() if grace_until else None,
            reached=rules.tier(reached).code,
            day=day.isoformat(),
            grace_days=rules.grace_days,
        )
    )


@recipe("standing.review")
def _review(*, version: int, **inputs: Any) -> Derived[Verdict]:
    day = date.fromisoformat(inputs["day"])
    until = date.fromisoformat(inputs["grace_until"]) if inputs["grace_until"] else None
    result = _judge(inputs, day, until)
    end = result.grace_until or until
    values: dict[str, Json] = {name: inputs[name] for name in ("tier", "reached")}
    values |= {
        "new_tier": result.tier,
        "day_date": inputs["day"],
        "grace_date": end.isoformat() if end else None,
    }
    steps = (Step(f"standing.review_{result.outcome}", values),)
    return Derived(result, "standing.review", version, inputs, steps)


def _judge(inputs: dict[str, Any], day: date, grace_until: date | None) -> Verdict:
    tiers, tier = inputs["tiers"], inputs["tier"]
    above = tiers.index(inputs["reached"]) - tiers.index(tier)
    if above > 0:
        return Verdict("up", inputs["reached"], None)
    if above == 0:
        return Verdict("grace_cleared" if grace_until else "kept", tier, None)
    if grace_until is None:
        return Verdict("grace_started", tier, day + timedelta(days=inputs["grace_days"]))
    if day >= grace_until:
        return Verdict("down", tiers[tiers.index(tier) - 1], None)
    return Verdict("in_grace", tier, grace_until)


def carry(*, before: Rules, rules: Rules, tier: str, reached: str, day: date) -> Derived[Verdict]:
    """Carry over a company whose tier is gone: to the nearest below that remains, or as high as it reaches.

    `before` is the last version that knew the tier. It is no review of the company: it takes no grace.
    """
    carried = _carried(
        version=rules.version,
        old_tiers=list(before.codes),
        tiers=list(rules.codes),
        tier=tier,
        reached=rules.tier(reached).code,
        day=day.isoformat(),
    )
    # What both versions know is called as the later one does, also where that goes by the usual name.
    gone = {code: name for code, name in before.own_names.items() if code not in rules.codes}
    return replace(carried, names=gone | rules.own_names)


@recipe("standing.carried")
def _carried(*, version: int, **inputs: Any) -> Derived[Verdict]:
    tiers, reached = inputs["tiers"], inputs["reached"]
    below = nearest(inputs["old_tiers"], tiers, inputs["tier"])
    is_higher = tiers.index(reached) > tiers.index(below)
    result = Verdict("carried", reached if is_higher else below, None)
    values: dict[str, Json] = {name: inputs[name] for name in ("tier", "reached")}
    values |= {"nearest": below, "new_tier": result.tier, "day_date": inputs["day"]}
    code = "standing.carried_higher" if is_higher else "standing.carried"
    if _is_above(below, inputs["tier"], inputs["old_tiers"]):
        code = "standing.carried_lowest"
    return Derived(result, "standing.carried", version, inputs, (Step(code, values),))


def _is_above(follows: str, gone: str, tiers: list[str]) -> bool:
    """Whether what follows a tier stood above it, or is new: nothing below remains."""
    return gone in tiers and follows not in tiers[: tiers.index(gone)]
