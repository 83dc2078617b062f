"""The door: one scan, told when twice, undone; the list, its papers; what happens after the end."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.corporate.admissions import actions
from portal.corporate.admissions.handlers import CLOSE_ALL
from portal.corporate.registrations.rules import Named, Party
from portal.database import db, transaction
from portal.jobs import actions as jobs
from portal.surveys.invitations.models import Invitation
from tests.corporate.events.conftest import STARTS, come, event_of, guests_of, register_with
from tests.documents.papers import words

pytestmark = pytest.mark.usefixtures("catalogue")


@pytest.fixture
def evening(gold, give, clock):
    """An event with a party of two, and it is time."""
    event = give()
    come(event, gold.acme, "Ada Byron", "Grace Hopper", cast=gold)
    clock.set(STARTS)
    return event


def address(event, end=""):
    return f"/corporate/events/{event.public_id}/{end}"


class TestTheDoor:
    def test_lets_in_by_one_scan_says_when_the_second_time_and_undoes(self, gold, evening, client_as, clock):
        dario, code = client_as(gold.dario), guests_of(evening)[0].admission
        door = address(evening, "door")

        answer = dario.submit(dario.get(door).page, "/door", q=f"https://portal.example/a/{code}")
        shown = dario.get(answer.location).page
        assert "1 of 2 are here" in shown.h1
        assert "In since 19:00" in shown.text
        assert "Grace Hopper" in shown.text
        again = dario.post(door, data={"q": code})
        assert (again.status_code, "is in already, since 10 July 2026, 19:00" in again.page.text) == (
            422,
            True,
        )
        dario.submit(shown, "/undo")
        assert "0 of 2 are here" in dario.get(door).page.h1
        dario.post(door, data={"q": code})
        clock.advance(minutes=11)
        late = dario.post(f"{door}/{guests_of(evening)[0].public_id}/undo")
        assert "It can be taken back for 10 minutes." in late.page.text

    def test_finds_by_name_in_any_layout_and_refuses_by_name(self, gold, evening, client_as):
        dario, door = client_as(gold.dario), address(evening, "door")

        found = dario.get(dario.post(door, data={"q": "фвф"}).location).page
        assert "Ada Byron" in found.text
        assert "Nobody of this event" in dario.post(door, data={"q": "00000000000000"}).page.text
        assert "A digit is wrong" in dario.post(door, data={"q": "12345678901234"}).page.text
        assert client_as(gold.oskar).get(door).status_code == 403
        assert client_as(gold.anna).get(door).status_code == 403

    def test_knows_a_code_that_was_scanned_at_the_desk(self, gold, evening, client_as):
        dario, guest = client_as(gold.dario), guests_of(evening)[0]

        led = dario.get(f"/desk?q={guest.admission}").location
        while not led.startswith(address(evening, "door")):
            led = dario.get(led).location
        shown = dario.get(led).page

        assert guest.name in shown.text
        assert "Nothing found" not in shown.text
        assert "Let in" in shown.text

    def test_is_another_hotels_own(self, gold, client_as, give):
        event, dario = give(property_id=gold.townhouse.id), client_as(gold.dario)
        come(event, gold.acme, "Ada Byron", cast=gold)

        assert dario.get(address(event, "door")).status_code == 404
        scanned = dario.get(f"/a/{guests_of(event)[0].admission}").page
        assert "“Tasting” at Townhouse" in scanned.text
        assert "Ada" not in scanned.text

    def test_is_shut_long_before_and_long_after(self, gold, evening, client_as, clock):
        dario, code = client_as(gold.dario), guests_of(evening)[0].admission

        for at, status in (
            (STARTS - timedelta(hours=4, seconds=1), 422),
            (evening.ends_at + timedelta(hours=6, seconds=1), 422),
            (STARTS - timedelta(hours=4), 302),
        ):
            clock.set(at)
            assert dario.post(address(evening, "door"), data={"q": code}).status_code == status

    def test_lets_nobody_in_who_waits_or_was_taken_back(self, cast, give, companies, client_as, clock):
        event = give(capacity=1)
        a, b = companies(2)
        come(event, a, "A", cast=cast)
        come(event, b, "B", cast=cast)
        waits = guests_of(event)[1]
        clock.set(STARTS)

        answer = client_as(cast.dario).post(address(event, "door"), data={"q": waits.admission})

        assert "B is on the waiting list" in answer.page.text


class TestTheList:
    def test_has_tables_diets_and_papers_for_the_house_only(self, gold, evening, client_as):
        dario = client_as(gold.dario)
        ada = guests_of(evening)[0]
        listed = dario.get(address(evening, "guests?order=company")).page
        assert "2 guests are expected" in listed.h1

        dario.post(address(evening, f"guests/{ada.public_id}/table"), data={"table": "7"})
        papers = {
            name: dario.get(address(evening, name)) for name in ("guests.csv", "guests.pdf", "badges.pdf")
        }

        assert [one.status_code for one in papers.values()] == [200, 200, 200]
        assert "Ada Byron,Acme Logistics,7" in papers["guests.csv"].text
        assert "Grace" not in dario.get(address(evening, "guests.csv?q=ada")).text
        text = words(papers["guests.pdf"].data)
        assert "Ada Byron" in text
        assert "Acme Logistics" in words(papers["badges.pdf"].data)
        for person in (gold.anna, gold.nora, gold.oskar):
            assert client_as(person).get(address(evening, "guests.pdf")).status_code == 403


class TestAfterTheEnd:
    def test_who_did_not_come_is_noted_who_came_is_thanked_and_one_of_a_party_asked(
        self, gold, evening, letters, clock
    ):
        code = guests_of(evening)[0].admission
        with transaction():
            actions.check_in(event_id=evening.id, admission=code, by_id=gold.dario.id, at=STARTS)
        clock.set(evening.ends_at + timedelta(hours=6, minutes=1))
        with transaction():
            jobs.enqueue(kind=CLOSE_ALL, payload={}, at=clock.at)

        written = letters()

        ada, grace = guests_of(evening)
        assert (ada.no_show_at, grace.no_show_at) == (None, clock.at)
        assert event_of(evening.public_id).closed_at == clock.at
        thanks = [one for one in written if one.template == "corporate/event_thanks"]
        assert [one.to_address for one in thanks] == [gold.bruno.email]
        asked = db.session.scalars(select(Invitation)).one()
        assert (asked.touchpoint, asked.person_id, asked.tier) == ("event", gold.bruno.id, "gold")
        letter = next(one for one in written if one.kind == "survey")
        assert letter.subject == "How was the evening at Seaside?"
        assert "at a closed event at Seaside" in letter.text

    def test_whoever_was_there_is_asked_before_who_sent_them(self, gold, give, letters, clock):
        event = give()
        with transaction():
            party = Party((Named("Ada", "none"), Named("Tamara", "none", person_id=gold.tamara.id)))
            register_with(event, gold.acme, party, by=gold.bruno)
        with transaction():
            for guest in guests_of(event):
                actions.check_in(event_id=event.id, admission=guest.admission, by_id=gold.dario.id, at=STARTS)
            actions.close_event(event_id=event.id, at=event.ends_at)

        assert db.session.scalars(select(Invitation)).one().person_id == gold.tamara.id
