import uuid
from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.corporate.bookings import actions, queries, rules
from portal.corporate.bookings.models import Booking, BookingLine, BookingState, EndKind
from portal.corporate.bookings.queries import Reach
from portal.corporate.bookings.rules import Wanted
from portal.corporate.bundles.rules import TooLate
from portal.corporate.deliveries import actions as deliveries
from portal.corporate.halls import actions as hall_actions
from portal.corporate.halls.models import ResourceSlot
from portal.corporate.halls.rules import AllTaken, NoneLargeEnough
from portal.database import db, transaction
from portal.derivation import recompute
from portal.hotel.models import ServicePrice
from portal.jobs.models import Job
from portal.programme.ledger import queries as ledger
from portal.programme.redemption.rules import MoreThanShareOfBill, NotEnoughPoints
from tests.cast import NOW
from tests.corporate.bookings.conftest import DAY, give_points, make_order, raise_tier

MINUTE = timedelta(minutes=1)


def points_of(cast):
    balance = ledger.balance_of(cast.acme.id)
    return balance.active, balance.held, balance.spent


def slots():
    return db.session.scalar(select(func.count(ResourceSlot.id)))


def halls_of(booking):
    lines = queries.booking_by_token(booking.public_id).standing_lines
    return [line.resource.name["en"] for line in lines if line.resource is not None]


class TestBookBundle:
    def test_freezes_the_golden_price_at_gold(self, gold, book):
        booking = book()

        assert (booking.bill_cents, booking.discount_cents) == (98_750, 11_250)
        assert (booking.eligible_cents, booking.points_to_earn) == (53_125, 2_125)
        assert recompute(booking.price).value.bill_cents == 98_750

    def test_keeps_that_price_when_the_list_changes(self, gold, catalogue, book):
        booking = book()

        with transaction():
            for price in db.session.scalars(select(ServicePrice)):
                price.unit_price_cents *= 2

        found = queries.booking_by_token(booking.public_id)
        assert recompute(found.price).value.bill_cents == found.bill_cents == 98_750

    def test_books_once_however_often_the_form_is_sent(self, gold, book):
        give_points(gold.acme.id, 5_000)
        token = uuid.uuid4()

        first, second = book(token=token, points=3_000), book(token=token, points=3_000)

        assert first.id == second.id
        assert db.session.scalar(select(func.count(Booking.id))) == 1
        assert points_of(gold) == (2_000, 3_000, 0)

    def test_finds_nothing_under_the_token_of_another_company(self, cast, book):
        token = book().public_id

        with pytest.raises(rules.BookingOfOthers), transaction():
            actions.book_bundle(
                token=token,
                account_id=cast.borealis.id,
                wanted=Wanted(cast.seaside, make_order()),
                seen_cents=1,
                by_id=cast.carla.id,
                at=NOW,
            )

    def test_asks_again_when_the_price_is_not_the_one_that_was_seen(self, gold, book):
        with pytest.raises(rules.PriceChanged) as refused:
            book(seen_cents=98_749)

        assert refused.value.values == {"seen_cents": 98_749, "now_cents": 98_750}
        assert db.session.scalar(select(func.count(Booking.id))) == 0

    def test_holds_the_points_that_pay(self, gold, book):
        give_points(gold.acme.id, 5_000)

        booking = book(points=3_000)

        assert points_of(gold) == (2_000, 3_000, 0)
        assert recompute(booking.payment).value.remains_cents == 98_750 - 3_000

    def test_pays_no_more_of_a_bill_than_the_share_of_the_tier(self, gold, book):
        give_points(gold.acme.id, 9_000)
        hundred = make_order(laundry=20)

        assert book(hundred, points=3_000).bill_cents == 10_000
        with pytest.raises(MoreThanShareOfBill):
            book(hundred, points=3_100)

    def test_pays_with_no_more_than_there_is(self, gold, book):
        give_points(gold.acme.id, 900)
        book(points=900)

        with pytest.raises(NotEnoughPoints):
            book(make_order(day=date(2026, 6, 23)), points=500)

    def test_takes_the_smallest_hall_that_fits(self, book):
        assert halls_of(book(make_order(hall=1, headcount=12))) == ["Library"]
        assert halls_of(book(make_order(hall=1, headcount=13))) == ["Winter Garden"]

    def test_gives_each_of_several_sets_of_equipment_its_own_line(self, book):
        booking = book(make_order(av=2))

        assert halls_of(booking) == ["Screen and sound 1", "Screen and sound 2"]
        assert booking.bill_cents == 2 * 15_000

    def test_refuses_a_time_that_is_taken_and_names_another(self, book):
        book(make_order(hall=1, headcount=30))

        with pytest.raises(AllTaken) as refused:
            book(make_order(hall=1, headcount=30, starts=time(13), ends=time(15)))

        # Free again at 14:00, and half an hour to set up; Lisbon is an hour ahead of UTC.
        assert refused.value.values["free_at"] == "2026-06-22T13:30:00+00:00"
        assert refused.value.values["service"] == "hall"

    def test_refuses_a_party_that_no_hall_seats(self, book):
        with pytest.raises(NoneLargeEnough):
            book(make_order(hall=1, headcount=41))

    def test_is_in_time_in_the_minute_before_the_cut_off_and_not_in_the_minute_of_it(self, book):
        cut_off = make_cut_off(hours=48)

        book(make_order(hall=1), at=cut_off - MINUTE)
        with pytest.raises(TooLate):
            book(make_order(hall=1, waiter=1), at=cut_off)

    def test_does_not_take_a_card_that_was_blocked_since_the_form_was_opened(self, cast, book):
        cast.tamaras_card.blocked_at, cast.tamaras_card.blocked_reason = NOW, "lost"
        db.session.commit()

        with pytest.raises(rules.CardOfOthers):
            book(card=cast.tamaras_card)

    def test_leaves_nothing_behind_when_the_connection_breaks_in_the_middle(self, gold, book, monkeypatch):
        give_points(gold.acme.id, 5_000)
        monkeypatch.setattr(hall_actions, "take_hall", lost_connection)

        with pytest.raises(ConnectionError):
            book(points=3_000)

        assert points_of(gold) == (5_000, 0, 0)
        assert slots() == 0
        for table in (Booking, BookingLine, Job):
            assert db.session.scalar(select(func.count(table.id))) == 0

    def test_writes_it_into_the_audit_and_asks_for_a_letter(self, cast, book):
        booking = book()

        entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "booking.confirm"))
        job = db.session.scalar(select(Job))
        assert (entry.subject_id, entry.actor_id) == (str(booking.public_id), cast.bruno.id)
        assert job.payload["letter"] == "confirmed"


