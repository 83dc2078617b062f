"""Hold points for a bill, take them, let them go, undo it.

Locks are taken in one order: the payment, then the account's points.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.accounts.models import Card
from portal.audit import actions as audit
from portal.clock import local_date
from portal.corporate.payments import emails, queries, rules
from portal.corporate.payments.models import BillPayment
from portal.corporate.presence import actions as presence
from portal.corporate.presence.models import Purpose
from portal.corporate.presence.rules import Shown
from portal.database import db
from portal.hotel.models import Property
from portal.programme import queries as programme
from portal.programme.chain.rules import Entry
from portal.programme.holds import actions as holds
from portal.programme.ledger import queries as ledger
from portal.programme.ledger.rules import UnknownHold
from portal.programme.redemption.rules import points_payment
from portal.programme.rules import Rules
from portal.web.folding import search_key


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill of a hotel, after discounts; so many points shall pay, or as many as the rules allow."""

    house: Property
    number: str
    cents: int
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """How the desk knows that the guest is there."""

    shown: Shown | None
    document: str | None


def hold_for_bill(
    *, token: uuid.UUID, card: Card, tier: str, bill: Bill, known: Known, by_id: int, at: datetime
) -> BillPayment:
    """Set points aside for a bill of a guest who is there; the same token does it once.

    Raises what the rules of paying with points refuse, and why the person is not known.
    """
    if (made := queries.by_token(token)) is not None:
        return _own(made, card=card, by_id=by_id)
    rules.check_card(blocked_at=card.blocked_at, has_left=card.has_left)
    day = local_date(at, bill.house.zone)
    in_force, balance = programme.rules_in_force(day), ledger.balance_of(card.account_id).active
    allowed = points_payment(
        rules=in_force, tier=tier, bill_cents=bill.cents, balance_points=balance, requested_points=bill.points
    ).value
    rules.check_some(allowed.points, min_points=in_force.redemption_min_points)
    payment = _payment(token, card, bill, in_force, points=allowed.points, by_id=by_id, at=at)
    held = holds.hold_points(
        account_id=card.account_id, key=payment.hold_key, reference=payment.ledger_name,
        points=allowed.points, at=at, day=day, until=payment.held_until, by=by_id,
    )  # fmt: skip
    if not isinstance(held, Entry) and (first := queries.by_token(token)) is not None:
        # The same form came twice, and the other was first.
        return _own(first, card=card, by_id=by_id)
    presence.note_presence(
        token=token, purpose=Purpose.POINTS, shown=known.shown, document=known.document, card=card,
        property_id=bill.house.id, by_id=by_id, at=at,
    )  # fmt: skip
    # Under the lock: what is left now, and what is held, is what there was.
    there_was = ledger.balance_of(card.account_id).active + allowed.points
    price = points_payment(
        rules=in_force, tier=tier, bill_cents=bill.cents, balance_points=there_was,
        requested_points=allowed.points,
    )  # fmt: skip
    payment.pays_cents, payment.price = price.value.pays_cents, price.to_json()
    db.session.add(payment)
    _record("payment.hold", payment, by_id=by_id, at=at)
    return payment


def take(*, public_id: uuid.UUID, property_ids: tuple[int, ...], by_id: int, at: datetime) -> BillPayment:
    """The guest pays: the held points are spent. Taken twice it changes nothing; raises `HoldEnded`."""
    payment = _locked(public_id, property_ids)
    if payment.paid_at is not None and payment.undone_at is None:
        return payment
    rules.check_held(payment, at=at)
    try:
        holds.spend_held(
            account_id=payment.account_id, key=payment.spend_key, reference=payment.ledger_name,
            hold_key=payment.hold_key, at=at, day=local_date(at, payment.house.zone), by=by_id,
        )  # fmt: skip
    except UnknownHold as error:
        # The worker gave them back in the same second.
        raise rules.HoldEnded(ended_at=payment.held_until.isoformat()) from error
    payment.paid_at, payment.paid_by_id = at, by_id
    _record("payment.take", payment, by_id=by_id, at=at)
    emails.write_about(payment=payment, what=emails.PAID, at=at)
    return payment


def let_go(*, public_id: uuid.UUID, property_ids: tuple[int, ...], by_id: int, at: datetime) -> BillPayment:
    """Pay it otherwise: the points can be spent again at once. Let go twice it changes nothing."""
    payment = _locked(public_id, property_ids)
    if payment.let_go_at is not None:
        return payment
    rules.check_held(payment, at=at)
    holds.release_held(
        account_id=payment.account_id, key=f"{payment.hold_key}:release", reference=payment.ledger_name,
        hold_key=payment.hold_key, at=at, day=local_date(at, payment.house.zone), by=by_id,
    )  # fmt: skip
    payment.let_go_at, payment.let_go_by_id = at, by_id
    _record("payment.let_go", payment, by_id=by_id, at=at)
    return payment


def undo(*, public_id: uuid.UUID, property_ids: tuple[int, ...], by_id: int, at: datetime) -> BillPayment:
    """Undo one's own within ten minutes: the points go back to the lots they came from."""
    payment = _locked(public_id, property_ids)
    if payment.undone_at is not None:
        return payment
    rules.check_undo(payment, by_id=by_id, at=at)
    holds.refund_spent(
        account_id=payment.account_id, key=f"{payment.ledger_name}:refund", spend_key=payment.spend_key,
        at=at, day=local_date(at, payment.house.zone), by=by_id,
    )  # fmt: skip
    payment.undone_at = at
    _record("payment.undo", payment, by_id=by_id, at=at)
    emails.write_about(payment=payment, what=emails.UNDONE, at=at)
    return payment


def _payment(
    token: uuid.UUID, card: Card, bill: Bill, in_force: Rules, *, points: int, by_id: int, at: datetime
) -> BillPayment:
    return BillPayment(
        public_id=token,
        account_id=card.account_id,
        card_id=card.id,
        guest_id=card.holder_id,
        property_id=bill.house.id,
        bill_no=bill.number,
        bill_key=search_key(bill.number),
        bill_cents=bill.cents,
        points=points,
        currency=bill.house.currency,
        held_at=at,
        held_until=at + timedelta(minutes=in_force.hold_minutes),
        held_by_id=by_id,
    )


def _own(made: BillPayment, *, card: Card, by_id: int) -> BillPayment:
    if (made.card_id, made.held_by_id) != (card.id, by_id):
        raise rules.PaymentOfOthers
    return made


def _locked(public_id: uuid.UUID, property_ids: tuple[int, ...]) -> BillPayment:
    found = queries.locked(public_id, property_ids=property_ids)
    if found is None:
        raise rules.PaymentOfOthers
    return found


def _record(action: str, payment: BillPayment, *, by_id: int, at: datetime) -> None:
    audit.record(
        action=action, subject_kind="bill_payment", subject_id=payment.public_id,
        details={"points": payment.points, "pays_cents": payment.pays_cents, "of_cents": payment.bill_cents},
        by=by_id, at=at,
    )  # fmt: skip
