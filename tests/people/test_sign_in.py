"""Coming in and going out: who is let in, what a cookie is worth, and how often one may guess."""

import time
from datetime import timedelta
from statistics import median

import pytest
from argon2 import extract_parameters
from flask import Flask
from sqlalchemy import func, select

from portal.database import db
from portal.factory import create_app
from portal.people import rules
from portal.people.models import SignIn
from portal.web.redirects import is_ours
from tests.cast import PASSWORD

REFUSED = "The e-mail address or the password is not right."


def sign_in(client, *, email="anna@acme.example", password=PASSWORD, **values):
    page = client.get("/sign-in").page
    return client.submit(page, "/sign-in", email=email, password=password, **values)


def living(person):
    statement = select(func.count(SignIn.id)).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
    return db.session.scalar(statement)


class TestSignIn:
    def test_lets_in_whoever_knows_the_password(self, cast, client):
        answer = sign_in(client)

        assert answer.status_code == 302
        assert client.get("/me").page.h1 == "Anna Keller"
        assert living(cast.anna) == 1

    def test_reads_the_address_in_any_case(self, cast, client):
        assert sign_in(client, email="  Anna@ACME.example ").status_code == 302

    @pytest.mark.parametrize(
        ("email", "password"),
        [
            ("anna@acme.example", "wrong"),
            ("nobody@acme.example", PASSWORD),
            ("anna@acme.example", PASSWORD + " "),
        ],
    )
    def test_says_the_same_to_a_wrong_password_and_an_unknown_address(self, cast, client, email, password):
        answer = sign_in(client, email=email, password=password)

        assert answer.status_code == 422
        assert REFUSED in answer.page.text
        assert "_user_id" not in client.session()

    def test_keeps_the_address_but_not_the_password_in_a_refused_form(self, cast, client):
        answer = sign_in(client, password="a wrong guess")

        assert 'value="anna@acme.example"' in answer.text
        assert "a wrong guess" not in answer.text

    def test_refuses_whoever_has_left(self, cast, client, clock):
        cast.anna.left_at = clock.at

        assert sign_in(client).status_code == 422

    def test_refuses_a_person_without_a_password(self, cast, client):
        cast.anna.password_hash = None

        assert sign_in(client, password="anything").status_code == 422

    def test_needs_the_token_of_its_form(self, cast, client):
        client.get("/sign-in")

        answer = client.post(
            "/sign-in", data={"email": "anna@acme.example", "password": PASSWORD}, csrf=False
        )

        assert answer.status_code == 400
        assert living(cast.anna) == 0

    def test_says_in_russian_what_is_wrong(self, cast, client):
        client.set_cookie("locale", "ru")

        answer = sign_in(client, password="wrong")

        assert "Неверный адрес или пароль." in answer.page.text
        assert answer.page.title.startswith("Ошибка: ")


class TestTheCookie:
    def test_is_a_fresh_one_so_that_nothing_planted_before_survives(self, cast, client):
        client.get("/sign-in")
        client.put_session({**client.session(), "planted": "by somebody else"})
        before = client.session()

        sign_in(client)

        after = client.session()
        assert "planted" not in after
        assert after.get("csrf_token") != before["csrf_token"]

    def test_carries_a_random_token_of_which_only_the_digest_is_stored(self, cast, client):
        sign_in(client)

        token = client.session()["_user_id"]
        stored = db.session.scalars(select(SignIn)).one()
        assert len(token) >= 43
        assert token not in {stored.token_digest, str(stored.public_id)}
        assert stored.token_digest == rules.digest(token)

    def test_is_worth_nothing_after_signing_out_even_where_somebody_kept_a_copy(self, cast, client):
        sign_in(client)
        copied = client.session()

        client.submit(client.get("/me").page, "/sign-out")
        client.put_session(copied)

        assert client.get("/me").status_code == 302
        assert living(cast.anna) == 0

    @pytest.mark.parametrize(("is_kept", "life"), [(False, timedelta(hours=12)), (True, timedelta(days=30))])
    def test_dies_with_its_term_and_not_a_minute_before(self, cast, client, clock, is_kept, life):
        client.get("/sign-in")
        data = {"email": "anna@acme.example", "password": PASSWORD, **({"is_kept": "y"} if is_kept else {})}
        client.post("/sign-in", data=data)
        start = clock.at

        clock.set(start + life - timedelta(minutes=1))
        assert client.get("/me").status_code == 200
        clock.set(start + life)
        assert client.get("/me").status_code == 302

    def test_is_sent_over_https_alone_where_the_portal_has_an_https_address(self, app, config, cast):
        settings = app.extensions["settings"].model_copy(update={"base_url": "https://portal.example"})

        assert create_app(settings).config["SESSION_COOKIE_SECURE"]
        assert not config["SESSION_COOKIE_SECURE"]

    def test_is_hidden_from_scripts_and_from_other_sites(self, cast, client):
        answer = sign_in(client)

        cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("rapport="))
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


