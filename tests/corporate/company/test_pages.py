"""A company's first page, its stays, and the choice of the company to act for."""

import csv
import io
import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.accounts.actions import UnclaimedCompany, open_unclaimed_accounts
from portal.accounts.models import Account
from portal.corporate.company import queries, views
from portal.database import db, transaction
from portal.people.models import Grant, Role
from portal.stays.models import StayStatus
from tests.cast import NOW, grant
from tests.catalogue import stock
from tests.corporate.bookings.conftest import book_now, make_order
from tests.programme.told import Told
from tests.statements import assert_same_statements

MAY = date(2026, 5, 4)


@pytest.fixture
def told(cast):
    """Tells of stays of the cast's companies."""
    return Told(cast)


@pytest.fixture
def anna(cast, client_as):
    return client_as(cast.anna)


class TestHome:
    def test_says_how_far_the_next_tier_is(self, cast, told, anna):
        for number in range(3):
            told.stay(
                cast.acme, f"A{number}", arrival=MAY + timedelta(days=9 * number), nights=5, cents=45_000
            )
        told.play(cast.acme, as_of=NOW.date())

        page = anna.get("/corporate/company").page

        assert page.h1 == "10 nights to Silver"
        assert "15 of 25" in page.text

    def test_shows_the_points_that_can_be_spent(self, cast, told, anna):
        told.stay(cast.acme, "A", arrival=MAY, nights=5, cents=45_000)
        told.play(cast.acme, as_of=NOW.date())

        assert "Points you can use 900" in anna.get("/corporate/company").page.text

    def test_shows_what_was_saved_and_what_was_delivered(self, cast, anna):
        stock(cast)
        with transaction():
            booking = book_now(cast, make_order())
        saved = booking.discount_cents / 100

        text = anna.get("/corporate/company").page.text

        assert f"€{saved:.2f} in discounts" in text
        assert "Nothing was due in the last 90 days" in text

    def test_counts_points_for_what_they_paid(self, cast, anna):
        stock(cast)
        with transaction():
            booking = book_now(cast, make_order())
            booking.points_used, booking.hold_key = 500, "k"
            booking.payment = {"inputs": {"point_value_cents": 2}}

        assert queries.savings(cast.acme.id, since=booking.confirmed_at).points_cents == 1_000

    def test_shows_what_comes_up(self, cast, anna):
        stock(cast)
        with transaction():
            booking = book_now(cast, make_order(taxi=2), title="Two cars")

        page = anna.get("/corporate/company").page

        assert "Two cars" in page.text
        assert f"/corporate/bookings/{booking.public_id}" in page.links

    def test_before_anything_happened_says_what_to_do_first(self, anna):
        page = anna.get("/corporate/company").page

        assert page.h1 == "25 nights to Silver"
        assert "Nothing is booked yet" in page.text

    def test_is_where_the_administrator_begins(self, anna):
        assert anna.get("/").location == "/corporate/company"

    def test_is_closed_to_those_who_only_book(self, cast, client_as):
        assert client_as(cast.bruno).get("/corporate/company").status_code == 403

    def test_is_in_russian_for_whoever_reads_russian(self, cast, told, client_as):
        told.stay(cast.acme, "A", arrival=MAY, nights=4, cents=45_000)
        told.play(cast.acme, as_of=NOW.date())
        cast.anna.locale = "ru"

        assert client_as(cast.anna).get("/corporate/company").page.h1 == "21 ночь до уровня «Серебряный»"


