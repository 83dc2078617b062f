"""How many points a folio, a booking or a hand earns, and when those points live.

Points are floored once per folio and category, from the net base after discounts and before
paying with points. Third-party lines, no-show and cancellation fees are in no base.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.derivation import Derived, Json, Step, recipe
from portal.programme.rules import FROM_HISTORY, WHOLE_BP, Refusal, Rules
from portal.programme.terms.rules import FROM_JOINING

CENTS_IN_EURO = 100
MONTHS_IN_YEAR = 12

Bases = Sequence[tuple[str, int]]
"""Net eligible EUR cents by category; a category comes once."""


class CreditNotPositive(Refusal):
    """A credit by hand gives points; taking them back is a reversal."""


class UnknownCreditRole(Refusal):
    """Only the desk and managers credit points by hand."""


@dataclass(frozen=True, slots=True)
class Accrual:
    """Points earned, the day they were earned, and the first and last day they can be spent."""

    points: int
    earned_on: date
    activates_on: date
    expires_on: date


def points_for(base_cents: int, points_per_euro: int, share_bp: int = WHOLE_BP) -> int:
    """Points for one category of one folio: whole ones, and none for a negative base.

    `share_bp` is how much of the category earns.
    """
    return max(base_cents, 0) * points_per_euro * share_bp // (CENTS_IN_EURO * WHOLE_BP)


def starts_on(*, rules: Rules, joined_on: date | None) -> date | None:
    """The first day whose stays and orders earn; none for a company that has not joined, where it must.

    What lies before it counts for the tier all the same: the hotel knows its guest.
    """
    if rules.earning_starts == FROM_HISTORY:
        return date.min
    if joined_on is None or rules.earning_starts == FROM_JOINING:
        return joined_on
    return month_end_after(joined_on, 0) + timedelta(days=1)


def accrual(*, rules: Rules, tier: str, bases: Bases, earned_on: date) -> Derived[Accrual]:
    """Points for a folio or a fulfilled booking.

    `earned_on` is the later of checked out (or fulfilled) and paid. Points become active
    `activation_days` later and live to the end of the month `lot_months` later.
    """
    return rules.naming(
        _accrual(
            version=rules.version,
            tier=tier,
            points_per_euro=rules.tier(tier).points_per_euro,
            bases=[[category, base_cents] for category, base_cents in bases],
            earned_on=earned_on.isoformat(),
            activation_days=rules.activation_days,
            lot_months=rules.lot_months,
            # Only what is reduced is told: most versions let everything earn.
            **{"shares_bp": shares} if (shares := rules.accrual.reduced(dict(bases))) else {},
        )
    )


@recipe("earning.accrual")
def _accrual(
    *,
    version: int,
    tier: str,
    points_per_euro: int,
    bases: Sequence[Sequence[Json]],
    earned_on: str,
    activation_days: int,
    lot_months: int,
    shares_bp: Mapping[str, int] | None = None,
) -> Derived[Accrual]:
    total = 0
    steps = []
    for category, cents in bases:
        base_cents = cents if isinstance(cents, int) else 0
        share_bp = (shares_bp or {}).get(str(category), WHOLE_BP)
        earned = points_for(base_cents, points_per_euro, share_bp)
        total += earned
        values: dict[str, Json] = {"category": category, "base_cents": base_cents, "tier": tier}
        values |= {"rate": points_per_euro, "earned_points": earned}
        steps.append(category_step("earning.category", values, share_bp))
    day = date.fromisoformat(earned_on)
    result = Accrual(total, day, day + timedelta(days=activation_days), month_end_after(day, lot_months))
    steps.append(_life(result))
    return Derived(
        value=result,
        rule="earning.accrual",
        version=version,
        inputs={
            "tier": tier,
            "points_per_euro": points_per_euro,
            "bases": [list(base) for base in bases],
            "earned_on": earned_on,
            "activation_days": activation_days,
            "lot_months": lot_months,
            **({"shares_bp": dict(shares_bp)} if shares_bp else {}),
        },
        steps=tuple(steps),
    )


def category_step(code: str, values: Mapping[str, Json], share_bp: int) -> Step:
    """The step of one category; of one that earns in part only, it says which part."""
    return (
        Step(code, values)
        if share_bp == WHOLE_BP
        else Step(f"{code}_share", {**values, "share_bp": share_bp})
    )


def manual_credit(*, rules: Rules, points: int, earned_on: date) -> Derived[Accrual]:
    """Points credited by hand or as compensation: active at once."""
    if points <= 0:
        raise CreditNotPositive(wanted_points=points)
    return _credit(
        version=rules.version, points=points, earned_on=earned_on.isoformat(), lot_months=rules.lot_months
    )


@recipe("earning.credit")
def _credit(*, version: int, points: int, earned_on: str, lot_months: int) -> Derived[Accrual]:
    day = date.fromisoformat(earned_on)
    result = Accrual(points, day, day, month_end_after(day, lot_months))
    return Derived(
        value=result,
        rule="earning.credit",
        version=version,
        inputs={"points": points, "earned_on": earned_on, "lot_months": lot_months},
        steps=(Step("earning.credit", {"credited_points": points}), _life(result)),
    )


def credit_approvals(
    *, rules: Rules, role: str, points: int, stay_points: int = 0, shift_points: int = 0
) -> Derived[int]:
    """How many managers must agree, besides the one who credits, before points are given by hand.

    `role` is `desk` or `manager`; `stay_points` and `shift_points` are what the desk has already
    credited for this stay and in this shift. Of a manager `shift_points` are what they have already
    given this company in the shift: a sum is not made small by giving it in parts.
    """
    if points <= 0:
        raise CreditNotPositive(wanted_points=points)
    if role not in {"desk", "manager"}:
        raise UnknownCreditRole(role=role)
    limits = rules.manual_credits
    return _approvals(
        version=rules.version,
        role=role,
        points=points,
        stay_points=stay_points,
        shift_points=shift_points,
        limits=[limits.desk_stay_points, limits.desk_shift_points, limits.manager_points],
    )


@recipe("earning.approvals")
def _approvals(
    *, version: int, role: str, points: int, stay_points: int, shift_points: int, limits: Sequence[int]
) -> Derived[int]:
    desk_stay, desk_shift, manager = limits
    within_desk = stay_points + points <= desk_stay and shift_points + points <= desk_shift
    given = points + (shift_points if role == "manager" else 0)
    # Above the manager's limit two managers answer for it, whoever began.
    managers = 2 if given > manager else 0 if role == "desk" and within_desk else 1
    approvals = managers - 1 if role == "manager" else managers
    inputs: dict[str, Json] = {"role": role, "points": points, "stay_points": stay_points}
    inputs |= {"shift_points": shift_points, "limits": list(limits)}
    shown: dict[str, Json] = {"credited_points": points, "approvals": approvals}
    shown |= {"desk_points": desk_stay, "shift_points": desk_shift, "manager_points": manager}
    return Derived(
        value=approvals,
        rule="earning.approvals",
        version=version,
        inputs=inputs,
        steps=(Step("earning.approvals", shown),),
    )


def month_end_after(day: date, months: int) -> date:
    """The last day of the month that lies so many months after a day's own."""
    year, month = divmod(day.year * MONTHS_IN_YEAR + day.month - 1 + months, MONTHS_IN_YEAR)
    return date(year, month + 1, monthrange(year, month + 1)[1])


def _life(result: Accrual) -> Step:
    values: dict[str, Json] = {"earned_date": result.earned_on.isoformat()}
    values |= {"active_date": result.activates_on.isoformat(), "last_date": result.expires_on.isoformat()}
    return Step("earning.life", values)
