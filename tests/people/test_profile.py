"""A person's own page: how they are called, who looked, and all their data to take away."""

import json

import pytest
from sqlalchemy import select

from portal.audit import actions as audit
from portal.audit.models import AuditEntry
from portal.database import db, transaction
from portal.people.models import Person
from tests.statements import assert_same_statements


class TestMyProfile:
    def save(self, client, **values):
        return client.submit(client.get("/me").page, "/me", **values)

    @pytest.fixture
    def form_of(self, client_as):
        def find(client):
            return next(form for form in client.get("/me").page.forms if form.action == "/me")

        return find

    def test_takes_a_name_a_language_a_look_and_shortcuts(self, cast, client_as, form_of):
        client = client_as(cast.anna)
        data = form_of(client).filled({"name": "Anna K.", "locale": "ru", "theme": "dark"})
        data.pop("shortcuts", None)

        client.post("/me", data=data)

        anna = db.session.get(Person, cast.anna.id)
        assert (anna.name, anna.locale, anna.theme, anna.shortcuts) == ("Anna K.", "ru", "dark", False)
        page = client.get("/me").page
        assert page.all("html")[0].get("lang") == "ru"
        assert page.all("html")[0].get("data-theme") == "dark"
        assert page.all("html")[0].get("data-shortcuts") == "off"

    def test_is_found_under_the_new_name(self, cast, client_as, form_of):
        client = client_as(cast.anna)

        client.post("/me", data=form_of(client).filled({"name": "Анна Цветкова"}))

        assert "Анна Цветкова" in client_as(cast.ada).get("/people?q=tsvetkova").page.text

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"name": ""}, "Enter your name."),
            ({"name": "   "}, "Enter your name."),
            ({"name": "x" * 121}, "Field cannot be longer than 120 characters."),
            ({"locale": "xx"}, "Not a valid choice."),
            ({"theme": "neon"}, "Not a valid choice."),
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was(self, cast, client_as, form_of, values, said):
        client = client_as(cast.anna)

        answer = client.post("/me", data=form_of(client).filled(values))

        assert answer.status_code == 422
        assert said in answer.page.text
        assert db.session.get(Person, cast.anna.id).name == "Anna Keller"

    def test_writes_down_what_changed_but_not_to_what(self, cast, client_as, form_of):
        client = client_as(cast.anna)

        client.post("/me", data=form_of(client).filled({"name": "Anna K."}))
        client.post("/me", data=form_of(client).filled({}))

        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "person.change_profile")
        ).one()
        assert entry.details == {"changed": ["name"]}

    def test_shows_roles_in_force_alone(self, cast, client_as, clock):
        text = client_as(cast.dario).get("/me").page.text

        assert "Front desk" in text
        assert "Employee" in text


class TestTheTopBar:
    def test_remembers_language_and_theme_for_the_person(self, cast, client_as):
        client = client_as(cast.anna)

        client.post("/language", data={"locale": "ru", "next": "/me"})
        client.post("/theme", data={"theme": "dark", "next": "/me"})

        anna = db.session.get(Person, cast.anna.id)
        assert (anna.locale, anna.theme) == ("ru", "dark")

    def test_leads_a_stranger_back_to_our_own_pages_alone(self, client, app):
        answer = client.post("/language", data={"locale": "ru", "next": "//evil.example"})

        assert answer.location == "/"

    def test_leads_the_administrator_to_people_first(self, cast, client_as):
        client = client_as(cast.ada)

        answer = client.get("/")

        assert answer.location == "/people"
        assert client.get(answer.location).status_code == 200


class TestWhoLookedAtMyData:
    @pytest.fixture
    def look(self, cast, clock):
        def once(viewer, page="people.person", count=1):
            with transaction():
                for _ in range(count):
                    audit.record_sight(viewer_id=viewer.id, subject_id=cast.anna.id, page=page, at=clock.at)

        return once

    def test_names_them_their_roles_and_the_page_in_words(self, cast, client_as, look):
        look(cast.dario)

        text = client_as(cast.anna).get("/me/looks").page.text

        assert "Dario Conti" in text
        assert "Front desk, Employee" in text
        assert "your page in the list of people" in text

    def test_is_mine_alone(self, cast, client_as, look):
        look(cast.dario)

        assert "Dario Conti" not in client_as(cast.carla).get("/me/looks").page.text

    def test_goes_on_over_pages(self, cast, client_as, look):
        look(cast.dario, count=30)
        look(cast.gleb)
        client = client_as(cast.anna)

        first = client.get("/me/looks").page
        second = client.get(next(link for link in first.links if "after=" in link)).page

        assert "Gleb Orlov" in first.text
        assert second.text.count("Dario Conti") == 1

    def test_says_when_the_viewer_has_been_erased(self, cast, client_as, clock):
        with transaction():
            audit.record_sight(viewer_id=999_999, subject_id=cast.anna.id, page="x", at=clock.at)

        text = client_as(cast.anna).get("/me/looks").page.text

        assert "Somebody whose own data was erased" in text
        assert "a page about you" in text

    def test_costs_the_same_statements_for_few_and_for_many(self, cast, client_as, look):
        client = client_as(cast.anna)
        viewers = [cast.dario, cast.gleb, cast.lidia, cast.ada, cast.elena]

        assert_same_statements(
            1,
            25,
            arrange=lambda n: [look(viewers[m % len(viewers)]) for m in range(n)],
            visit=lambda: client.get("/me/looks"),
        )

    @pytest.mark.parametrize(
        "after", ["x", "WyJ4Il0", "WzFd", "WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDBd", "W3RydWVd"]
    )
    def test_shrugs_at_a_key_that_somebody_made_up(self, cast, client_as, after):
        assert client_as(cast.anna).get(f"/me/looks?after={after}").status_code == 200


class TestMyData:
    def test_holds_what_the_room_knows_about_me(self, cast, client_as, clock):
        with transaction():
            audit.record_sight(viewer_id=cast.dario.id, subject_id=cast.anna.id, page="desk", at=clock.at)

        answer = client_as(cast.anna).get("/me/data")

        data = json.loads(answer.text)["people"]
        assert data["profile"]["email"] == "anna@acme.example"
        assert [role["role"] for role in data["roles"]] == ["account_administrator"]
        assert len(data["sign_ins"]) == 1
        assert data["looked_at_by"][0]["name"] == "Dario Conti"
        assert "attachment" in answer.headers["Content-Disposition"]

    def test_holds_no_secret(self, cast, client_as):
        client = client_as(cast.anna)

        text = client.get("/me/data").text

        assert "argon2" not in text
        assert client.session()["_user_id"] not in text
        assert "digest" not in text

    def test_holds_nothing_of_anybody_else(self, cast, client_as):
        text = client_as(cast.anna).get("/me/data").text

        assert "Bruno" not in text
        assert "Carla" not in text

    def test_asks_every_room(self, app, cast, client_as, monkeypatch):
        monkeypatch.setitem(
            app.extensions["registries"].personal_data, "garden", lambda person_id: [person_id, "roses"]
        )

        data = json.loads(client_as(cast.anna).get("/me/data").text)

        assert data["garden"] == [cast.anna.id, "roses"]

    def test_is_written_into_the_audit(self, cast, client_as):
        client_as(cast.anna).get("/me/data")

        assert "person.export_data" in db.session.scalars(select(AuditEntry.action)).all()
