"""What the desk writes: services logged, promised lines delivered, entries undone."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Card
from portal.audit import actions as audit
from portal.corporate.bookings.models import BookingLine
from portal.corporate.deliveries import actions as deliveries
from portal.database import db
from portal.staff.desk import queries, rules
from portal.staff.desk.models import LoggedService


def serve(
    *,
    token: uuid.UUID,
    card: Card,
    service_id: int,
    property_id: int,
    by_id: int,
    since: datetime,
    until: datetime,
    at: datetime,
) -> LoggedService:
    """One key, one service: deliver what was promised of it today, or else log it as it is."""
    if (again := _logged(token, by_id=by_id)) is not None:
        return again
    waiting = queries.open_lines(
        card=card, property_id=property_id, since=since, until=until, service_id=service_id
    )
    if waiting:
        line = waiting[0]
        return deliver_line(
            token=token, line=line, card=card, by_id=by_id, quantity=line.quantity, delivered_at=at, at=at
        )
    return log_service(
        token=token, card=card, service_id=service_id, property_id=property_id, by_id=by_id, at=at
    )


def log_service(
    *,
    token: uuid.UUID,
    card: Card,
    service_id: int,
    property_id: int,
    by_id: int,
    at: datetime,
    quantity: int = 1,
) -> LoggedService:
    """Log a service that nobody had booked. The same token logs once.

    Raises `CardBlocked`, `HolderHasLeft`, or `UndoneAlready` for a token whose entry was undone.
    """
    if (again := _logged(token, by_id=by_id)) is not None:
        return again
    rules.check_card(blocked_at=card.blocked_at, has_left=card.has_left)
    return _enter(
        LoggedService(
            public_id=token,
            property_id=property_id,
            by_id=by_id,
            account_id=card.account_id,
            card_id=card.id,
            service_id=service_id,
            quantity=quantity,
            done_at=at,
            logged_at=at,
        )
    )


def deliver_line(
    *,
    token: uuid.UUID,
    line: BookingLine,
    card: Card | None,
    by_id: int,
    quantity: int,
    delivered_at: datetime,
    at: datetime,
    note: str = "",
) -> LoggedService:
    """Deliver a promised line and log it. The same token delivers once.

    A card is noted where it is one of the company that booked. Raises as `log_service` does,
    `ReasonNeeded` for less than was promised without a word why, and what the booking refuses.
    """
    if (again := _logged(token, by_id=by_id)) is not None:
        return again
    if card is not None:
        rules.check_card(blocked_at=card.blocked_at, has_left=card.has_left)
    rules.check_reason(promised=line.quantity, delivered=quantity, note=note)
    property_id, account_id, service_id = line.booking.property_id, line.booking.account_id, line.service_id
    deliveries.deliver_line(
        line_id=line.id,
        quantity=quantity,
        delivered_at=delivered_at,
        note=note,
        by_id=by_id,
        token=token,
        at=at,
    )
    return _enter(
        LoggedService(
            public_id=token,
            property_id=property_id,
            by_id=by_id,
            account_id=account_id,
            card_id=card.id if card is not None and card.account_id == account_id else None,
            service_id=service_id,
            line_id=line.id,
            quantity=quantity,
            done_at=delivered_at,
            logged_at=at,
        )
    )


def undo(*, entry: LoggedService, by_id: int, at: datetime) -> None:
    """Undo one's own entry within ten minutes; undoing it twice changes nothing.

    Raises `NotYourEntry` or `TooLateToUndo`.
    """
    if entry.undone_at is not None:
        return
    rules.check_undo(by_id=by_id, logged_by_id=entry.by_id, logged_at=entry.logged_at, at=at)
    if entry.line_id is not None:
        deliveries.undo_delivery(token=entry.public_id, by_id=by_id, at=at)
    entry.undone_at = at
    entry.undone_by_id = by_id
    audit.record(
        action="desk.undo", subject_kind="logged_service", subject_id=entry.public_id, by=by_id, at=at
    )


def _logged(token: uuid.UUID, *, by_id: int) -> LoggedService | None:
    entry = db.session.scalar(select(LoggedService).where(LoggedService.public_id == token))
    if entry is not None:
        rules.check_again(by_id=by_id, logged_by_id=entry.by_id, undone_at=entry.undone_at)
    return entry


def _enter(entry: LoggedService) -> LoggedService:
    """The entry in the log, or the one that the same press made a moment before it."""
    token, by_id = entry.public_id, entry.by_id
    try:
        with db.session.begin_nested():
            db.session.add(entry)
    except IntegrityError:
        # Pressed twice, and the other request came first.
        known = _logged(token, by_id=by_id)
        if known is None:
            raise
        return known
    return entry
