"""Bookings through the web: the list, one booking, its papers and its end."""

import csv
import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from portal.audit.models import Sight
from portal.corporate.bookings import actions, queries, views
from portal.corporate.bookings.models import BookingState
from portal.database import db, transaction
from portal.hotel.models import Property
from portal.people.models import Grant
from portal.programme.ledger import queries as ledger
from portal.programme.ledger.models import LotRecord
from portal.programme.rules import default_rules
from tests.cast import NOW
from tests.corporate.bookings.conftest import DAY, give_points, make_order
from tests.corporate.bookings.test_actions import deliver
from tests.statements import assert_same_statements, count_statements

MINUTE, WEEK = timedelta(minutes=1), timedelta(weeks=1)
A_BOOKING = re.compile(r"/corporate/bookings/[0-9a-f-]{36}")


@pytest.fixture
def bruno(client_as, cast):
    return client_as(cast.bruno)


def address(booking, more=""):
    return f"/corporate/bookings/{booking.public_id}{more}"


def long_day(day):
    return f"{day.day} {day:%B %Y}"


def state_of(booking):
    return queries.booking_by_token(booking.public_id).state


class TestBooking:
    def test_shows_what_was_promised_at_which_price_and_why(self, gold, book, bruno):
        page = bruno.get(address(book())).page

        assert "€987.50" in page.text
        assert "Bundle of 7 kinds, −15 %" in page.text
        assert "2,125 points" in page.text
        assert "Library" in page.text
        assert "Different kinds of service: 7. Bundle discount: 15 %." in page.text

    def test_shows_what_was_delivered_and_what_it_came_to(self, gold, book, bruno):
        booking = book(make_order(laundry=20))
        deliver(gold, booking, laundry=15)

        page = bruno.get(address(booking)).page

        assert "15 pieces" in page.text
        assert "Confirmed at €100; less was delivered, so less is billed." in page.text
        assert "Fulfilled" in page.text

    def test_is_not_found_by_another_company(self, cast, book, client_as):
        booking = book()

        for more in ("", "/change", "/cancellation", "/confirmation.pdf", "/calendar.ics"):
            assert client_as(cast.carla).get(address(booking, more)).status_code == 404
        assert client_as(cast.carla).post(address(booking, "/cancellation")).status_code == 404

    def test_is_seen_by_a_traveller_only_when_it_is_for_them(self, cast, book, client_as):
        theirs = book(card_id=cast.tamaras_card.public_id)
        of_others = book(make_order(day=date(2026, 6, 23)))
        tamara = client_as(cast.tamara)

        assert tamara.get(address(theirs)).status_code == 200
        assert "Change" not in tamara.get(address(theirs)).page.text
        assert tamara.get(address(of_others)).status_code == 404

    def test_is_seen_at_the_hotel_it_is_for(self, cast, book, client_as):
        booking = book()

        for person in (cast.dario, cast.gleb, cast.lidia, cast.oskar, cast.nora):
            assert client_as(person).get(address(booking)).status_code == 200

    def test_is_not_found_at_another_hotel_or_by_another_accounts_manager(self, cast, book, client_as):
        booking = book()
        cast.acme.manager_id = None
        move_to_townhouse(cast.dario)

        for person in (cast.dario, cast.nora):
            assert client_as(person).get(address(booking)).status_code == 404

    def test_says_until_when_it_can_be_changed_and_after_that_whom_to_call(
        self, cast, book, client_as, clock
    ):
        booking = book()
        clock.set(booking.cut_off_at - MINUTE)
        assert "until 19 June 2026, 10:00" in client_as(cast.bruno).get(address(booking)).page.text

        clock.set(booking.cut_off_at)
        page = client_as(cast.bruno).get(address(booking)).page

        assert cast.seaside.phone in page.text
        assert not any(link.endswith("/change") for link in page.links)

    def test_asks_the_database_as_often_for_one_line_as_for_seven(self, book, bruno):
        few, many = book(make_order(taxi=1)), book()
        bruno.get(address(few))

        with count_statements() as for_few:
            bruno.get(address(few))
        with count_statements() as for_many:
            bruno.get(address(many))

        assert len(for_many) == len(for_few) > 0

    def test_reads_in_russian(self, cast, gold, book, client_as):
        cast.bruno.locale = "ru"

        page = client_as(cast.bruno).get(address(book())).page

        assert "Пакет из 7 видов услуг, −15" in page.text