class TestStays:
    @pytest.fixture
    def told(self, cast):
        told = Told(cast)
        for number, status in enumerate([*[StayStatus.CHECKED_OUT] * 3, StayStatus.CANCELLED]):
            told.stay(
                cast.acme, f"A{number}", arrival=MAY + timedelta(days=number), nights=1, cents=10_000,
                status=status,
            )  # fmt: skip
        told.stay(cast.borealis, "B", arrival=MAY, nights=7, cents=77_700)
        return told

    def arrivals(self, page):
        return [node.get("datetime") for node in page.all("time")]

    def test_are_the_companys_own_latest_first(self, told, anna):
        page = anna.get("/corporate/stays").page

        assert page.h1 == "4 stays"
        assert self.arrivals(page) == ["2026-05-07", "2026-05-06", "2026-05-05", "2026-05-04"]
        assert "777" not in page.text

    def test_are_counted_by_status(self, told, anna):
        page = anna.get("/corporate/stays?status=cancelled").page

        assert page.h1 == "1 stay"
        assert self.arrivals(page) == ["2026-05-07"]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("from=2026-05-05&to=2026-05-06", ["2026-05-06", "2026-05-05"]),
            ("from=2026-05-07", ["2026-05-07"]),
            ("to=2026-05-04", ["2026-05-04"]),
            ("from=2026-05-08", []),
            ("from=yesterday&status=lost", ["2026-05-07", "2026-05-06", "2026-05-05", "2026-05-04"]),
        ],
    )
    def test_are_narrowed_by_whole_days_both_included(self, told, anna, query, expected):
        assert self.arrivals(anna.get(f"/corporate/stays?{query}").page) == expected

    def test_are_narrowed_by_hotel(self, cast, told, anna):
        at = "/corporate/stays?hotel={}"

        assert len(self.arrivals(anna.get(at.format(cast.seaside.id)).page)) == 4
        assert "No stay fits these filters" in anna.get(at.format(cast.townhouse.id)).page.text

    def test_show_only_what_was_told_last(self, cast, told, anna):
        stay = told.stay(cast.acme, "changed", arrival=MAY, nights=1, cents=10_000)
        told.change(stay, cast.acme, cents=33_300)

        text = anna.get("/corporate/stays").page.text

        assert "€333" in text
        assert anna.get("/corporate/stays").page.h1 == "5 stays"

    def test_come_thirty_to_a_page_without_a_gap(self, cast, told, anna):
        for number in range(31):
            told.stay(cast.acme, f"C{number}", arrival=MAY, nights=1, cents=10_000)
        first = anna.get("/corporate/stays").page
        link = next(node for node in first.all("a") if node.get("rel") == "next").get("href")

        second = anna.get(link).page

        assert len(self.arrivals(first)) == 30
        assert len(self.arrivals(second)) == 5

    def test_ask_the_database_the_same_for_few_and_many(self, cast, told, anna):
        def arrange(number):
            for _ in range(number):
                told.stay(cast.acme, f"D{uuid.uuid4()}", arrival=MAY, nights=1, cents=10_000)

        assert_same_statements(1, 30, arrange=arrange, visit=lambda: anna.get("/corporate/stays"))

    def test_leave_as_a_table_for_a_spreadsheet(self, told, anna):
        answer = anna.get("/corporate/stays.csv?from=2026-05-07")

        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert rows[0][0] == "Arrival"
        assert rows[1] == ["2026-05-07", "2026-05-08", "SEA", "1", "Cancelled", "100.00", "EUR"]

    def test_leave_as_a_table_as_long_as_it_is(self, cast, told, anna, monkeypatch):
        for number in range(5):
            told.stay(cast.acme, f"E{number}", arrival=MAY, nights=1, cents=10_000 + number)
        whole = anna.get("/corporate/stays.csv").data
        monkeypatch.setattr(views, "ROWS_AT_ONCE", 2)

        assert anna.get("/corporate/stays.csv").data == whole
        rows = list(csv.DictReader(io.StringIO(whole.decode("utf-8-sig"))))
        assert {row["Room revenue"] for row in rows} >= {f"100.0{number}" for number in range(5)}

    def test_before_the_first_say_when_they_come(self, cast, client_as):
        page = client_as(cast.anna).get("/corporate/stays").page

        assert "No stays yet" in page.text


class TestChoice:
    @pytest.fixture
    def second(self, cast):
        """Anna also runs Borealis."""
        grant(cast.anna, Role.ACCOUNT_ADMINISTRATOR, account=cast.borealis)
        db.session.commit()
        return cast.borealis

    def test_is_offered_to_whoever_acts_for_several(self, second, anna, cast, client_as):
        assert "/corporate/choice" in anna.get("/corporate/company").page.links
        assert "/corporate/choice" not in client_as(cast.carla).get("/corporate/company").page.links

    def test_turns_every_page_to_the_other_company(self, second, anna):
        anna.submit(anna.get("/corporate/company").page, f"/corporate/choice/{second.public_id}")

        assert "Borealis Foods" in anna.get("/corporate/company").page.kicker

    def test_of_a_company_that_is_not_ones_own_is_not_found(self, cast, anna):
        assert anna.post(f"/corporate/choice/{cast.borealis.public_id}").status_code == 404
        assert "Acme Logistics" in anna.get("/corporate/company").page.kicker

    def test_ends_with_the_role(self, second, anna, clock):
        anna.post(f"/corporate/choice/{second.public_id}")
        for held in db.session.scalars(select(Grant).where(Grant.account_id == second.id)):
            held.ended_at = clock.at

        assert "Acme Logistics" in anna.get("/corporate/company").page.kicker

    def test_of_an_unclaimed_company_is_nobodys(self, cast, anna):
        with transaction():
            found = open_unclaimed_accounts(
                companies=[UnclaimedCompany("pms", "1", "Nobody's")], by=None, at=NOW
            )
        account = db.session.get(Account, found["pms", "1"])

        assert anna.post(f"/corporate/choice/{account.public_id}").status_code == 404
