"""A company asks to join: what a stranger may learn, and how the application comes to the hotel."""

import pytest
from sqlalchemy import func, select

from portal.accounts.models import Account
from portal.corporate.applications import actions, queries
from portal.corporate.applications.models import Application
from portal.corporate.applications.rules import CONFIRMATION_LIFE
from portal.database import db, transaction
from portal.people.models import Person
from tests.corporate.joining.conftest import apply, letters_to, tokens, write_letters

FORM = {
    "company": "Harbour Works, Lda", "country": "PT", "tax_number": "PT 500 697 256", "is_legal_entity": "y",
    "nights": "40", "name": "Fiona First", "email": "Fiona@harbour.example", "consent": "y",
}  # fmt: skip


def send(client, **changes):
    return client.submit(client.get("/join").page, "/join", **{**FORM, **changes})


def stored():
    return db.session.scalars(select(Application).order_by(Application.id)).all()


class TestTheForm:
    def test_brings_an_application_before_the_hotel_once_its_address_is_confirmed(
        self, cast, client, client_as
    ):
        answer = send(client)
        assert (answer.status_code, answer.location) == (302, "/join/sent")
        assert client.get("/join/sent").page.h1 == "Look into your mail"
        [token] = write_letters()
        assert client.get(f"/join/{token}").page.h1 == "Confirm your address"
        assert client_as(cast.lidia).get("/applications").page.h1 == "No company has applied yet"

        client.submit(client.get(f"/join/{token}").page, "/confirmation")

        assert client.get(f"/join/{token}").page.h1 == "Your application is with us"
        lidia = client_as(cast.lidia)
        assert lidia.get("/applications").page.h1 == "1 application waits for you"
        [one] = stored()
        page = lidia.get(f"/applications/{one.public_id}").page
        assert page.h1 == "Harbour Works, Lda asks to join"
        assert "500697256 is a valid number by the rules of its country (pt.nif)." in page.text
        assert "Harbour Works, Lda asks to join" in lidia.get("/inbox").page.text
        assert "Harbour Works" in lidia.get("/search?q=harbour").page.text
        table = lidia.get("/applications.csv").text
        assert "Harbour Works, Lda" in table
        assert "fiona@harbour.example" in table
        assert lidia.get("/applications.xlsx").data.startswith(b"PK")

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"tax_number": "500697257"}, "This is no tax number of Portugal"),
            ({"email": "fiona@gmail.com"}, "gmail.com gives addresses to everybody"),
            ({"email": "fiona@mail.yandex.ru"}, "gives addresses to everybody"),
            ({"is_legal_entity": None}, "The programme is for registered companies"),
            ({"consent": None}, "Please read and agree"),
            ({"nights": "-1"}, "Enter a number from 0 to 100,000"),
            ({"country": "XX"}, "Not a valid choice"),
            ({"company": " "}, "Enter the name as it stands in the register"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_the_rest(self, app, client, wrong, said):
        answer = send(client, **wrong)

        assert (answer.status_code, said in answer.page.text) == (422, True)
        assert answer.page.form("/join").filled({})["name"] == ["Fiona First"]
        assert stored() == []

    def test_sent_twice_is_one_application(self, app, client):
        page = client.get("/join").page
        for _ in range(2):
            assert client.submit(page, "/join", **FORM).location == "/join/sent"

        assert len(stored()) == 1
        assert len(write_letters()) == 1

    def test_may_be_corrected_as_often_as_it_takes_and_is_throttled_once_letters_go_out(
        self, app, client, throttled
    ):
        for _ in range(6):
            assert send(client, tax_number="1").status_code == 422

        sent = [send(client).status_code for _ in range(6)]

        assert sent == [302] * 5 + [429]

    def test_tells_a_stranger_nothing_of_clients(self, cast, client):
        known = send(client, email="new@acme.example", company=cast.acme.name)
        unknown = send(client, email="new@nowhere.example", company="Nowhere")
        again = send(client, email="new@nowhere.example", company="Nowhere")

        answers = {(each.status_code, each.location, each.data) for each in (known, unknown, again)}
        assert len(answers) == 1
        write_letters()
        [(subject, text)] = letters_to("new@acme.example")
        assert "already" in subject
        assert "Acme Logistics may join" in text
        assert "Anna" not in text


class TestAnApplicationThatIsNotConfirmed:
    def test_is_written_anew_by_whoever_sends_last(self, app):
        first, _token = apply(company="A Prank", nights_a_year=1)
        apply()

        [one] = stored()
        assert (one.id, one.company, one.nights_a_year) == (first.id, "Harbour Works, Lda", 40)
        assert queries.application(one.public_id) is None

    def test_is_forgotten_after_a_week(self, app, client, clock):
        _one, token = apply()
        clock.advance(days=7)
        assert client.get(f"/join/{token}").status_code == 410
        with transaction():
            gone = actions.forget_unconfirmed(at=clock.at)

        assert (gone, stored()) == (1, [])
        assert client.get(f"/join/{token}").status_code == 404

    def test_can_be_confirmed_to_the_last_minute(self, app, clock):
        _one, token = apply()
        clock.advance(minutes=CONFIRMATION_LIFE.total_seconds() / 60 - 1)
        with transaction():
            actions.confirm(token=token, at=clock.at)
        clock.advance(days=60)
        with transaction():
            assert actions.forget_unconfirmed(at=clock.at) == 0

    def test_is_not_confirmed_by_looking(self, app, client):
        _one, token = apply()
        for _ in range(2):
            client.get(f"/join/{token}")

        assert stored()[0].confirmed_at is None
        assert client.get("/join/no-such-link").status_code == 404
        assert client.post("/join/no-such-link/confirmation").status_code == 404


class TestAnOpenApplication:
    def test_is_not_replaced_but_led_back_to(self, harbour, client):
        apply(company="Another Name", nights_a_year=9)

        [one] = stored()
        assert (one.company, one.nights_a_year) == ("Harbour Works, Lda", 40)
        assert letters_to(one.email)[-1][0] == "The application of Harbour Works, Lda is with us"

    def test_is_withdrawn_by_its_applicant(self, harbour, client, client_as, cast):
        [token] = tokens()
        client.submit(client.get(f"/join/{token}").page, "/withdrawal")

        assert client.get(f"/join/{token}").page.h1 == "Withdrawn"
        page = client_as(cast.nora).get(f"/applications/{harbour.public_id}").page
        assert page.h1 == "Harbour Works, Lda withdrew"
        assert "Approve and write the letter" not in page.text

    def test_shows_no_name_of_the_hotels_people_to_the_applicant(self, harbour, cast, client):
        with transaction():
            actions.ask(
                public_id=harbour.public_id, text="How many travellers?", by=cast.nora.id, at=harbour.sent_at
            )

        page = client.get(f"/join/{tokens()[-1]}").page

        assert page.h1 == "We have a question"
        assert "Nora" not in page.text


def test_nobody_is_registered_before_the_hotel_said_yes(harbour):
    assert db.session.scalar(select(func.count(Person.id)).where(Person.email == harbour.email)) == 0
    assert db.session.scalar(select(func.count(Account.id)).where(Account.name == harbour.company)) == 0
