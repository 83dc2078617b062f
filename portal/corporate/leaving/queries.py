"""What somebody of a company still looks after."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Account
from portal.corporate.bookings.models import Booking, Cancellation
from portal.corporate.events.models import Event
from portal.corporate.leaving.models import Departure
from portal.corporate.leaving.rules import StillToCome
from portal.corporate.passes.models import GuestPass
from portal.corporate.registrations.models import Registration
from portal.database import db

MOST = 500


def lock_account(account_id: int) -> None:
    """Let the administrators of one company queue up."""
    db.session.execute(select(Account.id).where(Account.id == account_id).with_for_update())


def still_to_come(account_id: int, *, person_id: int, today: date, at: datetime) -> StillToCome:
    """Bookings that have not ended, passes that hold, and parties of events that have not begun."""
    return StillToCome(
        list(db.session.scalars(_bookings(account_id, person_id, at))),
        list(db.session.scalars(_passes(account_id, person_id, today))),
        list(db.session.scalars(_registrations(account_id, person_id, at))),
    )


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """Which company somebody left, and what was handed over to them, for their own export."""
    statement = (
        select(Departure)
        .options(joinedload(Departure.account))
        .where(or_(Departure.person_id == person_id, Departure.successor_id == person_id))
        .order_by(Departure.id)
    )
    return [
        {
            "company": each.account.name,
            "as": "left" if each.person_id == person_id else "took over",
            "reason": each.reason if each.person_id == person_id else "",
            "handed_over": each.handed,
            "at": each.at.isoformat(),
        }
        for each in db.session.scalars(statement)
    ]


def _bookings(account_id: int, person_id: int, at: datetime) -> Select[Booking]:
    return (
        select(Booking)
        .options(joinedload(Booking.property))
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .where(
            Booking.account_id == account_id,
            Booking.booked_by_id == person_id,
            Booking.ends_at >= at,
            Cancellation.id.is_(None),
        )
        .order_by(Booking.starts_at, Booking.id)
        .limit(MOST)
    )


def _passes(account_id: int, person_id: int, today: date) -> Select[GuestPass]:
    return (
        select(GuestPass)
        .where(
            GuestPass.account_id == account_id,
            GuestPass.issued_by_id == person_id,
            GuestPass.revoked_at.is_(None),
            GuestPass.last_on >= today,
            GuestPass.used < GuestPass.uses,
        )
        .order_by(GuestPass.last_on, GuestPass.id)
        .limit(MOST)
    )


def _registrations(account_id: int, person_id: int, at: datetime) -> Select[Registration]:
    return (
        select(Registration)
        .join(Event, Event.id == Registration.event_id)
        .options(joinedload(Registration.event).joinedload(Event.property))
        .where(
            Registration.account_id == account_id,
            Registration.registered_by_id == person_id,
            Registration.cancelled_at.is_(None),
            Event.starts_at >= at,
        )
        .order_by(Event.starts_at, Registration.id)
        .limit(MOST)
    )
