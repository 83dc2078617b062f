"""Where a payment with points stands, and what may still be done with it."""

from datetime import datetime, timedelta
from enum import StrEnum

from portal.corporate.payments.models import BillPayment
from portal.programme.rules import Refusal

UNDO_WINDOW = timedelta(minutes=10)


class State(StrEnum):
    """Where a payment stands."""

    HELD = "held"
    PAID = "paid"
    LET_GO = "let_go"
    LAPSED = "lapsed"
    UNDONE = "undone"


class PaymentRefused(Refusal):
    """The bill cannot be paid that way; the class names why."""


class CardUnusable(PaymentRefused):
    """The card was blocked, or its holder has left."""


class TooLittleToPay(PaymentRefused):
    """What the rules allow of this bill, or what there is, is less than the least: `min_points`."""


class PaymentOfOthers(PaymentRefused):
    """The form made a payment of another guest, or of a colleague."""


class PaidAlready(PaymentRefused):
    """The points were taken: `paid_at`."""


class HoldEnded(PaymentRefused):
    """The points are not held any more: `ended_at`."""


class NotPaid(PaymentRefused):
    """Nothing was taken yet."""


class NotYourPayment(PaymentRefused):
    """Only who took the points can undo it."""


class UndoTooLate(PaymentRefused):
    """More than ten minutes have passed: `minutes`."""


def state(payment: BillPayment, *, at: datetime) -> State:
    """Where it stands at an instant; the worker's part in a lapse is only to give the points back."""
    if payment.undone_at is not None:
        return State.UNDONE
    if payment.paid_at is not None:
        return State.PAID
    if payment.let_go_at is not None:
        return State.LET_GO
    return State.HELD if at < payment.held_until else State.LAPSED


def check_some(points: int, *, min_points: int) -> None:
    """Something at least is paid with points."""
    if not points:
        raise TooLittleToPay(min_points=min_points)


def check_card(*, blocked_at: datetime | None, has_left: bool) -> None:
    """A blocked card pays nothing, nor one whose holder has left."""
    if blocked_at is not None or has_left:
        raise CardUnusable


def check_held(payment: BillPayment, *, at: datetime) -> None:
    """The points are set aside still."""
    now = state(payment, at=at)
    if payment.paid_at is not None:
        raise PaidAlready(paid_at=payment.paid_at.isoformat())
    if now is not State.HELD:
        raise HoldEnded(ended_at=(payment.let_go_at or payment.held_until).isoformat())


def check_undo(payment: BillPayment, *, by_id: int, at: datetime) -> None:
    """One's own, within ten minutes."""
    if payment.paid_at is None:
        raise NotPaid
    if payment.paid_by_id != by_id:
        raise NotYourPayment
    if at - payment.paid_at > UNDO_WINDOW:
        raise UndoTooLate(minutes=int(UNDO_WINDOW.total_seconds() // 60))
