"""The first administrator: from an empty portal to a signed-in person."""

from urllib.parse import urlsplit

from sqlalchemy import select

from portal.database import db
from portal.people.models import Grant, Person

NEW = "four lanterns under a quiet bridge"


def add(run, address="first@circle.example"):
    return run("people", "add-administrator", address, "--name", "Fiona First")


class TestAddAdministrator:
    def test_prints_a_link_that_leads_in(self, app, client, run):
        result = add(run)
        link = urlsplit(result.output.strip()).path

        client.submit(client.get(link).page, link, password=NEW, repeated=NEW)
        client.post("/sign-in", data={"email": "first@circle.example", "password": NEW})

        assert result.exit_code == 0
        assert result.output.startswith(app.extensions["settings"].base_url)
        assert client.get("/people").status_code == 200

    def test_gives_the_role_once_and_a_new_link_each_time(self, app, run):
        links = [add(run).output for _ in range(2)]

        assert links[0] != links[1]
        assert len(db.session.scalars(select(Grant)).all()) == 1
        assert len(db.session.scalars(select(Person)).all()) == 1

    def test_takes_somebody_who_is_there_already(self, cast, run):
        add(run, "Lidia@circle.example")

        statement = select(Grant.role).where(Grant.person_id == cast.lidia.id).order_by(Grant.id)
        assert db.session.scalars(statement).all() == ["loyalty_manager", "administrator"]

    def test_refuses_whoever_has_left(self, cast, run, clock):
        cast.lidia.left_at = clock.at

        result = add(run, "lidia@circle.example")

        assert result.exit_code != 0
        assert "has left" in result.output
