"""Statements: one for each account and month, kept, told of once, and the same ever after."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from portal.database import db, transaction
from portal.derivation import recompute
from portal.outbox.models import Letter
from portal.programme.chain.rules import Bucket
from portal.programme.statements import actions, queries, words
from portal.programme.statements.models import AccountStatement, StatementPaper
from portal.programme.statements.rules import Facts
from portal.stays.models import Stay
from portal.web import formats
from tests.cast import NOW, Cast
from tests.documents import papers
from tests.programme.test_months import IN_JULY, JUNE, MAY, played, roll
from tests.programme.told import Told
from tests.statements import count_statements

__all__ = ["played"]
JANUARY, APRIL = date(2026, 1, 1), date(2026, 4, 1)


def address(account, month="", suffix=""):
    return f"/accounts/{account.public_id}/statements" + (f"/{month}{suffix}" if month else "")


def letters(app_locale="en"):
    statement = select(Letter).where(
        Letter.template == "programme/statement_is_there", Letter.locale == app_locale
    )
    return list(db.session.scalars(statement))


def make(played: Cast, month: date) -> AccountStatement:
    with transaction():
        return actions.make_statement(account_id=played.acme.id, month=month, at=NOW)


class TestFacts:
    def test_of_two_months_in_a_row_fit_each_other_and_their_movements(self, played: Cast):
        roll(IN_JULY)
        facts = [queries.facts_for(played.acme.id, month) for month in (APRIL, MAY, JUNE)]

        for earlier, later in pairwise(facts):
            assert later.opening == earlier.closing
        for told in facts:
            moves = queries.every_move(played.acme.id, told, zone=played.seaside.zone)
            assert len(moves) == told.moved
            assert told.opening_points + sum(move.change for move in moves) == told.closing_points
            assert sum(points for _day, points in told.expiries) == told.closing_points
        assert facts[-1].closing[Bucket.SPENT] == 500

    def test_survive_being_frozen(self, played: Cast):
        roll()
        facts = queries.facts_for(played.acme.id, MAY)

        assert Facts.from_json(facts.to_json()) == facts

    def test_count_the_window_that_ends_with_the_month(self, played: Cast, told: Told):
        """Each review is held on the first: none of them has seen the month, and Borealis has no record."""
        told.new_import()
        told.stay(played.borealis, "B2", arrival=date(2026, 5, 10), nights=12, cents=120_000)
        told.play(played.borealis, as_of=date(2026, 6, 14))
        roll()

        facts = queries.facts_for(played.borealis.id, MAY)

        assert recompute(facts.standing).value.slept_nights == 2 + 12
        assert facts.standing["inputs"]["as_of"] == "2026-05-31"
        assert words.lacks(facts) == "To Silver: €1,100 of any eligible spend."

    def test_are_worth_what_a_point_pays(self, played: Cast):
        roll()
        facts = replace(queries.facts_for(played.acme.id, MAY), point_value_cents=2)

        assert facts.closing_cents == 2 * facts.closing_points
        assert formats.cents(facts.closing_cents) in words.finding(facts)

    def test_frozen_before_a_point_had_a_price_are_read(self, played: Cast):
        roll()
        plain = queries.facts_for(played.acme.id, MAY).to_json()
        del plain["point_value_cents"]

        assert Facts.from_json(plain).closing_cents == Facts.from_json(plain).closing_points

    def test_are_none_of_an_open_month_nor_before_the_first(self, played: Cast):
        roll()

        for month in (JUNE, date(2019, 1, 1)):
            assert queries.facts_for(played.acme.id, month) is None


class TestThePages:
    @pytest.mark.parametrize("locale", ["en", "ru"])
    @pytest.mark.parametrize("name", ["anna", "bruno", "lidia"])
    def test_are_open_to_whoever_reads_the_points(self, played: Cast, client_as, name, locale):
        roll()
        who = getattr(played, name)
        who.locale = locale

        found = [client_as(who).get(address(played.acme, month)).status_code for month in ("", "2026-05")]

        assert found == [200, 200]

    def test_of_another_company_are_not_found(self, played: Cast, client_as):
        roll()
        carla = client_as(played.carla)

        for month, suffix in (("", ""), ("2026-05", ""), ("2026-05", ".pdf")):
            assert carla.get(address(played.acme, month, suffix)).status_code == 404

    def test_before_anything_was_closed_say_so(self, house: Cast, client_as):
        assert "No statement yet" in client_as(house.anna).get(address(house.acme)).page.text
        assert client_as(house.anna).get(address(house.acme, "2026-05")).status_code == 404

    def test_open_each_movement_to_its_sheet(self, played: Cast, client_as):
        roll()
        anna = client_as(played.anna)

        links = [
            link for link in anna.get(address(played.acme, "2026-05")).page.links if "/why/entry/" in link
        ]

        facts = queries.facts_for(played.acme.id, MAY)
        assert len(links) == facts.moved
        assert {anna.get(link).status_code for link in links} == {200}

    def test_ask_the_database_no_more_of_many_movements(self, played: Cast, client_as):
        roll()
        anna, said = client_as(played.anna), []
        anna.get(address(played.acme, "2026-04"))

        for month in ("2026-04", "2026-01"):
            with count_statements() as statements:
                anna.get(address(played.acme, month))
            said.append(len(statements))

        moved = [queries.facts_for(played.acme.id, month).moved for month in (APRIL, JANUARY)]
        assert moved[0] != moved[1]
        assert said[0] == said[1]


class TestAStatement:
    def test_stays_what_it_was_when_something_comes_late(self, played: Cast, told: Told, client_as):
        roll()
        make(played, MAY)
        anna = client_as(played.anna)
        before = anna.get(address(played.acme, "2026-05", ".pdf")).data
        told.new_import()
        told.stay(played.acme, "late", arrival=date(2026, 5, 20), nights=2, cents=50_000)
        told.play(played.acme, as_of=date(2026, 6, 14))
        roll()

        assert anna.get(address(played.acme, "2026-05", ".pdf")).data == before
        roll(IN_JULY)
        assert queries.facts_for(played.acme.id, JUNE).closing_points > 5_350

    def test_made_twice_at_once_is_one(self, played: Cast):
        roll()
        with transaction():
            first = actions.make_statement(account_id=played.acme.id, month=MAY, at=NOW)
        with transaction():
            second = actions.make_statement(account_id=played.acme.id, month=MAY, at=IN_JULY)
            actions.keep_paper(statement_id=first.id, locale="en", content=b"a", at=NOW)
            actions.keep_paper(statement_id=first.id, locale="en", content=b"b", at=NOW)

        assert first.public_id == second.public_id
        assert queries.paper_of(first.id, "en") == b"a"

    def test_is_for_good(self, played: Cast):
        roll()
        with transaction():
            made = actions.make_statement(account_id=played.acme.id, month=MAY, at=NOW)
            actions.keep_paper(statement_id=made.id, locale="en", content=b"a", at=NOW)

        for spoil in (delete(StatementPaper), update(AccountStatement).values(made_at=IN_JULY)):
            with pytest.raises(DBAPIError):
                db.session.execute(spoil)
            db.session.rollback()

    @pytest.mark.engines("sqlite")
    @pytest.mark.parametrize("locale", ["en", "ru"])
    def test_on_paper_has_no_fault_and_says_what_the_page_says(self, played: Cast, client_as, locale):
        roll()
        make(played, MAY)
        played.anna.locale = locale
        anna = client_as(played.anna)

        paper = anna.get(address(played.acme, "2026-05", ".pdf")).data

        assert papers.faults(paper) == []
        with transaction():
            facts = Facts.from_json(queries.statement_of(played.acme.id, MAY).facts)
        assert actions.print_statement(account=played.acme, month=MAY, facts=facts, locale=locale) == paper
        if locale == "en":
            said, page = papers.words(paper), anna.get(address(played.acme, "2026-05")).page.text
            for points in (facts.opening_points, facts.closing_points):
                assert formats.count(points) in said
                assert formats.count(points) in page

    @pytest.mark.engines("sqlite")
    def test_printed_in_two_languages_at_different_times_tells_of_the_same(
        self, played: Cast, told: Told, client_as
    ):
        roll()
        make(played, MAY)
        anna = client_as(played.anna)
        english = papers.words(anna.get(address(played.acme, "2026-05", ".pdf")).data)
        stay = db.session.scalars(
            select(Stay).where(Stay.account_id == played.acme.id, Stay.arrival >= MAY)
        ).one()
        told.change(stay, played.acme, cents=45_000)
        db.session.execute(update(Stay).where(Stay.version == 2).values(arrival=date(2026, 5, 1)))
        played.acme.name, played.anna.locale = "Acme Holding", "ru"
        db.session.commit()

        russian = papers.words(anna.get(address(played.acme, "2026-05", ".pdf")).data)

        assert "Acme Holding" not in russian
        arrived = f"{stay.arrival:%d/%m/%Y}"
        assert english.count(arrived) == russian.count(arrived.replace("/", ".")) > 0
