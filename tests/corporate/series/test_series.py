"""A booking that comes again: each day shown, the chosen ones booked at once, the rest cancelled at once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from portal.corporate.bookings.models import Booking
from portal.corporate.halls.models import ResourceSlot
from portal.corporate.series import rules
from portal.corporate.series.models import Rhythm, SeriesBooking
from portal.database import db
from tests.corporate.bookings.conftest import DAY, make_order
from tests.statements import count_statements

WEEK = timedelta(weeks=1)
MOST_STATEMENTS = 30


@pytest.fixture
def bruno(client_as, gold):
    return client_as(gold.bruno)


def address(booking, **more):
    asked = "&".join(f"{name}={value}" for name, value in more.items())
    return f"/corporate/series/new/{booking.public_id}?{asked}"


def days_in(page):
    """The boxes of the days that can be had as they are."""
    boxes = (
        node for node in page.all("input") if node.get("name") == "day" and node.get("checked") is not None
    )
    return [node.get("value") for node in boxes]


def count(column):
    return db.session.scalar(select(func.count(column)))


class TestTheDays:
    def test_of_a_month_too_short_are_its_last(self):
        days = rules.days_after(date(2027, 1, 31), Rhythm.MONTHLY, until=date(2027, 4, 30))

        assert days == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]

    def test_are_at_most_twenty_six(self):
        assert len(rules.days_after(DAY, Rhythm.WEEKLY, until=date(2099, 1, 1))) == rules.MOST

    def test_end_with_the_last_day_itself(self):
        assert rules.days_after(DAY, Rhythm.FORTNIGHTLY, until=DAY + 4 * WEEK) == [
            DAY + 2 * WEEK, DAY + 4 * WEEK,
        ]  # fmt: skip


class TestASeries:
    def test_shows_what_is_taken_and_books_the_rest_once(self, book, bruno):
        first = book(make_order(hall=1, headcount=30))
        book(make_order(day=DAY + 2 * WEEK, hall=1, headcount=30))
        page = bruno.get(address(first, rhythm="weekly", until=DAY + 3 * WEEK)).page

        assert len(days_in(page)) == 2
        assert "cannot be had" in page.text
        form = page.form("/series/new")
        fields = {**dict(form.fields), "day": days_in(page)}
        made = bruno.post(form.action, data=fields)
        again = bruno.post(form.action, data=fields)

        assert made.status_code == again.status_code == 302
        assert made.location == again.location
        assert count(SeriesBooking.id) == 2
        assert count(Booking.id) == 4

    def test_books_nothing_when_one_of_the_days_was_taken_meanwhile(self, book, bruno):
        first = book(make_order(hall=1, headcount=30))
        page = bruno.get(address(first, rhythm="weekly", until=DAY + 3 * WEEK)).page
        form = page.form("/series/new")
        book(make_order(day=DAY + 2 * WEEK, hall=1, headcount=30))
        taken = count(ResourceSlot.id)

        answer = bruno.post(form.action, data={**dict(form.fields), "day": days_in(page)})

        assert answer.status_code == 422
        assert count(SeriesBooking.id) == 0
        assert count(ResourceSlot.id) == taken

    def test_is_cancelled_from_a_day_on(self, book, bruno):
        first = book(make_order(taxi=1))
        page = bruno.get(address(first, rhythm="weekly", until=DAY + 3 * WEEK)).page
        form = page.form("/series/new")
        made = bruno.post(form.action, data={**dict(form.fields), "day": days_in(page)})

        shown = bruno.get(made.location).page
        answer = bruno.submit(shown, "/rest", day=(DAY + 2 * WEEK).isoformat())

        assert answer.status_code == 302
        assert bruno.get(made.location).page.text.count("Cancelled") == 2

    def test_asks_as_often_for_twenty_six_days_as_for_one(self, book, bruno):
        first = book()
        bruno.get(address(first))  # what is remembered after a first visit must not count

        with count_statements() as few:
            bruno.get(address(first, until=DAY + WEEK))
        with count_statements() as many:
            bruno.get(address(first, until=DAY + 26 * WEEK))

        assert len(few) == len(many) <= MOST_STATEMENTS

    def test_is_not_found_by_another_company(self, gold, book, client_as):
        first = book()

        assert client_as(gold.carla).get(address(first)).status_code == 404
