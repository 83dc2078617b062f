"""Ordering in a real browser: the price forms while one types, with script and without."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from portal.corporate.bookings.models import Booking
from portal.database import db, end_reads
from tests.look import axe_faults, small_targets, too_wide

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]


@pytest.fixture
def bundle(gold, catalogue):
    """The address of the order of a ready bundle."""
    return f"/corporate/bookings/new?bundle={catalogue.board_meeting.public_id}"


def bookings():
    end_reads()
    return db.session.scalar(select(func.count(Booking.id)))


class TestWithScript:
    def test_the_price_forms_while_one_types(self, page_as, gold, bundle):
        page = page_as(gold.bruno)
        page.goto(bundle)
        price = page.locator("[data-preview]")
        expect(price).to_contain_text("€565.50")

        page.get_by_role("spinbutton", name="Taxi").fill("3")

        expect(price).to_contain_text("€625.50")
        page.get_by_role("button", name="Confirm the booking").click()
        page.wait_for_url(re.compile("/corporate/bookings/[0-9a-f-]{36}$"))
        assert bookings() == 1

    def test_says_beside_the_price_what_cannot_be_had(self, page_as, gold, bundle):
        page = page_as(gold.bruno)
        page.goto(bundle)

        page.get_by_label("Guests").fill("41")

        expect(page.locator("[data-preview]")).to_contain_text("more than we can seat")

    def test_two_clicks_book_once(self, page_as, gold, bundle):
        page = page_as(gold.bruno)
        page.goto(bundle)

        page.get_by_role("button", name="Confirm the booking").dblclick()

        page.wait_for_url(re.compile("/corporate/bookings/[0-9a-f-]{36}$"))
        assert bookings() == 1

    def test_enter_in_a_field_shows_the_price_and_confirms_nothing(self, page_as, gold, bundle):
        page = page_as(gold.bruno)
        page.goto(bundle)

        page.get_by_label("Guests").press("Enter")

        page.wait_for_url(re.compile("/price$"))
        assert bookings() == 0


class TestWithoutScript:
    def test_a_button_shows_the_price_and_the_next_confirms_it(self, page_as, gold, bundle):
        page = page_as(gold.bruno, java_script_enabled=False)
        page.goto(bundle)
        page.get_by_role("spinbutton", name="Taxi").fill("3")

        page.get_by_role("button", name="Show the price").click()
        expect(page.locator("[data-preview]")).to_contain_text("€625.50")
        page.get_by_role("button", name="Confirm the booking").click()

        page.wait_for_url(re.compile("/corporate/bookings/[0-9a-f-]{36}$"))
        assert bookings() == 1


class TestTheLook:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_leaves_axe_nothing_to_find_on_an_order(self, page_as, gold, bundle, scheme):
        page = page_as(gold.bruno, color_scheme=scheme, reduced_motion="reduce")
        page.goto(bundle)

        assert axe_faults(page) == []
        assert small_targets(page) == []

    @pytest.mark.parametrize("locale", ["en", "ru"])
    def test_needs_no_scrolling_sideways(self, page_as, gold, bundle, book, locale):
        booking = book()
        gold.bruno.locale = locale
        page = page_as(gold.bruno)

        for address in (bundle, f"/corporate/bookings/{booking.public_id}", "/corporate/bookings?tab=all"):
            page.goto(address)
            assert too_wide(page) == []
