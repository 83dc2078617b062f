"""How many points a broken promise gives: the most that the table of the rules says, once.

A line is late by so many minutes, short by so many percent, or was not delivered at all; what was
not delivered is neither late nor short.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.derivation import Derived, Json, Step, recipe, recompute
from portal.programme.earning.rules import Accrual, manual_credit
from portal.programme.rules import Rules
from portal.programme.terms.rules import LATE, NOT_DELIVERED, SHORT

PERCENT = 100


def breaches(*, promised: int, delivered: int, minutes_late: int) -> tuple[tuple[str, int], ...]:
    """How a promise was broken, each way with its size; empty where it was kept."""
    if promised > 0 and delivered <= 0:
        return ((NOT_DELIVERED, PERCENT),)
    short = (promised - delivered) * PERCENT // promised if delivered < promised else 0
    found = ((LATE, minutes_late), (SHORT, short))
    return tuple((breach, size) for breach, size in found if size > 0)


def compensation(
    *,
    rules: Rules,
    service: Mapping[str, Any],
    promised: int,
    delivered: int,
    minutes_late: int,
    earned_on: date,
) -> Derived[Accrual] | None:
    """The points for a line, active at once; none where the promise was kept or the table is silent."""
    broken = breaches(promised=promised, delivered=delivered, minutes_late=minutes_late)
    due = [(rules.compensation_points(breach=breach, size=size), breach, size) for breach, size in broken]
    points, breach, size = max(due, key=lambda each: each[0], default=(0, "", 0))
    if points <= 0:
        return None
    credit = manual_credit(rules=rules, points=points, earned_on=earned_on)
    return _compensation(
        version=rules.version, service=dict(service), breach=breach, size=size, credit=dict(credit.inputs)
    )


@recipe("compensation.line")
def _compensation(
    *, version: int, service: Json, breach: str, size: int, credit: Mapping[str, Json]
) -> Derived[Accrual]:
    given: Derived[Accrual] = recompute({"rule": "earning.credit", "version": version, "inputs": credit})
    values: dict[str, Json] = {"service": service, "compensation_points": given.value.points}
    values |= {LATE: {"minutes": size}, SHORT: {"short_bp": size * PERCENT}}.get(breach, {})
    inputs: dict[str, Json] = {"service": service, "breach": breach, "size": size, "credit": dict(credit)}
    steps = (Step(f"compensation.{breach}", values), given.steps[-1])
    return Derived(given.value, "compensation.line", version, inputs, steps)