class TestPapers:
    def test_the_calendar_entry_grows_by_each_change_and_is_withdrawn_with_the_booking(
        self, cast, book, bruno
    ):
        booking = book()
        first = calendar(bruno.get(address(booking, "/calendar.ics")))

        bruno.submit(bruno.get(address(booking, "/change")).page, "/change", headcount="8")
        second = calendar(bruno.get(address(booking, "/calendar.ics")))
        bruno.submit(bruno.get(address(booking, "/cancellation")).page, "/cancellation")
        last = calendar(bruno.get(address(booking, "/calendar.ics")))

        assert [each["method"] for each in (first, second, last)] == ["PUBLISH", "PUBLISH", "CANCEL"]
        assert [each.events[0]["sequence"] for each in (first, second, last)] == [0, 1, 2]
        assert len({each.events[0]["uid"] for each in (first, second, last)}) == 1

    @pytest.mark.parametrize("locale", ["en", "ru"])
    def test_the_confirmation_is_a_pdf_in_the_readers_language(self, cast, book, client_as, locale):
        cast.bruno.locale = locale

        answer = client_as(cast.bruno).get(address(book(), "/confirmation.pdf"))

        assert answer.mimetype == "application/pdf"
        assert answer.data.startswith(b"%PDF-")


class TestCancellation:
    def test_says_what_it_leaves_before_it_is_done(self, gold, book, bruno):
        give_points(gold.acme.id, 5_000)
        page = bruno.get(address(book(points=3_000), "/cancellation")).page

        assert "Nothing is to pay: the bill of €987.50 falls away." in page.text
        assert "There is no fee until 19 June 2026, 10:00" in page.text
        until = ledger.ledgers([gold.acme.id])[gold.acme.id].lots[1].expires_on
        assert f"3,000 points come back, good until {long_day(until)} as before." in page.text
        assert "is free for others again." in page.text
        assert "Waiter: 4 people, 10:00 to 14:00, 16 hours in all, may serve others again." in page.text
        assert "are not earned. Your tier stays" in page.text

    def test_a_lot_that_died_meanwhile_comes_back_for_some_days(self, gold, book, bruno):
        give_points(gold.acme.id, 5_000)
        booking = book(points=3_000)
        db.session.execute(update(LotRecord).values(expires_on=NOW.date() - timedelta(days=1)))
        db.session.commit()
        until = NOW.date() + timedelta(days=default_rules().dead_lot_revival_days)

        page = bruno.get(address(booking, "/cancellation")).page
        bruno.submit(page, "/cancellation")

        assert f"they had expired meanwhile, and live until {long_day(until)}." in page.text
        assert ledger.ledgers([gold.acme.id])[gold.acme.id].lots[1].expires_on == until

    def test_the_change_says_what_it_gives_back_first(self, gold, book, bruno):
        give_points(gold.acme.id, 5_000)
        page = bruno.get(address(book(points=3_000), "/change")).page

        assert "Changing costs no fee until 19 June 2026, 10:00" in page.text
        assert "3,000 points come back, good until" in page.text

    def test_frees_points_and_halls(self, gold, book, bruno):
        give_points(gold.acme.id, 5_000)
        booking = book(points=3_000)

        answer = bruno.submit(bruno.get(address(booking, "/cancellation")).page, "/cancellation")

        assert answer.status_code == 302
        assert state_of(booking) is BookingState.CANCELLED
        assert ledger.balance_of(gold.acme.id).active == 5_000

    def test_is_refused_in_the_minute_of_the_cut_off_with_the_time_and_the_telephone(
        self, cast, book, client_as, clock
    ):
        booking = book()
        clock.set(booking.cut_off_at - MINUTE)
        bruno = client_as(cast.bruno)
        form = bruno.get(address(booking, "/cancellation")).page
        clock.advance(minutes=1)

        answer = bruno.submit(form, "/cancellation")

        assert answer.status_code == 422
        assert "until 19 June 2026, 10:00. Call the hotel: +351 210 000 000." in answer.page.text
        assert state_of(booking) is BookingState.CONFIRMED


class TestEndByHotel:
    def test_cancels_with_a_reason_that_the_client_reads(self, cast, book, client_as, bruno):
        booking = book()
        lidia = client_as(cast.lidia)

        page = lidia.get(address(booking)).page
        answer = lidia.submit(page, "/end", kind="by_hotel", reason="A burst pipe.")

        assert answer.status_code == 302
        assert "A burst pipe." in bruno.get(address(booking)).page.text

    def test_asks_for_the_reason(self, cast, book, client_as):
        booking = book()
        lidia = client_as(cast.lidia)

        answer = lidia.submit(lidia.get(address(booking)).page, "/end", kind="by_hotel", reason="")

        assert answer.status_code == 422
        assert state_of(booking) is BookingState.CONFIRMED

    def test_notes_no_no_show_before_the_beginning(self, cast, book, client_as):
        booking = book()
        dario = client_as(cast.dario)

        answer = dario.submit(dario.get(address(booking)).page, "/end", kind="no_show", reason="empty hall")

        assert answer.status_code == 422
        assert "It begins on 22 June 2026, 10:00" in answer.page.text


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


def move_to_townhouse(person):
    townhouse = db.session.scalar(select(Property.id).where(Property.code == "TWN"))
    for grant in db.session.scalars(select(Grant).where(Grant.person_id == person.id)):
        grant.property_id, grant.department_id = townhouse, None


def calendar(answer):
    assert answer.mimetype == "text/calendar"
    return Calendar.from_ical(answer.data)
