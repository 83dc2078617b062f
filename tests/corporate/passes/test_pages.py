"""Giving, showing and revoking guest passes, on the client's side and on the invitee's phone."""

import re
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.corporate.passes import actions, emails, handlers
from portal.corporate.passes.models import GuestPass
from portal.database import db, transaction
from portal.documents import rendering
from portal.jobs.cli import Worker
from portal.outbox.models import Letter
from portal.programme.models import ProgrammeVersion
from portal.programme.rules import default_rules
from portal.programme.standing.models import AccountStanding
from tests.cast import NOW
from tests.corporate.passes.conftest import TODAY, give_pass
from tests.statements import assert_same_statements
from tests.web.client import forget, settle

FIELDS = {
    "invitee": "  Olga   Petrova ", "email": "Olga@Guest.example", "language": "ru", "kinds": ["meals"],
    "hotel": "SEA", "first_on": "2026-06-15", "last_on": "2026-06-20", "uses": "2", "payer": "company",
    "message": "Ждём вас!",
}  # fmt: skip


@pytest.fixture
def bruno(gold, client_as):
    return client_as(gold.bruno)


@pytest.fixture
def no_paper(monkeypatch):
    monkeypatch.setattr(rendering, "from_html", lambda html, **_: b"%PDF-" + html.encode())


def ask(browser, **changed):
    page = browser.get("/corporate/passes/new").page
    return browser.submit(page, "/corporate/passes/new", **{**FIELDS, **changed})


def use_for_lunch(cast, given):
    return actions.use_pass(
        token=uuid.uuid4(), guest_pass=given, house=cast.seaside, kind="meals", list_cents=2_400,
        by_id=cast.dario.id, today=TODAY, at=NOW,
    )  # fmt: skip


def run_jobs(app):
    settle()
    Worker(app, "a worker").drain()
    forget()


def passes():
    return list(db.session.scalars(select(GuestPass).order_by(GuestPass.id)))


class TestGiving:
    def test_writes_the_invitee_in_their_language_with_the_pass_and_freezes_what_was_promised(
        self, app, gold, bruno, no_paper
    ):
        answer = ask(bruno)
        run_jobs(app)
        db.session.get(AccountStanding, gold.acme.id).tier = "partner"

        (given,) = passes()
        letter = db.session.scalars(select(Letter)).one()
        assert answer.location == f"/corporate/passes/{given.public_id}"
        assert (given.invitee, given.tier, given.meals_bp, given.slot) == ("Olga Petrova", "gold", 1_500, 1)
        assert (letter.to_address, letter.locale, letter.person_id) == ("olga@guest.example", "ru", None)
        assert "Acme Logistics" in letter.subject
        assert "Ждём вас!" in letter.text
        assert letter.attachments[0]["filename"] == f"pass-{given.number}.pdf"
        page = bruno.get(answer.location).page
        assert "15 % less" in page.text
        assert "olga@guest.example once" in page.text

    def test_sent_twice_gives_one(self, bruno):
        page = bruno.get("/corporate/passes/new").page

        for _ in range(2):
            bruno.submit(page, "/corporate/passes/new", **FIELDS)

        assert len(passes()) == 1

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"invitee": " "}, "Enter the name"),
            ({"email": "olga"}, "This is no e-mail address"),
            ({"uses": "11"}, "Enter a number from 1 to 10."),
            ({"first_on": "2026-06-14"}, "choose a first day from 15 June 2026 on"),
            ({"last_on": "2027-01-01"}, "Choose a last day up to 16 December 2026."),
        ],
    )
    def test_says_what_is_wrong_and_keeps_the_rest(self, bruno, changed, said):
        answer = ask(bruno, **changed)

        assert answer.status_code == 422
        assert said in answer.page.text
        assert "Ждём вас!" in answer.page.text
        assert passes() == []

    def test_ends_with_the_allowance_of_the_quarter_and_goes_on_with_a_revoked_one(self, cast, client_as):
        bruno = client_as(cast.bruno)
        for name in ("Olga", "Pavel"):
            ask(bruno, invitee=name)

        refused = ask(bruno, invitee="Rita")
        first = passes()[0]
        bruno.submit(bruno.get(f"/corporate/passes/{first.public_id}").page, "/revocation")
        ask(bruno, invitee="Rita")

        assert (
            "All 2 passes of this quarter are given. The next quarter begins on 1 July 2026"
            in refused.page.text
        )
        assert [each.invitee for each in passes()] == ["Olga", "Pavel", "Rita"]
        assert "This quarter’s guest passes are given" in bruno.get("/corporate/passes").page.text

    def test_is_not_for_a_traveller_nor_for_the_hotel(self, cast, client_as):
        for each in (cast.tamara, cast.dario):
            assert client_as(each).get("/corporate/passes").status_code == 403


