"""From each figure of a statement to the lots, movements and orders that it is made of."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from portal.corporate.bookings import actions as bookings
from portal.corporate.bookings.models import Booking
from portal.database import db, transaction
from portal.programme.breakdowns import queries, rules
from portal.programme.holds import actions as holds
from portal.programme.ledger import queries as ledger
from portal.programme.months import queries as months
from portal.programme.months.rules import Figures
from portal.programme.recount import queries as recount
from portal.programme.statements import actions as statements
from portal.programme.statements import queries as statement_queries
from portal.programme.statements.rules import Facts
from portal.stays.models import StayStatus
from tests.cast import NOW, Cast
from tests.catalogue import stock
from tests.corporate.bookings.conftest import book_now, make_order
from tests.programme.test_months import IN_JULY, JUNE, MAY, played, roll
from tests.programme.test_statements import address
from tests.programme.test_tracing import cells, cents, every_page, links
from tests.programme.told import Told
from tests.statements import count_statements

__all__ = ["played"]
STATES = ("Pending", "Active", "Held")


def number(text):
    return (-1 if "−" in text else 1) * int(re.sub(r"\D", "", text) or 0)


def facts_of(played, month):
    return statement_queries.facts_for(played.acme.id, month)


def closing_url(client, played, month):
    found = links(client.get(address(played.acme, month)), "/lots?")
    return [each for each in found if each.endswith("at=closing")]


def opened(client, url, *, states=STATES):
    """What the lots of a page come to, over all its pages; it says that it is what was printed."""
    total = 0
    for answer in every_page(client, url):
        total += sum(number(each) for state in states for each in cells(answer, state))
        assert "Not the same as on the statement" not in answer.text
    return total


class TestAStatement:
    def test_opens_each_of_its_figures_of_points_to_lots_that_come_to_it(self, played: Cast, client_as):
        roll(IN_JULY)
        anna = client_as(played.anna)
        for month in ("2026-03", "2026-05", "2026-06"):
            facts = statement_queries.facts_for(played.acme.id, date.fromisoformat(f"{month}-01"))
            page = anna.get(address(played.acme, month))
            found = {url: opened(anna, url) for url in links(page, "/lots?") if "state=" not in url}

            by_name = {re.sub(r".*\?", "", url): points for url, points in found.items()}
            assert by_name.pop("at=opening") == facts.opening_points
            assert by_name.pop("at=closing") == facts.closing_points
            days = {day.isoformat(): points for day, points in facts.expiries}
            assert by_name == {f"at=closing&expires={day}": points for day, points in days.items()}

    def test_opens_points_by_state(self, played: Cast, client_as):
        roll(IN_JULY)
        anna = client_as(played.anna)
        for month in (MAY, JUNE):
            facts = facts_of(played, month)
            page = anna.get(address(played.acme, month.isoformat()[:7]))
            for url in links(page, "&state="):
                state = url.rpartition("=")[2]
                assert opened(anna, url, states=[state.title()]) == facts.closing[state]

    def test_leads_over_each_lot_to_the_lines_of_a_bill(self, played: Cast, client_as):
        roll(IN_JULY)
        anna = client_as(played.anna)
        [url] = closing_url(anna, played, "2026-06")

        sheets = [each for answer in every_page(anna, url) for each in links(answer, "/why/entry/")]
        bills = [bill for sheet in sheets for bill in links(anna.get(sheet), "/folios/")]

        assert len(bills) == len(sheets) == 6
        for bill in bills:
            assert "The same as the points were given for" in anna.get(bill).text

    def test_leads_from_each_state_of_a_lot_to_the_movements_that_left_it(self, played: Cast, client_as):
        roll(IN_JULY)
        anna = client_as(played.anna)
        [url] = closing_url(anna, played, "2026-06")
        figures = [node for node in anna.get(url).page.all("a") if "upto=" in (node.get("href") or "")]

        assert len(figures) == 6
        for figure in figures:
            pages = every_page(anna, figure.get("href"))
            moved = [number(each) for answer in pages for each in cells(answer, "Points")]
            assert sum(moved) == number("".join(figure.itertext()))

    def test_leads_from_its_tier_to_the_stays_that_it_was_counted_from(
        self, played: Cast, told: Told, client_as, clock
    ):
        """What the hotel tells late is in the count of a statement that is made later, and in no other."""
        roll(IN_JULY)
        with transaction():
            statements.make_statement(account_id=played.acme.id, month=MAY, at=NOW)
        told.new_import()
        told.stay(played.acme, "late", arrival=date(2026, 5, 20), nights=2, cents=50_000)
        told.play(played.acme, as_of=NOW.date(), at=IN_JULY)
        clock.set(IN_JULY)
        anna, nights = client_as(played.anna), {}

        for month in ("2026-05", "2026-06"):
            [url] = links(anna.get(address(played.acme, month)), "/counted")
            for answer in every_page(anna, url):
                assert "The same as was counted" in answer.text
                counted = sum(int(each.split()[0]) for each in cells(answer, "Counted"))
                nights[month] = nights.get(month, 0) + counted
                assert {anna.get(each).status_code for each in links(answer, "/folios/")} == {200}

        assert nights == {"2026-05": 30, "2026-06": 32}

    def test_leads_from_a_debt_to_what_made_it(self, house: Cast, told: Told, spend, client_as):
        first = told.stay(house.acme, "first", arrival=date(2026, 3, 2), nights=3, cents=50_000)
        told.play(house.acme, as_of=NOW.date())
        spend(house.acme, 700)
        told.change(first, house.acme, cents=50_000, status=StayStatus.CANCELLED)
        told.play(house.acme, as_of=NOW.date())
        roll(IN_JULY)
        anna = client_as(house.anna)

        page = anna.get(address(house.acme, "2026-06"))
        [url] = links(page, "state=owed")
        told.new_import()
        told.stay(house.acme, "next", arrival=date(2026, 6, 1), nights=3, cents=60_000)
        told.play(house.acme, as_of=NOW.date())
        answer = anna.get(url)

        facts = statement_queries.facts_for(house.acme.id, JUNE)
        assert facts.owed_points == sum(number(each) for each in cells(answer, "Points")) == 700
        assert "To be set off, up to movement No. 5: 700 points" in answer.page.text

    @pytest.mark.parametrize("locale", ["en", "ru"])
    @pytest.mark.parametrize("name", ["anna", "bruno", "lidia", "oskar"])
    def test_opens_for_whoever_reads_the_points(self, played: Cast, client_as, name, locale):
        roll(IN_JULY)
        who = getattr(played, name)
        who.locale = locale
        client = client_as(who)
        paths = ("lots", "lots?at=opening", "lots?state=held", "lots?expires=2028-01-31", "savings")

        found = [client.get(f"{address(played.acme, '2026-06')}/{path}").status_code for path in paths]

        assert set(found) == {200}

    def test_is_not_found_by_a_rival_nor_where_there_is_no_such_figure(self, played: Cast, client_as):
        roll()
        for path in ("lots", "savings"):
            assert client_as(played.carla).get(f"{address(played.acme, '2026-05')}/{path}").status_code == 404
            assert client_as(played.anna).get(f"{address(played.acme, '2026-06')}/{path}").status_code == 404
        for path in ("lots?at=noon", "lots?state=spent"):
            assert client_as(played.anna).get(f"{address(played.acme, '2026-05')}/{path}").status_code == 404


class TestTheLots:
    def test_are_those_of_the_entry_and_not_of_today(self, played: Cast, spend):
        roll()
        before = rules.figure(facts_of(played, MAY), at=rules.CLOSING)
        shown = queries.lots(played.acme.id, before).rows

        spend(played.acme, 1_000)

        assert queries.lots(played.acme.id, before).rows == shown
        assert queries.added_up(played.acme.id, before) == before.points
        later = replace(before, upto_seq=10**6)
        assert queries.added_up(played.acme.id, later) == before.points - 1_500

    def test_die_on_the_day_they_died_on_then_though_points_came_back_later(self, house: Cast, told: Told):
        for name, month in (("first", 3), ("second", 5)):
            told.stay(house.acme, name, arrival=date(2025, month, 2), nights=3, cents=47_500)
        told.play(house.acme, as_of=NOW.date())
        about = {"account_id": house.acme.id, "reference": "booking:1", "at": NOW}
        with transaction():
            holds.hold_points(key="order", points=500, day=NOW.date(), **about)
        held = ledger.balance_of(house.acme.id)
        with transaction():
            holds.release_held(key="back", hold_key="order", day=date(2027, 4, 15), **about)
        last = ledger.lots_of(house.acme.id)[1].expires_on

        then = rules.Figure(rules.CLOSING, None, date(2027, 3, 31), 5, 950)
        now = rules.Figure(rules.CLOSING, None, last, 10**6, 500)

        assert last == date(2027, 5, 15)
        assert held.held == 500
        assert [lot.expires_on for lot in queries.lots(house.acme.id, then).rows] == [date(2027, 3, 31)]
        assert queries.added_up(house.acme.id, then) == 950
        assert [lot.expires_on for lot in queries.lots(house.acme.id, now).rows] == [last]
        assert queries.lots(house.acme.id, replace(now, upto_seq=5)).rows == []

    def test_come_to_a_statement_whose_month_was_rolled_up_after_points_had_come_back(
        self, house: Cast, told: Told
    ):
        told.stay(house.acme, "first", arrival=date(2025, 3, 2), nights=3, cents=47_500)
        told.play(house.acme, as_of=NOW.date())
        about = {"account_id": house.acme.id, "reference": "booking:1"}
        with transaction():
            holds.hold_points(key="order", points=500, day=NOW.date(), at=NOW, **about)
        late = datetime(2027, 4, 15, 9, tzinfo=UTC)
        with transaction():
            holds.release_held(key="back", hold_key="order", day=late.date(), at=late, **about)

        roll(late)

        facts = facts_of(house, JUNE)
        assert facts.expiries == ((date(2027, 3, 31), 950),)
        figure = rules.figure(facts, at=rules.CLOSING, expires_on=date(2027, 3, 31))
        assert queries.added_up(house.acme.id, figure) == figure.points
        stock = Figures.from_json(JUNE, months.close_of(JUNE).figures).stock
        assert [lots.expires for lots in stock if lots.living] == [date(2027, 3, 1)]
        assert list(recount.disagreements()) == []

    def test_are_read_page_by_page_with_as_many_statements_for_many(self, house: Cast, told: Told, client_as):
        for number_ in range(60):
            told.stay(
                house.acme, f"A{number_}", arrival=date(2026, 3, 1 + number_ % 20), nights=1, cents=9_000
            )
        told.play(house.acme, as_of=NOW.date())
        roll(IN_JULY)
        anna, url = client_as(house.anna), f"{address(house.acme, '2026-06')}/lots?at=closing"
        anna.get(url)
        said = []

        for month in ("2026-03", "2026-06"):
            with count_statements() as statements_run:
                anna.get(f"{address(house.acme, month)}/lots?at=closing")
            said.append(len(statements_run))
        pages = list(every_page(anna, url))

        assert [len(cells(answer, "Earned on")) for answer in pages] == [30, 30]
        assert opened(anna, url) == statement_queries.facts_for(house.acme.id, JUNE).closing_points
        assert said[0] == said[1] <= 30


class TestSavings:
    @pytest.fixture
    def ordered(self, played: Cast) -> Cast:
        """Three orders of June: one paid in part with points, one cancelled before the month ended."""
        stock(played)
        for day, points in ((22, 2_000), (23, 0), (24, 0)):
            with transaction():
                book_now(played, make_order(day=date(2026, 6, day), hall=1, av=1), points=points)
        self.cancel(played, self.orders()[2])
        roll(IN_JULY)
        with transaction():
            statements.make_statement(account_id=played.acme.id, month=JUNE, at=IN_JULY)
        return played

    @staticmethod
    def orders():
        return list(db.session.scalars(select(Booking).order_by(Booking.id)))

    @staticmethod
    def cancel(cast, booking):
        with transaction():
            bookings.cancel_booking(
                public_id=booking.public_id, account_id=cast.acme.id, reason="", by_id=cast.bruno.id, at=NOW
            )

    def test_open_to_orders_that_come_to_them_and_to_their_lines(self, ordered: Cast, client_as):
        anna = client_as(ordered.anna)
        [url] = set(links(anna.get(address(ordered.acme, "2026-06")), "/savings"))
        answer = anna.get(url)

        facts = facts_of(ordered, JUNE)
        assert sum(map(cents, cells(answer, "Discount"))) == facts.discount_cents > 0
        assert sum(map(cents, cells(answer, "Paid with points"))) == facts.points_cents == 2_000
        assert "The same as on the statement" in answer.text
        sheets = links(answer, "/sheet?of=confirmed")
        assert len(sheets) == 2
        listed = [sum(map(cents, cells(anna.get(sheet), "Listed"))) for sheet in sheets]
        assert listed == [cents(each) for each in cells(answer, "Listed")]
        taken = [-sum(map(cents, cells(anna.get(sheet), "Discount"))) for sheet in sheets]
        assert taken == [cents(each) for each in cells(answer, "Discount")]

    def test_stay_what_they_were_when_an_order_is_cancelled_later(self, ordered: Cast, client_as):
        before = facts_of(ordered, JUNE)
        self.cancel(ordered, self.orders()[0])
        answer = client_as(ordered.anna).get(f"{address(ordered.acme, '2026-06')}/savings")

        assert sum(map(cents, cells(answer, "Discount"))) == before.discount_cents
        assert "The same as on the statement" in answer.text
        assert answer.text.count("cancelled since") == 1
        assert facts_of(ordered, JUNE) == before

    def test_of_a_statement_made_before_orders_were_kept_with_it_say_what_they_come_to_now(
        self, ordered: Cast
    ):
        old = replace(facts_of(ordered, JUNE), orders=None, company=None)
        plain = {name: kept for name, kept in old.to_json().items() if name not in {"orders", "company"}}
        now = {str(each.public_id): each for each in statement_queries.saved_orders(ordered.acme.id, JUNE)}

        assert Facts.from_json(plain) == old
        assert rules.saved(rules.order_lines(old.orders, now)).discount_cents == old.discount_cents

    def test_are_open_to_their_orders_only_within_reach(self, ordered: Cast, client_as):
        path = f"{address(ordered.acme, '2026-06')}/savings"

        assert len(links(client_as(ordered.lidia).get(path), "/sheet?of=confirmed")) == 2
        for booking in self.orders():
            booking.property_id = ordered.townhouse.id
        db.session.commit()
        assert links(client_as(ordered.gleb).get(path), "/sheet") == []
