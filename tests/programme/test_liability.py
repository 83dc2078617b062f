"""The liability and its closes: page, document and workbook say the same."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date

import pytest

from portal.database import db
from portal.programme.liability import actions, queries, rules
from portal.programme.months import queries as months
from portal.programme.months.models import MonthClose
from portal.programme.months.rules import Figures, Forward
from portal.web import formats
from tests.cast import NOW, Cast
from tests.documents import papers
from tests.programme.test_months import IN_JULY, JUNE, MAY, played, roll
from tests.statements import assert_same_statements

__all__ = ["played"]
PAGES = ("", "?tier=silver", "/accounts", "/accounts?tier=silver&state=active&expires=2028-03", "/closes",
         "/closes/2026-05")  # fmt: skip


def figures(*, opening=1_000, value=1, **moved):
    changes = {"issued": {"accrual": 300}, "given_back": 10, "spent": 200, "expired": 50, "taken_back": 5}
    return Figures(JUNE, Forward(opening, **{**changes, **moved}), 0, (), value, 10_000, 1)


class TestRollForward:
    def test_leads_from_the_opening_to_the_closing(self):
        rows = rules.roll_forward(figures(), opening_cents=1_000)

        assert rows[-1].points == 1_000 + 300 + 10 - 200 - 50 - 5
        assert sum(row.points for row in rows[:-1]) == rows[-1].points
        assert sum(row.cents for row in rows[:-1]) == rows[-1].cents

    def test_puts_another_cost_of_a_point_in_a_line_of_its_own(self):
        rows = {row.code: row.cents for row in rules.roll_forward(figures(value=2), opening_cents=1_000)}

        assert rows["revaluation"] == 1_000
        assert rows["closing"] == 2 * 1_055

    @pytest.mark.parametrize("spent", [0, 200, 900])
    def test_is_booked_with_as_much_debit_as_credit(self, spent):
        lines = rules.booking(rules.roll_forward(figures(spent=spent), opening_cents=1_000))

        assert sum(line.debit_cents for line in lines) == sum(line.credit_cents for line in lines)
        liability = lines[-1].credit_cents - lines[-1].debit_cents
        assert liability == 300 + 10 - spent - 50 - 5

    def test_foots_where_somebody_owes_points(self):
        found = replace(figures(), owed=700)
        living, owed, closing = rules.footing(found)

        assert living.points + owed.points == found.living - 700
        assert living.cents + owed.cents == closing.cents == found.cost_cents(found.forward.closing)

    def test_books_what_was_taken_over_and_goodwill_apart_from_what_was_earned(self):
        found = figures(issued={"accrual": 300, "credit": 40, "opening": 5_000})

        lines = {line.code: line.credit_cents - line.debit_cents for line in booked(found)}

        assert (lines["taken_over"], lines["revenue.credited"], lines["revenue.issued"]) == (
            -5_000,
            -40,
            -300,
        )
        assert sum(lines.values()) == 0


def booked(found):
    return rules.booking(rules.roll_forward(found, opening_cents=1_000))


class TestThePages:
    @pytest.mark.parametrize("locale", ["en", "ru"])
    def test_are_open_before_anything_was_added_up(self, house: Cast, client_as, locale):
        house.lidia.locale = locale

        found = [client_as(house.lidia).get(f"/programme/liability{path}").status_code for path in PAGES]

        assert found == [200, 200, 200, 200, 200, 404]

    @pytest.mark.parametrize("locale", ["en", "ru"])
    def test_are_open_in_both_languages(self, played: Cast, client_as, locale):
        roll()
        played.lidia.locale = locale

        found = [client_as(played.lidia).get(f"/programme/liability{path}").status_code for path in PAGES]

        assert found == [200] * 6

    def test_names_companies_with_their_points_and_of_those_within_reach_only(self, played: Cast, client_as):
        roll()
        everybody = client_as(played.lidia).get("/programme/liability/accounts").page.text
        gleb = client_as(played.gleb).get("/programme/liability/accounts?state=active").page.text

        assert everybody.index("Acme Logistics") < everybody.index("Borealis Foods")
        assert formats.count(5_350) in everybody
        assert "Acme Logistics" in gleb

    def test_ask_the_database_no_more_of_many_closes(self, played: Cast, client_as, save):
        roll()
        lidia, months_made = client_as(played.lidia), iter(range(1, 40))
        plain = months.close_of(MAY).figures

        def arrange(number):
            for _each in range(number):
                month = date(2000 + next(months_made), 1, 1)
                save(
                    MonthClose(
                        month=month, closed_at=NOW, figures=plain, heads_hash="", prev_hash="", hash=""
                    )
                )

        assert_same_statements(2, 9, arrange=arrange, visit=lambda: lidia.get("/programme/liability/closes"))

    def test_a_month_that_is_none_is_not_found(self, played: Cast, client_as):
        roll()

        for month in ("2026-06", "2026-13", "may", "2026-05.csv"):
            assert client_as(played.lidia).get(f"/programme/liability/closes/{month}").status_code == 404


class TestClosingByHand:
    def test_is_offered_when_the_month_is_over_and_done_by_the_worker(
        self, played: Cast, client_as, clock, run
    ):
        roll()
        too_early = client_as(played.lidia).get("/programme/liability/closes").page.forms
        assert not [form for form in too_early if "/closes" in form.action]
        clock.set(IN_JULY.replace(day=1, hour=2))
        lidia = client_as(played.lidia)
        page = lidia.get("/programme/liability/closes").page

        ordered = lidia.submit(page, "/closes")
        run("worker", "--drain")

        assert "Done" in lidia.get(ordered.location).page.text
        db.session.expire_all()
        assert months.close_of(JUNE).closed_by_id == played.lidia.id
        assert "Lidia Sokolova" in lidia.get("/programme/liability/closes/2026-06").page.text


class TestTheClose:
    @pytest.mark.engines("sqlite")
    @pytest.mark.parametrize("locale", ["en", "ru"])
    def test_on_paper_has_no_fault_and_the_same_bytes_twice(self, played: Cast, client_as, locale):
        roll()
        played.lidia.locale = locale
        lidia = client_as(played.lidia)

        first, second = (lidia.get("/programme/liability/closes/2026-05.pdf").data for _twice in range(2))

        assert papers.faults(first) == []
        assert first == second

    @pytest.mark.engines("sqlite")
    def test_says_the_same_on_page_paper_and_in_the_workbook(self, played: Cast, client_as):
        roll()
        lidia, told = client_as(played.lidia), queries.closed(MAY)
        forward = actions.tables(told)["forward"]
        book = lidia.get("/programme/liability/closes/2026-05.xlsx").data
        with zipfile.ZipFile(io.BytesIO(book)) as sheets:
            found = re.findall(r"<v>(-?[\d.]+)</v>", sheets.read("xl/worksheets/sheet1.xml").decode())
        numbers = {float(number) for number in found}
        page = lidia.get("/programme/liability/closes/2026-05").page.text
        paper = papers.words(lidia.get("/programme/liability/closes/2026-05.pdf").data)

        for row in forward:
            assert {row.points, row.cents / 100} <= numbers
            for said in (formats.count(abs(row.points)), formats.cents(row.cents)):
                assert said in page
                assert said in paper
