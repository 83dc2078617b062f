"""Work that Dario did: promises delivered at the desk, in time and late, and what guests said of it."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.corporate.bookings.models import BookingLine
from portal.database import db, transaction
from portal.jobs.cli import Worker
from portal.staff.contributions import actions
from portal.staff.desk import actions as desk
from portal.staff.desk import queries as desk_queries
from tests.cast import Cast
from tests.catalogue import stock
from tests.corporate.bookings.conftest import book_now, make_order
from tests.web.client import forget, settle


@pytest.fixture
def deliver(cast: Cast, clock):
    """Deliver every line of a booking at the desk, so many minutes late: `deliver(taxi=1, late=20)`."""
    stock(cast)
    db.session.commit()

    def go(*, late=0, **counts):
        with transaction():
            booking = book_now(
                cast, make_order(**(counts or {"taxi": 1})), card_id=cast.tamaras_card.public_id
            )
        tokens = []
        asked = select(BookingLine.public_id).where(BookingLine.booking_id == booking.id)
        for public_id in db.session.scalars(asked.order_by(BookingLine.id)).all():
            with transaction():
                line = desk_queries.line_at(public_id, property_id=cast.seaside.id)
                done_at = line.starts_at + timedelta(minutes=late)
                tokens.append(uuid.uuid4())
                desk.deliver_line(
                    token=tokens[-1], line=line, card=None, by_id=cast.dario.id,
                    quantity=line.quantity, delivered_at=done_at, at=done_at,
                )  # fmt: skip
        clock.set(done_at + timedelta(hours=3))
        return tokens

    return go


@pytest.fixture
def pull(clock):
    """Pull until nothing is new."""

    def go():
        total = 0
        while True:
            with transaction():
                found = actions.pull(at=clock.at)
            if not found:
                return total
            total += found

    return go


@pytest.fixture
def work(app):
    def go():
        settle()
        Worker(app, "a worker").drain()
        forget()

    return go
