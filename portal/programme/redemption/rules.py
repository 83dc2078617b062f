"""Paying with points: from a minimum, in steps, up to a share of the bill, and what it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.derivation import Derived, Json, Step, recipe
from portal.programme.rules import WHOLE_BP, Refusal, Rules


class NotEnoughPoints(Refusal):
    """More points are wanted than are active."""


class BelowRedemptionMinimum(Refusal):
    """Points are taken from a minimum on."""


class NotInRedemptionSteps(Refusal):
    """Points are taken in whole steps."""


class MoreThanShareOfBill(Refusal):
    """Points pay only a share of a bill."""


@dataclass(frozen=True, slots=True)
class PointsPayment:
    """So many points pay so much of a bill; the rest is paid as usual."""

    points: int
    pays_cents: int
    remains_cents: int
    leaves_points: int
    most_points: int


def points_payment(
    *, rules: Rules, tier: str, bill_cents: int, balance_points: int, requested_points: int | None = None
) -> Derived[PointsPayment]:
    """Pay a share of a bill with points; without a wish, as much as the rules allow.

    `bill_cents` is the bill after discounts. A means of payment, no discount: the cap on discounts
    does not count it, and the points earned are not lessened by it.
    """
    return rules.naming(
        _payment(
            version=rules.version,
            tier=tier,
            share_bp=rules.tier(tier).points_share_bp,
            bill_cents=bill_cents,
            balance_points=balance_points,
            requested_points=requested_points,
            min_points=rules.redemption_min_points,
            step_points=rules.redemption_step_points,
            point_value_cents=rules.point_value_cents,
        )
    )


@recipe("redemption.payment")
def _payment(
    *,
    version: int,
    tier: str,
    share_bp: int,
    bill_cents: int,
    balance_points: int,
    requested_points: int | None,
    min_points: int,
    step_points: int,
    point_value_cents: int,
) -> Derived[PointsPayment]:
    share_cents = max(bill_cents, 0) * share_bp // WHOLE_BP
    most = _whole_steps(min(share_cents // point_value_cents, balance_points), min_points, step_points)
    points = most if requested_points is None else requested_points
    if points:
        _check_amount(points, balance_points, min_points, step_points)
        if points * point_value_cents > share_cents:
            raise MoreThanShareOfBill(share_bp=share_bp, share_cents=share_cents, most_points=most)
    pays = points * point_value_cents
    result = PointsPayment(points, pays, bill_cents - pays, balance_points - points, most)
    inputs: dict[str, Json] = {"tier": tier, "share_bp": share_bp, "bill_cents": bill_cents}
    inputs |= {"balance_points": balance_points, "requested_points": requested_points}
    inputs |= {"min_points": min_points, "step_points": step_points, "point_value_cents": point_value_cents}
    return Derived(
        value=result,
        rule="redemption.payment",
        version=version,
        inputs=inputs,
        steps=_payment_steps(result, inputs, share_cents),
    )


def _payment_steps(result: PointsPayment, inputs: Mapping[str, Json], share_cents: int) -> tuple[Step, ...]:
    shown: dict[str, Json] = {name: inputs[name] for name in ("tier", "share_bp", "bill_cents")}
    limits: dict[str, Json] = {name: inputs[name] for name in ("balance_points", "min_points", "step_points")}
    paid: dict[str, Json] = {"spent_points": result.points, "pays_cents": result.pays_cents}
    paid |= {"remains_cents": result.remains_cents, "leaves_points": result.leaves_points}
    return (
        Step("redemption.share", shown | {"share_cents": share_cents}),
        Step("redemption.limits", limits | {"most_points": result.most_points}),
        Step("redemption.pays", paid),
    )


def redeem(*, rules: Rules, points: int, balance_points: int) -> Derived[int]:
    """Take points for a catalogue item; the value is what it leaves."""
    return _redeem(
        version=rules.version,
        points=points,
        balance_points=balance_points,
        min_points=rules.redemption_min_points,
        step_points=rules.redemption_step_points,
    )


def check_price(*, rules: Rules, points: int) -> None:
    """Whether a price can be paid with points at all, whoever has how many.

    Raises `BelowRedemptionMinimum`, `NotInRedemptionSteps`.
    """
    _check_amount(points, points, rules.redemption_min_points, rules.redemption_step_points)


@recipe("redemption.redeem")
def _redeem(
    *, version: int, points: int, balance_points: int, min_points: int, step_points: int
) -> Derived[int]:
    _check_amount(points, balance_points, min_points, step_points)
    leaves = balance_points - points
    inputs: dict[str, Json] = {"points": points, "balance_points": balance_points}
    inputs |= {"min_points": min_points, "step_points": step_points}
    shown: dict[str, Json] = {"balance_points": balance_points, "spent_points": points}
    return Derived(
        value=leaves,
        rule="redemption.redeem",
        version=version,
        inputs=inputs,
        steps=(Step("redemption.redeem", shown | {"leaves_points": leaves}),),
    )


def _check_amount(points: int, balance_points: int, min_points: int, step_points: int) -> None:
    if points < min_points:
        raise BelowRedemptionMinimum(wanted_points=points, min_points=min_points)
    if points % step_points:
        raise NotInRedemptionSteps(wanted_points=points, step_points=step_points)
    if points > balance_points:
        raise NotEnoughPoints(wanted_points=points, active_points=balance_points)


def _whole_steps(points: int, min_points: int, step_points: int) -> int:
    """The most that can be taken: whole steps, and nothing below the minimum."""
    whole = points - points % step_points
    return whole if whole >= min_points else 0
