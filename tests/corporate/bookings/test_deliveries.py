import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.corporate.bookings import actions, queries, rules
from portal.corporate.bookings.models import BookingState, Delivery
from portal.corporate.deliveries import actions as deliveries
from portal.database import db, transaction
from portal.derivation import recompute
from portal.programme.ledger import queries as ledger
from portal.programme.standing import queries as standing
from tests.corporate.bookings.conftest import give_points, make_order
from tests.corporate.bookings.test_actions import deliver, points_of

TEN_MINUTES = timedelta(minutes=10)


def state_of(booking):
    return queries.booking_by_token(booking.public_id).state


def undo(cast, token, *, at, by=None, window=TEN_MINUTES):
    with transaction():
        return deliveries.undo_delivery(token=token, by_id=by or cast.dario.id, at=at, window=window)


class TestDeliverLine:
    def test_moves_the_booking_into_service_and_with_the_last_line_fulfils_it(self, cast, book):
        booking = book(make_order(taxi=1, waiter=2))

        deliver(cast, booking, only="taxi")
        assert state_of(booking) is BookingState.IN_SERVICE
        deliver(cast, booking, only="waiter")

        assert state_of(booking) is BookingState.FULFILLED

    def test_bills_spends_and_earns_what_was_confirmed_when_all_is_delivered(self, gold, book):
        give_points(gold.acme.id, 5_000)
        booking = book(points=3_000)

        deliver(gold, booking)

        settlement = queries.booking_by_token(booking.public_id).settlement
        assert (settlement.bill_cents, settlement.points_spent) == (98_750, 3_000)
        assert (settlement.eligible_cents, settlement.points_earned) == (53_125, 2_125)
        assert points_of(gold) == (2_000, 0, 3_000)
        assert ledger.balance_of(gold.acme.id).pending == 2_125

    def test_bills_less_when_less_is_delivered_at_the_discount_of_the_confirmation(self, gold, book):
        booking = book()

        # Without AV, interpreter and tickets it would have been a bundle of four kinds, −10 %.
        deliver(gold, booking, av=0, interpreter=0, ticket=0, waiter=3)

        settlement = queries.booking_by_token(booking.public_id).settlement
        own = 40_000 + 3 * 4_500 + 4 * 500
        assert settlement.bill_cents == own * 85 // 100 + 3_000
        assert recompute(settlement.price).value.bill_cents == settlement.bill_cents

    def test_does_not_bill_more_than_was_promised(self, gold, book):
        booking = book(make_order(waiter=2))

        deliver(gold, booking, waiter=5)

        assert queries.booking_by_token(booking.public_id).settlement.bill_cents == booking.bill_cents

    def test_spends_only_the_share_of_a_bill_that_shrank_and_releases_the_rest(self, gold, book):
        give_points(gold.acme.id, 5_000)
        booking = book(make_order(laundry=20), points=3_000)

        deliver(gold, booking, laundry=10)

        # 30 % of 50.00
        assert queries.booking_by_token(booking.public_id).settlement.points_spent == 1_500
        assert points_of(gold) == (3_500, 0, 1_500)

    def test_releases_everything_when_nothing_was_delivered(self, gold, book):
        give_points(gold.acme.id, 5_000)
        booking = book(make_order(laundry=20), points=3_000)

        deliver(gold, booking, laundry=0)

        assert queries.booking_by_token(booking.public_id).settlement.bill_cents == 0
        assert points_of(gold) == (5_000, 0, 0)
        assert ledger.balance_of(gold.acme.id).pending == 0

    def test_counts_as_event_spend_when_a_hall_was_used(self, gold, book):
        deliver(gold, book())

        assert standing.standing_of(gold.acme.id).standing.event_cents == 53_125

    def test_is_no_event_without_a_hall(self, gold, book):
        deliver(gold, book(make_order(laundry=20)))

        counted = standing.standing_of(gold.acme.id).standing
        assert (counted.event_cents, counted.spend_cents > 0) == (0, True)

    def test_notes_it_once_however_often_it_is_sent(self, cast, book):
        booking, token = book(make_order(taxi=1, waiter=1)), uuid.uuid4()
        line = queries.booking_by_token(booking.public_id).lines[0]

        for _ in range(2):
            with transaction():
                deliveries.deliver_line(
                    line_id=line.id,
                    quantity=1,
                    delivered_at=booking.starts_at,
                    by_id=cast.dario.id,
                    token=token,
                    at=booking.starts_at,
                )

        assert db.session.scalar(select(func.count(Delivery.id))) == 1

    def test_refuses_a_line_that_was_delivered_by_another_form(self, cast, book):
        booking = book(make_order(taxi=1, waiter=1))
        deliver(cast, booking, only="taxi")

        with pytest.raises(rules.DeliveredAlready):
            deliver(cast, booking, only="taxi")

    def test_refuses_a_quantity_that_nobody_can_have_delivered(self, cast, book):
        booking = book(make_order(taxi=1))

        with pytest.raises(rules.DeliveredQuantityImpossible):
            deliver(cast, booking, taxi=21)
        with pytest.raises(rules.DeliveredQuantityImpossible):
            deliver(cast, booking, taxi=-1)
        deliver(cast, booking, taxi=20)

    def test_refuses_a_booking_that_was_cancelled(self, cast, book):
        booking = book(make_order(taxi=1))
        with transaction():
            actions.cancel_booking(
                public_id=booking.public_id,
                account_id=cast.acme.id,
                reason="",
                by_id=cast.bruno.id,
                at=booking.confirmed_at,
            )

        with pytest.raises(rules.AlreadyEnded):
            deliver(cast, booking)


