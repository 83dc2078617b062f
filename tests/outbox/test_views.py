"""The readable outbox, and what it keeps to itself."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.database import db
from portal.outbox.actions import Attachment
from portal.outbox.models import Letter, LetterState
from tests.cast import NOW
from tests.statements import assert_same_statements


@pytest.fixture
def in_the_demo(settle_settings):
    settle_settings(portal_mode="demo")


@pytest.fixture
def brunos_letter(cast, write):
    ticket = Attachment("booking.ics", "text/calendar; method=PUBLISH", b"BEGIN:VCALENDAR")
    return write(person_id=cast.bruno.id, what="Dinner", attachments=[ticket])


def address(letter):
    return f"/outbox/{letter.public_id}"


@pytest.fixture
def frame_of(app, config, client_as):
    """The letter as the frame gets it: a mail, not a page of ours, so nobody reads it as one."""

    def get(person, letter):
        browser = client_as(person)
        plain = FlaskClient(app, TestResponse)
        name = config["SESSION_COOKIE_NAME"]
        plain.set_cookie(name, browser.get_cookie(name).value)
        return plain.get(f"{address(letter)}/html")

    return get


@pytest.mark.usefixtures("in_the_demo")
class TestInTheDemo:
    def test_everybody_reads_their_own_letters(self, cast, brunos_letter, client_as):
        browser = client_as(cast.bruno)

        listed = browser.get("/outbox").page
        page = browser.get(address(brunos_letter)).page

        assert address(brunos_letter) in listed.links
        assert page.h1 == "Outbox: Dinner"
        assert "Dear Bruno Silva," in page.text

    def test_nobody_finds_anybody_elses(self, cast, brunos_letter, client_as):
        browser = client_as(cast.anna)

        assert address(brunos_letter) not in browser.get("/outbox").page.links
        for part in ("", "/html", "/attachments/0"):
            assert browser.get(address(brunos_letter) + part).status_code == 404

    def test_the_loyalty_manager_and_the_administrator_read_all(self, cast, brunos_letter, client_as):
        for person in (cast.lidia, cast.ada):
            assert client_as(person).get(address(brunos_letter)).status_code == 200

    def test_a_link_in_the_text_can_be_followed(self, cast, brunos_letter, client_as):
        page = client_as(cast.bruno).get(address(brunos_letter)).page

        assert "http://127.0.0.1:8000/outbox?after=x%26y" in page.links

    def test_the_frame_shows_the_letter_and_lets_it_do_nothing(self, cast, brunos_letter, frame_of):
        response = frame_of(cast.bruno, brunos_letter)

        policy = response.headers["Content-Security-Policy"]
        assert "Dinner</p>" in response.text
        assert '<base target="_top">' in response.text
        assert "default-src 'none'" in policy
        assert "sandbox allow-top-navigation-by-user-activation" in policy
        assert "script" not in policy

    def test_attachments_are_saved_and_never_shown(self, cast, brunos_letter, client_as):
        browser = client_as(cast.bruno)

        response = browser.get(f"{address(brunos_letter)}/attachments/0")

        assert response.data == b"BEGIN:VCALENDAR"
        assert response.headers["Content-Disposition"] == "attachment; filename=booking.ics"
        assert browser.get(f"{address(brunos_letter)}/attachments/1").status_code == 404

    def test_reads_well_in_russian(self, cast, brunos_letter, client_as, save):
        cast.lidia.locale = "ru"
        save(cast.lidia)
        browser = client_as(cast.lidia)

        assert "Получатель" in browser.get("/outbox").page.text
        assert browser.get(address(brunos_letter)).page.kicker == "Письмо"

    def test_says_that_there_are_none(self, cast, client_as):
        assert "No letters yet" in client_as(cast.lidia).get("/outbox").page.text

    def test_goes_on_on_the_next_page(self, cast, write, client_as):
        letters = [write(person_id=cast.bruno.id) for _ in range(31)]
        browser = client_as(cast.bruno)

        first = browser.get("/outbox").page
        second = browser.get(next(link for link in first.links if "after=" in link)).page

        assert address(letters[0]) not in first.links
        assert address(letters[0]) in second.links

    def test_asks_the_database_the_same_for_one_row_and_for_thirty(self, cast, write, client_as):
        browser = client_as(cast.bruno)

        assert_same_statements(
            1,
            30,
            arrange=lambda n: [write(person_id=cast.bruno.id) for _ in range(n)],
            visit=lambda: browser.get("/outbox"),
        )


class TestInProduction:
    @pytest.fixture(autouse=True)
    def _in_production(self, settle_settings):
        settle_settings(portal_mode="production", smtp_host="mail.example")

    def test_the_administrator_sees_that_a_letter_was_written_and_not_what_it_says(
        self, cast, brunos_letter, client_as
    ):
        browser = client_as(cast.ada)

        page = browser.get("/outbox").page

        assert "test/letter" in page.text
        assert "bruno@acme.example" in page.text
        assert "Dinner" not in page.text
        assert address(brunos_letter) not in page.links

    @pytest.mark.parametrize("part", ["", "/html", "/attachments/0"])
    def test_nobody_reads_a_letter(self, cast, brunos_letter, client_as, part):
        for person in (cast.ada, cast.lidia, cast.bruno):
            assert client_as(person).get(address(brunos_letter) + part).status_code == 403

    def test_nobody_else_sees_the_list(self, cast, client_as):
        for person in (cast.lidia, cast.bruno, cast.oskar):
            assert client_as(person).get("/outbox").status_code == 403

    def test_says_when_no_mail_server_is_set(self, cast, client_as, settle_settings):
        settle_settings(smtp_host="")

        assert "No mail server is set" in client_as(cast.ada).get("/outbox").page.text

    def test_the_administrator_sends_a_failed_letter_again(self, cast, brunos_letter, client_as, save):
        brunos_letter.dead_at, brunos_letter.error = NOW, "550 no such person"
        save(brunos_letter)
        browser = client_as(cast.ada)
        page = browser.get("/outbox").page
        assert "550 no such person" in page.text

        browser.submit(page, "another-try")

        assert db.session.get(Letter, brunos_letter.id).state == LetterState.WAITING
