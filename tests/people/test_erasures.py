"""Being forgotten: who asks, who decides, and that nothing but numbers is left in any table."""

import json
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.accounts.models import Card
from portal.corporate.passes.models import GuestPass
from portal.database import db, transaction
from portal.jobs.models import Job
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.outbox.models import Letter
from portal.people.erasures import actions, queries, rules
from portal.people.erasures.models import Channel, Erasure
from portal.people.models import Person, SignIn
from portal.people.roles import actions as roles
from portal.web.folding import search_key
from portal.web.registries import registries
from tests.cast import NOW, PASSWORD
from tests.people.erasing import texts_holding, work


@pytest.fixture
def wish(cast, clock):
    """Tamara wants to be forgotten."""
    with transaction():
        return actions.ask(person_id=cast.tamara.id, at=clock.at)


@pytest.fixture
def begin(cast, clock):
    def now(wish):
        with transaction():
            erasure = queries.locked(wish.public_id)
            actions.carry_out(erasure=erasure, erasers=registries().erasers, by=cast.ada.id, at=clock.at)

    return now


@pytest.fixture
def carry_out(app, begin):
    def now(wish):
        begin(wish)
        work(app)

    return now


def land(client, answer):
    """The page to which a form leads."""
    return client.get(answer.location).page


class TestAsk:
    def test_waits_for_the_hotel_and_can_be_taken_back(self, cast, client_as):
        tamara = client_as(cast.tamara)

        page = land(tamara, tamara.submit(tamara.get("/me/erasure").page, "/me/erasure", current=PASSWORD))

        assert "You asked on" in page.text
        assert cast.tamara.name in client_as(cast.ada).get("/people/erasures").page.text
        page = land(tamara, tamara.submit(page, "/me/erasure/withdrawal"))
        assert "Your wish is taken back" in page.text
        assert queries.count_open() == 0

    def test_wants_the_password(self, cast, client_as):
        tamara = client_as(cast.tamara)

        answer = tamara.submit(tamara.get("/me/erasure").page, "/me/erasure", current="a guess")

        assert answer.status_code == 422
        assert queries.last_of(cast.tamara.id) is None

    def test_is_one_wish_however_often(self, cast, clock, wish):
        with transaction():
            again = actions.ask(person_id=cast.tamara.id, at=clock.at)

        assert again.id == wish.id

    def test_is_exported_to_whoever_asked(self, cast, client_as, wish):
        data = json.loads(client_as(cast.tamara).get("/me/data").text)

        assert data["erasures"][0]["asked_at"] == NOW.isoformat()


class TestNote:
    def test_opens_the_wish_of_somebody_who_has_left_and_counts_from_its_day(
        self, app, cast, client_as, clock
    ):
        with transaction():
            roles.end_access(person_id=cast.tamara.id, by=cast.ada.id, at=clock.at)
        ada, address = client_as(cast.ada), f"/people/{cast.tamara.public_id}/erasure"
        page = ada.get(f"/people/{cast.tamara.public_id}").page
        assert address in page.links

        said = {"channel": "letter", "asked_on": NOW.date() - timedelta(days=9), "proof": "Called back."}
        page = land(ada, ada.submit(ada.get(address).page, address, **said))

        assert "By letter" in page.text
        assert "Called back." in page.text
        wish = queries.last_of(cast.tamara.id)
        assert rules.due_at(wish.asked_at) - NOW < timedelta(days=21, hours=1)
        assert ada.get(address).location.endswith(f"/people/erasures/{wish.public_id}")
        page = land(ada, ada.submit(page, f"/people/erasures/{wish.public_id}/carried-out", is_sure="y"))
        work(app)
        assert texts_holding("Tamara", "tamara@acme.example") == []

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ({"proof": ""}, "Say how you know"),
            ({"channel": None}, "Choose how the wish came"),
            ({"asked_on": NOW.date() + timedelta(days=1)}, "Choose a day of the last twelve months"),
            ({"asked_on": NOW.date() - timedelta(days=366)}, "Choose a day of the last twelve months"),
        ],
    )
    def test_says_what_is_missing(self, cast, client_as, said, told):
        ada, address = client_as(cast.ada), f"/people/{cast.tamara.public_id}/erasure"
        whole = {"channel": "phone", "asked_on": NOW.date(), "proof": "Called back."} | said

        answer = ada.submit(ada.get(address).page, address, **whole)

        assert answer.status_code == 422
        assert told in answer.page.text
        assert queries.last_of(cast.tamara.id) is None

    def test_is_taken_back_by_whoever_noted_it_but_not_for_whoever_asked_themselves(
        self, cast, client_as, clock, wish
    ):
        ada = client_as(cast.ada)
        assert ada.post(f"/people/erasures/{wish.public_id}/withdrawal").status_code == 404
        note = rules.Note(channel=Channel.PHONE, proof="Called back.", asked_on=NOW.date())
        with transaction():
            noted = actions.note_down(person=cast.bruno, note=note, zone="UTC", by=cast.ada.id, at=clock.at)
        address = f"/people/erasures/{noted.public_id}"

        page = land(ada, ada.submit(ada.get(address).page, f"{address}/withdrawal"))

        assert "The wish is taken back. Everything stays." in page.text
        assert queries.last_of(cast.bruno.id).outcome == "withdrawn"

    def test_is_not_noted_for_oneself(self, cast, client_as):
        ada, address = client_as(cast.ada), f"/people/{cast.ada.public_id}/erasure"

        assert "This is you" in ada.get(address).page.text
        said = {"channel": "phone", "asked_on": NOW.date(), "proof": "Myself."}
        assert ada.post(address, data=said).status_code == 422
        assert queries.last_of(cast.ada.id) is None


