"""A change that is carried over to the later bookings of a series, and a day's nearest other time."""

import uuid
from datetime import time

import pytest
from sqlalchemy import select

from portal.corporate.bookings import actions as bookings
from portal.corporate.bookings import queries as booked
from portal.corporate.bookings.models import Booking
from portal.corporate.bookings.rules import Wanted
from portal.corporate.bundles import queries as bundles
from portal.corporate.series.models import BookingSeries
from portal.database import db, transaction
from tests.cast import NOW
from tests.corporate.approvals.conftest import limit  # noqa: F401 -- a fixture of the room beside
from tests.corporate.bookings.conftest import DAY, make_order
from tests.corporate.series.test_repeating import WEEK, repeat
from tests.corporate.series.test_series import address
from tests.statements import count_statements

MOST_STATEMENTS = 30
NINE, ONE = time(9), time(13)


@pytest.fixture
def bruno(client_as, gold):
    return client_as(gold.bruno)


@pytest.fixture
def weekly(book, bruno):
    """A hall for thirty guests, that week and the three after it; the bookings by their day."""

    def make(**counts):
        repeat(bruno, book(make_order(**({"hall": 1, "headcount": 30} | counts)), title="Board"))
        return list(db.session.scalars(select(Booking).order_by(Booking.service_date)))

    return make


def change(cast, booking, asked, *, note=""):
    with transaction():
        quote = bundles.quote(asked, house=cast.seaside, account_id=cast.acme.id, at=NOW)
        bookings.change_booking(
            public_id=booking.public_id,
            account_id=cast.acme.id,
            token=uuid.uuid4(),
            revision=booking.revision,
            wanted=Wanted(cast.seaside, asked, note=note, title="Board"),
            seen_cents=quote.price.value.bill_cents,
            by_id=cast.bruno.id,
            at=NOW,
        )


def place(booking):
    series_id = db.session.scalars(select(BookingSeries.public_id)).one()
    return f"/corporate/series/{series_id}/like/{booking.public_id}"


def boxes(page, name="booking"):
    return [node.get("value") for node in page.all("input") if node.get("name") == name]


def hours(booking):
    found = booked.booking_by_token(booking.public_id)
    return found.starts_at.hour, found.ends_at.hour, found.note, found.revision


class TestALaterBooking:
    def test_is_made_like_the_one_that_was_changed_once(self, gold, weekly, bruno):
        first, changed, third, fourth = weekly()
        earlier = make_order(day=changed.service_date, hall=1, headcount=30, starts=NINE, ends=ONE)
        change(gold, changed, earlier, note="Flowers")
        page = bruno.get(place(changed)).page

        assert page.h1 == "2 later bookings can be like this one"
        form = page.form("/like/")
        fields = {**dict(form.fields), "booking": boxes(page)}
        answers = [bruno.post(form.action, data=fields) for _press in range(2)]

        assert [each.status_code for each in answers] == [302, 302]
        assert hours(third) == hours(fourth) == (8, 12, "Flowers", 2)  # Lisbon's 09:00
        assert hours(first)[:2] == (9, 13)
        assert "it is so already" in bruno.get(place(changed)).page.text

    def test_that_cannot_be_is_told_by_name_and_the_others_change(self, gold, weekly, book, bruno):
        first, second, third, fourth = weekly()
        book(make_order(day=third.service_date, hall=1, headcount=30, starts=time(15), ends=time(19)))
        change(gold, first, make_order(hall=1, headcount=30, starts=time(16), ends=time(20)))
        page = bruno.get(place(first)).page
        assert "cannot be changed" in page.text
        assert len(boxes(page)) == 2

        form = page.form("/like/")
        forced = f"{third.public_id}/1/{third.bill_cents}"
        answer = bruno.post(form.action, data={**dict(form.fields), "booking": [*boxes(page), forced]})

        told = bruno.get(answer.location).page.text
        assert "2 bookings are changed." in told
        assert "6 July 2026, 10:00" in told
        assert "is taken" in told
        assert [hours(each)[0] for each in (second, third, fourth)] == [15, 9, 15]

    def test_above_a_limit_stays_as_it_is(self, gold, weekly, bruno, limit):  # noqa: F811 -- a fixture
        first, *later = weekly(hall=0, taxi=1, headcount=1)
        change(gold, first, make_order(taxi=2))
        page = bruno.get(place(first)).page
        limit(30_00)

        form = page.form("/like/")
        answer = bruno.post(form.action, data={**dict(form.fields), "booking": boxes(page)})

        assert "above the limit of €30" in bruno.get(answer.location).page.text
        assert {hours(each)[3] for each in later} == {1}

    def test_is_of_this_series_and_of_this_company(self, gold, weekly, book, bruno, client_as):
        first, *_later = weekly()
        change(gold, first, make_order(hall=1, headcount=30), note="Flowers")
        other = book(make_order(day=DAY + 9 * WEEK, taxi=1))
        form = bruno.get(place(first)).page.form("/like/")

        stranger = {**dict(form.fields), "booking": f"{other.public_id}/1/3000"}
        assert bruno.post(form.action, data=stranger).status_code == 404
        assert bruno.post(form.action, data={**dict(form.fields), "booking": "x"}).status_code == 400
        unchosen = {name: value for name, value in form.fields if name != "booking"}
        assert bruno.post(form.action, data=unchosen).status_code == 422
        assert client_as(gold.carla).get(place(first)).status_code == 404

    def test_costs_no_more_statements_than_one(self, weekly, bruno):
        first, *_some, last_but_one, _last = weekly()
        bruno.get(place(first))

        with count_statements() as many:
            bruno.get(place(first))
        with count_statements() as few:
            bruno.get(place(last_but_one))

        assert len(few) == len(many) <= MOST_STATEMENTS


class TestADayThatIsTaken:
    def test_is_offered_at_its_nearest_time_and_booked_then(self, book, bruno):
        first = book(make_order(hall=1, headcount=30))
        busy = DAY + WEEK
        book(make_order(day=busy, hall=1, headcount=30))

        page = bruno.get(address(first, until=DAY + 2 * WEEK)).page
        [offered, _free] = boxes(page, "day")

        assert "Take it from 14:30" in page.text
        assert offered == f"{busy.isoformat()}/{first.bill_cents}/14:30"
        form = page.form("/series/new")
        assert bruno.post(form.action, data={**dict(form.fields), "day": offered}).status_code == 302
        made = db.session.scalars(select(Booking).order_by(Booking.id.desc()).limit(1)).one()
        assert (made.starts_at.hour, made.starts_at.minute) == (13, 30)

    def test_is_offered_no_other_time_where_there_is_none_that_day(self, book, bruno):
        first = book(make_order(hall=1, headcount=30))
        for hour in range(0, 24, 4):
            book(make_order(
                day=DAY + WEEK, hall=1, headcount=30, starts=time(hour), ends=time((hour + 3) % 24, 25)
            ))  # fmt: skip

        assert "Take it from" not in bruno.get(address(first, until=DAY + WEEK)).page.text


class TestTheSearch:
    def test_finds_a_series_by_its_title_for_its_own_company(self, gold, weekly, bruno, client_as):
        weekly()

        assert "Every week · Seaside" in bruno.get("/search?q=board").page.text
        assert "Every week" not in client_as(gold.carla).get("/search?q=board").page.text
