"""The first page of an account administrator, and the savings behind its figure."""

import csv
import io
import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.corporate.bookings import queries as bookings
from portal.corporate.bookings.models import BookingLine
from portal.corporate.budgets import queries as budgets
from portal.corporate.deliveries import actions as deliveries
from portal.corporate.limits import queries as limits
from portal.corporate.limits.models import Period, Scope
from portal.corporate.passes import actions as pass_actions
from portal.corporate.promises import queries as promises
from portal.corporate.savings import queries as savings
from portal.corporate.savings.queries import SavingFilter
from portal.database import db, transaction
from portal.programme.ledger.models import LotRecord
from tests.cast import NOW, PASSWORD
from tests.catalogue import stock
from tests.corporate.approvals import conftest as approvals
from tests.corporate.bookings.conftest import DAY, book_now, give_points, make_order
from tests.corporate.passes import conftest as passes
from tests.corporate.reservations import conftest as souvenirs
from tests.statements import assert_same_statements, count_statements

HOME = "/corporate/company"
MOST_STATEMENTS = 30
shelve, limit = souvenirs.shelve, approvals.limit


@pytest.fixture
def anna(cast, client_as):
    return client_as(cast.anna)


@pytest.fixture
def booking(cast):
    """Acme's golden order, a week ahead."""
    stock(cast)
    with transaction():
        return book_now(cast, make_order(), title="Board")


class TestTheFirstPage:
    def test_says_what_was_saved_and_leads_to_the_orders_and_the_paper(self, booking, anna):
        page = anna.get(HOME).page

        assert f"Saved in 2026 €{booking.discount_cents / 100:.2f}" in page.text
        assert {f"{HOME}/savings", f"{HOME}/savings.pdf"} <= set(page.links)

    def test_says_what_ends_soon_the_soonest_first_and_no_other_companys(self, cast, shelve, anna, client_as):
        give_points(cast.acme.id, 2_000)
        notebook = shelve()
        with transaction():
            souvenirs.reserve_now(cast, notebook, arrival=NOW.date())
            lot = db.session.query(LotRecord).one()
            lot.expires_on = NOW.date() + timedelta(days=20)

        text = anna.get(HOME).page.text

        assert "1,100 points" in text
        assert text.index("Waits for Tamara Belova") < text.index("Spent oldest first")
        assert "Nothing ends soon" in client_as(cast.carla).get(HOME).page.text

    def test_says_first_what_is_kept_shortest_however_much_waits_longer(self, cast, shelve, anna):
        give_points(cast.acme.id, 20_000)
        notebook = shelve(left=20)
        with transaction():
            waiting = [souvenirs.reserve_now(cast, notebook, arrival=NOW.date()) for _ in range(8)]
            for each in waiting[:-1]:
                each.keep_until = NOW.date() + timedelta(days=40)
            waiting[-1].keep_until = NOW.date() + timedelta(days=1)

        page = anna.get(HOME).page

        assert f"/corporate/souvenirs/reserved/{waiting[-1].public_id}" in page.links
        assert f"/corporate/souvenirs/reserved/{waiting[0].public_id}" not in page.links

    @pytest.mark.parametrize(("days", "is_told"), [(60, True), (61, False)])
    def test_tells_of_points_within_sixty_days(self, cast, anna, days, is_told):
        give_points(cast.acme.id, 2_000)
        with transaction():
            db.session.query(LotRecord).one().expires_on = NOW.date() + timedelta(days=days)

        assert ("Spent oldest first" in anna.get(HOME).page.text) is is_told

    def test_says_what_came_short_and_what_made_it_good(self, cast, booking, anna, clock):
        line_id = db.session.scalars(select(BookingLine.id).order_by(BookingLine.id)).first()
        clock.set(booking.ends_at + timedelta(hours=1))
        with transaction():
            deliveries.deliver_line(
                line_id=line_id, quantity=0, delivered_at=clock.at, by_id=cast.dario.id, token=uuid.uuid4(),
                at=clock.at,
            )  # fmt: skip
        anna = self.signed_in_again(anna, cast)

        text = anna.get(HOME).page.text

        since, until = clock.at - timedelta(days=90), clock.at
        assert promises.broken(cast.acme.id, since=since, until=until)[1][0] == 1
        assert "1 came short or late" in text
        assert "Meeting hall" in text

    def test_says_what_is_left_of_the_limits_that_bind_its_reader(self, cast, booking, anna, limit):
        limit(100_000, scope=Scope.COMPANY, period=Period.QUARTER)
        limit(90_000)
        limit(80_000, scope=Scope.PERSON, person_id=cast.anna.id)
        today = booking.service_date

        for person in (cast.anna, cast.bruno):
            found = budgets.left_for(cast.acme.id, person_id=person.id, day=today)
            bound = limits.binding(cast.acme.id, person_id=person.id, cost_centre_id=None)

            assert found == [bookings.use_of(each, day=today, person_id=person.id) for each in bound]
            assert len(found) == 2
        left = (100_000 - booking.bill_cents) / 100
        assert f"€{left:,.2f}" in anna.get(HOME).page.text

    def signed_in_again(self, browser, cast):
        browser.submit(browser.get("/sign-in").page, "/sign-in", email=cast.anna.email, password=PASSWORD)
        return browser

    def test_asks_the_database_a_bounded_number_of_times(self, cast, booking, anna):
        anna.get(HOME)
        with count_statements() as asked:
            anna.get(HOME)
        assert len(asked) <= MOST_STATEMENTS

        def arrange(number):
            for _each in range(number):
                with transaction():
                    book_now(cast, make_order(taxi=1))

        assert_same_statements(1, 9, arrange=arrange, visit=lambda: anna.get(HOME))


