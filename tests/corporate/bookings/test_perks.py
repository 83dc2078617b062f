"""The perks page: a booker's first screen."""

import uuid

import pytest
from sqlalchemy import func, select

from portal.corporate.bookings.models import Booking
from portal.corporate.bundles.models import Bundle, BundleLine
from portal.database import db
from tests.statements import assert_same_statements


@pytest.fixture
def bruno(client_as, cast):
    return client_as(cast.bruno)


class TestPerks:
    def test_shows_ready_bundles_from_their_price_at_the_tier(self, gold, catalogue, bruno):
        page = bruno.get("/corporate/perks").page

        assert "Board meeting" in page.text
        assert "from €565.50" in page.text
        assert f"/corporate/bookings/new?bundle={catalogue.board_meeting.public_id}" in page.links

    def test_asks_the_database_as_often_for_one_bundle_as_for_thirty(self, catalogue, bruno):
        assert_same_statements(
            1,
            30,
            arrange=lambda more: copy(catalogue.board_meeting, more),
            visit=lambda: bruno.get("/corporate/perks"),
        )

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


def copy(bundle, times):
    """More ready bundles of the same services."""
    lines = list(db.session.scalars(select(BundleLine).where(BundleLine.bundle_id == bundle.id)))
    for _ in range(times):
        other = Bundle(
            public_id=uuid.uuid4(),
            code=str(uuid.uuid4()),
            name=bundle.name,
            description=bundle.description,
            icon=bundle.icon,
            position=2,
            is_offered=True,
        )
        db.session.add(other)
        db.session.flush()
        for line in lines:
            db.session.add(
                BundleLine(
                    bundle_id=other.id,
                    position=line.position,
                    service_id=line.service_id,
                    quantity=line.quantity,
                    minutes=line.minutes,
                )
            )
    db.session.commit()
