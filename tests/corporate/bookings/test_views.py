"""Bookings through the web: one booking, its papers and its end."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from portal.corporate.bookings import queries
from portal.corporate.bookings.models import BookingState
from portal.database import db
from portal.hotel.models import Property
from portal.people.models import Grant
from portal.programme.ledger import queries as ledger
from portal.programme.ledger.models import LotRecord
from portal.programme.rules import default_rules
from tests.cast import NOW
from tests.corporate.bookings.conftest import give_points, make_order
from tests.corporate.bookings.test_actions import deliver
from tests.statements import count_statements

MINUTE = timedelta(minutes=1)


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


def move_to_townhouse(person):
    townhouse = db.session.scalar(select(Property.id).where(Property.code == "TWN"))
    for grant in db.session.scalars(select(Grant).where(Grant.person_id == person.id)):
        grant.property_id, grant.department_id = townhouse, None


def calendar(answer):
    assert answer.mimetype == "text/calendar"
    return Calendar.from_ical(answer.data)
