"""Batches of statements: one for each account, told of once; stopped, they wait for a person."""

from datetime import date

import pytest
from sqlalchemy import func, select

from portal.database import db, transaction
from portal.jobs import actions as jobs
from portal.jobs.cli import Worker
from portal.programme.statements import actions, handlers, queries
from portal.programme.statements.models import AccountStatement
from portal.programme.statements.rules import BATCH_JOB
from tests.cast import NOW, Cast
from tests.programme.test_months import IN_JULY, JUNE, MAY, played, roll
from tests.programme.test_statements import APRIL, address, letters
from tests.statements import count_statements

__all__ = ["played"]


def batch(run, clock):
    """The worker of the second of July: June is closed and its statements are made."""
    clock.set(IN_JULY)
    roll(IN_JULY)
    run("worker", "--drain")  # plans what comes again
    clock.advance(hours=2)
    run("worker", "--drain")


def order(lidia, month):
    """Ask for the statements of a month on the page of the batches."""
    page = lidia.get("/programme/statements").page
    form = next(form for form in page.forms if form.action.endswith("/programme/statements"))
    return lidia.post("/programme/statements", data=dict(form.fields) | {"month": month})


class TestTheBatch:
    def test_makes_one_for_each_account_and_tells_its_administrators_once(self, played: Cast, clock, run):
        batch(run, clock)
        made = {batch.month: batch.made for batch in queries.batches(limit=2)}
        told = [letter.to_address for letter in letters() if f":{JUNE}:" in letter.dedupe_key]

        with transaction():
            ids = queries.without_statement(JUNE, after_id=0, limit=10)
        # May was closed in the same hour, and is news as well.
        assert (made, ids) == ({MAY: 2, JUNE: 2}, [])
        assert sorted(told) == ["anna@acme.example", "carla@borealis.example"]

    def test_tells_of_what_somebody_looked_at_before(self, played: Cast, client_as, clock, run):
        clock.set(IN_JULY)
        roll(IN_JULY)

        assert client_as(played.lidia).get(address(played.acme, "2026-06", ".pdf")).status_code == 200
        assert db.session.scalar(select(func.count(AccountStatement.id))) == 0
        batch(run, clock)

        assert "anna@acme.example" in [letter.to_address for letter in letters()]

    def test_makes_none_the_second_time(self, played: Cast, clock, run):
        batch(run, clock)
        before = (db.session.scalar(select(func.count(AccountStatement.id))), len(letters()))

        clock.advance(hours=2)
        run("worker", "--drain")

        assert (db.session.scalar(select(func.count(AccountStatement.id))), len(letters())) == before

    def test_of_a_month_long_past_is_made_when_asked_for_and_nobody_is_told(
        self, played: Cast, client_as, run
    ):
        roll()
        lidia = client_as(played.lidia)
        ordered = order(lidia, "2026-03")
        run("worker", "--drain")

        assert "Done" in lidia.get(ordered.location).page.text
        assert queries.statement_of(played.acme.id, date(2026, 3, 1)) is not None
        assert [letter for letter in letters() if "2026-03" in letter.dedupe_key] == []


