"""What a limit still allows, and when a booking needs a second key.

A booking counts in the month or quarter in which it takes place, with its whole bill: points that pay
are the company's money too. What waits for approval counts once it is approved.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from portal.corporate.limits.models import Period, Scope
from portal.derivation import Derived, Step, recipe
from portal.people.models import Person
from portal.programme.rules import Refusal

RULE = "limits.weigh"
FIRST_VERSION = 1
"""The arithmetic is ours and not the programme's: it has had one version so far."""
MONTHS_OF_A_QUARTER = 3


class LimitRefused(Refusal):
    """A limit, a cost centre or an approver cannot be so."""


class NobodyToApprove(LimitRefused):
    """It is above a limit, and nobody but whoever books may approve it."""


class AboveLimit(LimitRefused):
    """A change takes a booking above a limit: `limit_cents`, `over_cents`."""


class CostCentreMissing(LimitRefused):
    """The company books its costs on cost centres, and none was chosen."""


class CostCentreTaken(LimitRefused):
    """Another cost centre that is open has this code: `code`."""


class NotOfTheCompany(LimitRefused):
    """The person or the cost centre is not of the company, or not any more."""


class ApprovesAlready(LimitRefused):
    """The person is an approver there."""


@dataclass(frozen=True, slots=True)
class Use:
    """One limit that binds an order, and what was used of it already."""

    scope: str
    period: str
    limit_cents: int
    used_cents: int
    first: str
    """The first day of the month or quarter, as ISO."""
    last: str
    cost_centre: str = ""

    @property
    def left_cents(self) -> int:
        return self.limit_cents - self.used_cents


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an order does to the limits that bind it."""

    above: tuple[Use, ...]
    """The limits that it passes."""
    tightest: Use | None
    """The limit that leaves least; none where none binds."""
    adds_cents: int

    @property
    def needs_key(self) -> bool:
        return bool(self.above)

    @property
    def leaves_cents(self) -> int:
        return self.tightest.left_cents - self.adds_cents if self.tightest is not None else 0


def span(day: date, period: str) -> tuple[date, date]:
    """The first and the last day of the month or quarter that holds a day."""
    months = 1 if period == Period.MONTH else MONTHS_OF_A_QUARTER
    first_month = (day.month - 1) // months * months + 1
    after = first_month + months
    begin_of_next = date(day.year + (after - 1) // 12, (after - 1) % 12 + 1, 1)
    return date(day.year, first_month, 1), begin_of_next - timedelta(days=1)


def weigh(uses: Sequence[Use], *, adds_cents: int) -> Derived[Verdict]:
    """Which limits an order passes; exactly at a limit is within it."""
    above = tuple(use for use in uses if use.used_cents + adds_cents > use.limit_cents)
    tightest = min(uses, key=lambda use: use.left_cents, default=None)
    steps: list[Step] = []
    for use in uses:
        values: dict[str, Any] = {
            "limit_cents": use.limit_cents,
            "used_cents": use.used_cents,
            "first_date": use.first,
            "last_date": use.last,
            "cost_centre": use.cost_centre,
        }
        steps.append(Step(f"limits.{use.scope}", values))
        over_cents = use.used_cents + adds_cents - use.limit_cents
        if over_cents > 0:
            steps.append(Step("limits.above", {"adds_cents": adds_cents, "over_cents": over_cents}))
        else:
            steps.append(Step("limits.within", {"adds_cents": adds_cents, "leaves_cents": -over_cents}))
    return Derived(
        value=Verdict(above, tightest, adds_cents),
        rule=RULE,
        version=FIRST_VERSION,
        inputs={"uses": [asdict(use) for use in uses], "adds_cents": adds_cents},
        steps=tuple(steps),
    )


@recipe(RULE)
def _weigh_again(*, version: int, uses: list[dict[str, Any]], adds_cents: int) -> Derived[Verdict]:  # noqa: ARG001 -- the recipe's protocol
    return weigh([Use(**use) for use in uses], adds_cents=adds_cents)


def check_change(verdict: Verdict, *, before_cents: int, is_same_budget: bool) -> None:
    """A change may not pass a limit behind the approver's back; what costs no more than before may be."""
    if not verdict.above or (is_same_budget and verdict.adds_cents <= before_cents):
        return
    passed = min(verdict.above, key=lambda use: use.left_cents)
    raise AboveLimit(
        limit_cents=passed.limit_cents, over_cents=passed.used_cents + verdict.adds_cents - passed.limit_cents
    )


def check_deciders(found: Sequence[Person]) -> None:
    """Somebody else must be there to give the second key."""
    if not found:
        raise NobodyToApprove


def binds(scope: str, *, has_own: bool) -> bool:
    """Whether a limit binds a booker: that for each only who has none of their own."""
    return scope != Scope.EACH or not has_own
