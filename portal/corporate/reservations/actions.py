"""Reserve a souvenir, hand it over, take it back.

Locks are taken in one order: the reservation, the account's points, the hotel's stock.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from portal.accounts.models import Card
from portal.audit import actions as audit
from portal.clock import local_date
from portal.corporate.reservations import emails, queries, rules
from portal.corporate.reservations.models import (
    EndKind,
    Handover,
    Reservation,
    ReservationEnd,
    SouvenirReturn,
)
from portal.corporate.reservations.queries import Reach
from portal.corporate.souvenirs import actions as stock
from portal.corporate.souvenirs import queries as souvenirs
from portal.corporate.souvenirs.models import MoveKind, Souvenir
from portal.database import db
from portal.hotel.models import Property
from portal.programme import queries as programme
from portal.programme.chain.rules import Entry
from portal.programme.holds import actions as holds
from portal.programme.ledger import queries as ledger
from portal.programme.redemption.rules import redeem
from portal.web.folding import search_key


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many of a souvenir for a traveller at a hotel."""

    souvenir: Souvenir
    house: Property
    card: Card | None
    arrival: date
    quantity: int


def reserve(
    *, token: uuid.UUID, account_id: int, wanted: Wanted, seen_points: int | None, by_id: int, at: datetime
) -> Reservation:
    """Keep a souvenir aside and hold its points; the same token does it once.

    Raises `SouvenirGone`, `NotEnoughPoints` and what the rules of reserving refuse.
    """
    if (known := queries.by_token(token)) is not None:
        return _own(known, account_id)
    today, terms = local_date(at, wanted.house.zone), souvenirs.terms()
    points = _check(wanted, account_id=account_id, today=today, most=terms.most)
    rules.check_seen(seen_points=seen_points, now_points=points)
    found = _reservation(token, account_id, wanted, points, terms.keep_days, by_id=by_id, at=at)
    held = holds.hold_points(
        account_id=account_id, key=found.hold_key, reference=found.ledger_name, points=points, at=at,
        day=today, by=by_id,
    )  # fmt: skip
    if not isinstance(held, Entry) and (first := queries.by_token(token)) is not None:
        # The same form came twice, and the other was first.
        return _own(first, account_id)
    # Under the lock: what is left now, and what is held, is what there was.
    there_was = ledger.balance_of(account_id).active + points
    in_force = programme.rules_in_force(today)
    found.price = redeem(rules=in_force, points=points, balance_points=there_was).to_json()
    stock.promise(
        souvenir_id=wanted.souvenir.id, property_id=wanted.house.id, quantity=wanted.quantity, at=at
    )
    db.session.add(found)
    return _announced(found, "reserve", emails.RESERVED, by_id=by_id, at=at)


def cancel(
    *, public_id: uuid.UUID, reach: Reach, kind: EndKind, reason: str, by_id: int, at: datetime
) -> Reservation:
    """End it before it was handed over; ended twice it changes nothing."""
    found = _locked(public_id, reach)
    if found.end is not None and found.end.kind == kind:
        return found
    return _end(found, kind=kind, reason=reason, by_id=by_id, at=at)


def expire(*, public_id: uuid.UUID, account_id: int, at: datetime) -> bool:
    """End what waited longer than promised, or for nobody; false where it may, or something became of it.

    One in a transaction: with several the account of the next would be locked after the stock of this.
    """
    found = queries.locked(Reach(account_id=account_id), public_id)
    if found is None or found.end is not None or found.handover is not None:
        return False
    if found.guest.erased_at is None and found.keep_until >= local_date(at, found.house.zone):
        return False
    _end(found, kind=EndKind.EXPIRED, reason="", by_id=None, at=at)
    return True


def hand_over(
    *, token: uuid.UUID, public_id: uuid.UUID, property_id: int, by_id: int, at: datetime
) -> Reservation:
    """The guest has it: the points are spent and one lies less in the cupboard. A token does it once."""
    found = _locked(public_id, Reach(property_ids=(property_id,)))
    if found.handover is not None and found.handover.public_id == token:
        return found
    _check_open(found)
    holds.spend_held(
        account_id=found.account_id, key=_spend_key(found, token), reference=found.ledger_name,
        hold_key=found.hold_key, at=at, day=local_date(at, found.house.zone), by=by_id,
    )  # fmt: skip
    stock.move_out(
        token=token, souvenir_id=found.souvenir_id, property_id=found.property_id, quantity=found.quantity,
        kind=MoveKind.HANDED_OVER, promised=True, by_id=by_id, at=at,
    )  # fmt: skip
    db.session.add(Handover(public_id=token, reservation_id=found.id, by_id=by_id, at=at))
    return _announced(found, "hand_over", emails.HANDED_OVER, by_id=by_id, at=at)


def undo_handover(*, public_id: uuid.UUID, property_id: int, by_id: int, at: datetime) -> Reservation:
    """Undo one's own hand-over within ten minutes: it waits at the desk again, and its points are held."""
    found = _locked(public_id, Reach(property_ids=(property_id,)))
    handover = found.handover
    if handover is None:
        return found
    if found.taken_back is not None:
        raise rules.ReturnedAlready(returned_at=found.taken_back.at.isoformat())
    rules.check_undo(by_id=by_id, handed_over_by_id=handover.by_id, handed_over_at=handover.at, at=at)
    _refund(found, handover, by_id=by_id, at=at)
    found.hold_key = f"{found.ledger_name}:{handover.public_id}:again"
    holds.hold_points(
        account_id=found.account_id, key=found.hold_key, reference=found.ledger_name, points=found.points,
        at=at, day=local_date(at, found.house.zone), by=by_id,
    )  # fmt: skip
    stock.move_out(
        token=uuid.uuid5(handover.public_id, "undone"), souvenir_id=found.souvenir_id,
        property_id=found.property_id, quantity=-found.quantity, kind=MoveKind.UNDONE, promised=True,
        by_id=by_id, at=at,
    )  # fmt: skip
    db.session.delete(handover)
    _record(found, "undo_handover", by_id=by_id, at=at)
    return found


