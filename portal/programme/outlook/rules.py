"""The forecast of a standing: what will still be counted, what is booked, and what is likely to come.

What has happened and is paid is told apart from what is booked: a booking can still be cancelled.

What comes is not guessed by a model: past stretches of the account, as long as the one ahead, are each
laid behind what is paid, and counted. Of m stretches that could come in any order, the next one lies
between the k-th smallest and the k-th largest with a chance of (m + 1 − 2k) / (m + 1), whatever its
distribution; k is the largest that leaves at least eight in ten. Under nine stretches there is no such k,
and no forecast. Seasons are not taken out: it is said beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from portal.derivation import Derived, Json, Step, recipe, recompute
from portal.programme.rules import BY_NIGHTS, BY_SPEND, EITHER, Rules
from portal.programme.standing.rules import Count, SpendFact, Standing, StayFact

LEAST_STRETCHES = 9
"""So many are needed before eight in ten lie between the smallest and the largest."""
MOST_STRETCHES = 60
SHORTEST_STEP_DAYS = 14
YEARS_BACK = timedelta(days=3 * 365)
TAIL = 10
_NOTHING_MORE = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class More:
    """What comes on top: nights slept, event spend, all eligible spend, in EUR cents."""

    nights: int = 0
    event_cents: int = 0
    spend_cents: int = 0


@dataclass(frozen=True, slots=True)
class Ahead:
    """The day that is looked at: what stays in the window until then, what leaves it, what is booked."""

    as_of: date
    day: date
    stays_in: Count
    leaves: More
    booked: More


@dataclass(frozen=True, slots=True)
class Reached:
    """The tier that a count opens on a day, and what a review would make of it."""

    tier: str
    outcome: str
    nights: int
    spend_cents: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where an account will stand on a day.

    `paid` is where what has happened and is paid alone leads; `booked` where that and all that is booked
    do, if none of it is cancelled. Where there is enough of a past, `kept` of `stretches` keep or raise the
    tier, and eight in ten lie between `low_nights` and `high_nights`, in the middle `middle_nights`;
    likewise for spend.
    """

    day: date
    paid: Reached
    booked: Reached
    stretches: int
    is_enough: bool
    kept: int = 0
    low_nights: int = 0
    middle_nights: int = 0
    high_nights: int = 0
    low_cents: int = 0
    middle_cents: int = 0
    high_cents: int = 0


def days_between(as_of: date, day: date) -> int:
    """The days that can still bring something: a review is held before anything of its own day."""
    return (day - as_of).days - 1