class TestChangeBooking:
    def change(self, cast, booking, asked, *, token=None, revision=None, seen_cents=None, at=NOW, **more):
        with transaction():
            wanted = Wanted(cast.seaside, asked, **more)
            price = actions.bundles.quote(asked, house=cast.seaside, account_id=cast.acme.id, at=at).price
            return actions.change_booking(
                public_id=booking.public_id,
                account_id=cast.acme.id,
                token=token or uuid.uuid4(),
                revision=revision or booking.revision,
                wanted=wanted,
                seen_cents=seen_cents or price.value.bill_cents,
                by_id=cast.bruno.id,
                at=at,
            )

    def test_puts_other_lines_halls_and_points_in_the_place_of_the_first(self, gold, book):
        give_points(gold.acme.id, 5_000)
        booking = book(points=3_000)

        self.change(gold, booking, make_order(hall=1, headcount=30), points=1_000)

        found = queries.booking_by_token(booking.public_id)
        assert [line.service.code for line in found.standing_lines] == ["hall"]
        assert halls_of(booking) == ["Winter Garden"]
        assert (found.bill_cents, found.revision) == (36_000, 2)
        assert points_of(gold) == (4_000, 1_000, 0)

    def test_may_move_within_its_own_hall(self, book, cast):
        booking = book(make_order(hall=1, headcount=30))

        self.change(cast, booking, make_order(hall=1, headcount=30, starts=time(11), ends=time(15)))

        assert halls_of(booking) == ["Winter Garden"]
        assert slots() == (4 * 60 + 30) // 5

    def test_changes_once_however_often_the_form_is_sent(self, book, cast):
        booking, token = book(), uuid.uuid4()

        self.change(cast, booking, make_order(taxi=1), token=token)
        again = self.change(cast, booking, make_order(taxi=1), token=token, revision=1)

        assert again.revision == 2

    def test_refuses_a_form_that_is_older_than_the_booking(self, book, cast):
        booking = book()
        self.change(cast, booking, make_order(taxi=1))

        with pytest.raises(rules.ChangedMeanwhile):
            self.change(cast, booking, make_order(taxi=2), revision=1)

    def test_changes_nothing_when_the_new_hall_is_taken(self, gold, book):
        give_points(gold.acme.id, 5_000)
        book(make_order(hall=1, headcount=30, day=date(2026, 6, 23)))
        booking = book(make_order(hall=1, headcount=30), points=1_000)

        with pytest.raises(AllTaken):
            self.change(gold, booking, make_order(hall=1, headcount=30, day=date(2026, 6, 23)), points=2_000)

        found = queries.booking_by_token(booking.public_id)
        assert (found.revision, found.service_date) == (1, DAY)
        assert points_of(gold) == (4_000, 1_000, 0)
        assert len(found.standing_lines) == 1

    def test_is_open_until_the_minute_before_the_cut_off(self, book, cast):
        booking = book()
        later = make_order(taxi=1, day=date(2026, 6, 26))

        with pytest.raises(rules.CutOffPassed) as refused:
            self.change(cast, booking, later, at=booking.cut_off_at)
        self.change(cast, booking, later, at=booking.cut_off_at - MINUTE)

        assert refused.value.values["phone"] == cast.seaside.phone

    def test_is_closed_once_something_was_delivered(self, book, cast):
        booking = book()
        deliver(cast, booking, only="taxi")

        with pytest.raises(rules.AlreadyInService):
            self.change(cast, booking, make_order(taxi=2))

    def test_takes_the_prices_of_today(self, cast, book):
        booking = book(make_order(laundry=20))
        raise_tier(cast.acme.id, "gold")

        changed = self.change(cast, booking, make_order(laundry=20, hall=1))

        assert (booking.tier, changed.tier) == ("gold", "gold")
        assert changed.bill_cents == 10_000 * 95 // 100 + 40_000 * 90 // 100