class TestRefuse:
    def test_tells_the_person_the_ground(self, cast, client_as, wish):
        ada, address = client_as(cast.ada), f"/people/erasures/{wish.public_id}"

        said = {"ground": "claim", "words": "The wedding of 12 May."}
        page = land(ada, ada.submit(ada.get(address).page, f"{address}/refusal", **said))

        assert "needed for a claim" in page.text
        letter = db.session.scalars(select(Letter)).one()
        assert letter.to_address == cast.tamara.email
        assert "The wedding of 12 May." in letter.text
        assert "not erase your data yet" in client_as(cast.tamara).get("/me/erasure").page.text

    def test_asks_for_a_ground(self, cast, client_as, wish):
        ada, address = client_as(cast.ada), f"/people/erasures/{wish.public_id}"

        answer = ada.submit(ada.get(address).page, f"{address}/refusal", words="No.")

        assert answer.status_code == 422
        assert "Choose the ground" in answer.page.text

    def test_shows_when_the_thirty_days_are_over(self, cast, client_as, clock, wish):
        ada = client_as(cast.ada)
        clock.set(NOW + timedelta(days=30, seconds=-1))
        assert "overdue" not in ada.get("/people/erasures").page.text
        clock.advance(seconds=1)
        ada = client_as(cast.ada)
        assert "overdue" in ada.get("/people/erasures").page.text