class TestList:
    def test_counts_its_tabs_and_keeps_the_filters(self, gold, bruno, save):
        with transaction():
            give_pass(gold, invitee="Olga Petrova")
            over = give_pass(gold, invitee="Pavel", property_id=gold.townhouse.id)
            actions.revoke_pass(guest_pass=give_pass(gold, invitee="Rita"), by_id=gold.bruno.id, at=NOW)
        over.first_on = over.last_on = TODAY - timedelta(days=1)
        save(over)

        page = bruno.get("/corporate/passes?q=petrova&hotel=SEA").page
        counts = dict(re.findall(r"(Valid|Expired|Revoked|All) (\d)", page.text))

        assert counts == {"Valid": "1", "Expired": "0", "Revoked": "0", "All": "1"}
        assert "Pavel" in bruno.get("/corporate/passes?tab=expired").page.text
        assert "No pass fits these filters" in bruno.get("/corporate/passes?q=nobody").page.text
        assert "/corporate/passes/passes.xlsx?q=petrova&hotel=SEA" in page.links

    def test_runs_the_same_statements_for_one_and_for_thirty(self, gold, bruno):
        def arrange(number):
            with transaction():
                for n in range(number):
                    give_pass(gold, invitee=f"Guest {n}")

        db.session.get(AccountStanding, gold.acme.id).tier = "platinum"
        assert_same_statements(1, 30, arrange=arrange, visit=lambda: bruno.get("/corporate/passes"))

    def test_shows_a_rival_nothing(self, gold, given, client_as):
        carla = client_as(gold.carla)

        assert "Olga" not in carla.get("/corporate/passes?tab=all").page.text
        for path in ("", "/pass.pdf"):
            assert carla.get(f"/corporate/passes/{given.public_id}{path}").status_code == 404
        assert carla.post(f"/corporate/passes/{given.public_id}/revocation").status_code == 404

    def test_is_found_by_the_invitees_name_in_any_alphabet(self, given, bruno):
        assert "Olga Petrova" in bruno.get("/search?q=петрова").page.text
        assert "Olga Petrova" in bruno.get("/corporate/passes?q=Petrova+Olga").page.text


class TestRevocation:
    @pytest.mark.parametrize(
        ("after", "holds"), [(timedelta(minutes=10), True), (timedelta(minutes=11), False)]
    )
    def test_is_taken_back_within_ten_minutes(self, given, bruno, clock, after, holds):
        address = f"/corporate/passes/{given.public_id}"
        bruno.submit(bruno.get(address).page, "/revocation")
        bruno.get(address)
        page = bruno.get(address).page
        clock.set(NOW + after)

        bruno.submit(page, "/revocation/undo")

        assert (given.revoked_at is None, given.slot) == ((True, 1) if holds else (False, None))

    def test_cannot_be_taken_back_once_its_place_was_given_to_another(self, cast, client_as):
        bruno = client_as(cast.bruno)
        with transaction():
            first, _ = (give_pass(cast, invitee=name) for name in ("Olga", "Pavel"))
            actions.revoke_pass(guest_pass=first, by_id=cast.bruno.id, at=NOW)
            give_pass(cast, invitee="Rita")

        page = bruno.get(f"/corporate/passes/{first.public_id}").page
        bruno.submit(page, "/revocation/undo")

        assert "All 2 passes of this quarter are given" in bruno.get("/corporate/passes").page.text

    def test_gives_the_place_back_when_the_only_use_of_a_revoked_pass_is_undone(self, gold, given):
        with transaction():
            use = use_for_lunch(gold, given)
            actions.revoke_pass(guest_pass=given, by_id=gold.bruno.id, at=NOW)
        assert given.slot == 1

        with transaction():
            actions.undo_use(use=use, by_id=gold.dario.id, at=NOW)

        assert (given.used, given.slot) == (0, None)

    def test_that_is_taken_back_makes_up_for_the_letter_it_stopped(self, app, gold, no_paper):
        with transaction():
            given = give_pass(gold, email="olga@guest.example")
            actions.revoke_pass(guest_pass=given, by_id=gold.bruno.id, at=NOW)
        run_jobs(app)
        for _ in range(2):
            with transaction():
                actions.take_revocation_back(
                    guest_pass=db.session.get(GuestPass, given.id), by_id=gold.bruno.id, at=NOW
                )
            run_jobs(app)

        assert len(db.session.scalars(select(Letter)).all()) == 1

    def test_stops_the_letter(self, app, gold, no_paper):
        with transaction():
            given = give_pass(gold, email="olga@guest.example")
            actions.revoke_pass(guest_pass=given, by_id=gold.bruno.id, at=NOW)

        run_jobs(app)

        assert db.session.scalars(select(Letter)).all() == []


