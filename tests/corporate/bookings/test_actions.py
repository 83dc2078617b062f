from portal.corporate.bookings import queries
from portal.corporate.bookings.models import BookingState
from portal.corporate.bookings.queries import Reach
from portal.programme.ledger import queries as ledger
from tests.corporate.bookings.conftest import give_points


class TestBookBundle:
    def test_freezes_the_golden_price_at_gold(self, cast, gold, book):
        booking = book()

        assert booking.bill_cents == 98_750
        assert booking.discount_cents == 11_250
        assert booking.eligible_cents == 53_125
        assert booking.points_to_earn == 2_125

    def test_holds_the_points_that_pay(self, cast, gold, book):
        give_points(cast.acme.id, 5_000)

        booking = book(points=3_000)

        balance = ledger.balance_of(cast.acme.id)
        assert (balance.active, balance.held) == (2_000, 3_000)
        assert booking.points_used == 3_000
        found = queries.booking_for(Reach(account_id=cast.acme.id), booking.public_id)
        assert found.state is BookingState.CONFIRMED