class TestCancelBooking:
    def cancel(self, cast, booking, *, at=NOW):
        with transaction():
            return actions.cancel_booking(
                public_id=booking.public_id,
                account_id=cast.acme.id,
                reason="",
                by_id=cast.bruno.id,
                at=at,
            )

    def test_gives_points_and_halls_back(self, gold, book):
        give_points(gold.acme.id, 5_000)
        booking = book(points=3_000)

        self.cancel(gold, booking)

        assert points_of(gold) == (5_000, 0, 0)
        assert slots() == 0
        assert queries.booking_by_token(booking.public_id).state is BookingState.CANCELLED

    def test_is_done_once(self, book, cast):
        booking = book()

        self.cancel(cast, booking)
        again = self.cancel(cast, booking)

        assert again.revision == 2

    def test_is_open_until_the_minute_before_the_cut_off(self, book, cast):
        first, second = book(), book(make_order(day=date(2026, 6, 23)))

        self.cancel(cast, first, at=first.cut_off_at - MINUTE)
        with pytest.raises(rules.CutOffPassed):
            self.cancel(cast, second, at=second.cut_off_at)

    def test_finds_no_booking_of_another_company(self, book, cast):
        booking = book()

        with pytest.raises(rules.BookingOfOthers), transaction():
            actions.cancel_booking(
                public_id=booking.public_id,
                account_id=cast.borealis.id,
                reason="",
                by_id=cast.carla.id,
                at=NOW,
            )


class TestEndByHotel:
    def end(self, cast, booking, kind, *, reach=None, at=NOW):
        with transaction():
            return actions.end_by_hotel(
                public_id=booking.public_id,
                reach=reach or Reach(is_everywhere=True),
                kind=kind,
                reason="a burst pipe",
                by_id=cast.lidia.id,
                at=at,
            )

    def test_cancels_after_the_cut_off_too_and_frees_the_points(self, gold, book):
        give_points(gold.acme.id, 5_000)
        booking = book(points=3_000)

        ended = self.end(gold, booking, EndKind.BY_HOTEL, at=booking.cut_off_at + MINUTE)

        assert ended.cancellation.reason == "a burst pipe"
        assert points_of(gold) == (5_000, 0, 0)

    def test_notes_a_no_show_from_the_beginning_on(self, book, cast):
        booking = book()

        with pytest.raises(rules.NotYetBegun):
            self.end(cast, booking, EndKind.NO_SHOW, at=booking.starts_at - MINUTE)
        ended = self.end(cast, booking, EndKind.NO_SHOW, at=booking.starts_at)

        assert ended.state is BookingState.NO_SHOW

    def test_reaches_only_the_bookings_of_its_house(self, book, cast):
        booking = book()

        with pytest.raises(rules.BookingOfOthers):
            self.end(cast, booking, EndKind.BY_HOTEL, reach=Reach(property_ids=(cast.townhouse.id,)))

    def test_is_closed_once_something_was_delivered(self, book, cast):
        booking = book()
        deliver(cast, booking, only="taxi")

        with pytest.raises(rules.AlreadyInService):
            self.end(cast, booking, EndKind.BY_HOTEL)


def deliver(cast, booking, *, only=None, at=None, **less):
    """Deliver a booking, in full or less of some services."""
    tokens = {}
    for line in queries.booking_by_token(booking.public_id).standing_lines:
        code = line.service.code
        if only in {None, code}:
            tokens[code] = uuid.uuid4()
            with transaction():
                deliveries.deliver_line(
                    line_id=line.id,
                    quantity=less.get(code, line.quantity),
                    delivered_at=at or booking.starts_at,
                    by_id=cast.dario.id,
                    token=tokens[code],
                    at=at or booking.starts_at,
                )
    return tokens


def make_cut_off(*, hours):
    """The instant so many hours before ten o'clock of the day in Lisbon."""
    return NOW.replace(day=DAY.day, hour=9) - timedelta(hours=hours)


def lost_connection(**_):
    raise ConnectionError