class TestWhereToNext:
    @pytest.mark.parametrize("target", ["/me/looks?after=x", "/"])
    def test_is_an_address_of_ours(self, cast, client, target):
        page = client.get("/sign-in", query_string={"next": target}).page

        answer = client.submit(page, "/sign-in", email="anna@acme.example", password=PASSWORD)

        assert answer.location == target

    @pytest.mark.parametrize(
        "target",
        [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "javascript:alert(1)",
            "evil.example",
            "http:evil.example",
            "///evil.example",
            " //evil.example",
            "/%0d%0a//evil.example\r\nX: y",
        ],
    )
    def test_is_never_somebody_elses(self, cast, client, target):
        data = {"email": "anna@acme.example", "password": PASSWORD, "next": target}

        answer = client.post("/sign-in", data=data)

        assert answer.location == "/"
        assert not is_ours(target)

    def test_is_the_page_one_was_sent_away_from(self, cast, client):
        answer = client.get("/me/looks?after=abc")

        assert answer.location == "/sign-in?next=/me/looks?after%3Dabc"


class TestGuessing:
    def test_ends_for_an_account_after_ten_tries_from_wherever_they_come(self, cast, client, throttled):
        for n in range(10):
            environ = {"REMOTE_ADDR": f"192.0.2.{n}"}
            data = {"email": "anna@acme.example", "password": "wrong"}
            assert client.post("/sign-in", data=data, environ_base=environ).status_code == 422

        data = {"email": "Anna@acme.example", "password": PASSWORD}
        answer = client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": "192.0.2.99"})

        assert answer.status_code == 429
        assert "Too many tries" in answer.page.text

    def test_shuts_out_nobody_on_a_device_they_have_signed_in_on(self, app, cast, throttled):
        right = {"email": "anna@acme.example", "password": PASSWORD}
        browser = app.test_client()
        assert browser.post("/sign-in", data=right).status_code == 302
        browser.post("/sign-out")
        for _ in range(11):
            wrong = {"email": "anna@acme.example", "password": "wrong"}
            app.test_client().post("/sign-in", data=wrong, environ_base={"REMOTE_ADDR": "192.0.2.7"})

        assert browser.post("/sign-in", data=right).status_code == 302
        assert app.test_client().post("/sign-in", data=right).status_code == 429

    def test_ends_on_a_known_device_too(self, app, cast, throttled):
        browser = app.test_client()
        browser.post("/sign-in", data={"email": "anna@acme.example", "password": PASSWORD})
        browser.post("/sign-out")
        wrong = {"email": "anna@acme.example", "password": "wrong"}
        for _ in range(10):
            assert browser.post("/sign-in", data=wrong).status_code == 422

        assert browser.post("/sign-in", data=wrong).status_code == 429

    def test_takes_a_device_of_one_account_for_no_other(self, app, cast, throttled):
        browser = app.test_client()
        browser.post("/sign-in", data={"email": "bruno@acme.example", "password": PASSWORD})
        browser.post("/sign-out")
        wrong = {"email": "anna@acme.example", "password": "wrong"}
        for _ in range(10):
            app.test_client().post("/sign-in", data=wrong, environ_base={"REMOTE_ADDR": "192.0.2.7"})

        assert browser.post("/sign-in", data=wrong).status_code == 429

    def test_ends_for_an_address_after_thirty_tries_at_whomever(self, cast, client, throttled):
        for n in range(30):
            data = {"email": f"guess{n}@acme.example", "password": "wrong"}
            assert client.post("/sign-in", data=data).status_code == 422

        data = {"email": "anna@acme.example", "password": PASSWORD}
        answer = client.post("/sign-in", data=data)

        assert answer.status_code == 429

    def test_does_not_count_those_who_are_let_in(self, app, cast, throttled):
        for _ in range(12):
            data = {"email": "anna@acme.example", "password": PASSWORD}
            assert app.test_client().post("/sign-in", data=data).status_code == 302

    def test_takes_as_long_for_an_unknown_address(self, cast):
        def cost(stored):
            started = time.process_time()
            rules.is_password("a guess", stored=stored)
            return time.process_time() - started

        known = median(cost(cast.anna.password_hash) for _ in range(5))
        unknown = median(cost(None) for _ in range(5))

        assert 0.6 < unknown / known < 1.7

    def test_costs_what_the_house_decided(self):
        parameters = extract_parameters(rules.hash_password("x"))

        assert (parameters.time_cost, parameters.memory_cost, parameters.parallelism) == (2, 19456, 1)
        assert extract_parameters(rules.NOBODYS_HASH) == parameters