class TestTheSavings:
    def test_are_the_orders_behind_the_sum(self, cast, booking, anna):
        with transaction():
            book_now(cast, make_order(taxi=1), title="Nothing off")

        page = anna.get(f"{HOME}/savings").page

        assert page.h1 == f"€{booking.discount_cents / 100:.2f} saved"
        assert "Board" in page.text
        assert "Nothing off" not in page.text

    @pytest.mark.parametrize(
        ("query", "rows"),
        [
            ("from=2026-06-15&to=2026-06-15", 1),
            ("from=2026-06-16", 0),
            ("from=2026-01-01&to=2026-06-14", 0),
            ("hotel=TWN", 0),
        ],
    )
    def test_are_narrowed_by_whole_days_and_hotel(self, booking, anna, query, rows):
        content = anna.get(f"{HOME}/savings.csv?{query}").data.decode("utf-8-sig")

        assert len(list(csv.reader(io.StringIO(content)))) == rows + 1

    def test_count_guest_passes_everywhere_and_come_to_the_figure_of_the_first_page(
        self, cast, booking, anna
    ):
        with transaction():
            used = passes.give_pass(cast)
            pass_actions.use_pass(
                token=uuid.uuid4(), guest_pass=used, house=cast.seaside, kind="meals", list_cents=2_000,
                by_id=cast.dario.id, today=NOW.date(), at=NOW,
            )  # fmt: skip
        every = f"€{(booking.discount_cents + 100) / 100:.2f}"

        first, page = anna.get(HOME).page, anna.get(f"{HOME}/savings").page
        content = anna.get(f"{HOME}/savings.csv").data.decode("utf-8-sig")
        elsewhere = anna.get(f"{HOME}/savings?hotel=TWN").page

        assert f"Saved in 2026 {every}" in first.text
        assert "and €1 by guest passes" in first.text
        assert page.h1 == f"{every} saved"
        last = list(csv.reader(io.StringIO(content)))[-1]
        assert last[2] == "Guest passes, 1 use"
        assert elsewhere.h1 == "Nothing saved yet"

    def test_leave_on_paper(self, booking, anna):
        answer = anna.get(f"{HOME}/savings.pdf")

        assert answer.data.startswith(b"%PDF")
        assert "savings-2026-01-01-2026-06-15.pdf" in answer.headers["Content-Disposition"]

    def test_are_closed_to_whoever_only_books_and_empty_at_first(self, cast, anna, client_as):
        assert client_as(cast.bruno).get(f"{HOME}/savings").status_code == 403
        assert "The first order saves the first euro" in anna.get(f"{HOME}/savings").page.text

    def test_come_page_by_page_to_the_sum(self, cast):
        stock(cast)
        for week in range(3):
            with transaction():
                book_now(cast, make_order(day=DAY + timedelta(weeks=week), av=1, waiter=2))
        only = SavingFilter(date(2026, 1, 1), date(2026, 12, 31), "Europe/Lisbon")

        first = savings.saved(cast.acme.id, only=only, limit=2)
        second = savings.saved(cast.acme.id, only=only, after=first.next_key, limit=2)

        rows = [*first.rows, *second.rows]
        assert len({row.booking.id for row in rows}) == 3
        assert sum(row.total_cents for row in rows) == savings.sum_of(cast.acme.id, only=only).total_cents
