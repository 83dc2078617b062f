"""A new address to sign in with: asked for with the password, confirmed from its own mail box."""

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.database import db
from portal.people.models import Person
from tests.cast import PASSWORD

NEW = "anna.keller@acme.example"


def ask(client, *, email=NEW, current=PASSWORD):
    return client.submit(client.get("/me/address").page, "/me/address", email=email, current=current)


@pytest.fixture
def link(cast, client_as, link_to):
    ask(client_as(cast.anna))
    return link_to(NEW)


def confirm(client, link):
    return client.submit(client.get(link).page, link)


def address_of(someone):
    return db.session.scalars(select(Person.email).where(Person.id == someone.id)).one()


class TestAskForANewAddress:
    def test_writes_to_the_new_one_and_changes_nothing_yet(self, cast, client_as, letters_to):
        answer = ask(client_as(cast.anna))

        assert answer.status_code == 302
        assert len(letters_to(NEW)) == 1
        assert address_of(cast.anna) == "anna@acme.example"

    def test_needs_the_password(self, cast, client_as, letters_to):
        answer = ask(client_as(cast.anna), current="not it")

        assert answer.status_code == 422
        assert "This is not your current password." in answer.page.text
        assert letters_to(NEW) == []

    def test_does_not_tell_whether_an_address_is_in_use(self, cast, client_as, letters_to):
        free = ask(client_as(cast.anna))
        taken = ask(client_as(cast.anna), email="bruno@acme.example")

        assert (free.status_code, free.location) == (taken.status_code, taken.location)
        letter = letters_to("bruno@acme.example")[0]
        assert letter.subject == "This address is in use already"
        assert "/address/" not in letter.text

    def test_reads_an_address_as_one(self, cast, client_as):
        answer = ask(client_as(cast.anna), email="anna at acme")

        assert "Enter an address such as anna@company.com." in answer.page.text


class TestConfirm:
    def test_makes_the_new_address_the_one_to_sign_in_with(self, app, cast, client, link):
        confirm(client, link)

        def signs_in(email):
            data = {"email": email, "password": PASSWORD}
            return app.test_client().post("/sign-in", data=data).status_code == 302

        assert signs_in(NEW)
        assert not signs_in("anna@acme.example")

    def test_tells_the_old_address_and_the_audit(self, cast, client, link, letters_to):
        confirm(client, link)

        assert letters_to("anna@acme.example")[0].subject == "Your address was changed"
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "person.change_address")
        ).one()
        assert "acme" not in str(entry.details)

    def test_changes_nothing_when_the_link_is_merely_looked_at(self, cast, client, link):
        client.get(link)

        assert address_of(cast.anna) == "anna@acme.example"

    def test_works_once(self, cast, client, link):
        confirm(client, link)

        assert client.get(link).page.h1 == "This link has been used"
        assert client.post(link).status_code == 410

    @pytest.mark.parametrize(("seconds", "status"), [(86_399, 200), (86_400, 410)])
    def test_lives_for_a_day(self, client, link, clock, seconds, status):
        clock.advance(seconds=seconds)

        assert client.get(link).status_code == status

    def test_refuses_what_somebody_else_took_meanwhile(self, cast, client, link, save):
        cast.bruno.email = NEW

        answer = client.post(link)

        assert answer.status_code == 302
        assert address_of(cast.anna) == "anna@acme.example"
        assert address_of(cast.bruno) == NEW

    def test_kills_links_that_went_to_the_old_address(self, cast, client, run, link, link_to):
        client.post("/password/forgotten", data={"email": "anna@acme.example"})
        run("worker", "--drain")
        reset = link_to("anna@acme.example")

        confirm(client, link)

        assert client.get(reset).status_code == 410

    def test_knows_no_link_that_was_made_up(self, client, cast):
        assert client.get("/address/" + "x" * 43).status_code == 404
        assert client.post("/address/" + "x" * 43).status_code == 404
