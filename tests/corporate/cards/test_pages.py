"""A frequent-guest card: on the phone, on paper, and what a stranger's phone sees of it."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from portal.accounts.rules import card_number
from portal.audit.models import AuditEntry
from portal.corporate.reservations.models import Reservation
from portal.database import db, transaction
from portal.documents import rendering
from portal.programme.models import ProgrammeVersion
from portal.programme.rules import default_rules
from portal.programme.standing.models import AccountStanding
from portal.programme.terms.rules import Names
from tests.cast import NOW, issue
from tests.corporate.bookings.conftest import raise_tier
from tests.corporate.reservations import conftest as souvenirs

DIGITS = "0007 0431 1870"
shelve, notebook, reserve = souvenirs.shelve, souvenirs.notebook, souvenirs.reserve


@pytest.fixture
def tamara(cast, client_as):
    return client_as(cast.tamara)


class TestMyCard:
    def test_shows_digits_in_groups_the_code_and_the_tier(self, cast, tamara, save):
        save(
            AccountStanding(
                account_id=cast.acme.id, tier="platinum", played_through=NOW.date(), night_cents=0
            )
        )

        page = tamara.get("/corporate/card").page

        assert DIGITS in page.text
        assert "Platinum" in page.text
        assert "18:00" in page.text
        assert "Code of the card" in page.html

    @pytest.mark.parametrize(
        ("tier", "rhombs"), [("partner", 1), ("silver", 2), ("gold", 3), ("platinum", 4)]
    )
    def test_tells_its_tier_without_colour_on_the_phone_without_network_too(
        self, cast, client_as, tier, rhombs
    ):
        raise_tier(cast.acme.id, tier)
        tamara = client_as(cast.tamara)

        for path in ("/corporate/card", "/corporate/card/offline"):
            mark = re.search(r'<svg class="rank".*?</svg>', tamara.get(path).page.html, re.DOTALL).group()
            assert mark.count("<path") == rhombs

    def test_says_what_waits_for_its_holder_and_not_what_waits_for_others(
        self, cast, tamara, notebook, reserve
    ):
        reserve(quantity=2)
        assert "Notebook × 2" in tamara.get("/corporate/card").page.text

        with transaction():
            db.session.execute(update(Reservation).values(guest_id=cast.bruno.id))

        assert "Waits for you at the desk" not in tamara.get("/corporate/card").page.text

    def test_is_where_a_traveller_begins(self, tamara):
        assert tamara.get("/").location == "/corporate/card"

    def test_that_was_blocked_says_since_when_and_why(self, cast, tamara):
        cast.tamaras_card.blocked_at, cast.tamaras_card.blocked_reason = NOW, "lost"

        page = tamara.get("/corporate/card").page

        assert "Your card is blocked" in page.text
        assert "reported lost" in page.text

    def test_of_somebody_who_had_left_says_whom_to_ask(self, cast, tamara):
        cast.tamaras_card.blocked_at, cast.tamaras_card.blocked_reason = NOW, "left"

        assert "You have no card yet" in tamara.get("/corporate/card").page.text

    def test_of_somebody_without_one_says_so(self, cast, client_as):
        assert "You have no card yet" in client_as(cast.bruno).get("/corporate/card").page.text

    def test_is_closed_to_the_hotel(self, cast, client_as):
        assert client_as(cast.dario).get("/corporate/card").status_code == 403

    def test_is_in_russian_for_whoever_reads_russian(self, cast, client_as):
        cast.tamara.locale = "ru"

        assert client_as(cast.tamara).get("/corporate/card").page.h1 == "Моя карта"


class TestNeeds:
    def test_are_kept_for_the_desk_and_stay_out_of_the_audit(self, cast, tamara):
        tamara.submit(tamara.get("/corporate/card").page, "/needs", needs="  Nut allergy.  ")

        assert cast.tamara.needs == "Nut allergy."
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.needs")).one()
        assert "allergy" not in str(entry.details).lower()

    def test_told_again_unchanged_change_nothing(self, tamara):
        for _ in range(2):
            tamara.submit(tamara.get("/corporate/card").page, "/needs", needs="Nut allergy.")

        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.needs")).all()
        assert len(entries) == 1

    @pytest.mark.parametrize(("length", "is_kept"), [(500, True), (501, False)])
    def test_are_five_hundred_characters_at_the_most(self, cast, tamara, length, is_kept):
        tamara.submit(tamara.get("/corporate/card").page, "/needs", needs="x" * length)

        assert bool(cast.tamara.needs) == is_kept
        said = tamara.get("/corporate/card").page.text
        assert ("Noted." in said) == is_kept
        assert ("Keep it within 500 characters" in said) != is_kept


class TestAnOwnTier:
    def test_has_a_look_of_its_own_whatever_it_is_called(self, cast, client_as, save, monkeypatch):
        printed = []
        monkeypatch.setattr(rendering, "from_html", lambda html, **_: printed.append(html) or b"%PDF-")
        first = default_rules()
        # Its code is a word that styles something else.
        called = replace(first.tiers[-1], code="card", name=Names("Card", "Карточный"))
        second = replace(first, version=2, effective_from=NOW.date(), tiers=(*first.tiers, called))
        save(
            ProgrammeVersion(
                number=2, effective_from=second.effective_from, rules=second.to_json(), published_at=NOW
            ),
            AccountStanding(account_id=cast.acme.id, tier="card", played_through=NOW.date(), night_cents=0),
        )
        tamara, anna = client_as(cast.tamara), client_as(cast.anna)

        shown = tamara.get("/corporate/card").page.html
        tamara.get(f"/corporate/cards/{cast.tamaras_card.public_id}.pdf")
        badge = anna.get(f"/accounts/{cast.acme.public_id}/standing").page.html

        assert 'class="guest-card own"' in shown
        assert 'class="card-face own"' in printed[0]
        assert 'class="tier own"' in badge


class TestPaper:
    def test_is_a_pdf_for_the_holder_and_for_whoever_runs_the_account(self, cast, tamara, client_as):
        address = f"/corporate/cards/{cast.tamaras_card.public_id}.pdf"

        for browser in (tamara, client_as(cast.anna)):
            answer = browser.get(address)
            assert answer.mimetype == "application/pdf"
            assert answer.data.startswith(b"%PDF-")

    def test_is_recorded_for_the_holder_to_read_when_another_prints_it(self, cast, tamara, client_as):
        address = f"/corporate/cards/{cast.tamaras_card.public_id}.pdf"

        client_as(cast.anna).get(address)
        tamara.get(address)

        assert tamara.get("/me/looks").page.text.count("your card, to print") == 1

    def test_is_refused_to_a_colleague_and_not_found_by_a_rival(self, cast, client_as):
        address = f"/corporate/cards/{cast.tamaras_card.public_id}.pdf"

        assert client_as(cast.bruno).get(address).status_code == 403
        assert client_as(cast.carla).get(address).status_code == 404


class TestCode:
    def test_tells_a_stranger_nothing_of_the_guest(self, cast, client):
        page = client.get(f"/c/{cast.tamaras_card.number}").page

        assert page.h1 == "A frequent-guest card"
        assert "Tamara" not in page.text
        assert "Acme" not in page.text

    def test_tells_the_same_of_a_card_that_was_never_issued(self, cast, client):
        known = client.get(f"/c/{cast.tamaras_card.number}")
        unknown = client.get(f"/c/{card_number(12345)}")

        assert known.page.text == unknown.page.text

    def test_leads_the_desk_to_the_guest(self, cast, client_as):
        answer = client_as(cast.dario).get(f"/c/{cast.tamaras_card.number}")

        assert answer.location == f"/desk?q={cast.tamaras_card.number}"

    @pytest.mark.parametrize("digits", ["000704311871", "123", "card"])
    def test_with_a_wrong_digit_is_not_found(self, client, digits):
        assert client.get(f"/c/{digits}").status_code == 404


class TestPersonalData:
    def test_holds_the_cards_and_what_the_desk_logged(self, cast, tamara):
        issue(cast.tamara, cast.borealis, serial=99)
        db.session.commit()

        told = tamara.get("/me/data").json

        assert [card["company"] for card in told["cards"]] == ["Acme Logistics", "Borealis Foods"]
        assert told["desk"] == []