class TestCarryOut:
    def test_leaves_no_word_of_the_person_in_any_table(self, cast, client_as, clock, carry_out, run):
        self.scatter(cast, clock)
        number = cast.tamaras_card.number
        session = client_as(cast.tamara)
        with transaction():
            wish = actions.ask(person_id=cast.tamara.id, at=clock.at)

        carry_out(wish)

        assert texts_holding("Tamara", "Belova", "tamara@acme.example", "window seat") == []
        person = db.session.get(Person, cast.tamara.id)
        assert (person.name, person.email, person.password_hash) == ("Erased person", None, None)
        assert db.session.scalars(select(Card)).one().number == number
        assert session.get("/me").status_code == 302
        assert run("ledger", "verify").exit_code == 0

    def test_spares_whoever_is_called_the_same(self, cast, clock, save, carry_out):
        double = Person(
            public_id=uuid.uuid4(), name=cast.tamara.name, search_key=search_key(cast.tamara.name),
            email="other@acme.example", locale="en", created_at=NOW,
        )  # fmt: skip
        save(double)
        other = Job(**self.job({"to": "Tamara Belova", "mail": "tamara@acme.example"}))
        save(other)
        with transaction():
            wish = actions.ask(person_id=cast.tamara.id, at=clock.at)

        carry_out(wish)

        db.session.expire_all()
        assert db.session.get(Person, double.id).name == "Tamara Belova"
        assert other.payload == {"to": "Tamara Belova", "mail": "Erased person"}

    def test_ends_access_and_finds_nobody_before_the_texts_are_read(self, app, cast, client_as, begin):
        note = Job(**self.job({"to": "Tamara Belova"}))
        with transaction():
            db.session.add(note)
            wish = actions.ask(person_id=cast.tamara.id, at=NOW)
        tamara, ada = client_as(cast.tamara), client_as(cast.ada)

        begin(wish)

        assert tamara.get("/me").status_code == 302
        assert {table for table, *_rest in texts_holding("Tamara Belova")} == {"job", "erasure"}
        address = f"/people/erasures/{wish.public_id}"
        assert "Going through the texts" in ada.get(address).page.text
        for other in ("refusal", "carried-out"):
            ada.post(f"{address}/{other}", data={"ground": "claim", "is_sure": "y"})
        assert "what is erased does not come back" in ada.get(address).page.text
        work(app)
        assert texts_holding("Tamara Belova") == []
        assert "The data was erased" in ada.get(address).page.text

    def test_goes_on_after_its_work_was_cancelled(self, app, cast, client_as, begin):
        with transaction():
            wish = actions.ask(person_id=cast.tamara.id, at=NOW)
        begin(wish)
        ada, address = client_as(cast.ada), f"/people/erasures/{wish.public_id}"
        ada.post(f"/jobs/{db.session.get(Erasure, wish.id).job_id}/cancellation")
        work(app)
        assert texts_holding("Tamara Belova") == [("erasure", "sought_name", "Tamara Belova")]

        page = ada.get(address).page
        assert "The work was interrupted" in page.text
        ada.submit(page, f"{address}/continuation")
        work(app)

        assert db.session.get(Erasure, wish.id).outcome == "erased"
        assert texts_holding("Tamara Belova") == []

    def test_finds_an_invitee_by_their_address_and_spares_those_with_another(
        self, cast, save, wish, carry_out
    ):
        theirs = self.guest_pass(cast, 1, email=cast.tamara.email)
        other, nobodys = self.guest_pass(cast, 2, email="belova@other.example"), self.guest_pass(cast, 3)
        mentions = self.guest_pass(cast, 4, invitee="Max Frey", message="Ask Tamara Belova.")
        save(theirs, other, nobodys, mentions)

        carry_out(wish)

        assert [each.invitee for each in (theirs, other, nobodys)] == ["", "Tamara Belova", "Tamara Belova"]
        assert other.search_key == search_key("Tamara Belova")
        assert mentions.message == "Ask Erased person."

    def test_takes_a_name_of_one_word_from_what_points_at_them(self, cast, save, wish, carry_out):
        tamara = db.session.get(Person, cast.tamara.id)
        tamara.name, tamara.search_key = "Li", "li"
        pointing = self.guest_pass(cast, 1, invitee="Max Frey", message="Yours, Li", issued_by=tamara)
        other = self.guest_pass(cast, 2, invitee="Max Frey", message="Yours, Li")
        save(tamara, pointing, other)

        carry_out(wish)

        assert (pointing.message, other.message) == ("Yours, Erased person", "Yours, Li")

    def test_changes_nothing_the_second_time(self, cast, clock, wish, carry_out):
        carry_out(wish)
        clock.advance(hours=1)

        with pytest.raises(rules.SettledAlready):
            carry_out(wish)

        assert db.session.get(Person, cast.tamara.id).erased_at == NOW

    def test_is_not_decided_in_ones_own_cause(self, cast, clock, client_as):
        with transaction():
            wish = actions.ask(person_id=cast.ada.id, at=clock.at)
        ada, address = client_as(cast.ada), f"/people/erasures/{wish.public_id}"

        page = ada.get(address).page

        assert "This is your own wish" in page.text
        assert not [form for form in page.forms if form.action.endswith("carried-out")]
        with pytest.raises(rules.OwnErasure):
            actions.carry_out(erasure=wish, erasers=(), by=cast.ada.id, at=clock.at)

    def test_keeps_the_last_administrator_of_a_company(self, cast, clock, client_as):
        with transaction():
            wish = actions.ask(person_id=cast.anna.id, at=clock.at)
        ada, address = client_as(cast.ada), f"/people/erasures/{wish.public_id}"

        page = land(ada, ada.submit(ada.get(address).page, f"{address}/carried-out", is_sure="y"))

        assert "Make another person administrator first" in page.text
        assert db.session.get(Person, cast.anna.id).name == "Anna Keller"

    def test_lets_nobody_open_the_door_again(self, cast, client_as, wish, carry_out):
        carry_out(wish)
        ada, page = client_as(cast.ada), f"/people/{cast.tamara.public_id}"

        assert "gone for good" in ada.get(page).page.text
        assert "Invite them anew" in land(ada, ada.post(f"{page}/return")).text

    @staticmethod
    def guest_pass(cast, number, *, invitee="Tamara Belova", email=None, message="", issued_by=None):
        return GuestPass(
            public_id=uuid.uuid4(), number=f"{number:013d}", account_id=cast.acme.id,
            issued_by_id=(issued_by or cast.anna).id, invitee=invitee, email=email,
            search_key=search_key(invitee), locale="en", message=message, for_meals=True, for_rooms=False,
            first_on=NOW.date(), last_on=NOW.date(), uses=1, payer="invitee", tier="gold", rules_version=1,
            meals_bp=1500, rooms_bp=1000, quarter_on=NOW.date(), slot=number, issued_at=NOW,
        )  # fmt: skip

    @staticmethod
    def job(payload):
        return {
            "public_id": uuid.uuid4(), "kind": "a kind", "payload": payload, "owner_id": None,
            "created_at": NOW, "run_at": NOW,
        }  # fmt: skip

    def scatter(self, cast, clock):
        """The traveller's name and words where letters, links and background work leave them."""
        to = Recipient(cast.tamara.email, cast.tamara.name, "en", "UTC", person_id=cast.tamara.id)
        with transaction():
            person = db.session.get(Person, cast.tamara.id)
            person.needs = "A window seat, says Tamara"
            outbox.write_letter(
                dedupe_key="a letter", kind=LetterKind.SERVICE, template="people/address_taken", to=to,
                values={}, at=clock.at,
            )  # fmt: skip
            db.session.execute(update(SignIn).values(device="Tamara Belova's phone"))
            db.session.execute(update(Card).values(blocked_at=NOW, blocked_reason="Tamara Belova lost it"))
            db.session.add(Job(**self.job({"to": ["BELOVA/TAMARA", "tamara@acme.example"]})))
