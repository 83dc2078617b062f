"""Long statements on paper, by the worker; two who make or print one at once."""

from types import SimpleNamespace

import pytest
from sqlalchemy import insert

from portal.database import db, transaction
from portal.documents.rendering import DocumentRefused
from portal.programme.statements import actions, queries, rules
from tests.cast import NOW, Cast
from tests.documents import papers
from tests.programme.test_months import MAY, played, roll
from tests.programme.test_statements import address, make
from tests.races import meet_before, race, stopped_by_the_database

__all__ = ["played"]


def insert_unguarded(model):
    """An insert that minds no other."""
    statement = insert(model)
    return SimpleNamespace(on_conflict_do_nothing=lambda: statement)


@pytest.mark.engines("sqlite")
class TestALongStatement:
    @pytest.fixture
    def long(self, played: Cast, monkeypatch) -> Cast:
        """Two movements are many."""
        monkeypatch.setattr(rules, "PRINTED_AT_ONCE", 1)
        roll()
        return played

    def ordered(self, client, path):
        form = client.get(path).page.form("/paper")
        return client.post(form.action, data=dict(form.fields)).location

    @pytest.mark.parametrize("is_made", [True, False])
    def test_is_printed_by_the_worker_and_kept(self, long: Cast, client_as, run, is_made):
        if is_made:
            make(long, MAY)
        anna, path = client_as(long.anna), address(long.acme, "2026-05", ".pdf")
        page = anna.get(path).page
        job = self.ordered(anna, path)
        run("worker", "--drain")

        [paper] = [link for link in anna.get(job).page.links if link.startswith("/papers/")]
        printed = anna.get(paper).data
        again = anna.get(path)
        assert page.h1.startswith("This statement has ")
        assert papers.faults(printed) == []
        assert again.mimetype == ("application/pdf" if is_made else "text/html")
        if is_made:
            assert again.data == printed

    def test_is_nobody_elses(self, long: Cast, client_as):
        anna, carla = client_as(long.anna), client_as(long.carla)
        form = anna.get(address(long.acme, "2026-05", ".pdf")).page.form("/paper")

        token = dict(carla.get("/me").page.forms[0].fields)["csrf_token"]
        assert carla.post(form.action, data=dict(form.fields) | {"csrf_token": token}).status_code == 404

    def test_of_too_many_movements_is_offered_as_a_table(self, long: Cast, client_as, run, monkeypatch):
        anna, path = client_as(long.anna), address(long.acme, "2026-05", ".pdf")
        job = self.ordered(anna, path)
        monkeypatch.setattr(rules, "MOST_PRINTED", 1)
        run("worker", "--drain")

        page = anna.get(path).page
        assert "That is more than a paper holds" in page.text
        assert any(link.endswith("/points.csv") for link in page.links)
        assert [form for form in page.forms if form.action.endswith("/paper")] == []
        assert "Take the table of its movements instead" in anna.get(job).page.text

    def test_that_cannot_be_printed_is_a_page_that_says_so(self, played: Cast, client_as, monkeypatch):
        def refuse(*given, **named):
            raise DocumentRefused

        roll()
        monkeypatch.setattr(actions.rendering, "pdf", refuse)
        answer = client_as(played.anna).get(address(played.acme, "2026-05", ".pdf"))

        assert answer.status_code == 406
        assert "This document could not be printed" in answer.page.text


class TestAtOnce:
    """Real threads; what is made or printed by two is one, and both read that one."""

    def two(self, app, go):
        found = race(app, go, go)
        db.session.rollback()
        return found

    def test_made_by_two_is_one(self, app, played: Cast, monkeypatch):
        roll()
        account_id = played.acme.id
        db.session.commit()
        meet_before(monkeypatch, queries, "facts_now")

        def go():
            with transaction():
                made = actions.make_statement(account_id=account_id, month=MAY, at=NOW)
                return made.public_id

        first, second = self.two(app, go)

        assert first == second == queries.statement_of(account_id, MAY).public_id

    @pytest.mark.engines("postgresql")
    def test_made_by_two_would_be_refused_to_one_without_the_guard(self, app, played: Cast, monkeypatch):
        roll()
        account_id = played.acme.id
        db.session.commit()
        meet_before(monkeypatch, queries, "facts_now")
        monkeypatch.setattr(actions, "_insert", insert_unguarded)

        def go():
            with transaction():
                return actions.make_statement(account_id=account_id, month=MAY, at=NOW).public_id

        assert stopped_by_the_database(self.two(app, go)) == 1

    def test_printed_by_two_is_handed_out_as_one(self, app, played: Cast, client_as, monkeypatch):
        roll()
        made = make(played, MAY)
        anna, bruno = client_as(played.anna), client_as(played.bruno)
        path = address(played.acme, "2026-05", ".pdf")
        prints = iter((b"%PDF-one", b"%PDF-two"))
        monkeypatch.setattr(actions.rendering, "pdf", lambda *given, **named: next(prints))
        meet_before(monkeypatch, actions, "keep_paper")

        found = race(app, lambda: anna.get(path).data, lambda: bruno.get(path).data)

        db.session.rollback()
        assert found[0] == found[1] == queries.paper_of(made.id, "en")
