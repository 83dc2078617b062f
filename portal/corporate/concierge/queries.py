"""What partners are asked, late first; and how a booking's lines stand with them."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true

from portal.accounts.models import Account
from portal.corporate.bookings.models import Booking, BookingLine
from portal.corporate.enquiries.models import Answer, Enquiry
from portal.database import db
from portal.hotel.models import Property, Service
from portal.web.paging import Page, decode_instant_key, encode_key

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """An enquiry with the line, the service and the booking it is about."""

    enquiry: Enquiry
    line: BookingLine
    service: Service
    booking: Booking
    house: Property
    company: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose enquiries somebody answers: of some hotels, or of all."""

    property_ids: tuple[int, ...] = ()
    is_everywhere: bool = False

    def condition(self) -> ColumnElement[bool]:
        if self.is_everywhere:
            return true()
        return Enquiry.property_id.in_(self.property_ids) if self.property_ids else false()


def open_enquiries(
    desk: Desk, *, waits_for_client: bool = False, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[Asked]:
    """A page of what waits for a partner, or for the client, by the day and hour of the answer."""
    offered = Enquiry.answer == Answer.OFFERED if waits_for_client else Enquiry.answer.is_(None)
    statement = (
        _asked()
        .where(desk.condition(), Enquiry.closed_at.is_(None), offered)
        .order_by(Enquiry.due_at, Enquiry.id)
        .limit(limit + 1)
    )
    if (key := decode_instant_key(after)) is not None:
        due_at, enquiry_id = key
        later = and_(Enquiry.due_at == due_at, Enquiry.id > enquiry_id)
        statement = statement.where(or_(Enquiry.due_at > due_at, later))
    found = [Asked(*row) for row in db.session.execute(statement)]
    rows = found[:limit]
    last = rows[-1].enquiry if rows else None
    more = encode_key(last.due_at.isoformat(), last.id) if last and len(found) > limit else None
    return Page(rows, more)


def counts(desk: Desk) -> tuple[int, int]:
    """How many wait for a partner, and how many for the client."""
    row = db.session.execute(
        select(
            func.count(Enquiry.id).filter(Enquiry.answer.is_(None)),
            func.count(Enquiry.id).filter(Enquiry.answer == Answer.OFFERED),
        ).where(desk.condition(), Enquiry.closed_at.is_(None))
    ).one()
    return int(row[0]), int(row[1])


def enquiry_for(desk: Desk, public_id: uuid.UUID) -> Asked | None:
    row = db.session.execute(_asked().where(Enquiry.public_id == public_id, desk.condition())).one_or_none()
    return Asked(*row) if row is not None else None


def of_account(account_id: int, public_id: uuid.UUID) -> Asked | None:
    """An enquiry about a booking of a company."""
    statement = _asked().where(Enquiry.public_id == public_id, Booking.account_id == account_id)
    row = db.session.execute(statement).one_or_none()
    return Asked(*row) if row is not None else None


def offered_to(account_id: int, *, limit: int) -> list[Asked]:
    """Offers of partners that wait for a company's answer."""
    statement = (
        _asked()
        .where(
            Booking.account_id == account_id, Enquiry.closed_at.is_(None), Enquiry.answer == Answer.OFFERED
        )
        .order_by(Enquiry.answered_at, Enquiry.id)
        .limit(limit)
    )
    return [Asked(*row) for row in db.session.execute(statement)]


def lock_enquiry(enquiry_id: int) -> Enquiry:
    """An enquiry as it is now; its booking is locked by whoever asks."""
    fresh = select(Enquiry).where(Enquiry.id == enquiry_id).execution_options(populate_existing=True)
    return db.session.scalars(fresh.with_for_update()).one()


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """The answers of partners that somebody noted, as plain data for their own export."""
    statement = select(Enquiry).where(Enquiry.answered_by_id == person_id).order_by(Enquiry.id)
    return [
        {
            "answer": each.answer,
            "reference": each.reference,
            "reason": each.reason,
            "answered_at": each.answered_at.isoformat() if each.answered_at else None,
        }
        for each in db.session.scalars(statement)
    ]


def _asked() -> Select[Enquiry, BookingLine, Service, Booking, Property, str]:
    return (
        select(Enquiry, BookingLine, Service, Booking, Property, Account.name)
        .join(BookingLine, BookingLine.id == Enquiry.line_id)
        .join(Service, Service.id == BookingLine.service_id)
        .join(Booking, Booking.id == BookingLine.booking_id)
        .join(Property, Property.id == Enquiry.property_id)
        .join(Account, Account.id == Booking.account_id)
    )
