"""An order opened to its sums: reached from the points it earned, line by line, on screen."""

import re

import pytest
from sqlalchemy import select

from portal.audit.models import Sight
from portal.corporate.bookings import actions, queries
from portal.corporate.sheets import words
from portal.database import db, transaction
from portal.programme.ledger import queries as ledger
from tests.cast import NOW
from tests.corporate.bookings.conftest import book, catalogue, gold  # noqa: F401 -- fixtures of the room beside
from tests.corporate.bookings.test_actions import deliver


@pytest.fixture
def delivered(gold, book):  # noqa: F811 -- the fixtures above
    booking = book()
    deliver(gold, booking)
    return booking


def cells(answer, label):
    return [
        "".join(node.itertext()).strip() for node in answer.page.all("td") if node.get("data-label") == label
    ]


def cents(text):
    return round(float(re.sub(r"[^\d.]", "", text)) * 100)


class TestTheSheet:
    def test_is_reached_from_the_points_and_adds_up_to_their_base(self, cast, delivered, client_as):
        client = client_as(cast.anna)
        [entry] = [each for each in ledger.chain_of(cast.acme.id) if each.kind == "accrual"]
        why = client.get(f"/accounts/{cast.acme.public_id}/why/entry/{entry.seq}")

        [url] = [each for each in why.page.links if each.endswith("/sheet")]
        answer = client.get(url)

        earns = [cents(each) for each in cells(answer, "Earns from") if each != "at cost"]
        assert answer.page.h1 == "€531.25 of this order earned 2,125 points"
        assert [["vip_bundle", sum(earns)]] == entry.derivation["inputs"]["bases"]
        assert "Recomputed now: the same" in answer.text

    def test_is_reached_from_what_was_counted(self, cast, delivered, client_as):
        counted = client_as(cast.anna).get(f"/accounts/{cast.acme.public_id}/counted/standing/0?of=orders")

        assert cells(counted, "Counts as event spend") == ["€531.25"]
        assert f"/corporate/bookings/{delivered.public_id}/sheet" in counted.page.links

    @pytest.mark.parametrize(
        ("name", "expected"),
        [("anna", 200), ("bruno", 200), ("carla", 404), ("tamara", 404), ("dario", 200), ("oskar", 200)],
    )
    def test_is_for_who_sees_the_booking(self, cast, delivered, client_as, name, expected):
        client = client_as(getattr(cast, name))

        assert client.get(f"/corporate/bookings/{delivered.public_id}/sheet").status_code == expected

    def test_is_no_link_for_whom_it_does_not_open(self, cast, delivered, client_as):
        delivered.property_id = cast.townhouse.id
        db.session.commit()

        counted = client_as(cast.lidia).get(f"/accounts/{cast.acme.public_id}/counted/standing/0?of=orders")
        assert any("/sheet" in each for each in counted.page.links)
        seen = client_as(cast.dario).get(f"/corporate/bookings/{delivered.public_id}/sheet")
        assert seen.status_code == 404

    @pytest.mark.parametrize("locale", ["en", "ru"])
    def test_is_read_in_both_languages_before_delivery_too(self, cast, gold, book, client_as, locale):  # noqa: F811 -- as above
        cast.anna.locale = locale
        booking = book(points=None)

        assert client_as(cast.anna).get(f"/corporate/bookings/{booking.public_id}/sheet").status_code == 200

    def test_is_written_down_for_whom_it_is_about(self, cast, delivered, client_as):
        client_as(cast.lidia).get(f"/corporate/bookings/{delivered.public_id}/sheet")

        db.session.rollback()
        seen = db.session.scalars(select(Sight.subject_id).where(Sight.viewer_id == cast.lidia.id)).all()
        assert cast.bruno.id in seen

    def test_as_confirmed_stays_to_be_seen_once_it_was_delivered(self, cast, gold, book, client_as):  # noqa: F811 -- as above
        booking = book()
        confirmed = cells(self._sheet(cast, booking, client_as), "Discount")
        deliver(gold, booking, waiter=1)

        answer = self._sheet(cast, booking, client_as, "?of=confirmed")

        assert cells(answer, "Discount") == confirmed
        assert sum(cents(each) for each in confirmed if each != "–") == booking.discount_cents
        assert "was to earn points" in answer.page.h1
        assert any(each.endswith("/sheet") for each in answer.page.links)

    def test_on_paper_says_which_of_the_two_it_is(self, delivered):
        found = queries.booking_by_token(delivered.public_id)
        leads = [words.paper(found, told).lead for told in (found, found.settlement)]

        assert [lead.rpartition(" · ")[2] for lead in leads] == ["as confirmed", "as delivered"]

    def test_promises_no_points_of_an_order_that_was_cancelled(self, cast, gold, book, client_as):  # noqa: F811 -- as above
        booking = book()
        with transaction():
            actions.cancel_booking(
                public_id=booking.public_id, account_id=cast.acme.id, reason="", by_id=cast.bruno.id, at=NOW
            )

        assert "was to earn points" in self._sheet(cast, booking, client_as).page.h1

    @staticmethod
    def _sheet(cast, booking, client_as, query=""):
        return client_as(cast.anna).get(f"/corporate/bookings/{booking.public_id}/sheet{query}")
