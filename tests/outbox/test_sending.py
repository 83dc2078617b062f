"""Sending letters through a real mail server."""

import shutil
import subprocess
from datetime import timedelta

import pytest
from flask import Flask

from portal.database import db, transaction
from portal.jobs.cli import Worker
from portal.outbox import actions
from portal.outbox.models import Letter, LetterKind, LetterState
from portal.outbox.rules import MAX_TRIES
from tests.cast import NOW
from tests.outbox.mail_server import MailServer
from tests.races import race

MINUTE = timedelta(minutes=1)


@pytest.fixture
def the_letter():
    """The one letter there is, read anew."""

    def read() -> Letter:
        db.session.rollback()
        return db.session.query(Letter).one()

    return read


class TestALetterOnItsWay:
    def test_arrives_as_text_and_html_with_its_files(self, write, send, mail_server):
        ticket = actions.Attachment("booking.ics", "text/calendar; method=PUBLISH; charset=utf-8", b"BEGIN:")
        letter = write(what="Ужин", attachments=[ticket], locale="ru", name="Бруно")
        text, html_text = letter.text, letter.html

        assert send() == 1

        (message,) = mail_server.messages
        plain, html = message.get_body(("plain",)), message.get_body(("html",))
        (attached,) = message.iter_attachments()
        assert message["From"] == "Maison Circle <post@circle.example>"
        assert message["To"].addresses[0].display_name == "Бруно"
        assert message["Subject"] == "Исходящие письма: Ужин"
        assert plain.get_content().replace("\r\n", "\n") == text
        assert html.get_content().replace("\r\n", "\n") == html_text
        assert attached.get_filename() == "booking.ics"
        assert attached["Content-Type"].params["method"] == "PUBLISH"
        assert attached.get_payload(decode=True) == b"BEGIN:"

    def test_is_marked_as_sent_and_what_it_said_forgotten(self, write, send, mail_server, the_letter):
        write(unsubscribe_url="https://circle.example/survey/a-secret/unsubscribe")

        send()

        assert the_letter().state == LetterState.SENT
        assert (the_letter().text, the_letter().html, the_letter().attachments) == ("", "", [])
        assert the_letter().unsubscribe_url is None
        assert send() == 0

    def test_shares_a_connection_with_the_others(self, write, send, mail_server):
        for _ in range(3):
            write()

        assert send() == 3
        assert (len(mail_server.messages), mail_server.connections) == (3, 1)

    def test_carries_the_same_id_when_it_is_sent_a_second_time(self, write, send, mail_server, clock):
        letter = write()
        mail_server.answers["END"] = ["451 later"]

        send()
        clock.advance(minutes=1)
        send()

        ids = [message["Message-ID"] for message in mail_server.messages]
        assert ids == [f"<{letter.public_id}@circle.example>"] * 2

    def test_cannot_smuggle_a_header_in_a_name(self, write, send, mail_server):
        write(name="Bruno\r\nBcc: everybody@acme.example")

        send()

        assert mail_server.messages[0]["Bcc"] is None

    def test_is_signed_in_for_when_the_server_wants_it(self, write, send, mail_server, settle_settings):
        settle_settings(smtp_user="portal", smtp_password="a key")
        write()

        send()

        assert mail_server.logins == [("portal", "a key")]

    def test_leaves_in_a_round_of_the_worker(self, write, mail_server, app, the_letter):
        write()

        assert Worker(app, "a worker").round() is True

        assert the_letter().state == LetterState.SENT


class TestALetterThatIsNotTaken:
    def test_is_tried_again_after_a_rest(self, write, send, mail_server, clock, the_letter):
        write()
        mail_server.answers["RCPT"] = ["450 mailbox busy"]

        send()
        assert (the_letter().state, the_letter().error) == (LetterState.WAITING, "450 mailbox busy")
        clock.advance(seconds=59)
        assert send() == 0
        clock.advance(seconds=1)
        assert send() == 1

        assert the_letter().state == LetterState.SENT
        assert the_letter().error is None

    @pytest.mark.parametrize("command", ["RCPT", "END"])
    def test_is_given_up_at_once_when_the_refusal_is_final(
        self, write, send, mail_server, the_letter, command
    ):
        write()
        mail_server.answers[command] = ["550 no such person"]

        send()

        assert (the_letter().state, the_letter().error) == (LetterState.FAILED, "550 no such person")
        assert the_letter().text

    def test_is_given_up_after_the_last_try(self, write, send, mail_server, clock, the_letter):
        write()
        mail_server.answers["RCPT"] = ["450 mailbox busy"] * MAX_TRIES

        for _ in range(MAX_TRIES):
            assert the_letter().state == LetterState.WAITING
            send()
            clock.advance(days=1)

        assert the_letter().state == LetterState.FAILED

    def test_does_not_hold_up_the_others(self, write, send, mail_server):
        write(address="gone@acme.example")
        write(address="bruno@acme.example")
        mail_server.answers["RCPT"] = ["550 no such person"]

        send()

        assert [message["To"] for message in mail_server.messages] == ["Bruno Silva <bruno@acme.example>"]

    def test_is_given_up_when_its_address_is_none(self, write, send, mail_server, the_letter):
        write(address="nobody")

        send()

        assert the_letter().state == LetterState.FAILED

    def test_can_be_sent_again_by_hand(self, write, send, mail_server, the_letter):
        letter = write()
        mail_server.answers["RCPT"] = ["550 no such person"]
        send()

        with transaction():
            actions.send_again(letter=letter, at=NOW)
        send()

        assert (the_letter().state, the_letter().tries) == (LetterState.SENT, 1)


