"""No more invitations by letter: one tap from the letter, a mail program's button, one's own profile."""

import re
import uuid

import pytest

from portal.corporate.event_wishes import queries, rules
from portal.database import db
from portal.outbox import emails
from tests.cast import NOW
from tests.corporate.events.conftest import come

pytestmark = pytest.mark.usefixtures("catalogue")


class TestOptOut:
    @pytest.fixture
    def letter(self, gold, give, letters):
        give()
        return next(one for one in letters() if one.to_address == gold.bruno.email)

    def test_takes_one_tap_and_is_taken_back_by_another(self, gold, letter, client, give, letters):
        page = re.search(r"/invitations/[\w=-]+", letter.text).group(0)
        assert "No more letters about closed events?" in client.get(page).page.h1
        assert not queries.has_opted_out(gold.bruno.id)

        client.submit(client.get(page).page, "/invitations/")
        assert "We will not invite you by letter any more" in client.get(page).page.h1
        give()
        told = [one.to_address for one in letters() if one.template == rules.INVITATION]
        assert (told.count(gold.anna.email), told.count(gold.bruno.email)) == (2, 1)
        client.submit(client.get(page).page, "/invitations/")

        assert not queries.has_opted_out(gold.bruno.id)

    def test_withdraws_what_waits_and_lets_necessary_letters_go(self, gold, letter, client, give, letters):
        letter.sent_at = None
        db.session.commit()
        client.post(f"/invitations/{rules.wish_token(gold.bruno.public_id, secret=key(client))}/unsubscribe")
        come(give(), gold.acme, "Ada", cast=gold)

        written = [one for one in letters() if one.to_address == gold.bruno.email]

        assert [one.subject for one in written] == ["Registered: Tasting"]

    def test_is_a_button_of_the_mail_program_that_needs_no_token_of_ours(self, gold, letter, client):
        message = emails.compose(letter, sender="Circle <post@circle.example>", at=NOW)
        path = f"/invitations/{rules.wish_token(gold.bruno.public_id, secret=key(client))}/unsubscribe"
        assert letter.unsubscribe_url.endswith(path)
        assert message["List-Unsubscribe"] == f"<{letter.unsubscribe_url}>"
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

        assert client.get(path).status_code == 302
        assert not queries.has_opted_out(gold.bruno.id)
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 204
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 204

        assert queries.opted_out([gold.bruno.id, gold.anna.id]) == {gold.bruno.id}

    def test_is_nobodys_by_another_seal(self, gold, client):
        forged = rules.wish_token(gold.bruno.public_id, secret="guessed")

        for token in (forged, "nonsense", rules.wish_token(uuid.uuid4(), secret=key(client))):
            assert client.get(f"/invitations/{token}").status_code == 404
            client.post(f"/invitations/{token}/unsubscribe")
        assert not queries.has_opted_out(gold.bruno.id)

    def test_stands_on_the_profile_of_whoever_books(self, gold, client_as):
        bruno = client_as(gold.bruno)

        bruno.submit(bruno.get("/me").page, "/invitations/wish")
        assert "Invitations to closed events: off" in bruno.get("/me").page.text
        bruno.submit(bruno.get("/me").page, "/invitations/wish")

        assert "Invitations to closed events: on" in bruno.get("/me").page.text
        assert "Invitations to closed events" not in client_as(gold.tamara).get("/me").page.text
        assert queries.personal_data(gold.bruno.id) == {"opted_out_at": None}


def key(client):
    return client.application.config["SECRET_KEY"]
