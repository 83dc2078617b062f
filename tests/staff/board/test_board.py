"""What is due at a hotel, whose it is, who took it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.audit.models import Sight
from portal.corporate.bookings.models import Booking, BookingLine, Delivery
from portal.database import db, transaction
from portal.hotel.models import Service
from portal.people.models import Role
from portal.staff.acceptances import actions as acceptances
from portal.staff.acceptances.models import Acceptance
from portal.staff.board import queries
from portal.staff.duties.models import Duty
from tests.cast import grant
from tests.documents.test_exports import table
from tests.races import meet_before, race
from tests.staff.board.conftest import TEN, lines_of
from tests.statements import assert_same_statements, count_statements


def take(browser, line):
    return browser.submit(browser.get("/board").page, f"/board/lines/{line.public_id}/acceptance")


def deliver(browser, **values):
    """Fill in the line's form; its fields stand beside it."""
    form = browser.get("/board").page.form("/delivery")
    return browser.post(form.action, data=dict(form.fields) | values)


def number_of(model):
    return db.session.scalar(select(func.count()).select_from(model))


class TestBoard:
    def test_says_what_is_late_from_the_sixteenth_minute(self, cast, promise, client_as, clock):
        promise(laundry=3)
        browser, said = client_as(cast.dario), []

        for minutes in (-1, 0, 15, 16):
            clock.set(TEN + timedelta(minutes=minutes))
            said.append(browser.get("/board").page.h1)

        assert said == ["1 line is due, none is late"] * 3 + ["1 line is late"]

    def test_shows_the_department_and_no_guest_by_name(self, cast, promise, client_as):
        promise(laundry=3)

        text = client_as(cast.dario).get("/board").page.text

        assert "Housekeeping" in text
        assert "Acme Logistics" in text
        assert "Tamara" not in text

    @pytest.mark.parametrize(
        ("narrowed", "services"),
        [("", 2), ("?department=housekeeping", 1), ("?department=none", 1), ("?whose=mine", 0)],
    )
    def test_is_narrowed_by_its_address(self, cast, promise, client_as, narrowed, services):
        promise(laundry=3, taxi=1)

        page = client_as(cast.dario).get(f"/board{narrowed}").page

        assert len([form for form in page.forms if "/delivery" in form.action]) == services

    def test_shows_nothing_that_was_cancelled_or_is_of_the_other_hotel(self, cast, promise, client_as, save):
        booking = promise(laundry=3)
        grant(cast.dario, Role.FRONT_DESK, property_id=cast.townhouse.id)
        browser = client_as(cast.gleb)
        assert "Laundry" in browser.get("/board").page.text
        assert client_as(cast.dario).get("/board?hotel=TWN").page.h1 == "Nothing is due"

        page = browser.get(f"/corporate/bookings/{booking.public_id}").page
        browser.submit(page, "/end", kind="by_hotel", reason="A burst pipe")

        assert browser.get("/board").page.h1 == "Nothing is due"

    def test_of_another_hotel_is_not_found(self, cast, promise, client_as):
        assert client_as(cast.dario).get("/board?hotel=TWN").status_code == 404

    def test_answers_nothing_as_long_as_nothing_changes(self, cast, promise, client_as):
        booking = promise(laundry=3)
        browser = client_as(cast.dario)
        address = unescape(re.search(r'data-poll-url="([^"]+)"', browser.get("/board").text)[1])

        with count_statements() as asked:
            unchanged = browser.get(address)
        take(browser, lines_of(booking)[0])

        assert unchanged.status_code == 204
        assert len(asked) <= 10
        assert browser.get(address).status_code == 200

    def test_says_the_same_to_the_database_for_few_and_many_lines(self, cast, promise, client_as):
        browser = client_as(cast.dario)

        assert_same_statements(
            1,
            6,
            arrange=lambda number: [promise(laundry=1) for _ in range(number)],
            visit=lambda: browser.get("/board"),
        )

    def test_pages_by_key(self, app, cast, promise, client_as, monkeypatch):
        for _ in range(3):
            promise(laundry=1)
        monkeypatch.setattr(queries.board, "__kwdefaults__", {"after": None, "limit": 2})
        browser = client_as(cast.dario)

        page = browser.get("/board").page
        after = next(link for link in page.links if "after=" in link)

        assert len([form for form in browser.get(after).page.forms if "/delivery" in form.action]) == 1