class TestLetter:
    def test_is_sent_again_a_few_times_at_the_most(self, app, gold, bruno, no_paper):
        ask(bruno)
        (given,) = passes()
        address = f"/corporate/passes/{given.public_id}"
        page = bruno.get(address).page
        for _ in range(6):
            bruno.submit(page, "/letter")
        run_jobs(app)

        assert len(db.session.scalars(select(Letter)).all()) == 5
        assert "it was sent 5 times" in bruno.get(address).page.text

    @pytest.mark.parametrize("why", ["used", "expired"])
    def test_is_not_sent_for_a_pass_that_promises_nothing_any_more(self, gold, client_as, clock, why):
        with transaction():
            given = give_pass(gold, email="olga@guest.example", uses=1)
            if why == "used":
                use_for_lunch(gold, given)
        if why == "expired":
            clock.set(NOW + timedelta(days=7))
        browser, address = client_as(gold.bruno), f"/corporate/passes/{given.public_id}"

        page = browser.get(address).page
        browser.post(f"{address}/letter")

        assert "Send the letter again" not in page.text
        said = {"used": "All uses of this pass", "expired": "This pass ended on"}[why]
        assert said in browser.get(address).page.text
        assert db.session.get(GuestPass, given.id).letters == 1


class TestOnThePhone:
    @pytest.fixture
    def address(self, app, given):
        with app.test_request_context():
            return re.sub(r"^https?://[^/]+", "", emails.phone_address(given))

    def test_shows_the_code_and_what_it_gives_and_changes_nothing(self, client, given, address):
        page = client.get(address).page

        assert "Olga Petrova, Acme Logistics invites you" in page.text
        assert "15 % less" in page.text
        assert "2 uses, 2 left" in page.text
        assert "forgotten" in page.text
        assert given.used == 0

    def test_says_that_it_was_revoked_and_shows_no_code(self, client, gold, given, address):
        with transaction():
            actions.revoke_pass(guest_pass=given, by_id=gold.bruno.id, at=NOW)

        page = client.get(address).page

        assert "The host revoked this pass" in page.text
        assert "Code of the pass" not in page.html

    def test_is_another_thing_than_the_number(self, client, given, address):
        assert client.get(address[:-2] + "xx").status_code == 404
        assert client.get("/pass/nonsense").status_code == 404
        stranger = client.get(f"/p/{given.number}").page
        assert stranger.h1 == "A guest pass"
        assert "Olga" not in stranger.text
        assert client.get(f"/p/{given.number[:-1]}{(int(given.number[-1]) + 1) % 10}").status_code == 404

    def test_prints_itself(self, client, given, address):
        assert client.get(f"{address}/pass.pdf").data.startswith(b"%PDF-")


class TestForgetting:
    @pytest.mark.parametrize(("days", "is_kept"), [(30, True), (31, False)])
    def test_drops_name_address_and_letter_thirty_days_after_the_last_day(
        self, app, gold, no_paper, days, is_kept
    ):
        with transaction():
            given = give_pass(gold, email="olga@guest.example", message="Welcome, Olga", last_on=TODAY)
        run_jobs(app)
        at = NOW + timedelta(days=days)

        with transaction():
            forgotten = actions.forget_invitees(today=at.date(), limit=10, at=at)

        given = db.session.get(GuestPass, given.id)
        letters = db.session.scalars(select(Letter.to_address)).all()
        assert forgotten == (0 if is_kept else 1)
        told = f"{letters} {given.invitee} {given.email} {given.message} {given.search_key}".lower()
        assert ("olga" in told) == is_kept
        assert bool(letters) == is_kept

    @pytest.mark.parametrize("who", ["bruno", "dario"])
    def test_is_done_at_once_where_the_invitee_asks_the_host_or_a_desk(
        self, app, gold, client_as, no_paper, who
    ):
        with transaction():
            given = give_pass(gold, email="olga@guest.example", message="Welcome, Olga")
        run_jobs(app)
        given = db.session.get(GuestPass, given.id)
        browser = client_as(getattr(gold, who))
        path = {"bruno": f"/corporate/passes/{given.public_id}", "dario": f"/desk/passes/{given.number}"}[who]

        browser.submit(browser.get(path).page, f"{path}/oblivion")

        page = browser.get(path).page
        assert "forgotten" in page.text
        assert "Forget the invitee" not in page.text
        db.session.refresh(given)
        told = f"{given.invitee} {given.email} {given.message} {given.search_key}"
        assert "olga" not in told.lower()
        assert db.session.scalars(select(Letter)).all() == []

    def test_is_work_that_comes_by_itself(self):
        assert [each.kind for each in handlers.RECURRING] == ["passes.forget"]


class TestPromise:
    def test_stays_what_it_was_under_later_rules(self, gold, given, save):
        first = default_rules()
        meaner = replace(first.tiers[2], invitee_meals_bp=1_200)
        later = replace(
            first, version=2, effective_from=TODAY, tiers=(*first.tiers[:2], meaner, first.tiers[3])
        )
        save(ProgrammeVersion(number=2, effective_from=TODAY, rules=later.to_json(), published_at=NOW))

        with transaction():
            use = actions.use_pass(
                token=uuid.uuid4(), guest_pass=given, house=gold.seaside, kind="meals", list_cents=2_400,
                by_id=gold.dario.id, today=TODAY, at=NOW,
            )  # fmt: skip

        # Golden number 3 of the programme: a Gold invitee's meal.
        assert (use.list_cents, use.pays_cents, use.price["version"]) == (2_400, 2_040, 1)
