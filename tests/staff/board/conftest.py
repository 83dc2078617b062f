"""A hotel whose laundry is the housekeeping's, and what is promised there for Monday."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from portal.corporate.bookings.models import Booking, BookingLine
from portal.database import db, transaction
from portal.hotel.models import Department
from portal.people.models import Role
from portal.staff.duties.models import Duty
from tests.cast import Cast, grant, person
from tests.catalogue import Catalogue, stock
from tests.corporate.bookings.conftest import book_now, make_order

TEN = datetime(2026, 6, 22, 9, 0, tzinfo=UTC)
"""Ten o'clock at the seaside, when what these tests book begins."""


@pytest.fixture
def catalogue(cast: Cast) -> Catalogue:
    return stock(cast)


@pytest.fixture
def housekeeping(cast: Cast, catalogue: Catalogue) -> Department:
    """The department that does the laundry."""
    found = Department(
        property_id=cast.seaside.id, code="housekeeping", name={"en": "Housekeeping", "ru": "Хозяйство"}
    )
    db.session.add(found)
    db.session.flush()
    db.session.add(
        Duty(
            property_id=cast.seaside.id,
            service_id=catalogue.services["laundry"].id,
            department_id=found.id,
        )
    )
    db.session.commit()
    return found


@pytest.fixture
def promise(cast: Cast, housekeeping: Department, clock: Any) -> Callable[..., Booking]:
    """Book for Acme, a week before Monday at ten: `promise(laundry=3)`. Then it is ten."""

    def book(**counts: int) -> Booking:
        with transaction():
            booking = book_now(cast, make_order(**counts), card_id=cast.tamaras_card.public_id)
        clock.set(TEN)
        return booking

    return book


@pytest.fixture
def olga(cast: Cast, housekeeping: Department) -> Any:
    """Olga works in housekeeping."""
    found = person("Olga Reis", "olga@circle.example")
    db.session.add(found)
    db.session.flush()
    grant(found, Role.EMPLOYEE, department=housekeeping)
    db.session.commit()
    return found


def lines_of(booking: Booking) -> list[BookingLine]:
    asked = select(BookingLine).where(BookingLine.booking_id == booking.id).order_by(BookingLine.position)
    return list(db.session.scalars(asked))