def take_back(
    *, public_id: uuid.UUID, property_id: int, is_restocked: bool, reason: str, by_id: int, at: datetime
) -> Reservation:
    """It came back: the points are given back; the thing lies in the cupboard again, or is written off."""
    found = _locked(public_id, Reach(property_ids=(property_id,)))
    if found.taken_back is not None:
        return found
    if found.handover is None:
        raise rules.NotHandedOver
    _refund(found, found.handover, by_id=by_id, at=at)
    if is_restocked:
        stock.move_out(
            token=uuid.uuid5(found.handover.public_id, "returned"), souvenir_id=found.souvenir_id,
            property_id=found.property_id, quantity=-found.quantity, kind=MoveKind.RETURNED, promised=False,
            by_id=by_id, at=at,
        )  # fmt: skip
    db.session.add(
        SouvenirReturn(reservation_id=found.id, is_restocked=is_restocked, reason=reason, by_id=by_id, at=at)
    )
    return _announced(found, "return", emails.RETURNED, by_id=by_id, at=at, is_restocked=is_restocked)


def _check(wanted: Wanted, *, account_id: int, today: date, most: int) -> int:
    """What it costs, where nothing but stock and points can stand in the way."""
    if wanted.souvenir.on_sale_since is None or wanted.souvenir.points is None:
        raise rules.NotOnSale
    if wanted.card is None or wanted.card.account_id != account_id:
        raise rules.CardUnusable
    rules.check_arrival(wanted.arrival, today=today)
    if wanted.quantity > most:
        raise rules.TooManyOfOne(most=most)
    return wanted.souvenir.points * wanted.quantity


def _reservation(
    token: uuid.UUID,
    account_id: int,
    wanted: Wanted,
    points: int,
    keep_days: int,
    *,
    by_id: int,
    at: datetime,
) -> Reservation:
    said = [*wanted.souvenir.name.values(), wanted.card.holder.name if wanted.card else ""]
    return Reservation(
        public_id=token,
        account_id=account_id,
        reserved_by_id=by_id,
        guest_id=wanted.card.holder_id if wanted.card else 0,
        card_id=wanted.card.id if wanted.card else 0,
        property_id=wanted.house.id,
        souvenir_id=wanted.souvenir.id,
        search_key=search_key(" ".join(said)),
        quantity=wanted.quantity,
        points=points,
        arrival=wanted.arrival,
        keep_until=wanted.arrival + timedelta(days=keep_days),
        reserved_at=at,
        hold_key=f"souvenir:{token}:hold",
    )


def _end(found: Reservation, *, kind: EndKind, reason: str, by_id: int | None, at: datetime) -> Reservation:
    _check_open(found)
    holds.release_held(
        account_id=found.account_id, key=f"{found.hold_key}:release", reference=found.ledger_name,
        hold_key=found.hold_key, at=at, day=local_date(at, found.house.zone), by=by_id,
    )  # fmt: skip
    stock.free(souvenir_id=found.souvenir_id, property_id=found.property_id, quantity=found.quantity, at=at)
    db.session.add(
        ReservationEnd(reservation_id=found.id, kind=kind.value, reason=reason, by_id=by_id, at=at)
    )
    return _announced(found, kind.value, emails.ENDED, by_id=by_id, at=at)


def _refund(found: Reservation, handover: Handover, *, by_id: int, at: datetime) -> None:
    holds.refund_spent(
        account_id=found.account_id,
        key=f"{found.ledger_name}:{handover.public_id}:refund",
        spend_key=_spend_key(found, handover.public_id),
        at=at,
        day=local_date(at, found.house.zone),
        by=by_id,
    )


def _spend_key(found: Reservation, token: uuid.UUID) -> str:
    return f"{found.ledger_name}:{token}:spend"


def _check_open(found: Reservation) -> None:
    rules.check_open(
        ended_at=found.end.at if found.end is not None else None,
        handed_over_at=found.handover.at if found.handover is not None else None,
    )


def _locked(public_id: uuid.UUID, reach: Reach) -> Reservation:
    found = queries.locked(reach, public_id)
    if found is None:
        raise rules.ReservationOfOthers
    return found


def _own(known: Reservation, account_id: int) -> Reservation:
    if known.account_id != account_id:
        raise rules.ReservationOfOthers
    return known


def _announced(
    found: Reservation, action: str, letter: str, *, by_id: int | None, at: datetime, **details: Any
) -> Reservation:
    """Write down what was done, and tell who reserved it."""
    _record(found, action, by_id=by_id, at=at, **details)
    db.session.flush()
    db.session.expire(found, ["end", "handover", "taken_back"])
    told = queries.by_token(found.public_id)
    if told is None:
        raise LookupError(found.public_id)
    emails.write_about(reservation=told, letter=letter, at=at)
    return told


def _record(found: Reservation, action: str, *, by_id: int | None, at: datetime, **details: Any) -> None:
    audit.record(
        action=f"souvenir.{action}",
        subject_kind="souvenir_reservation",
        subject_id=found.public_id,
        details={"points": found.points, "quantity": found.quantity, **details},
        by=by_id,
        at=at,
    )
