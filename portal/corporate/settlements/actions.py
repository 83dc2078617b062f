"""The money and the points behind an order: held while it is promised, spent and earned when delivered.

Fed with facts: it knows accounts, keys and lines, and no booking.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.corporate.settlements import rules
from portal.corporate.settlements.rules import DeliveredLine
from portal.derivation import Derived
from portal.programme import queries as programme
from portal.programme.bundles.rules import BundlePrice
from portal.programme.chain.rules import Bucket
from portal.programme.holds import actions as holds
from portal.programme.ledger import queries as balances
from portal.programme.redemption.rules import PointsPayment
from portal.programme.rules import Rules
from portal.programme.timeline import actions as timeline

ISSUED = Bucket.ISSUED


@dataclass(frozen=True, slots=True)
class Delivered:
    """An order whose last line has been delivered, as it was confirmed.

    `reference` names it in the ledger, `key` this settling of it; `version` and `tier` are those of
    its confirmation, `day` the hotel's day of the last delivery.
    """

    account_id: int
    reference: str
    key: str
    version: int
    tier: str
    lines: Sequence[DeliveredLine]
    hold_key: str | None
    held_points: int
    day: date


@dataclass(frozen=True, slots=True)
class Settled:
    """What it came to. Money in cents."""

    price: Derived[BundlePrice]
    payment: Derived[PointsPayment] | None
    points_spent: int
    points_earned: int


@dataclass(frozen=True, slots=True)
class Held:
    """Points that are held again after a settling was undone, and what they pay of the bill."""

    hold_key: str | None = None
    points: int = 0
    payment: Derived[PointsPayment] | None = None


def hold(
    *, account_id: int, hold_key: str, reference: str, points: int, day: date, by_id: int, at: datetime
) -> None:
    """Set aside the points that shall pay. Raises `NotEnoughPoints`."""
    holds.hold_points(
        account_id=account_id, key=hold_key, reference=reference, points=points, at=at, day=day, by=by_id
    )


def let_go(
    *, account_id: int, hold_key: str, reference: str, day: date, by_id: int | None, at: datetime
) -> None:
    """Give the points back to the lots they came from."""
    holds.release_held(
        account_id=account_id,
        key=f"{hold_key}:release",
        reference=reference,
        hold_key=hold_key,
        at=at,
        day=day,
        by=by_id,
    )


def settle(*, order: Delivered, by_id: int, at: datetime) -> Settled:
    """Bill what was delivered, let the held points pay, and earn new ones."""
    version = rules_of(order.version)
    price = rules.settled_price(order.lines, rules=version, tier=order.tier)
    payment = rules.settled_payment(
        rules=version, tier=order.tier, bill_cents=price.value.bill_cents, held_points=order.held_points
    )
    spent = payment.value.points if payment is not None else 0
    if order.hold_key is not None:
        _pay(order, order.hold_key, points=spent, by_id=by_id, at=at)
    return Settled(price, payment, spent, _earn(order, price.value, by_id=by_id, at=at))


def take_back(*, order: Delivered, points_spent: int, bill_cents: int, by_id: int, at: datetime) -> Held:
    """Undo a settling: points that paid are held again, points that were earned are reversed.

    As many are held as were at first where the account still has them, else those that had paid.
    `bill_cents` is the bill as confirmed.
    """
    timeline.reverse_fulfilment(
        account_id=order.account_id,
        key=f"{order.key}:undone",
        reverses=order.key,
        day=order.day,
        at=at,
        by=by_id,
    )
    if order.hold_key is None:
        return Held()
    if points_spent:
        holds.refund_spent(
            account_id=order.account_id,
            key=f"{order.key}:refund",
            spend_key=f"{order.key}:spend",
            at=at,
            day=order.day,
            by=by_id,
        )
    enough = balances.balance_of(order.account_id).active >= order.held_points
    again = order.held_points if enough else points_spent
    return _hold_again(order, again, bill_cents=bill_cents, by_id=by_id, at=at) if again else Held()


def _hold_again(order: Delivered, points: int, *, bill_cents: int, by_id: int, at: datetime) -> Held:
    hold_key = f"{order.key}:held-again"
    hold(
        account_id=order.account_id,
        hold_key=hold_key,
        reference=order.reference,
        points=points,
        day=order.day,
        by_id=by_id,
        at=at,
    )
    payment = rules.settled_payment(
        rules=rules_of(order.version), tier=order.tier, bill_cents=bill_cents, held_points=points
    )
    return Held(hold_key, points, payment)


def rules_of(version: int) -> Rules:
    """The rules under which something was confirmed."""
    return next(rules for rules in programme.all_rules() if rules.version == version)


def _pay(order: Delivered, hold_key: str, *, points: int, by_id: int, at: datetime) -> None:
    if points:
        holds.spend_held(
            account_id=order.account_id,
            key=f"{order.key}:spend",
            reference=order.reference,
            hold_key=hold_key,
            points=points,
            at=at,
            day=order.day,
            by=by_id,
        )
    if points < order.held_points:
        let_go(
            account_id=order.account_id,
            hold_key=hold_key,
            reference=order.reference,
            day=order.day,
            by_id=by_id,
            at=at,
        )


def _earn(order: Delivered, price: BundlePrice, *, by_id: int, at: datetime) -> int:
    """Tell the programme; returns the points it gave, which follow the tier of the day of delivery."""
    played = timeline.fulfil_perk(
        account_id=order.account_id,
        key=order.key,
        reference=order.reference,
        fulfilled=order.day,
        paid=order.day,
        bases=price.bases,
        is_event=rules.is_event(order.lines),
        at=at,
        by=by_id,
    )
    given = (entry for entry in played.entries if entry.key == order.key)
    return sum(-posting.points for entry in given for posting in entry.postings if posting.bucket is ISSUED)
