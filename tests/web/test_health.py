"""Whether the portal is alive, and whether it is ready to serve."""

import pytest
from sqlalchemy import text

from portal.config import Settings
from portal.database import db
from portal.factory import create_app
from portal.jobs.models import WorkerBeat


@pytest.fixture
def beat(save, clock):
    """A worker was heard of a moment ago."""
    return save(WorkerBeat(worker="a worker", at=clock.at))


class TestAlive:
    def test_answers_without_the_database(self, stranded):
        answer = stranded.get("/healthz")

        assert (answer.status_code, answer.json) == (200, {"status": "ok"})


class TestReady:
    def test_says_that_all_is_well(self, client, beat):
        answer = client.get("/readyz")

        assert answer.status_code == 200
        assert answer.json == {"status": "ok", "database": "ok", "migrations": "ok", "worker": "ok"}

    def test_says_when_the_tables_are_of_another_release(self, client, beat, app):
        db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        db.session.commit()

        answer = client.get("/readyz")

        assert answer.status_code == 503
        assert answer.json["status"] == "not ready"
        assert answer.json["migrations"].startswith("at 0001, wants 00")

    def test_says_when_no_worker_runs(self, client):
        answer = client.get("/readyz")

        assert answer.status_code == 503
        assert "flask worker" in answer.json["worker"]

    def test_says_when_the_database_does_not_answer(self, stranded):
        answer = stranded.get("/readyz")

        assert answer.status_code == 503
        assert answer.json["database"] == "does not answer"
        assert answer.json["migrations"].startswith("at none")
        assert answer.json["worker"] == "could not be asked"

    def test_tells_no_secret(self, stranded):
        assert "hidden" not in stranded.get("/readyz").text


@pytest.fixture(params=["sqlite", "postgresql"])
def stranded(request, tmp_path):
    """A browser at a portal whose database cannot be reached."""
    urls = {
        "sqlite": f"sqlite:///{tmp_path}/no/such/place.sqlite3",
        "postgresql": "postgresql://rapport:hidden@127.0.0.1:1/rapport",
    }
    return create_app(Settings(portal_mode="test", database_url=urls[request.param])).test_client()
