"""Changing a booking through the web: what differs is said before, and nothing is half done."""

from datetime import date, timedelta

import pytest

from portal.corporate.bookings import queries
from portal.programme.ledger import queries as ledger
from tests.corporate.bookings.conftest import DAY, give_points


@pytest.fixture
def bruno(client_as, cast):
    return client_as(cast.bruno)


class TestChange:
    def test_opens_as_the_booking_stands_and_says_what_differs(self, gold, book, bruno):
        booking = book()
        page = bruno.get(f"/corporate/bookings/{booking.public_id}/change").page
        assert "The bill stays as confirmed: €987.50." in page.text

        shown = price_of_change(bruno, page, headcount="30").page
        cheaper = price_of_change(bruno, page, **fields_of_change(page, ticket=2)).page

        assert "Winter Garden" in shown.text
        assert "€100 less than the €987.50 confirmed." in cheaper.text

    def test_puts_the_order_in_the_bookings_place(self, gold, book, bruno):
        give_points(gold.acme.id, 5_000)
        booking = book(points=3_000)
        page = bruno.get(f"/corporate/bookings/{booking.public_id}/change").page

        shown = price_of_change(bruno, page, **fields_of_change(page, ticket=2), points="2000").page
        answer = bruno.submit(shown, "/change")

        found = queries.booking_by_token(booking.public_id)
        assert answer.status_code == 302
        assert (found.bill_cents, found.points_used, found.revision) == (88_750, 2_000, 2)
        assert ledger.balance_of(gold.acme.id).held == 2_000

    def test_leads_a_double_click_to_one_change(self, gold, book, bruno):
        booking = book()
        page = bruno.get(f"/corporate/bookings/{booking.public_id}/change").page

        for _ in range(2):
            assert bruno.submit(page, "/change").status_code == 302

        assert queries.booking_by_token(booking.public_id).revision == 2

    def test_refuses_a_form_older_than_a_colleagues_change(self, cast, gold, book, bruno, client_as):
        booking = book()
        address = f"/corporate/bookings/{booking.public_id}/change"
        mine = bruno.get(address).page
        anna = client_as(cast.anna)
        anna.submit(anna.get(address).page, "/change")

        answer = bruno.submit(mine, "/change")

        assert answer.status_code == 422
        assert "A colleague changed this booking" in answer.page.text

    def test_is_refused_in_the_minute_of_the_cut_off(self, gold, book, client_as, clock):
        booking = book()
        clock.set(booking.cut_off_at - timedelta(minutes=1))
        bruno = client_as(gold.bruno)
        page = bruno.get(f"/corporate/bookings/{booking.public_id}/change").page
        clock.advance(minutes=1)

        answer = bruno.submit(page, "/change", **fields_of_change(page, day=date(2026, 7, 1)))

        assert answer.status_code == 422
        assert "Call the hotel: +351 210 000 000." in answer.page.text


def price_of_change(bruno, page, **values):
    form = page.form("/change")
    return bruno.post(f"{form.action}/price", data=form.filled(values))


def fields_of_change(page, *, day=DAY, **counts):
    form = page.form("/change")
    rows = {
        dict(form.fields)[name]: name.removesuffix("-service")
        for name in form.names
        if name.endswith("-service")
    }
    return {"day": day.isoformat(), **{f"{rows[code]}-count": str(n) for code, n in counts.items()}}
