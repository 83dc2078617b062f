import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import damm

from portal.corporate.bookings import rules as bookings
from portal.corporate.bundles import rules
from portal.corporate.bundles.rules import Offer, Order, ReadyLine, Wish
from portal.hotel.models import Category, ServiceKind, Unit
from portal.programme.rules import default_rules

LISBON = "Europe/Lisbon"
DAY = date(2026, 6, 22)
TEN, TWO = time(10), time(14)


def offer(code, kind, unit, *, price=10_000, cut_off=0, most=12, pieces=None, third_party=False):
    return Offer(
        service_id=1,
        code=code,
        kind=kind,
        category=Category.OTHER_SERVICES,
        unit=unit,
        name={"en": code},
        description={"en": code},
        icon="ticket",
        is_third_party=third_party,
        cut_off_hours=cut_off,
        most=most,
        pieces=pieces,
        unit_price_cents=price,
        floor_cents=0,
        is_gross=True,
        vat_bp=2_000,
    )


HALL = offer("hall", ServiceKind.HALL, Unit.HOUR, cut_off=48, pieces=2)
AV = offer("av", ServiceKind.AV, Unit.DAY, cut_off=24, pieces=1)
WAITER = offer("waiter", ServiceKind.WAITER, Unit.PERSON, most=40)
TAXI = offer("taxi", ServiceKind.TAXI, Unit.RIDE, cut_off=2, third_party=True)
OFFERS = (HALL, AV, WAITER, TAXI)


def planned(*wishes, starts=TEN, ends=TWO, day=DAY, offers=OFFERS, zone=LISBON):
    return rules.plan(Order(day, starts, ends, 10, wishes), offers=offers, zone=zone)


def utc(hour, minute=0, *, day=22):
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


class TestPlan:
    def test_counts_an_hourly_service_in_hours_begun(self):
        assert planned(Wish("hall", 1)).lines[0].quantity == 4
        assert planned(Wish("hall", 1), ends=time(14, 5)).lines[0].quantity == 5

    def test_asks_a_partner_for_equipment_of_theirs_and_reserves_none_of_ours(self):
        theirs = offer("stage", ServiceKind.AV, Unit.DAY, third_party=True)

        [line] = planned(Wish("stage", 2), offers=[theirs]).lines

        assert (theirs.is_reserved, line.quantity) == (False, 2)

    def test_promises_a_lasting_service_for_as_long_as_the_order(self):
        line = planned(Wish("waiter", 3)).lines[0]

        # Lisbon is an hour ahead of UTC in June.
        assert (line.starts_at, line.ends_at, line.quantity) == (utc(9), utc(13), 3)

    def test_promises_it_for_its_own_time_where_it_has_one(self):
        line = planned(Wish("waiter", 1, starts=time(12), ends=time(13))).lines[0]

        assert (line.starts_at, line.ends_at) == (utc(11), utc(12))

    def test_promises_a_ride_at_a_moment(self):
        at_start, at_end, at_eight = (
            planned(wish).lines[0].starts_at
            for wish in (Wish("taxi", 1), Wish("taxi", 1, at_end=True), Wish("taxi", 1, starts=time(8)))
        )

        assert (at_start, at_end, at_eight) == (utc(9), utc(13), utc(7))

    def test_takes_an_end_before_the_beginning_as_the_next_day(self):
        plan = planned(Wish("waiter", 1), Wish("taxi", 1, starts=time(0, 30)), starts=time(20), ends=time(1))

        assert plan.ends_at == utc(0, day=23)
        assert plan.lines[1].starts_at == utc(23, 30)

    def test_gives_each_hall_a_line_of_its_own(self):
        lines = planned(Wish("hall", 2)).lines

        assert [line.quantity for line in lines] == [4, 4]

    def test_keeps_the_order_of_the_catalogue(self):
        lines = planned(Wish("taxi", 1), Wish("hall", 1)).lines

        assert [line.offer.code for line in lines] == ["hall", "taxi"]

    def test_refuses_an_order_of_nothing(self):
        with pytest.raises(rules.NothingChosen):
            planned(Wish("hall", 0))

    def test_refuses_what_the_hotel_does_not_offer(self):
        with pytest.raises(rules.NotOffered) as refused:
            planned(Wish("interpreter", 1))

        assert refused.value.values["service"] == "interpreter"

    def test_takes_the_largest_quantity_and_refuses_one_more(self):
        planned(Wish("waiter", 40))

        with pytest.raises(rules.TooMany):
            planned(Wish("waiter", 41))

    def test_counts_the_limit_of_an_hourly_service_in_hours(self):
        planned(Wish("hall", 1), ends=time(22))

        with pytest.raises(rules.TooMany):
            planned(Wish("hall", 1), ends=time(22, 5))

    def test_refuses_more_halls_than_there_are(self):
        with pytest.raises(rules.TooMany) as refused:
            planned(Wish("hall", 3))

        assert refused.value.values["most"] == 2

    def test_refuses_an_order_that_ends_when_it_begins(self):
        with pytest.raises(rules.NoTimeAtAll):
            planned(Wish("hall", 1), ends=TEN)

    @pytest.mark.parametrize("day", [date(9999, 1, 1), date.max])
    def test_refuses_a_day_at_which_the_calendar_ends(self, day):
        with pytest.raises(rules.TooFarAhead):
            planned(Wish("waiter", 1), day=day, starts=time(22), ends=time(2))

    def test_refuses_times_between_the_fives(self):
        with pytest.raises(rules.NotOnTheFive):
            planned(Wish("hall", 1), starts=time(10, 3))

    def test_refuses_an_hour_that_the_clocks_leave_out(self):
        with pytest.raises(rules.TimeDoesNotExist):
            planned(Wish("waiter", 1), day=date(2026, 3, 29), starts=time(1, 30))

    def test_counts_the_hours_of_a_night_when_the_clocks_go_forward(self):
        night = planned(Wish("hall", 1), day=date(2026, 3, 28), starts=time(22), ends=time(4))

        assert night.lines[0].quantity == 5

    def test_takes_the_first_of_an_hour_that_comes_twice(self):
        night = planned(Wish("waiter", 1), day=date(2026, 10, 25), starts=time(1, 30), ends=time(4))

        assert night.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


