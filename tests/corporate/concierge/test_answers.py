"""Answers that come late, dear or for another day: the booking stays true to its lines, bill and limits."""

import uuid
from datetime import timedelta

import pytest

from portal.corporate.bookings import actions as bookings
from portal.corporate.bookings.models import BookingState
from portal.corporate.concierge import actions
from portal.corporate.concierge.queries import Desk
from portal.corporate.concierge.rules import EnquiryClosed, OfferTurned
from portal.corporate.deliveries import actions as deliveries
from portal.corporate.limits import actions as limits
from portal.corporate.limits.models import Period, Scope
from portal.corporate.limits.rules import AboveLimit
from portal.corporate.orders import queries as orders
from portal.corporate.repricing.rules import OfAnotherDay
from portal.database import transaction
from portal.programme.ledger import queries as ledger
from tests.cast import NOW
from tests.corporate.bookings.conftest import DAY, give_points, make_order
from tests.corporate.concierge.conftest import HOUR, fresh, one, waiting

EVERYWHERE = Desk(is_everywhere=True)


def line_of(booking, service):
    return next(line for line in fresh(booking).lines if line.service.code == service)


def deliver(cast, booking, service, *, token=None):
    line = line_of(booking, service)
    with transaction():
        deliveries.deliver_line(
            line_id=line.id, quantity=line.quantity, delivered_at=line.starts_at, by_id=cast.dario.id,
            token=token or uuid.uuid4(), at=line.starts_at,
        )  # fmt: skip
    return line


def limit(cast, cents):
    with transaction():
        limits.set_limit(
            token=uuid.uuid4(), account_id=cast.acme.id, scope=Scope.COMPANY, person_id=None,
            cost_centre_id=None, period=Period.MONTH, limit_cents=cents, by_id=cast.anna.id, at=NOW,
        )  # fmt: skip


class TestAnAnswerAfterDelivery:
    def test_that_takes_the_last_open_line_out_fulfils_the_booking(self, asking, book, do):
        give_points(asking.acme.id, 10_000)
        booking = book(make_order(hall=1, interpreter=1), points=2_000)
        hall = deliver(asking, booking, "hall")

        do(actions.decline, "interpreter", reason="Ill", at=hall.ends_at)

        now, account = fresh(booking), ledger.balance_of(asking.acme.id)
        assert now.state is BookingState.FULFILLED
        assert now.settlement.bill_cents == now.bill_cents
        assert (account.held, now.settlement.points_spent) == (0, 2_000)

    def test_that_the_client_leaves_fulfils_it_too_and_an_undo_opens_it_again(self, asking, book, do):
        booking, token = book(make_order(laundry=1, interpreter=1)), uuid.uuid4()
        do(actions.offer, "interpreter", starts_at=line_of(booking, "interpreter").starts_at + HOUR,
           unit_cents=9_000, reason="")  # fmt: skip
        laundry = deliver(asking, booking, "laundry", token=token)
        do(actions.leave_offer, "interpreter", by=asking.bruno, at=laundry.starts_at)
        assert fresh(booking).state is BookingState.FULFILLED

        with transaction():
            deliveries.undo_delivery(token=token, by_id=asking.dario.id, at=laundry.ends_at)

        assert fresh(booking).state is BookingState.CONFIRMED

    @pytest.mark.parametrize("answer", [actions.confirm, actions.decline, actions.offer])
    def test_of_the_line_itself_is_refused_and_waits_nowhere(self, asking, book, do, answer):
        booking = book(make_order(interpreter=1))
        asked, more = one("interpreter"), {
            actions.confirm: {"reference": "A"}, actions.decline: {"reason": "Ill"},
            actions.offer: {"starts_at": NOW + 999 * HOUR, "unit_cents": 1, "reason": ""},
        }  # fmt: skip
        line = deliver(asking, booking, "interpreter")

        with pytest.raises(EnquiryClosed), transaction():
            answer(public_id=asked.public_id, desk=EVERYWHERE, by_id=asking.dario.id, at=line.ends_at,
                   **more[answer])  # fmt: skip

        assert fresh(booking).settlement.bill_cents == 12_000
        assert waiting() == (0, 0, 0)

    def test_is_awaited_again_once_the_delivery_is_undone(self, asking, book):
        booking, token = book(make_order(interpreter=1)), uuid.uuid4()
        line = deliver(asking, booking, "interpreter", token=token)

        with transaction():
            deliveries.undo_delivery(token=token, by_id=asking.dario.id, at=line.ends_at)

        assert waiting() == (1, 0, 0)

    def test_is_said_on_the_page_and_not_an_error(self, asking, book, client_as):
        booking = book(make_order(interpreter=1))
        dario, link = client_as(asking.dario), f"/corporate/concierge/{one('interpreter').public_id}"
        open_page = dario.get(link).page
        deliver(asking, booking, "interpreter")

        answer = dario.submit(open_page, link, answer="declined", reason="Ill")

        assert answer.status_code == 422
        assert "no longer wanted" in answer.page.text
        assert "no answer yet" not in client_as(asking.bruno).get(
            f"/corporate/bookings/{booking.public_id}"
        ).page.text  # fmt: skip


