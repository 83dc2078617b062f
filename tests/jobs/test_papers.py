"""Papers: ordered once, printed once, each failing alone, kept for their owner and no longer."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.database import db, transaction
from portal.documents import rendering
from portal.jobs.cli import Worker
from portal.jobs.models import Job, JobState
from portal.jobs.papers import actions, handlers
from portal.jobs.papers.models import Paper
from portal.jobs.papers.rules import Made
from tests.cast import NOW
from tests.races import race

PAGE = "<!doctype html><html lang=en><title>A paper</title><h1>%s</h1>"


def _make(context):
    return Made("paper.pdf", rendering.from_html(PAGE % context.payload["said"]))


@pytest.fixture
def order(registry, cast):
    """Order a paper of the test's own kind for Lidia."""
    registry.handlers["test.paper"] = handlers.printer(title="A paper", make=_make)

    def go(said="Good day", *, token=None, owner=None):
        with transaction():
            return actions.order_paper(
                kind="test.paper", payload={"said": said}, token=token or uuid.uuid4(),
                owner_id=(owner or cast.lidia).id, at=NOW,
            )  # fmt: skip

    return go


def papers():
    db.session.rollback()
    return db.session.scalars(select(Paper).order_by(Paper.id)).all()


class TestOrdering:
    def test_twice_with_one_form_is_once_and_another_wish_is_another_order(self, order):
        token = uuid.uuid4()

        assert order(token=token).id == order(token=token).id
        assert order("Good night", token=token).id != order(token=token).id

    def test_at_once_from_two_threads_is_one_order(self, app, order, cast):
        token, owner = uuid.uuid4(), cast.lidia.id

        def go():
            with transaction():
                return actions.order_paper(
                    kind="test.paper", payload={"said": "x"}, token=token, owner_id=owner, at=NOW
                ).id

        assert len(set(race(app, go, go, go))) == 1


class TestPrinting:
    def test_by_two_workers_at_once_gives_one_file(self, app, order):
        order()

        race(app, lambda: Worker(app, "one").drain(), lambda: Worker(app, "two").drain())

        [paper] = papers()
        assert paper.content.startswith(b"%PDF")
        assert paper.expires_at == paper.made_at + timedelta(days=7)

    def test_fails_alone_with_its_sentence(self, app, order):
        hostile = order("<img src='file:///etc/passwd'>")
        huge = order("x" * 10_000_000)
        good = order("Good day")

        Worker(app, "a worker").drain()

        [paper] = papers()
        assert paper.job_id == good.public_id
        for failed in (hostile, huge):
            job = db.session.scalars(select(Job).where(Job.id == failed.id)).one()
            assert job.state is JobState.FAILED
            assert "could not be printed" in job.refusal["en"]
            assert "не удалось" in job.refusal["ru"]


class TestKeeping:
    def test_is_for_the_owner_alone(self, app, order, client_as, cast):
        order()
        Worker(app, "a worker").drain()
        [paper] = papers()
        address = f"/papers/{paper.public_id}"

        assert client_as(cast.lidia).get(address).status_code == 200
        assert client_as(cast.ada).get(address).status_code == 404

    def test_ends_after_seven_days(self, app, order, client_as, cast, clock):
        order()
        Worker(app, "a worker").drain()
        [paper] = papers()
        clock.set(paper.expires_at)

        assert client_as(cast.lidia).get(f"/papers/{paper.public_id}").status_code == 410
        with transaction():
            assert actions.throw_away(at=clock.at - timedelta(seconds=1)) == 0
            assert actions.throw_away(at=clock.at) == 1
        assert papers() == []
