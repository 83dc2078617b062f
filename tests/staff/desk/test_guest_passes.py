"""Live cards and guest passes at the desk: who is there, what is paid, and what is undone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.rules import card_number
from portal.corporate.passes.models import PassUse
from portal.corporate.passes.rules import pass_number
from portal.corporate.presence import rules as presence
from portal.corporate.presence.models import Presence
from portal.database import db, transaction
from tests.corporate.bookings.conftest import raise_tier
from tests.corporate.passes.conftest import give_pass
from tests.staff.desk.conftest import NINE, colleague_of, new_guest


@pytest.fixture
def olga(cast, keys):
    """Olga's pass: Acme is Gold."""
    raise_tier(cast.acme.id, "gold")
    with transaction():
        return give_pass(cast, last_on=NINE.date(), uses=2)


@pytest.fixture
def live(app, clock):
    """What a card shows on the phone now."""
    return lambda card: presence.live_code(card.number, key=app.config["SECRET_KEY"], at=clock.at).digits


@pytest.fixture
def address(olga):
    return f"/desk/passes/{olga.number}"


def use(browser, address, *, query="", **values):
    page = browser.get(address, query_string={"q": query} if query else None).page
    return browser.submit(page, f"{address}/uses", **{"amount": "24", "kind": "meals", **values})


def uses():
    return list(db.session.scalars(select(PassUse).order_by(PassUse.id)))


def notes():
    return list(db.session.scalars(select(Presence).order_by(Presence.id)))


class TestLiveCard:
    def test_recognises_the_guest_and_says_that_they_are_here(self, cast, dario, live):
        page = dario.get("/desk", query_string={"q": live(cast.tamaras_card)}).page

        assert page.h1 == "Tamara Belova"
        assert "Live card: the holder is here" in page.text
        assert notes() == []

    def test_that_has_lapsed_recognises_only(self, cast, dario, live, clock):
        code = live(cast.tamaras_card)
        clock.advance(seconds=61)

        page = dario.get("/desk", query_string={"q": code}).page

        assert page.h1 == "Tamara Belova"
        assert "Recognised only" in page.text

    def test_is_read_out_of_its_address_and_checked_digit_by_digit(self, cast, dario, live):
        code = live(cast.tamaras_card)

        assert dario.get("/desk", query_string={"q": f"http://x.example/c/{code}"}).page.h1 == "Tamara Belova"
        wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
        assert "This live code cannot be right" in dario.get("/desk", query_string={"q": wrong}).page.text

    def test_of_a_card_that_was_never_issued_says_so(self, app, dario):
        code = presence.live_code(card_number(77), key=app.config["SECRET_KEY"], at=NINE).digits

        assert "No guest has this card" in dario.get("/desk", query_string={"q": code}).page.text


class TestALostCard:
    def test_says_when_it_was_lost_and_when_a_new_one_was_issued(self, cast, dario, scan, save):
        cast.tamaras_card.blocked_at, cast.tamaras_card.blocked_reason = NINE, "lost"
        assert "No new one is issued yet" in scan().text
        replacement = new_guest(cast, "Somebody", serial=9)
        replacement.holder_id, replacement.issued_at = cast.tamara.id, NINE + timedelta(minutes=5)
        save(replacement)

        page = scan()

        assert "This card is blocked: lost on 22 June 2026, 09:00" in page.text
        assert "A new one was issued on 22 June 2026, 09:05" in page.text
        assert not [form for form in page.forms if "/desk/services" in form.action]