class TestCutOff:
    def test_is_the_earliest_of_the_lines(self):
        plan = planned(Wish("hall", 1), Wish("taxi", 1))

        assert plan.cut_off_at == utc(9, day=20)

    def test_lets_in_an_order_in_the_minute_before_and_not_in_the_minute_of_it(self):
        plan = planned(Wish("hall", 1))
        minute = timedelta(minutes=1)

        rules.check_in_time(plan, at=plan.cut_off_at - minute, today=DAY)
        with pytest.raises(rules.TooLate) as refused:
            rules.check_in_time(plan, at=plan.cut_off_at, today=DAY)

        assert refused.value.values["service"] == "hall"
        assert refused.value.values["earliest_at"] == utc(9, 15).isoformat()

    def test_refuses_a_day_without_prices(self):
        far = replace(planned(Wish("taxi", 1)), starts_at=datetime(2028, 6, 1, tzinfo=UTC))

        with pytest.raises(rules.TooFarAhead):
            rules.check_in_time(far, at=utc(9), today=DAY)


class TestOrderOfBundle:
    LINES = (
        ReadyLine("hall", Unit.HOUR, 4, None, 0, 240),
        ReadyLine("waiter", Unit.PERSON, 1, 10, 0, 240),
        ReadyLine("interpreter", Unit.PERSON, 1, None, 60, 120),
        ReadyLine("taxi", Unit.RIDE, 1, 4, 240, 60),
    )

    @pytest.mark.parametrize(("guests", "waiters", "taxis"), [(1, 1, 1), (10, 1, 3), (11, 2, 3), (20, 2, 5)])
    def test_grows_with_the_guests(self, guests, waiters, taxis):
        order = rules.order_of_bundle(self.LINES, day=DAY, starts=TEN, headcount=guests)

        assert [wish.count for wish in order.wishes] == [1, waiters, 1, taxis]

    def test_lasts_as_long_as_its_longest_service(self):
        order = rules.order_of_bundle(self.LINES, day=DAY, starts=TEN, headcount=8)
        hall, _waiter, interpreter, taxi = order.wishes

        assert order.ends == TWO
        assert (hall.starts, hall.ends) == (None, None)
        assert (interpreter.starts, interpreter.ends) == (time(11), time(13))
        assert taxi.at_end

    def test_suggests_other_quantities_for_other_guests_and_keeps_the_times(self):
        order = rules.order_of_bundle(self.LINES, day=DAY, starts=TEN, headcount=8)

        grown = rules.suggested(replace(order, headcount=30, starts=time(9)), self.LINES)

        assert [wish.count for wish in grown.wishes] == [1, 3, 1, 8]
        assert grown.starts == time(9)
        assert grown.wishes[2].starts == time(11)