class TestUndoDelivery:
    def test_opens_the_line_again(self, cast, book):
        booking = book(make_order(taxi=1, waiter=1))
        token = deliver(cast, booking, only="taxi")["taxi"]

        undo(cast, token, at=booking.starts_at)

        assert state_of(booking) is BookingState.CONFIRMED

    def test_takes_back_what_the_last_line_had_settled(self, gold, book):
        give_points(gold.acme.id, 5_000)
        booking = book(points=3_000)
        tokens = deliver(gold, booking)

        undo(gold, tokens["taxi"], at=booking.starts_at)

        found = queries.booking_by_token(booking.public_id)
        assert (found.state, found.settlement) == (BookingState.IN_SERVICE, None)
        assert points_of(gold) == (2_000, 3_000, 0)
        assert ledger.balance_of(gold.acme.id).pending == 0

    def test_lets_it_be_fulfilled_once_more(self, gold, book):
        give_points(gold.acme.id, 5_000)
        booking = book(points=3_000)
        undo(gold, deliver(gold, booking)["taxi"], at=booking.starts_at)

        deliver(gold, booking, only="taxi")

        assert state_of(booking) is BookingState.FULFILLED
        assert points_of(gold) == (2_000, 0, 3_000)
        assert ledger.balance_of(gold.acme.id).pending == 2_125

    def test_holds_all_points_again_that_a_smaller_bill_had_released(self, gold, book):
        give_points(gold.acme.id, 5_000)
        booking = book(make_order(laundry=20), points=3_000)
        token = deliver(gold, booking, laundry=10)["laundry"]

        undo(gold, token, at=booking.starts_at)

        assert points_of(gold) == (2_000, 3_000, 0)

    def test_holds_what_had_paid_where_the_rest_was_spent_elsewhere(self, gold, book):
        give_points(gold.acme.id, 3_000)
        booking = book(make_order(laundry=20), points=3_000)
        token = deliver(gold, booking, laundry=10)["laundry"]
        book(make_order(laundry=20), points=1_500)

        undo(gold, token, at=booking.starts_at)

        found = queries.booking_by_token(booking.public_id)
        assert found.points_used == recompute(found.payment).value.points == 1_500
        assert points_of(gold) == (0, 3_000, 0)

    def test_is_allowed_for_ten_minutes(self, cast, book):
        booking = book(make_order(taxi=1, waiter=1))
        token = deliver(cast, booking, only="taxi")["taxi"]
        late = booking.starts_at + TEN_MINUTES + timedelta(seconds=1)

        with pytest.raises(rules.UndoTooLate):
            undo(cast, token, at=late)
        undo(cast, token, at=booking.starts_at + TEN_MINUTES)

    def test_is_allowed_to_whoever_noted_it(self, cast, book):
        booking = book(make_order(taxi=1, waiter=1))
        token = deliver(cast, booking, only="taxi")["taxi"]

        with pytest.raises(rules.NotYourDelivery):
            undo(cast, token, at=booking.starts_at, by=cast.elena.id)

        assert undo(cast, token, at=booking.starts_at, by=cast.elena.id, window=None) is not None

    def test_undoes_nothing_twice(self, cast, book):
        booking = book(make_order(taxi=1, waiter=1))
        token = deliver(cast, booking, only="taxi")["taxi"]
        undo(cast, token, at=booking.starts_at)

        assert undo(cast, token, at=booking.starts_at) is None