class TestAnOfferAboveALimit:
    def test_is_not_taken_without_the_second_key(self, asking, book, do, client_as):
        limit(asking, 50_000)
        booking = book(make_order(interpreter=1))
        line = line_of(booking, "interpreter")
        do(actions.offer, "interpreter", starts_at=line.starts_at, unit_cents=200_000, reason="")
        address = f"/corporate/concierge/{one('interpreter').public_id}/offer"

        page = client_as(asking.bruno).get(address).page
        with pytest.raises(AboveLimit):
            do(actions.take_offer, "interpreter", by=asking.bruno)

        assert "With the offer the bill is €2,000 instead of €120." in page.text
        assert "€1,500 above the company's limit of €500" in page.text
        assert fresh(booking).bill_cents == 12_000

    def test_is_taken_where_it_costs_no_more_than_before(self, asking, book, do):
        booking = book(make_order(interpreter=1))
        limit(asking, 5_000)
        line = line_of(booking, "interpreter")
        do(actions.offer, "interpreter", starts_at=line.starts_at, unit_cents=11_000, reason="")

        do(actions.take_offer, "interpreter", by=asking.bruno)

        assert fresh(booking).bill_cents == 11_000


class TestAnOfferOfAnotherTime:
    def test_takes_the_booking_of_one_line_with_it(self, asking, book, do):
        booking = book(make_order(taxi=1))
        before, line = fresh(booking), line_of(booking, "taxi")
        cut_off = line.starts_at - before.cut_off_at
        later = line.starts_at + timedelta(days=2, hours=1)
        do(actions.offer, "taxi", starts_at=later, unit_cents=line.unit_price_cents, reason="")

        do(actions.take_offer, "taxi", by=asking.bruno)

        now, again = fresh(booking), orders.order_again(fresh(booking))
        assert (now.starts_at, now.ends_at) == (later, later + (line.ends_at - line.starts_at))
        assert (now.service_date, now.cut_off_at) == (DAY + timedelta(days=2), later - cut_off)
        assert (again.day, again.starts.hour) == (DAY + timedelta(days=2), 11)

    def test_before_all_else_makes_the_booking_begin_with_it(self, asking, book, do):
        booking = book(make_order(hall=1, taxi=1))
        eight = line_of(booking, "taxi").starts_at - 2 * HOUR
        do(actions.offer, "taxi", starts_at=eight, unit_cents=2_000, reason="")

        do(actions.take_offer, "taxi", by=asking.bruno)

        now, again = fresh(booking), orders.order_again(fresh(booking))
        assert now.starts_at == eight
        assert now.ends_at == line_of(booking, "hall").ends_at
        hall = next(wish for wish in again.wishes if wish.service == "hall")
        assert (again.starts.hour, hall.starts.hour, again.ends.hour) == (8, 10, 14)

    def test_a_day_away_from_the_rest_is_not_noted(self, asking, book, do):
        booking = book(make_order(hall=1, taxi=1))
        tomorrow = line_of(booking, "taxi").starts_at + 24 * HOUR

        with pytest.raises(OfAnotherDay):
            do(actions.offer, "taxi", starts_at=tomorrow, unit_cents=2_000, reason="")
        do(actions.offer, "taxi", starts_at=tomorrow - HOUR / 12, unit_cents=2_000, reason="")

    def test_that_has_passed_meanwhile_is_not_taken(self, asking, book, do):
        booking = book(make_order(interpreter=1))
        later = line_of(booking, "interpreter").starts_at + HOUR
        do(actions.offer, "interpreter", starts_at=later, unit_cents=9_000, reason="")

        with pytest.raises(OfferTurned):
            do(actions.take_offer, "interpreter", by=asking.bruno, at=later)

    def test_left_on_the_only_line_is_the_clients_end_and_not_the_hotels(self, asking, book, do):
        booking = book(make_order(interpreter=1))
        starts_at = line_of(booking, "interpreter").starts_at
        do(actions.offer, "interpreter", starts_at=starts_at, unit_cents=20_000, reason="Dear")

        do(actions.leave_offer, "interpreter", by=asking.bruno)

        ended = fresh(booking).cancellation
        assert (ended.kind, ended.by_id, ended.reason) == ("by_client", asking.bruno.id, "")


def test_a_partner_asked_after_the_cut_off_has_a_moment(asking, book, cast):
    """A second key may come when the hotel has lengthened its notice meanwhile."""
    booking = book(make_order(laundry=1))
    line = line_of(booking, "laundry")

    with transaction():
        asked = bookings.enquiries.ask_partner(
            line_id=line.id, property_id=cast.seaside.id, hours=24, cut_off_at=NOW - HOUR, at=NOW
        )

    assert asked.due_at == NOW + HOUR / 4