class TestMoved:
    def test_moves_every_time_as_far(self):
        order = Order(DAY, TEN, TWO, 8, (Wish("taxi", 1, starts=time(18)), Wish("hall", 1, ends=time(13))))

        moved = rules.moved(order, to=utc(14), zone=LISBON)

        assert (moved.day, moved.starts, moved.ends) == (DAY, time(15), time(19))
        assert (moved.wishes[0].starts, moved.wishes[1].ends) == (time(23), time(18))


class TestPriceOf:
    def test_makes_the_golden_price_at_gold(self):
        offers = (
            offer("hall", "hall", Unit.HOUR, pieces=1),
            offer("av", "av", Unit.DAY, price=15_000, pieces=1),
            offer("waiter", "waiter", Unit.PERSON, price=4_500),
            offer("laundry", "laundry", Unit.PIECE, price=500),
            offer("interpreter", "interpreter", Unit.PERSON, price=12_000, third_party=True),
            offer("taxi", "taxi", Unit.RIDE, price=3_000, third_party=True),
            offer("ticket", "ticket", Unit.PIECE, price=5_000, third_party=True),
        )
        counts = {"waiter": 4, "laundry": 4, "ticket": 4}
        wishes = [Wish(each.code, counts.get(each.code, 1)) for each in offers]

        price = rules.price_of(planned(*wishes, offers=offers), rules=default_rules(), tier="gold").value

        assert (price.bill_cents, price.discount_cents) == (98_750, 11_250)
        assert (price.eligible_cents, price.points) == (53_125, 2_125)


class TestReferences:
    @given(st.uuids(version=4))
    def test_are_nine_digits_with_a_check_digit(self, token):
        for reference in bookings.references(token):
            assert len(reference) == 9
            assert damm.is_valid(reference)

    def test_follow_from_the_token(self):
        token = uuid.uuid4()

        assert bookings.references(token) == bookings.references(token)
        assert len(set(bookings.references(token))) == bookings.REFERENCE_TRIES


class TestTitleOf:
    HALL, TAXI = {"en": "Hall", "ru": "Зал"}, {"en": "Taxi", "ru": "Такси"}

    def test_is_what_was_typed(self):
        assert bookings.title_of("Board", bundle=self.HALL, services=[]) == {"en": "Board", "ru": "Board"}

    def test_is_else_the_name_of_the_bundle(self):
        assert bookings.title_of("", bundle=self.HALL, services=[self.TAXI]) == self.HALL

    def test_is_else_made_of_the_services_each_once(self):
        title = bookings.title_of("", bundle=None, services=[self.HALL, self.HALL, self.TAXI])

        assert title == {"en": "Hall, Taxi", "ru": "Зал, Такси"}
        assert bookings.typed_title(title) == ""


class TestSameWeekday:
    @pytest.mark.parametrize(("day", "then"), [(15, 22), (18, 25), (22, 22), (23, 23)])
    def test_is_not_before_the_earliest(self, day, then):
        earliest = date(2026, 6, 22)

        assert rules.same_weekday(date(2026, 6, day), earliest=earliest) == date(2026, 6, then)
