"""The rest of the test bench: the statement counter, the race, the windows."""

import threading

import pytest
from flask import render_template_string
from sqlalchemy import func, select

from portal.database import db
from portal.people.models import Person
from tests.cast import person
from tests.races import race
from tests.statements import QueryWhileRendering, assert_same_statements, count_statements


def count_people():
    return db.session.scalar(select(func.count()).select_from(Person))


class TestDatabase:
    """Each of these leaves rows behind; none of them may find those of another."""

    @pytest.mark.parametrize("_round", [1, 2])
    def test_is_as_the_migrations_left_it(self, app, save, _round):
        before = count_people()

        save(person("Somebody", "somebody@example.com"))

        assert before == 0
        assert count_people() == 1

    @pytest.mark.parametrize("_round", [1, 2])
    def test_numbers_its_rows_from_the_beginning(self, save, _round):
        assert save(person("Somebody", "somebody@example.com")).id == 1


class TestStatements:
    def test_are_counted_without_the_words_that_begin_and_end(self, app):
        with count_statements() as statements:
            db.session.execute(select(Person))
            db.session.commit()

        assert len(statements) == 1

    def test_while_rendering_are_refused(self, app):
        with app.test_request_context(), pytest.raises(QueryWhileRendering, match="a template ran: SELECT"):
            render_template_string("{{ count() }}", count=count_people)

    def test_for_few_and_for_many_must_be_the_same(self, app, save):
        def arrange(number):
            for _ in range(number):
                save(person("Somebody", None))

        def visit_well():
            db.session.scalars(select(Person)).all()

        def visit_badly():
            for one in db.session.scalars(select(Person)).all():
                db.session.refresh(one)

        assert_same_statements(1, 3, arrange=arrange, visit=visit_well)
        with pytest.raises(AssertionError, match="statements for 1 rows"):
            assert_same_statements(1, 3, arrange=arrange, visit=visit_badly)


class TestRace:
    def test_starts_all_at_once_each_with_a_session_of_its_own(self, app):
        together = threading.Barrier(3, timeout=30)

        def run():
            together.wait()
            return db.session()

        sessions = race(app, run, run, run)

        assert len({id(session) for session in sessions}) == 3

    def test_returns_what_a_runner_raised(self, app):
        def stumble():
            raise LookupError

        results = race(app, stumble, lambda: "home")

        assert isinstance(results[0], LookupError)
        assert results[1] == "home"


@pytest.mark.browser
class TestWindow:
    def test_shows_a_strangers_page(self, page_as):
        page = page_as(None)

        page.goto("/sign-in")

        assert page.locator("h1").count() == 1

    def test_shows_the_page_of_whoever_is_signed_in(self, page_as, cast):
        page = page_as(cast.anna)

        page.goto("/me")

        assert cast.anna.name in page.content()
