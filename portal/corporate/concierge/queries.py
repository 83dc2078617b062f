"""What partners are asked, late first; and how a booking's lines stand with them."""

import uuid
from dataclasses import dataclass
from enum import StrEnum
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


class Waits(StrEnum):
    """For whom an enquiry waits."""

    PARTNER = "partner"
    CLIENT = "client"
    CALL_OFF = "call_off"
    """For the desk: nobody wants it any more, and the partner does not know yet."""


OPEN: dict[Waits, tuple[ColumnElement[bool], ...]] = {
    Waits.PARTNER: (Enquiry.closed_at.is_(None), Enquiry.answer.is_(None)),
    Waits.CLIENT: (Enquiry.closed_at.is_(None), Enquiry.answer == Answer.OFFERED),
    Waits.CALL_OFF: (Enquiry.call_off_at.is_not(None), Enquiry.called_off_at.is_(None)),
}


def open_enquiries(
    desk: Desk, *, waits: Waits = Waits.PARTNER, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[Asked]:
    """A page of what waits: by the day and hour of the answer, or by when a partner would come."""
    when = BookingLine.starts_at if waits is Waits.CALL_OFF else Enquiry.due_at
    statement = _asked().where(desk.condition(), *OPEN[waits]).order_by(when, Enquiry.id).limit(limit + 1)
    if (key := decode_instant_key(after)) is not None:
        instant, enquiry_id = key
        statement = statement.where(or_(when > instant, and_(when == instant, Enquiry.id > enquiry_id)))
    found = [Asked(*row) for row in db.session.execute(statement)]
    rows = found[:limit]
    more = None
    if rows and len(found) > limit:
        last = rows[-1]
        at = last.line.starts_at if waits is Waits.CALL_OFF else last.enquiry.due_at
        more = encode_key(at.isoformat(), last.enquiry.id)
    return Page(rows, more)


def counts(desk: Desk) -> dict[Waits, int]:
    """How many wait for whom."""
    counted = [func.count(Enquiry.id).filter(*conditions) for conditions in OPEN.values()]
    # What neither is open nor is to be called off is history, and grows.
    is_live = or_(Enquiry.closed_at.is_(None), and_(*OPEN[Waits.CALL_OFF]))
    row = db.session.execute(select(*counted).where(desk.condition(), is_live)).one()
    return {waits: int(number) for waits, number in zip(OPEN, row, strict=True)}


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
    """What somebody noted of partners, and whom they called off, as plain data for their own export."""
    noted = or_(Enquiry.answered_by_id == person_id, Enquiry.called_off_by_id == person_id)
    found = db.session.scalars(select(Enquiry).where(noted).order_by(Enquiry.id)).all()
    return [
        *(_answer(each) for each in found if each.answered_by_id == person_id),
        *(_calling_off(each) for each in found if each.called_off_by_id == person_id),
    ]


def _answer(each: Enquiry) -> dict[str, Any]:
    return {
        "answer": each.answer,
        "reference": each.reference,
        "reason": each.reason,
        "answered_at": each.answered_at.isoformat() if each.answered_at else None,
    }


def _calling_off(each: Enquiry) -> dict[str, Any]:
    return {
        "reference": each.reference,
        "note": each.called_off_note,
        "called_off_at": each.called_off_at.isoformat() if each.called_off_at else None,
    }


def _asked() -> Select[Enquiry, BookingLine, Service, Booking, Property, str]:
    return (
        select(Enquiry, BookingLine, Service, Booking, Property, Account.name)
        .join(BookingLine, BookingLine.id == Enquiry.line_id)
        .join(Service, Service.id == BookingLine.service_id)
        .join(Booking, Booking.id == BookingLine.booking_id)
        .join(Property, Property.id == Enquiry.property_id)
        .join(Account, Account.id == Booking.account_id)
    )