class TestDevices:
    def test_are_listed_with_the_one_in_use_marked(self, app, cast, client_as):
        other = app.test_client()
        other.post(
            "/sign-in",
            data={"email": "anna@acme.example", "password": PASSWORD},
            headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/128.0"},
        )

        text = client_as(cast.anna).get("/me").page.text

        assert "Firefox · Windows" in text
        assert text.count("this device") == 1

    def test_can_be_signed_out_one_by_one(self, cast, client_as):
        here, there = client_as(cast.anna), client_as(cast.anna)
        device = db.session.scalars(
            select(SignIn).where(SignIn.token_digest == rules.digest(there.session()["_user_id"]))
        ).one()

        here.submit(here.get("/me").page, f"{device.public_id}/end")

        assert there.get("/me").status_code == 302
        assert here.get("/me").status_code == 200

    def test_can_be_signed_out_all_but_this_one(self, cast, client_as):
        here, *others = [client_as(cast.anna) for _ in range(3)]

        here.submit(here.get("/me").page, "/me/devices/end")

        assert here.get("/me").status_code == 200
        assert [other.get("/me").status_code for other in others] == [302, 302]

    def test_of_somebody_else_are_not_found(self, cast, client_as):
        carla = client_as(cast.carla)
        device = db.session.scalars(select(SignIn).where(SignIn.person_id == cast.carla.id)).one()

        answer = client_as(cast.anna).post(f"/me/devices/{device.public_id}/end")

        assert answer.status_code == 404
        assert carla.get("/me").status_code == 200


class TestWhenADeviceWasSeen:
    def seen(self, cast):
        return db.session.scalars(select(SignIn.seen_at).where(SignIn.person_id == cast.anna.id)).one()

    def test_is_noted_after_five_minutes_and_not_before(self, cast, client_as, clock):
        client, start = client_as(cast.anna), clock.at

        clock.set(start + timedelta(minutes=5, seconds=-1))
        client.get("/inbox")
        assert self.seen(cast) == start
        clock.set(start + timedelta(minutes=5))
        client.get("/inbox")
        assert self.seen(cast) == start + timedelta(minutes=5)


class TestTheDemo:
    def test_offers_its_sign_ins_on_the_page(self, app: Flask, cast, client, monkeypatch):
        anna = type("SignIn", (), {"name": "Anna Keller", "role": "Booker", "email": "anna@acme.example"})()
        anna.password = PASSWORD
        monkeypatch.setitem(app.extensions, "demo_sign_ins", lambda: [anna])
        page = client.get("/sign-in").page
        offered = [form for form in page.forms if ("email", "anna@acme.example") in form.fields]

        answer = client.post("/sign-in", data=offered[0].filled({}), csrf=False)

        assert PASSWORD in page.text
        assert answer.status_code == 302
        assert client.get("/me").page.h1 == "Anna Keller"

    def test_is_not_offered_otherwise(self, cast, client):
        assert "Look around" not in client.get("/sign-in").page.text