class TestAMailServerThatIsAway:
    def test_costs_no_letter_a_try_and_is_left_alone_for_a_minute(
        self, write, send, mail_server, settle_settings, clock
    ):
        write()
        write()
        settle_settings(smtp_port=1)

        assert send() == 0
        settle_settings(smtp_port=mail_server.port)
        clock.advance(seconds=59)
        assert send() == 0
        clock.advance(seconds=1)
        assert send() == 2

        assert {letter.tries for letter in db.session.query(Letter)} == {1}

    def test_keeps_letters_when_none_is_set(self, write, send, settle_settings, the_letter):
        settle_settings(portal_mode="production", smtp_host="")
        write()

        assert send() == 0
        assert the_letter().state == LetterState.WAITING

    def test_is_not_spoken_to_in_the_clear_when_it_offers_no_encryption(
        self, write, send, mail_server, settle_settings, the_letter
    ):
        settle_settings(smtp_tls="starttls", smtp_user="portal", smtp_password="a key")
        write()

        send()

        assert mail_server.messages == []
        assert mail_server.logins == []
        assert "SMTPNotSupportedError" in the_letter().error


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for this machine, made on the spot."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path, "-out", f"{path}.crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + path.with_name("both.pem.crt").read_text())
    return str(path)


@pytest.fixture(params=["starttls", "tls"])
def encrypted_server(request, app: Flask, certificate, settle_settings):
    server = MailServer(certificate, offers_tls=request.param == "starttls", is_tls=request.param == "tls")
    settle_settings(smtp_host="127.0.0.1", smtp_port=server.port, smtp_tls=request.param)
    yield server
    server.stop()
    app.extensions.pop("outbox.rests_until", None)


class TestEncryption:
    def test_protects_a_letter_on_its_way(self, write, send, encrypted_server, certificate, monkeypatch):
        monkeypatch.setenv("SSL_CERT_FILE", certificate)
        write()

        assert send() == 1
        assert encrypted_server.was_encrypted == [True]

    def test_is_refused_to_a_server_that_nobody_vouches_for(self, write, send, encrypted_server, the_letter):
        write()

        assert send() == 0
        assert encrypted_server.messages == []
        assert "SSLCertVerificationError" in the_letter().error


class TestQuietHours:
    @pytest.fixture
    def offer(self, policy, write):
        return write(kind=LetterKind.MARKETING)

    def test_hold_an_offer_that_became_due_while_no_worker_ran(
        self, offer, send, mail_server, clock, the_letter
    ):
        clock.set(NOW.replace(hour=22))

        send()
        assert mail_server.messages == []
        clock.set(NOW.replace(day=16, hour=8))
        send()

        assert the_letter().state == LetterState.SENT
        assert the_letter().tries == 1


class TestTwoWorkers:
    @pytest.mark.race
    def test_share_the_letters_between_them(self, write, app):
        for _ in range(3):
            write()

        def take():
            with transaction():
                taken = actions.claim(worker="w", at=NOW, lease_s=300)
                return taken and taken[1].id

        found = race(app, take, take, take)

        assert None not in found
        assert len(set(found)) == 3

    def test_give_a_letter_up_that_took_too_many_of_them_down(self, write, send, save, the_letter):
        letter = write()
        letter.tries = MAX_TRIES
        save(letter)

        send()

        assert (the_letter().state, the_letter().error) == (LetterState.FAILED, "WorkerDied")

    def test_do_not_send_the_same_letter(self, write, app):
        write()

        with transaction():
            first = actions.claim(worker="one", at=NOW, lease_s=300)
            second = actions.claim(worker="two", at=NOW, lease_s=300)

        assert first is not None
        assert second is None

    def test_take_over_from_one_another_when_the_lease_ends(self, write, app, the_letter):
        write()
        with transaction():
            stale, _ = actions.claim(worker="one", at=NOW, lease_s=300)
        with transaction():
            fresh, _ = actions.claim(worker="two", at=NOW + 5 * MINUTE, lease_s=300)

        with transaction():
            actions.note_failed(claim=stale, error="late", send_at=None, at=NOW)
        assert the_letter().state == LetterState.WAITING
        with transaction():
            actions.note_sent(claim=fresh, is_kept=False, at=NOW)
        assert the_letter().state == LetterState.SENT


class TestTheDemo:
    def test_lets_nothing_leave_the_house(self, write, send, mail_server, settle_settings, the_letter):
        settle_settings(portal_mode="demo")
        write()

        assert send() == 1

        assert mail_server.connections == 0
        assert the_letter().state == LetterState.SENT
        assert the_letter().text
