"""Being forgotten: who asks, who decides, and that nothing but numbers is left in any table."""

import json
import re
import shutil
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import JSON, LargeBinary, String, event, make_url, select, text, update

from portal.accounts.models import Card
from portal.database import db, transaction
from portal.jobs.models import Job
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.outbox.models import Letter
from portal.people.erasures import actions, queries, rules
from portal.people.models import Person, SignIn
from portal.people.traces import queries as traces
from portal.people.traces.rules import needles, spellings, without
from portal.web.folding import search_key
from portal.web.registries import registries
from tests.cast import NOW, PASSWORD
from tests.sweep.house import EMAILS, LOADED, loaded

WORK = "Their work for the house: by number, and in the export as an act of the audit."
NOT_EXPORTED = {
    "address_change": "Links of a letter, as digests; the address itself is in the profile.",
    "booking_cancellation": "Its booking is exported, with its state.",
    "booking_request": "Its booking is exported, with its state; the word given on it is in the audit.",
    "guest_pass_use": "Its pass is exported, with its uses; the clerk's work is in the audit.",
    "invitation": "The roles that came of it are exported; whom they invited is in the audit.",
    "password_reset": "Links of a letter, as digests.",
    **dict.fromkeys(
        (
            "admission_rules", "application_word", "delivery", "opening_import", "programme_publication",
            "souvenir_handover", "souvenir_reservation_end", "souvenir_return", "souvenir_stock_move",
            "stay_import", "survey_served",
        ),
        WORK,
    ),
}  # fmt: skip


@pytest.fixture
def wish(cast, clock):
    """Tamara wants to be forgotten."""
    with transaction():
        return actions.ask(person_id=cast.tamara.id, at=clock.at)


@pytest.fixture
def carry_out(cast, clock):
    def now(wish):
        with transaction():
            erasure = queries.locked(wish.public_id)
            actions.carry_out(erasure=erasure, erasers=registries().erasers, by=cast.ada.id, at=clock.at)

    return now


def land(client, answer):
    """The page to which a form leads."""
    return client.get(answer.location).page


def texts_holding(*wanted):
    """Every text column of every table in which one of these stands, and every file."""
    found = []
    for table in db.metadata.tables.values():
        columns = [c for c in table.columns if isinstance(c.type, (String, JSON, LargeBinary))]
        if not columns:
            continue
        for row in db.session.execute(select(*columns)):
            for column, value in zip(columns, row, strict=True):
                said = (
                    value.decode("latin-1")
                    if isinstance(value, bytes)
                    else json.dumps(value, ensure_ascii=False, default=str)
                )
                found += [(table.name, column.name, each) for each in wanted if each.lower() in said.lower()]
    return found


class TestWithout:
    SPELT = spellings(name="Anna Belova", email="anna@acme.example")

    @pytest.mark.parametrize(
        ("said", "left"),
        [
            ("For Anna Belova, at nine", "For X, at nine"),
            ("BELOVA/ANNA and Belova, Anna", "X and X"),
            ("belova anna", "X"),
            ("Anna Belovaya, Joanna Belova", "Anna Belovaya, Joanna Belova"),
            ("write to Anna@Acme.example.", "write to X."),
            (
                "joanna.anna@acme.example, anna@acme.example.org",
                "joanna.anna@acme.example, anna@acme.example.org",
            ),
            ("Anna alone, Belova alone", "Anna alone, Belova alone"),
        ],
    )
    def test_takes_the_whole_name_and_nobody_elses(self, said, left):
        assert without(said, spelt=self.SPELT, instead="X") == left

    def test_reaches_into_documents(self):
        said = {"for": ["Anna Belova", 3, None], "words": {"en": "anna belova!"}}

        assert without(said, spelt=self.SPELT, instead="X") == {"for": ["X", 3, None], "words": {"en": "X!"}}

    def test_looks_for_no_name_of_a_single_word(self):
        assert spellings(name="Li", email=None) == ()
        assert needles(name="Li", email=None) == ()

    def test_knows_a_name_in_any_alphabet(self):
        spelt = spellings(name="Анна Цветкова", email=None)

        assert without("tsvetkova anna · ЦВЕТКОВА АННА", spelt=spelt, instead="X") == "X · X"


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


class TestExport:
    def test_covers_every_table_that_points_at_a_person(self, app, cast):
        read = set()

        def note(_connection, _cursor, statement, *_rest):
            read.update(re.findall(r"(?:FROM|JOIN) \"?(\w+)", statement))

        event.listen(db.engine, "before_cursor_execute", note)
        for provider in registries().personal_data.values():
            provider(cast.tamara.id)
        event.remove(db.engine, "before_cursor_execute", note)

        pointing = {
            table.name
            for table in db.metadata.tables.values()
            if any(key.column.table.name == "person" for key in table.foreign_keys)
        }
        assert pointing - read == set(NOT_EXPORTED)


@pytest.mark.engines("sqlite")
class TestAfterwards:
    def test_the_whole_demo_goes_on_without_its_traveller(self, app, database, run, client_as, kept_demo):
        # On PostgreSQL the demo would have to be loaded anew, and nothing here depends on the database.
        loaded(kept_demo)
        db.session.remove()
        db.engine.dispose()
        shutil.copyfile(kept_demo / LOADED, make_url(database.url).database)
        tamara, ada, anna, dario, nora = (
            self.person(key) for key in ("tamara", "ada", "anna", "dario", "nora")
        )
        name, address = tamara.name, tamara.email
        assert {table for table, *_rest in texts_holding(name)} >= {"person", "letter"}
        with transaction():
            wish = actions.ask(person_id=tamara.id, at=NOW)
        with transaction():
            erasure = queries.locked(wish.public_id)
            actions.carry_out(erasure=erasure, erasers=registries().erasers, by=ada.id, at=NOW)

        assert texts_holding(name, search_key(name), address) == []
        assert run("ledger", "verify").exit_code == 0
        for visitor, paths in {
            anna: ("/corporate/bookings", "/corporate/people", "/corporate/stays"),
            dario: ("/board", "/staff/me/contributions"),
            nora: ("/surveys/cases", "/accounts"),
            ada: (
                "/people?left=1",
                "/people/erasures?settled=1",
                "/outbox",
                "/audit",
                f"/people/{tamara.public_id}",
            ),
        }.items():
            client = client_as(visitor)
            assert [client.get(path).status_code for path in paths] == [200] * len(paths)

    @staticmethod
    def person(key):
        return db.session.scalars(select(Person).where(Person.email == EMAILS[key])).one()


@pytest.mark.engines("sqlite")
def test_passes_by_exactly_the_tables_that_nobody_may_change(app):
    triggers = db.session.execute(text("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"))

    guarded = {table for table, name in triggers if name.endswith("_no_update")}

    assert guarded == traces.NEVER_CHANGED