class TestAStoppedBatch:
    @pytest.fixture
    def stopped(self, played: Cast, client_as, run) -> Cast:
        """Lidia had ordered May's, and cancelled it before the worker took it up."""
        roll()
        lidia = client_as(played.lidia)
        lidia.post(order(lidia, "2026-05").location + "/cancellation")
        return played

    def test_waits_for_a_person_however_often_the_worker_comes_by(self, stopped: Cast, client_as, clock, run):
        batch(run, clock)

        made = {each.month: (each.made, each.waits) for each in queries.batches(limit=2)}
        assert made == {MAY: (0, True), JUNE: (2, False)}
        lidia, oskar = client_as(stopped.lidia), client_as(stopped.oskar)
        assert "stopped on 15 June 2026, waits for you" in lidia.get("/programme/statements").page.text
        assert "waits for you" not in oskar.get("/programme/statements").page.text

    def test_goes_on_when_somebody_asks_and_waits_no_more(self, stopped: Cast, client_as, run):
        lidia = client_as(stopped.lidia)
        order(lidia, "2026-05")
        run("worker", "--drain")

        [may] = queries.batches(limit=1)
        assert (may.month, may.made, may.missing, may.waits) == (MAY, 2, 0, False)
        assert "stopped on" not in lidia.get("/programme/statements").page.text

    def test_of_nobody_stops_every_month_that_it_would_have_made(self, played: Cast, client_as, clock, run):
        clock.set(IN_JULY)
        roll(IN_JULY)
        with transaction():
            job = jobs.enqueue(kind=BATCH_JOB, payload={"due_at": IN_JULY.isoformat()}, at=IN_JULY)
        client_as(played.ada).post(f"/jobs/{job.public_id}/cancellation")

        assert queries.stops([APRIL, MAY, JUNE]) == {MAY, JUNE}

    def test_is_noted_when_the_worker_was_at_it(self, played: Cast, client_as, app, monkeypatch):
        roll()
        lidia = client_as(played.lidia)
        url = order(lidia, "2026-05").location
        real = handlers.queries.without_statement

        def cancelled_meanwhile(*given, **named):
            monkeypatch.setattr(handlers.queries, "without_statement", real)
            lidia.post(f"{url}/cancellation")
            return real(*given, **named)

        monkeypatch.setattr(handlers.queries, "without_statement", cancelled_meanwhile)
        Worker(app, "a worker").drain()

        db.session.rollback()
        assert queries.stops([MAY]) == {MAY}
        assert queries.statement_of(played.acme.id, MAY) is None

    def test_of_a_month_that_is_open_stops_nothing(self, played: Cast):
        roll()
        handlers.make_batch.__job__.when_cancelled({"month": "2026-06-01"}, NOW)

        assert queries.stops([JUNE]) == set()


class TestTheListOfBatches:
    def test_counts_each_account_once_though_another_worker_makes_them_meanwhile(
        self, played: Cast, app, client_as, monkeypatch
    ):
        roll(IN_JULY)
        order(client_as(played.lidia), "2026-05")
        real = queries.number_without

        def made_meanwhile(month):
            found = real(month)
            with transaction():
                for account in (played.acme, played.borealis):
                    actions.make_statement(account_id=account.id, month=month, at=IN_JULY)
            return found

        monkeypatch.setattr(handlers.queries, "number_without", made_meanwhile)
        Worker(app, "a worker").drain()

        db.session.rollback()
        may = next(each for each in queries.batches(limit=4) if each.month == MAY)
        assert (may.made, may.missing) == (2, 0)

    def test_tells_of_each_month_how_many_are_made_and_missing_in_one_statement(
        self, played: Cast, client_as, run
    ):
        roll(IN_JULY)
        order(client_as(played.lidia), "2026-03")
        run("worker", "--drain")
        with transaction():
            actions.make_statement(account_id=played.borealis.id, month=MAY, at=IN_JULY)
            actions.begin_batch(month=MAY, accounts=queries.number_without(MAY) + 1, at=IN_JULY)

        with count_statements() as said:
            found = queries.batches(limit=4)

        assert len(said) == 1
        assert [(each.month, each.made, each.missing) for each in found] == [
            (JUNE, 0, None), (MAY, 1, 1), (APRIL, 0, None), (date(2026, 3, 1), 1, 0)
        ]  # fmt: skip
        page = client_as(played.lidia).get("/programme/statements").page
        assert len([form for form in page.forms if form.action.endswith("/programme/statements")]) == 5

    def test_of_which_none_is_begun_says_so_and_offers_to(self, played: Cast, client_as):
        roll()

        assert "not begun" in client_as(played.lidia).get("/programme/statements").page.text
