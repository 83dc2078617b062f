"""What a company has that ends soon: points, guest passes, souvenirs that wait."""

from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from portal.corporate.passes.models import GuestPass
from portal.corporate.quotes.models import PriceQuote
from portal.corporate.reservations.models import Handover, Reservation, ReservationEnd
from portal.database import db

SHOWN = 5


def passes_ending(account_id: int, *, today: date, until: date) -> list[GuestPass]:
    """Passes with uses left whose last day is near, the soonest first."""
    statement = (
        select(GuestPass)
        .where(
            GuestPass.account_id == account_id,
            GuestPass.last_on >= today,
            GuestPass.last_on <= until,
            GuestPass.used < GuestPass.uses,
            GuestPass.revoked_at.is_(None),
        )
        .order_by(GuestPass.last_on, GuestPass.id)
        .limit(SHOWN)
    )
    return list(db.session.scalars(statement))


def quotes_ending(account_id: int, *, at: datetime, before: datetime) -> list[PriceQuote]:
    """Open quotes whose prices are kept until an instant that is near, the soonest first."""
    statement = (
        select(PriceQuote)
        .where(
            PriceQuote.account_id == account_id,
            PriceQuote.accepted_at.is_(None),
            PriceQuote.withdrawn_at.is_(None),
            PriceQuote.valid_until > at,
            PriceQuote.valid_until <= before,
        )
        .order_by(PriceQuote.valid_until, PriceQuote.id)
        .limit(SHOWN)
    )
    return list(db.session.scalars(statement))


def souvenirs_ending(account_id: int, *, today: date, until: date) -> list[Reservation]:
    """Souvenirs that a guest who has come may still collect, those that are kept shortest first."""
    statement = (
        select(Reservation)
        .options(joinedload(Reservation.souvenir), joinedload(Reservation.guest))
        .where(
            Reservation.account_id == account_id,
            Reservation.arrival <= today,
            Reservation.keep_until <= until,
            ~exists().where(ReservationEnd.reservation_id == Reservation.id),
            ~exists().where(Handover.reservation_id == Reservation.id),
        )
        .order_by(Reservation.keep_until, Reservation.id)
        .limit(SHOWN)
    )
    return list(db.session.scalars(statement))