def stretches(
    *, stays: Iterable[StayFact], spends: Iterable[SpendFact], as_of: date, days: int
) -> list[More]:
    """What past stretches of so many days brought, the latest first, by the day of check-out or delivery.

    They do not overlap and begin at least a fortnight apart; the first one lies wholly after the
    account's first day.
    """
    facts = [(stay.checkout, stay.nights, 0, stay.base_cents) for stay in stays if stay.base_cents > 0]
    facts += [(spend.day, 0, spend.base_cents if spend.is_event else 0, spend.base_cents) for spend in spends]
    since = as_of - YEARS_BACK
    facts = [fact for fact in facts if since < fact[0] <= as_of]
    if not facts:
        return []
    step = max(days, SHORTEST_STEP_DAYS)
    past_days = (as_of - min(fact[0] for fact in facts)).days + 1
    sums = [[0, 0, 0] for _ in range(min(max(past_days - days, -1) // step + 1, MOST_STRETCHES))]
    for day, *amounts in facts:
        back, within = divmod((as_of - day).days, step)
        if within < days and back < len(sums):
            sums[back] = [had + more for had, more in zip(sums[back], amounts, strict=True)]
    return [More(*each) for each in sums]


def forecast(
    *, rules: Rules, tier: str, grace_until: date | None, ahead: Ahead, past: Sequence[More]
) -> Derived[Forecast]:
    """Where an account will stand on the day of a review."""
    sure = ahead.stays_in
    return rules.naming(
        _forecast(
            version=rules.version,
            as_of=ahead.as_of.isoformat(),
            window_days=rules.window_days,
            day=ahead.day.isoformat(),
            tier=rules.tier(tier).code,
            grace_until=grace_until.isoformat() if grace_until else None,
            grace_days=rules.grace_days,
            counted=[sure.slept_nights, sure.event_cents, sure.spend_cents],
            leaves=[ahead.leaves.nights, ahead.leaves.event_cents, ahead.leaves.spend_cents],
            booked=[ahead.booked.nights, ahead.booked.event_cents, ahead.booked.spend_cents],
            past=[[each.nights, each.event_cents, each.spend_cents] for each in past],
            credit_step_cents=rules.credit_step_cents,
            credit_max_nights=rules.credit_max_nights,
            doors=[[level.code, level.nights, level.spend_cents] for level in rules.tiers],
            **{"led_by": rules.doors} if rules.doors != EITHER else {},
        )
    )


@recipe("outlook.forecast")
def _forecast(*, version: int, **inputs: Any) -> Derived[Forecast]:
    day, past = date.fromisoformat(inputs["day"]), inputs["past"]
    paid, booked = (_reviewed(version, inputs, more) for more in (_NOTHING_MORE, inputs["booked"]))
    found = Forecast(day, paid, booked, stretches=len(past), is_enough=len(past) >= LEAST_STRETCHES)
    if found.is_enough:
        # What is booked is part of what comes: never less than it.
        more = [[max(pair) for pair in zip(inputs["booked"], one, strict=True)] for one in past]
        found = replace(found, **_likely([_reached(version, inputs, each) for each in more], inputs))
    return Derived(found, "outlook.forecast", version, inputs, _steps(found, inputs))


def _likely(each: Sequence[Standing], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """How many stretches keep the tier, and between what eight in ten of them lie."""
    codes = [door[0] for door in inputs["doors"]]
    tail, middle = (len(each) + 1) // TAIL, (len(each) - 1) // 2
    nights = sorted(one.qualified_nights for one in each)
    money = sorted(one.spend_cents for one in each)
    return {
        "kept": sum(codes.index(one.tier) >= codes.index(inputs["tier"]) for one in each),
        "low_nights": nights[tail - 1],
        "middle_nights": nights[middle],
        "high_nights": nights[-tail],
        "low_cents": money[tail - 1],
        "middle_cents": money[middle],
        "high_cents": money[-tail],
    }


def _reviewed(version: int, inputs: Mapping[str, Any], more: Sequence[int]) -> Reached:
    """What a review would find with so much more than will still be counted."""
    reached = _reached(version, inputs, more)
    outcome = _outcome(version, inputs, reached.tier)
    return Reached(reached.tier, outcome, reached.qualified_nights, reached.spend_cents)


def _reached(version: int, inputs: Mapping[str, Any], more: Sequence[int]) -> Standing:
    """The standing with so much more than will still be counted, by the rule of standings itself."""
    slept, event, spend = (have + add for have, add in zip(inputs["counted"], more, strict=True))
    of_rules = {
        name: inputs[name]
        for name in ("credit_step_cents", "credit_max_nights", "doors", "led_by")
        if name in inputs
    }
    counted = {"slept_nights": slept, "event_cents": event, "spend_cents": spend}
    asked = {"as_of": inputs["day"], "window_days": inputs["window_days"], **counted, **of_rules}
    reached: Standing = recompute({"rule": "standing.tier", "version": version, "inputs": asked}).value
    return reached


def _outcome(version: int, inputs: Mapping[str, Any], reached: str) -> str:
    """What the review would make of it, by the rule of reviews itself."""
    asked = {name: inputs[name] for name in ("tier", "grace_until", "day", "grace_days")}
    asked |= {"tiers": [door[0] for door in inputs["doors"]], "reached": reached}
    outcome: str = recompute({"rule": "standing.review", "version": version, "inputs": asked}).value.outcome
    return outcome


def _steps(found: Forecast, inputs: Mapping[str, Any]) -> tuple[Step, ...]:
    ends: dict[str, Json] = {"day_date": inputs["day"], "as_of_date": inputs["as_of"]}
    led_by = inputs.get("led_by", EITHER)
    is_booked = _says_something(inputs["booked"], led_by)
    steps = [Step("outlook.counted", {**ends, **_amounts(inputs["counted"])})]
    if _says_something(inputs["leaves"], led_by):
        steps.append(Step("outlook.leaves", {**ends, **_amounts(inputs["leaves"])}))
    steps.append(Step("outlook.paid", _of_reached(found.paid)))
    if is_booked:
        steps.append(Step("outlook.booked", {**ends, **_amounts(inputs["booked"])}))
        steps.append(Step("outlook.with_booked", _of_reached(found.booked)))
    steps += _of_past(found, inputs, is_booked=is_booked)
    return tuple(replace(step, code=_code(step, led_by)) for step in steps)


def _says_something(amounts: Sequence[int], led_by: str) -> bool:
    """Whether there is anything to tell of amounts, of the doors that lead to tiers."""
    nights, event_cents, spend_cents = amounts
    of_nights = (nights or event_cents) and led_by != BY_SPEND
    return bool(of_nights or (spend_cents and led_by != BY_NIGHTS))


def _code(step: Step, led_by: str) -> str:
    """Nothing is said of doors that lead to no tier, nor of events where there are none."""
    code = step.code
    if step.code in _OF_BOTH and led_by != EITHER:
        code = f"{code}_{led_by}"
    is_eventless = led_by != BY_SPEND and step.values.get("event_cents") == 0
    return f"{code}_eventless" if is_eventless else code


_OF_BOTH = frozenset(
    f"outlook.{name}" for name in ("counted", "leaves", "paid", "booked", "with_booked", "between")
)


def _of_past(found: Forecast, inputs: Mapping[str, Any], *, is_booked: bool) -> list[Step]:
    days = days_between(date.fromisoformat(inputs["as_of"]), found.day)
    of_past: dict[str, Json] = {"stretches": found.stretches, "days": days}
    if not found.is_enough:
        return [Step("outlook.too_little", of_past | {"least": LEAST_STRETCHES})]
    between: dict[str, Json] = {
        name: getattr(found, name)
        for name in ("low_nights", "middle_nights", "high_nights", "low_cents", "middle_cents", "high_cents")
    }
    steps = [Step("outlook.past", of_past)]
    if is_booked:
        steps.append(Step("outlook.at_least_booked"))
    steps.append(Step("outlook.between", between))
    steps.append(Step("outlook.kept", {"tier": inputs["tier"], "kept": found.kept, **of_past}))
    return steps


def _of_reached(reached: Reached) -> dict[str, Json]:
    sums: dict[str, Json] = {"qualified_nights": reached.nights, "spend_cents": reached.spend_cents}
    return {"tier": reached.tier, **sums}


def _amounts(amounts: Sequence[int]) -> dict[str, Json]:
    nights, event_cents, spend_cents = amounts
    return {"slept_nights": nights, "event_cents": event_cents, "spend_cents": spend_cents}
