"""The list of bookings, its file, and the search."""

import csv
import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.audit.models import Sight
from portal.corporate.bookings import actions, queries, views
from portal.database import db, transaction
from tests.cast import NOW
from tests.corporate.bookings.conftest import DAY, give_points, make_order
from tests.corporate.bookings.test_actions import deliver
from tests.statements import assert_same_statements

WEEK = timedelta(weeks=1)
A_BOOKING = re.compile(r"/corporate/bookings/[0-9a-f-]{36}")


@pytest.fixture
def bruno(client_as, cast):
    return client_as(cast.bruno)


def address(booking, more=""):
    return f"/corporate/bookings/{booking.public_id}{more}"


class TestBookings:
    def test_begins_with_an_invitation_to_book(self, catalogue, bruno):
        page = bruno.get("/corporate/bookings").page

        assert page.h1 == "Nothing is booked yet"
        assert "/corporate/perks" in page.links

    def test_counts_the_bookings_of_each_state_and_says_the_order(self, cast, book, bruno):
        book()
        deliver(cast, book(make_order(taxi=1)))
        cancelled = book(make_order(taxi=2))
        bruno.submit(bruno.get(address(cancelled, "/cancellation")).page, "/cancellation")

        page = bruno.get("/corporate/bookings").page

        assert page.h1 == "1 booking lies ahead"
        for tab in ("Ahead 1", "Fulfilled 1", "Cancelled 1", "No-show 0", "All 3"):
            assert tab in page.text
        assert "1 booking, soonest first" in page.text

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("from=2026-06-23&to=2026-06-23", 1),
            ("from=2026-06-22&to=2026-06-24", 3),
            ("from=2026-06-25", 0),
            ("hotel=SEA", 3),
            ("hotel=TWN", 0),
            ("q=Board", 1),
            ("q=ищфкв", 1),
            ("q=nothing+of+the+kind", 0),
            ("q=Белова", 3),
            ("q=Tamara", 3),
            ("from=nonsense", 3),
        ],
    )
    def test_narrows_by_whole_days_hotel_and_text(self, cast, book, bruno, query, found):
        for n, title in enumerate(["Board", "Dinner", "Talk"]):
            asked = make_order(day=date(2026, 6, 22 + n), taxi=1)
            book(asked, title=title, card_id=cast.tamaras_card.public_id)

        page = bruno.get(f"/corporate/bookings?{query}").page

        assert f"{found} booking" in page.text
        assert len([link for link in page.links if A_BOOKING.fullmatch(link)]) == found

    def test_pages_by_key_without_losing_or_repeating_any(self, book, bruno, monkeypatch):
        monkeypatch.setattr(queries.bookings, "__kwdefaults__", {"after": None, "limit": 2})
        titles = [f"Trip {n}" for n in range(5)]
        for title in titles:
            book(make_order(taxi=1), title=title)

        seen, next_page = [], "/corporate/bookings?tab=all"
        while next_page:
            page = bruno.get(next_page).page
            seen += [title for title in titles if title in page.text]
            next_page = next((node.get("href") for node in page.all("a") if node.get("rel") == "next"), None)

        assert sorted(seen) == titles

    def test_goes_out_as_a_table_that_runs_no_formula(self, book, bruno):
        book(make_order(taxi=1), title="=1+2")

        answer = bruno.get("/corporate/bookings/bookings.csv?tab=all")

        header, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
        assert dict(zip(header, row, strict=True))["Title"] == "'=1+2"
        assert dict(zip(header, row, strict=True))["Bill"] == "30"

    def test_goes_out_as_a_table_with_what_was_really_saved_and_where(self, cast, gold, book, bruno):
        give_points(gold.acme.id, 1_000)
        settled, ended = book(title="A", points=1_000), book(make_order(day=DAY + WEEK), title="B")
        book(make_order(day=DAY + WEEK), title="C")
        with transaction():
            actions.cancel_booking(
                public_id=ended.public_id, account_id=cast.acme.id, reason="", by_id=cast.bruno.id, at=NOW
            )
        deliver(cast, settled, waiter=1)

        answer = bruno.get("/corporate/bookings/bookings.csv?tab=all")
        workbook = bruno.get("/corporate/bookings/bookings.xlsx?tab=all&hotel=SEA").data

        rows = {row["Title"]: row for row in csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))}
        assert (rows["B"]["Saved"], rows["B"]["Points used"]) == ("", "")
        assert (rows["C"]["Saved"], rows["C"]["Points used"]) == ("112.5", "0")
        assert (rows["A"]["Saved"], rows["A"]["Points used"]) == ("92.25", "1000")
        with zipfile.ZipFile(io.BytesIO(workbook)) as book_of_rows:
            assert b"Hotel: Seaside" in book_of_rows.read("xl/worksheets/sheet1.xml")

    @pytest.mark.parametrize("tab", ["open", "all"])
    def test_goes_out_as_a_table_as_long_as_it_is(self, book, bruno, monkeypatch, tab):
        for n in range(5):
            book(make_order(taxi=1), title=f"Trip {n}")
        path = f"/corporate/bookings/bookings.csv?tab={tab}"
        whole = bruno.get(path).data
        monkeypatch.setattr(views, "ROWS_AT_ONCE", 2)

        assert bruno.get(path).data == whole
        rows = csv.DictReader(io.StringIO(whole.decode("utf-8-sig")))
        assert sorted(row["Title"] for row in rows) == [f"Trip {n}" for n in range(5)]

    def test_that_goes_out_as_a_table_names_those_and_no_others(self, cast, book, client_as):
        book(card_id=cast.tamaras_card.public_id, title="For Tamara")
        at_townhouse = book(title="Elsewhere")
        at_townhouse.property_id, at_townhouse.booked_by_id = cast.townhouse.id, cast.anna.id
        db.session.commit()

        answer = client_as(cast.dario).get("/corporate/bookings/bookings.csv?tab=all")

        assert "Elsewhere" not in answer.text
        seen = set(db.session.scalars(select(Sight.subject_id).where(Sight.viewer_id == cast.dario.id)))
        assert seen == {cast.tamara.id, cast.bruno.id}

    def test_asks_the_database_as_often_for_one_booking_as_for_thirty(self, book, bruno):
        def arrange(more):
            for _ in range(more):
                book(make_order(taxi=1, laundry=2))

        assert_same_statements(1, 30, arrange=arrange, visit=lambda: bruno.get("/corporate/bookings?tab=all"))

    def test_shows_a_traveller_their_own(self, cast, book, client_as):
        book(card_id=cast.tamaras_card.public_id, title="For Tamara")
        book(make_order(taxi=1), title="For others")

        page = client_as(cast.tamara).get("/corporate/bookings").page

        assert "For Tamara" in page.text
        assert "For others" not in page.text

    @pytest.mark.parametrize("who", ["dario", "gleb", "lidia", "nora", "oskar"])
    def test_shows_the_hotel_what_it_will_deliver_and_for_whom(self, cast, book, client_as, who):
        book(title="Board")
        browser = client_as(getattr(cast, who))

        page = browser.get("/corporate/bookings").page

        assert "Board" in page.text
        assert "Acme Logistics" in page.text
        assert "Acme Logistics" in browser.get("/corporate/bookings/bookings.csv").text
        looks = client_as(cast.bruno).get("/me/looks").page.text
        assert looks.count("a list of bookings with your name") == 2
        assert "Board" in browser.get("/corporate/bookings?q=acme").page.text
        assert "/corporate/bookings" in [link.get("href") for link in page.all("a")]

    def test_shows_a_hotel_nothing_of_another(self, cast, book, client_as):
        booking = book(title="Supervisors")
        booking.property_id = cast.townhouse.id
        db.session.commit()

        page = client_as(cast.dario).get("/corporate/bookings").page

        assert "Supervisors" not in page.text
        assert "No company has booked yet" in page.text


class TestSearch:
    def test_finds_a_booking_by_its_reference_within_reach(self, cast, book, client_as):
        booking = book(title="Board")
        path = f"/search?q={booking.reference}"

        assert address(booking) in client_as(cast.bruno).get(path).page.links
        assert address(booking) not in client_as(cast.carla).get(path).page.links