class TestTakingALine:
    def test_shows_whoever_took_it_for_whom_it_is_and_records_the_look(self, cast, promise, olga, client_as):
        booking = promise(laundry=3)

        take(client_as(olga), lines_of(booking)[0])

        assert "Tamara Belova" in client_as(olga).get("/board").page.text
        text = client_as(cast.dario).get("/board").page.text
        assert "Olga Reis" in text
        assert "Tamara" not in text
        sight = db.session.scalars(select(Sight).where(Sight.page == "board")).one()
        assert (sight.viewer_id, sight.subject_id) == (olga.id, cast.tamara.id)

    def test_is_done_once_and_given_back(self, cast, promise, olga, client_as):
        line = lines_of(promise(laundry=3))[0]
        hers, his = client_as(olga), client_as(cast.dario)
        open_page = his.get("/board").page
        take(hers, line)

        his.submit(open_page, f"/board/lines/{line.public_id}/acceptance")
        assert "Olga Reis took it a moment before you" in his.get("/board").page.text
        his.post(f"/board/lines/{line.public_id}/release", data=dict(open_page.forms[0].fields))
        assert "only they, or who leads" in his.get("/board").page.text
        hers.get("/board")  # the toast, which offers the same, is read
        hers.submit(hers.get("/board").page, f"/board/lines/{line.public_id}/release")

        assert number_of(Acceptance) == 0

    def test_is_for_the_own_department_only(self, cast, promise, olga, client_as):
        line = lines_of(promise(taxi=1))[0]
        browser = client_as(olga)
        page = browser.get("/board").page
        assert not [form for form in page.forms if "/delivery" in form.action]

        fields = dict(page.forms[0].fields)
        assert browser.post(f"/board/lines/{line.public_id}/acceptance", data=fields).status_code == 403

    def test_of_what_was_delivered_meanwhile_is_refused(self, cast, promise, olga, client_as):
        line = lines_of(promise(laundry=3))[0]
        hers, his = client_as(olga), client_as(cast.dario)
        open_page = his.get("/board").page
        deliver(hers, quantity=3)

        his.submit(open_page, f"/board/lines/{line.public_id}/acceptance")

        assert "delivered or cancelled meanwhile" in his.get("/board").page.text
        assert number_of(Acceptance) == 0

    @pytest.mark.race
    def test_by_two_at_once_goes_to_one(self, app, cast, promise, olga, monkeypatch):
        line_id, who = lines_of(promise(laundry=3))[0].id, [cast.dario.id, olga.id]
        meet_before(monkeypatch, acceptances, "Acceptance")

        def take_it(person_id):
            with transaction():
                line = db.session.scalars(
                    select(BookingLine)
                    .options(
                        joinedload(BookingLine.booking).joinedload(Booking.cancellation),
                        joinedload(BookingLine.delivery),
                    )
                    .where(BookingLine.id == line_id)
                ).one()
                return acceptances.accept_line(line=line, by_id=person_id, at=TEN).by_id

        db.session.commit()
        results = race(app, *(lambda each=each: take_it(each) for each in who))

        assert number_of(Acceptance) == 1
        assert sum(isinstance(each, int) for each in results) == 1


class TestDelivering:
    def test_notes_quantity_time_and_reason_for_both_sides(self, cast, promise, olga, client_as, clock):
        booking = promise(laundry=3)
        clock.set(TEN + timedelta(minutes=40))
        browser = client_as(olga)

        deliver(browser, quantity=2, time="10:30", note="One shirt is still wet")

        client = client_as(cast.bruno).get(f"/corporate/bookings/{booking.public_id}").page.text
        house = client_as(cast.dario).get("/board?tab=done").page.text
        for text in (client, house):
            assert "One shirt is still wet" in text
            assert "10:30" in text
            assert "Olga Reis" in text

    def test_of_less_without_a_word_why_is_refused(self, cast, promise, olga, client_as):
        promise(laundry=3)
        browser = client_as(olga)

        deliver(browser, quantity=2)

        assert number_of(Delivery) == 0
        assert "Say why in a few words" in browser.get("/board").page.text

    def test_is_undone_from_the_board(self, cast, promise, olga, client_as):
        promise(laundry=3)
        browser = client_as(olga)
        deliver(browser, quantity=3)

        browser.submit(browser.get("/board?tab=done").page, "/undo?tab=done")

        assert number_of(Delivery) == 0
        assert "none is late" in browser.get("/board").page.h1


class TestTheFile:
    def test_tells_each_tab_and_no_guest_even_to_whoever_took_the_line(
        self, cast, promise, olga, client_as, clock
    ):
        booking = promise(laundry=3, taxi=1)
        laundry = next(line for line in lines_of(booking) if line.quantity == 3)
        browser = client_as(olga)
        take(browser, laundry)
        assert "Tamara" in browser.get("/board").page.text
        clock.advance(minutes=20)

        due = table(browser.get("/board/lines.csv?department=housekeeping"))
        deliver(browser, quantity=2, time="10:10", note="One shirt is still wet")
        done = table(browser.get("/board/lines.csv?tab=done"))

        line = ["2026-06-22 10:00", "Laundry", "3", "piece", "", "Acme Logistics", booking.reference]
        line += ["Housekeeping"]
        assert due[1:] == [[*line, "late", "Olga Reis", "", "", "", ""]]
        assert done[1:] == [
            [*line, "less than promised", "Olga Reis", "2", "2026-06-22 10:10", "Olga Reis",
             "One shirt is still wet"]
        ]  # fmt: skip

    def test_of_another_hotel_is_not_found(self, cast, promise, client_as):
        assert client_as(cast.dario).get("/board/lines.csv?hotel=TWN").status_code == 404


def given():
    return set(db.session.execute(select(Duty.service_id, Duty.department_id)).tuples())


class TestDuties:
    @pytest.mark.parametrize("sent", [{}, {"taxi": "front_office"}, {"taxi": "-1"}])
    def test_are_not_cleared_by_half_a_table_or_an_unknown_department(self, cast, promise, client_as, sent):
        promise(taxi=1)
        browser = client_as(cast.gleb)
        browser.submit(browser.get("/board/duties").page, "/board/duties", taxi="front_office")
        before = given()

        answer = browser.post("/board/duties", data=sent)

        assert answer.status_code == 400
        assert given() == before

    def test_are_given_by_the_manager_and_followed_by_the_board(self, cast, promise, client_as):
        promise(taxi=1)
        browser = client_as(cast.gleb)

        browser.submit(browser.get("/board/duties").page, "/board/duties", taxi="front_office", laundry="")

        taxi = db.session.scalars(select(Duty).join(Service, Service.id == Duty.service_id)).one()
        assert taxi.department_id == cast.front_office.id
        assert "Front office" in browser.get("/board").page.text
        assert "Services given to departments" in client_as(cast.oskar).get("/audit").page.text