class TestPass:
    def test_opens_from_the_scan_box_and_says_valid(self, cast, dario, olga, address):
        answer = dario.get("/desk", query_string={"q": f"https://x.example/p/{olga.number}"})

        page = dario.get(answer.location).page
        assert answer.location == address
        assert page.h1 == "Olga Petrova"
        assert "Valid" in page.text
        assert "2 uses are left." in page.text

    def test_is_used_for_a_bill_and_says_the_price_who_pays_and_why(self, cast, dario, address, olga):
        use(dario, address, document="passport")

        (done,) = uses()
        (note,) = notes()
        page = dario.get(address).page
        # Golden number 3 of the programme.
        assert (done.list_cents, done.pays_cents) == (2_400, 2_040)
        assert (note.kind, note.document, note.card_id) == ("staff_check", "passport", None)
        assert "€20.40 instead of €24. The invitee pays." in page.text
        assert "Invitees of a company at Gold, meals: −15 %." in page.text
        assert "1 use is left." in page.text

    def test_needs_the_person(self, dario, address):
        answer = use(dario, address)

        assert answer.status_code == 422
        assert "Nothing shows that this is the person." in answer.page.text
        assert uses() == []

    def test_takes_the_hosts_live_card_in_the_place_of_a_document_once(self, cast, dario, address, live):
        code = live(cast.tamaras_card)

        use(dario, address, query=code)
        again = use(dario, address, query=code)

        assert again.status_code == 422
        assert "spent with this very code already" in again.page.text
        assert [(note.kind, note.card_id) for note in notes()] == [("live_code", cast.tamaras_card.id)]
        assert len(uses()) == 1

    def test_takes_no_live_card_of_another_company_nor_a_lapsed_one(self, cast, dario, address, live, clock):
        code = live(cast.tamaras_card)
        other = live(new_guest(cast, "Remo Rossi", serial=8, company=cast.borealis))

        assert "belongs to another" in dario.get(address, query_string={"q": other}).page.text
        clock.advance(seconds=61)
        assert "This live code has lapsed" in dario.get(address, query_string={"q": code}).page.text
        assert dario.get(address, query_string={"q": "Tamara"}).location == "/desk?q=Tamara"

    def test_pressed_twice_is_used_once(self, dario, address):
        page = dario.get(address).page

        for _ in range(2):
            dario.submit(page, f"{address}/uses", amount="24", kind="meals", document="passport")

        assert len(uses()) == 1

    @pytest.mark.parametrize(
        ("amount", "said"),
        [("", "Enter the bill"), ("0", "Enter a sum above nothing"), ("-3", "Enter a sum")],
    )
    def test_says_what_is_wrong_with_a_bill(self, dario, address, amount, said):
        answer = use(dario, address, amount=amount, document="passport")

        assert answer.status_code == 422
        assert said in answer.page.text

    def test_says_the_one_reason_why_it_does_not_hold(self, cast, dario, olga, address, save):
        for _ in range(2):
            use(dario, address, document="passport")
        page = dario.get(address).page
        assert "All uses of this pass (2) are taken, the last on 22 June 2026, 09:00" in page.text
        assert not [form for form in page.forms if form.action.endswith("/uses")]

        olga.uses, olga.property_id = 3, cast.townhouse.id
        save(olga)
        assert "This pass holds at another hotel" in dario.get(address).page.text

    def test_that_nobody_gave_leads_back_to_the_desk(self, dario):
        assert dario.get(f"/desk/passes/{pass_number(5)}").location == "/desk"
        assert "No pass has this number" in dario.get("/desk").page.text

    @pytest.mark.parametrize("minutes", [10, 11])
    def test_has_its_use_back_when_undone_within_ten_minutes(self, dario, olga, address, clock, minutes):
        use(dario, address, document="passport")
        page = dario.get(address).page
        clock.advance(minutes=minutes)

        dario.submit(page, "/undo")

        assert olga.left == (2 if minutes == 10 else 1)

    def test_is_undone_by_whoever_used_it_alone(self, cast, dario, olga, address, client_as):
        use(dario, address, document="passport")
        page = dario.get(address).page

        fatima = client_as(colleague_of(cast))
        fatima.post(page.form("/undo").action)

        assert "A colleague noted this use" in fatima.get(address).page.text
        assert olga.left == 1

    def test_tells_the_host_who_looked(self, cast, dario, address, client_as):
        dario.get(address)

        assert (
            "a guest pass that you gave, at a front desk" in client_as(cast.bruno).get("/me/looks").page.text
        )

    def test_shows_the_host_each_use(self, cast, dario, olga, address, client_as):
        use(dario, address, document="passport")

        page = client_as(cast.bruno).get(f"/corporate/passes/{olga.public_id}").page

        assert "1 of 2" in page.text
        assert "saved €3.60" in page.text
        assert "Seaside" in page.text
