"""A new password: with the old one, or with a link from a letter that works once."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import func, select
from zxcvbn import feedback as judge

from portal.audit.models import AuditEntry
from portal.database import db
from portal.jobs.models import Job
from portal.people.models import PasswordReset, SignIn
from portal.people.passwords.rules import WeakPassword, check_strength
from portal.people.passwords.words import FEEDBACK, why_weak
from tests.cast import PASSWORD

NEW = "four lanterns under a quiet bridge"


def ask(client, email="anna@acme.example"):
    return client.submit(client.get("/password/forgotten").page, "/password/forgotten", email=email)


@pytest.fixture
def link(cast, client, run, link_to):
    """The path in the letter that Anna has just asked for."""
    ask(client)
    run("worker", "--drain")
    return link_to("anna@acme.example")


def choose(client, link, password=NEW):
    return client.submit(client.get(link).page, link, password=password, repeated=password)


def knows(client, password, email="anna@acme.example"):
    data = {"email": email, "password": password}
    return client.post("/sign-in", data=data).status_code == 302


class TestForgottenPassword:
    def test_is_answered_alike_for_known_and_unknown_addresses(self, cast, app):
        known, unknown = app.test_client(), app.test_client()

        answers = [ask(known), ask(unknown, "nobody@acme.example")]

        assert [a.status_code for a in answers] == [302, 302]
        assert answers[0].location == answers[1].location
        assert known.get(answers[0].location).text.count("token") > 0
        assert db.session.scalar(select(func.count(Job.id))) == 2

    def test_writes_to_the_known_address_alone(self, cast, client, run, letters_to):
        ask(client)
        ask(client, "nobody@acme.example")

        run("worker", "--drain")

        assert len(letters_to("anna@acme.example")) == 1
        assert letters_to("nobody@acme.example") == []

    @pytest.mark.parametrize("typed", ["a@b@c", "@b.example", "anna"])
    def test_asks_again_for_what_is_no_address_and_begins_no_work(self, cast, client, typed):
        answer = ask(client, typed)

        assert answer.status_code == 422
        assert "Enter an address such as anna@company.com." in answer.page.text
        assert db.session.scalar(select(func.count(Job.id))) == 0

    def test_puts_no_address_into_the_job(self, cast, client):
        ask(client)

        assert db.session.scalars(select(Job.payload)).one() == {"person_id": cast.anna.id}

    def test_builds_its_link_on_the_portals_own_address_whatever_the_host_header_says(
        self, app, cast, client, run, letters_to
    ):
        page = client.get("/password/forgotten").page
        token = dict(page.form("/password/forgotten").fields)["csrf_token"]

        client.post(
            "/password/forgotten",
            data={"email": "anna@acme.example", "csrf_token": token},
            headers={"Host": "evil.example"},
        )
        client.post(
            "/password/forgotten",
            data={"email": "anna@acme.example"},
            headers={"X-Forwarded-Host": "evil.example"},
        )
        run("worker", "--drain")

        letters = letters_to("anna@acme.example")
        assert letters
        assert all("evil.example" not in letter.text + letter.html for letter in letters)
        assert app.extensions["settings"].base_url in letters[0].text

    def test_writes_nothing_to_whoever_has_left(self, cast, client, run, letters_to, clock):
        cast.anna.left_at = clock.at
        ask(client)

        run("worker", "--drain")

        assert letters_to("anna@acme.example") == []

    def test_is_throttled_for_one_address(self, cast, client, throttled):
        answers = [client.post("/password/forgotten", data={"email": "anna@acme.example"}) for _ in range(6)]

        assert [a.status_code for a in answers] == [302] * 5 + [429]


class TestTheLink:
    def test_sets_a_new_password_and_signs_out_everywhere(self, cast, client, client_as, link):
        elsewhere = client_as(cast.anna)

        answer = choose(client, link)

        assert answer.status_code == 302
        assert elsewhere.get("/me").status_code == 302
        assert not knows(client, PASSWORD)
        assert knows(client, NEW)

    def test_changes_nothing_when_it_is_merely_looked_at(self, cast, client, link):
        before = cast.anna.password_hash

        client.get(link)
        client.head(link)

        assert cast.anna.password_hash == before
        assert db.session.scalars(select(PasswordReset.used_at)).one() is None

    def test_works_once(self, client, link):
        choose(client, link)

        again = client.get(link)
        posted = client.post(link, data={"password": NEW, "repeated": NEW})

        assert (again.status_code, posted.status_code) == (410, 410)
        assert again.page.h1 == "This link has been used"

    def test_lives_for_an_hour_and_not_a_second_longer(self, cast, client, link, clock):
        clock.advance(hours=1, seconds=-1)
        assert client.get(link).status_code == 200
        clock.advance(seconds=1)

        late = client.get(link)

        assert late.status_code == 410
        assert late.page.h1 == "This link has expired"
        assert client.post(link, data={"password": NEW, "repeated": NEW}).status_code == 410
        assert knows(client, PASSWORD)

    def test_of_somebodys_invention_is_not_known(self, client, cast):
        answer = client.get("/password/new/" + "x" * 43)

        assert answer.status_code == 404
        assert answer.page.h1 == "This link is not known"

    def test_dies_with_its_siblings_when_one_of_them_is_used(self, client, run, link, link_to):
        ask(client)
        run("worker", "--drain")
        second = link_to("anna@acme.example")
        assert second != link

        choose(client, second)

        assert client.get(link).status_code == 410

    def test_is_no_way_back_for_whoever_has_left(self, cast, client, link, clock):
        cast.anna.left_at = clock.at

        assert client.get(link).status_code == 404
        assert client.post(link, data={"password": NEW, "repeated": NEW}).status_code == 404

    def test_is_stored_as_a_digest(self, link, cast):
        token = link.rsplit("/", 1)[-1]

        assert token not in db.session.scalars(select(PasswordReset.token_digest)).one()

    def test_is_told_to_the_owner_and_written_into_the_audit(self, cast, client, link, letters_to):
        choose(client, link)

        assert letters_to("anna@acme.example")[0].subject == "Your password was changed"
        actions = db.session.scalars(select(AuditEntry.action)).all()
        assert "person.reset_password" in actions

    def test_is_said_in_russian_too(self, client, link, clock):
        client.set_cookie("locale", "ru")
        clock.advance(hours=1)

        assert client.get(link).page.h1 == "Срок ссылки истёк"


class TestChangePassword:
    def change(self, client, *, current=PASSWORD, password=NEW, repeated=None):
        page = client.get("/me/password").page
        return client.submit(
            page, "/me/password", current=current, password=password, repeated=repeated or password
        )

    def test_signs_out_everywhere_else_and_gives_this_browser_a_new_cookie(self, cast, client_as):
        here, there = client_as(cast.anna), client_as(cast.anna)
        old_cookie = here.session()

        self.change(here)

        assert here.get("/me").status_code == 200
        assert there.get("/me").status_code == 302
        assert here.session()["_user_id"] != old_cookie["_user_id"]
        here.put_session(old_cookie)
        assert here.get("/me").status_code == 302

    def test_needs_the_current_one(self, cast, client_as):
        client, before = client_as(cast.anna), cast.anna.password_hash

        answer = self.change(client, current="not this")

        assert answer.status_code == 422
        assert "This is not your current password." in answer.page.text
        assert cast.anna.password_hash == before

    def test_needs_the_new_one_twice(self, cast, client_as):
        answer = self.change(client_as(cast.anna), repeated="four lanterns under a quiet fridge")

        assert "The two passwords differ." in answer.page.text

    @pytest.mark.parametrize(
        ("password", "said"),
        [
            ("short", "Too short: use at least 10 characters."),
            ("password12", "Too easy to guess."),
            ("Anna Keller Acme", "Too easy to guess."),
        ],
    )
    def test_refuses_what_is_easily_guessed(self, cast, client_as, password, said):
        answer = self.change(client_as(cast.anna), password=password)

        assert answer.status_code == 422
        assert said in answer.page.text

    def test_says_in_russian_why_a_password_is_weak(self, cast, client_as):
        cast.anna.locale = "ru"

        answer = self.change(client_as(cast.anna), password="aaaaaaaaaa")

        assert "Повторы вроде «aaa» легко угадать." in answer.page.text

    def test_takes_a_password_of_the_greatest_length_and_no_longer(self, cast, client_as):
        client = client_as(cast.anna)
        long = ("lantern bridge quiet mirror " * 9)[:128]

        assert self.change(client, password=long + "x").status_code == 422
        assert self.change(client, password=long).status_code == 302

    def test_takes_letters_of_any_alphabet_however_they_were_composed(self, cast, client_as, client):
        composed, decomposed = "пятый йогурт под мостом", "пятый йогурт под мостом"

        self.change(client_as(cast.anna), password=decomposed)

        assert knows(client, composed)

    def test_ends_guessing_after_ten_tries(self, cast, client_as, throttled):
        client = client_as(cast.anna)
        data = {"current": "guess", "password": NEW, "repeated": NEW}

        answers = [client.post("/me/password", data=data).status_code for _ in range(11)]

        assert answers == [422] * 10 + [429]


class TestStrength:
    def test_needs_ten_characters(self):
        check_strength("kq7vwz2mxp", about=())

        with pytest.raises(WeakPassword):
            check_strength("kq7vwz2mx", about=())

    def test_counts_what_belongs_to_the_person_as_known(self):
        check_strength("zorbleqwin7", about=())

        with pytest.raises(WeakPassword):
            check_strength("zorbleqwin7", about=("Zorbleqwin",))

    def test_has_words_for_everything_the_judge_says(self, app):
        tree = ast.parse(Path(judge.__file__).read_text())
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        spoken = {call.args[0].value for call in calls if getattr(call.func, "id", "") == "_"}

        assert spoken == set(FEEDBACK)
        with app.test_request_context():
            for sentence in FEEDBACK:
                assert why_weak(WeakPassword(sentence)) != "Too easy to guess."


class TestRecord:
    def test_counts_the_devices_that_were_signed_out(self, cast, client, client_as, link):
        for _ in range(2):
            client_as(cast.anna)

        choose(client, link)

        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.end_sign_ins")).one()
        assert entry.details == {"devices": 2}
        assert db.session.scalar(select(func.count(SignIn.id)).where(SignIn.ended_at.is_(None))) == 0
