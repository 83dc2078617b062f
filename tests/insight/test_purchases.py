"""What counts as bought: net, and as it was delivered."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.corporate.bookings.models import BookingLine, Settlement
from portal.corporate.deliveries import actions as deliveries
from portal.database import db, transaction
from portal.insight.purchases import queries
from portal.stays.models import Stay
from tests.cast import NOW
from tests.catalogue import stock
from tests.corporate.bookings.conftest import book_now, make_order

DAY = NOW.date()


@pytest.fixture
def delivered(cast):
    """A booking of Acme's of which so much was delivered: `delivered(waiter=(4, 1), laundry=(2, 2))`."""

    def book_and_deliver(**counts):
        if not db.session.scalar(select(BookingLine.id)):
            stock(cast)
        with transaction():
            booking = book_now(
                cast, make_order(**{name: ordered for name, (ordered, _done) in counts.items()})
            )
        lines = db.session.scalars(
            select(BookingLine).where(BookingLine.booking_id == booking.id).order_by(BookingLine.position)
        ).all()
        told = [(line.id, line.quantity, line.ends_at) for line in lines]
        done = dict(counts.values())
        for line_id, quantity, at in told:
            with transaction():
                deliveries.deliver_line(
                    line_id=line_id, quantity=done[quantity], delivered_at=at, by_id=cast.dario.id,
                    token=uuid.uuid4(), at=at,
                )  # fmt: skip
        return booking

    return book_and_deliver


def test_a_booking_is_net_and_weighs_what_was_delivered(cast, delivered):
    """One of four waiters at 45.00 and four pieces of laundry at 5.00, 20 % VAT in both: 37.50 and 16.67."""
    booking = delivered(waiter=(4, 1), laundry=(5, 4))

    [bought] = queries.purchases(until=booking.service_date)[cast.acme.id]

    gross = db.session.scalars(select(Settlement.bill_cents)).one()
    kinds = dict(bought.kinds)
    assert set(kinds) == {"laundry", "waiter"}
    assert bought.cents == sum(kinds.values())
    assert bought.cents == pytest.approx(gross / 1.2, abs=1)
    assert kinds["waiter"] / kinds["laundry"] == pytest.approx(45 / 20, rel=0.01)


def test_a_booking_of_which_nothing_was_delivered_is_no_purchase(cast, delivered):
    booking = delivered(waiter=(4, 0))

    assert cast.acme.id not in queries.purchases(until=booking.service_date)


def test_travellers_are_those_who_stayed(cast, slept):
    slept(cast.acme, [10, 20])
    came, never_came = db.session.scalars(select(Stay).order_by(Stay.id)).all()
    came.guest_id, never_came.guest_id = cast.tamara.id, cast.bruno.id
    never_came.status, never_came.checked_out_on, never_came.settled_on = "cancelled", None, None
    db.session.commit()

    people = queries.people_of(cast.acme.id, since=DAY - timedelta(days=365), until=DAY)

    assert people.travellers == 1
