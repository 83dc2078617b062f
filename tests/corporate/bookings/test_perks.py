"""The perks page: a booker's first screen."""

import pytest
from sqlalchemy import func, select

from portal.corporate.bookings.models import Booking
from portal.database import db


@pytest.fixture
def bruno(client_as, cast):
    return client_as(cast.bruno)


class TestPerks:
    def test_shows_ready_bundles_from_their_price_at_the_tier(self, gold, catalogue, bruno):
        page = bruno.get("/corporate/perks").page

        assert "Board meeting" in page.text
        assert "from €565.50" in page.text
        assert f"/corporate/bookings/new?bundle={catalogue.board_meeting.public_id}" in page.links

    def test_begins_without_bundles_with_a_way_to_compose_one(self, catalogue, bruno):
        catalogue.board_meeting.is_offered = False

        assert "No ready bundles yet" in bruno.get("/corporate/perks").page.text

    def test_lets_the_last_bundle_be_booked_again_in_two_clicks(self, gold, book, bruno):
        book()
        again = next(link for link in bruno.get("/corporate/perks").page.links if "again=" in link)

        assert bruno.submit(bruno.get(again).page, "/bookings").status_code == 302

        assert db.session.scalar(select(func.count(Booking.id))) == 2

    def test_is_a_bookers_first_page(self, catalogue, bruno):
        assert bruno.get("/").location == "/corporate/perks"
