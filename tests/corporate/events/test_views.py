"""Events on the screen: found, planned, registered for, answered by link, and read by nobody else."""

import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.corporate.events.models import Event
from portal.corporate.registrations import actions, emails
from portal.corporate.registrations.models import Registration
from portal.database import db, transaction
from tests.cast import NOW
from tests.corporate.events.conftest import STARTS, come, guests_of, party_of, states, take_back, taken
from tests.statements import assert_same_statements

pytestmark = pytest.mark.usefixtures("catalogue")

PLANNED = {
    "title_en": "Tasting", "title_ru": "Дегустация", "description_en": "Six wines.",
    "description_ru": "Шесть вин.", "place_en": "Cellar", "place_ru": "Погреб", "hotel": "SEA",
    "day": "2026-07-10", "starts": "19:00", "ends": "23:00", "capacity": "4", "plus_ones": "2",
    "opens_on": "2026-06-15", "closes_on": "2026-07-08", "names_on": "2026-07-09", "tiers": "gold",
}  # fmt: skip


class TestPlanning:
    def test_goes_from_a_half_draft_to_a_published_event_that_is_cancelled(self, cast, client_as, letters):
        lidia = client_as(cast.lidia)
        page = lidia.get("/corporate/events/new").page
        answer = lidia.submit(page, "/corporate/", **{**PLANNED, "title_ru": ""})
        event = db.session.scalars(select(Event)).one()
        address = f"/corporate/events/{event.public_id}"
        assert answer.location == address

        refused = lidia.submit(lidia.get(f"{address}/publication").page, "/corporate/")
        assert refused.status_code == 422
        assert "Russian lacks the title" in refused.page.text
        changed = lidia.submit(lidia.get(f"{address}/change").page, "/corporate/", **PLANNED)
        assert changed.status_code == 302
        stale = lidia.post(f"{address}/change", data={**PLANNED, "revision": "1"})
        assert "A colleague changed it" in stale.page.text
        assert lidia.submit(lidia.get(f"{address}/publication").page, "/corporate/").status_code == 302
        assert "Published" in lidia.get(address).page.text
        cancelled = lidia.submit(
            lidia.get(f"{address}/cancellation").page, "/corporate/", reason="A burst pipe."
        )

        assert cancelled.status_code == 302
        assert "A burst pipe." in lidia.get(address).page.text
        assert "Cancelled" in lidia.get("/corporate/events?tab=cancelled").page.text

    def test_lets_a_draft_whose_day_has_passed_be_given_another_or_dropped(
        self, cast, client_as, give, clock
    ):
        draft = give(published=False)
        address = f"/corporate/events/{draft.public_id}"
        clock.set(draft.starts_at)
        lidia = client_as(cast.lidia)
        links = lidia.get(address).page.links
        assert not {f"{address}/publication", f"/insight/events/{draft.public_id}"} & set(links)

        later = {"day": "2026-08-10", "closes_on": "2026-08-08", "names_on": "2026-08-09"}
        changed = lidia.submit(lidia.get(f"{address}/change").page, "/corporate/", **{**PLANNED, **later})
        assert changed.status_code == 302
        clock.advance(days=40)
        lidia = client_as(cast.lidia)
        dropped = lidia.submit(lidia.get(f"{address}/cancellation").page, "/corporate/", reason="No time.")

        assert dropped.status_code == 302
        assert "The draft is dropped." in lidia.get(address).page.text

    def test_says_what_is_wrong_with_its_days(self, cast, client_as):
        lidia = client_as(cast.lidia)
        page = lidia.get("/corporate/events/new").page

        for wrong, said in (
            ({"day": "2026-06-01"}, "which is past"),
            ({"opens_on": "2026-07-09"}, "Registration opens before it closes"),
            ({"title_en": "", "title_ru": ""}, "Give it a title"),
            ({"capacity": "0"}, "Choose from 1 to 2,000 seats."),
        ):
            answer = lidia.submit(page, "/corporate/", **{**PLANNED, **wrong})
            assert answer.status_code == 422
            assert said in answer.page.text
            assert answer.page.title.startswith("Error: ")

    def test_invites_a_company_by_name_and_takes_it_off_again(self, cast, client_as, give):
        lidia, event = client_as(cast.lidia), give(published=False)
        address = f"/corporate/events/{event.public_id}/invitations"

        invited = lidia.submit(lidia.get(f"{address}?q=borealis").page, "invitations")
        assert invited.status_code == 302
        assert "1 company is invited" in lidia.get(address).page.h1
        lidia.submit(lidia.get(address).page, "removal")

        assert "No company is invited yet" in lidia.get(address).page.h1


class TestACompany:
    def test_sees_what_is_open_to_it_and_why_and_nothing_else(self, gold, client_as, give):
        event, draft = give(), give(published=False)
        anna, carla = client_as(gold.anna), client_as(gold.carla)

        assert "Open to Gold" in anna.get("/corporate/events").page.text
        assert anna.get(f"/corporate/events/{draft.public_id}").status_code == 404
        assert "No invitation at present" in carla.get("/corporate/events").page.h1
        assert carla.get(f"/corporate/events/{event.public_id}").status_code == 404
        assert carla.get(f"/corporate/events/{event.public_id}/registration").status_code == 404
        assert "Seats at each for Gold: 2." in anna.get(f"/corporate/events/{event.public_id}").page.text
        assert client_as(gold.tamara).get("/corporate/events").status_code == 403

    def test_finds_what_is_open_to_it_however_many_drafts_answer_too(self, gold, client_as, give):
        later = [STARTS + n * timedelta(days=1) for n in range(12)]
        event = give()
        for at in later:
            give(published=False, starts_at=at, ends_at=at + timedelta(hours=2))

        links = client_as(gold.anna).get("/search?q=tasting").page.links
        found = [link for link in links if link.startswith("/corporate/events/")]
        assert found == [f"/corporate/events/{event.public_id}"]

    def test_registers_a_party_changes_its_names_and_takes_it_back(self, gold, client_as, give):
        event, bruno = give(), client_as(gold.bruno)
        page = bruno.get(f"/corporate/events/{event.public_id}/registration").page
        card = str(gold.tamaras_card.public_id)
        sent = {"guests-0-traveller": card, "guests-1-name": "Ada Byron", "guests-1-diet": "vegan"}

        first = bruno.submit(page, "/corporate/", **sent)
        again = bruno.submit(page, "/corporate/", **sent)

        assert first.location == again.location
        assert taken(event) == 2
        party = bruno.get(first.location).page
        assert "2 seats are yours" in party.h1
        assert "Vegan" in party.text
        changed = bruno.submit(
            bruno.get(f"{first.location}/names").page, "/corporate/", **{"guests-1-name": "Grace Hopper"}
        )
        assert changed.status_code == 302
        coming = [guest.name for guest in guests_of(event) if guest.left_out_at is None]
        assert coming == ["Tamara Belova", "Grace Hopper"]
        assert "Ada Byron" not in bruno.get(first.location).page.text
        calendar = bruno.get(f"{first.location}/calendar.ics").text
        assert "SEQUENCE:1" in calendar
        assert "Grace Hopper" in calendar.replace("\r\n ", "")
        assert "Our parties" in bruno.get("/corporate/parties").page.h1
        assert "Grace Hopper,Vegan" in bruno.get("/corporate/parties.csv").text
        assert bruno.get("/corporate/parties.xlsx").data[:2] == b"PK"
        assert "Grace Hopper" not in client_as(gold.carla).get("/corporate/parties.csv").text
        taken_back = bruno.submit(bruno.get(f"{first.location}/cancellation").page, "/corporate/")
        assert (taken_back.status_code, taken(event)) == (302, 0)
        assert client_as(gold.carla).get(first.location).status_code == 404

    def test_loses_nobody_who_was_sent_when_there_are_fewer_seats_meanwhile(self, gold, client_as, give):
        event, bruno = give(seats_per_account=3, named=[gold.acme]), client_as(gold.bruno)
        page = bruno.get(f"/corporate/events/{event.public_id}/registration").page
        come(event, gold.acme, "Ada", "Grace", cast=gold)

        sent = {f"guests-{row}-name": name for row, name in enumerate(("Alan", "Kurt", "Emmy"))}
        refused = bruno.submit(page, "/corporate/", **sent)

        assert refused.status_code == 422
        assert "Seats left here for your company: 1. You named 3 guests" in refused.page.text
        assert [refused.page.by_id(name).get("value") for name in sent] == list(sent.values())
        assert taken(event) == 2

    def test_keeps_a_traveller_whose_card_was_blocked_as_who_they_are(self, gold, client_as, give, save):
        event, bruno, card = give(), client_as(gold.bruno), gold.tamaras_card
        page = bruno.get(f"/corporate/events/{event.public_id}/registration").page
        sent = {"guests-0-traveller": str(card.public_id), "guests-1-name": "Ada"}
        party = bruno.submit(page, "/corporate/", **sent).location
        before = guests_of(event)[0]
        card.blocked_at = NOW
        save(card)

        bruno.submit(bruno.get(f"{party}/names").page, "/corporate/", **{"guests-1-diet": "vegan"})

        after = guests_of(event)
        assert (after[0].person_id, after[0].admission) == (gold.tamara.id, before.admission)
        assert [(guest.diet, guest.left_out_at) for guest in after] == [("none", None), ("vegan", None)]

    def test_is_told_in_a_sentence_what_stands_against_it(self, gold, client_as, give):
        event, bruno = give(capacity=1), client_as(gold.bruno)
        address = f"/corporate/events/{event.public_id}/registration"

        empty = bruno.submit(bruno.get(address).page, "/corporate/")
        assert (empty.status_code, "Nobody is named yet" in empty.page.text) == (422, True)
        waits = bruno.submit(
            bruno.get(address).page, "/corporate/", **{"guests-0-name": "Ada", "guests-1-name": "Grace"}
        )
        assert "Your party waits, as number 1" in bruno.get(waits.location).page.h1
        full = bruno.get(address).page
        assert "No seat is left for your company" in full.text

    def test_runs_the_same_statements_for_one_event_and_for_many(self, gold, client_as, give):
        bruno = client_as(gold.bruno)

        assert_same_statements(
            1,
            6,
            arrange=lambda number: [give() for _one in range(number)],
            visit=lambda: bruno.get("/corporate/events"),
        )


class TestTheInbox:
    def test_tells_the_manager_of_a_draft_and_of_who_waits(self, gold, client_as, give):
        event, _draft = give(capacity=1), give(published=False, title={"en": "Première", "ru": "Премьера"})
        lidia = client_as(gold.lidia)
        come(event, gold.acme, "A", cast=gold)

        told = lidia.get("/inbox").page.text
        assert "Publish an event: Première" in told
        assert "Publish an event: Tasting" not in told
        assert "More want to come" not in told
        come(event, gold.acme, "B", cast=gold)

        assert "1 party waits. Add seats" in lidia.get("/inbox").page.text

    def test_tells_a_company_who_has_not_answered_while_names_can_be_changed(
        self, gold, client_as, client, give, clock
    ):
        event = give()
        with transaction():
            actions.register_party(
                token=uuid.uuid4(), event=event, account=gold.acme,
                party=party_of("Ada Byron", email="ada@guest.example"), by_id=gold.bruno.id, at=NOW,
            )  # fmt: skip
        said, guest = "A guest has not answered: Tasting", guests_of(event)[0]

        def told(person=gold.bruno):
            return said in client_as(person).get("/inbox").page.text

        assert not told()
        clock.set(event.names_until - timedelta(days=3))
        assert (told(), told(gold.carla), told(gold.tamara)) == (True, False, False)
        client.post(f"/e/{emails.token_of(guest)}", data={"answer": "yes"})
        assert not told()
        guest.confirmed_at = None
        db.session.commit()
        clock.set(event.names_until)
        assert not told()


class TestAGuest:
    @pytest.fixture
    def invited(self, gold, give, client):
        event = give(capacity=1)
        come(event, gold.acme, "Ada Byron", cast=gold)
        guest = guests_of(event)[0]
        return event, guest, f"/e/{emails.token_of(guest)}"

    def test_says_yes_or_no_by_their_own_link_and_looking_changes_nothing(self, invited, client):
        event, _guest, link = invited
        page = client.get(link).page
        assert "Tasting" in page.h1
        assert states(event) == ["registered"]

        client.post(link, data={"answer": "yes"})
        assert "You are expected" in client.get(link).page.text
        client.post(link, data={"answer": "no"})

        assert states(event) == ["cancelled"]
        assert "I am coming after all" in client.get(link).page.text
        client.post(link, data={"answer": "yes"})
        assert states(event) == ["registered"]

    def test_is_not_heard_without_a_yes_or_no_or_once_the_party_was_taken_back(self, gold, invited, client):
        event, _guest, link = invited

        for said in ({}, {"answer": "maybe"}):
            refused = client.post(link, data=said)
            assert (refused.status_code, "press one of the two" in refused.page.text) == (422, True)
        take_back(db.session.scalars(select(Registration)).one(), cast=gold)
        late = client.post(link, data={"answer": "yes"})

        assert late.status_code == 422
        assert "Your party is not expected any more." in late.page.text
        assert "/e/" not in [form.action for form in late.page.forms]
        assert guests_of(event)[0].confirmed_at is None

    def test_whose_place_another_has_taken_opens_nothing(self, invited, client, save):
        _event, guest, link = invited
        guest.admission = "0" * 14
        save(guest)

        for address in (link, "/e/nonsense", f"{link}/event.ics"):
            assert client.get(address).status_code == 404
        assert client.post(link, data={"answer": "no"}).status_code == 404

    def test_finds_the_letter_with_link_code_and_calendar(self, gold, give, client_as, client, letters):
        event, bruno = give(), client_as(gold.bruno)
        page = bruno.get(f"/corporate/events/{event.public_id}/registration").page
        bruno.submit(
            page, "/corporate/", **{"guests-0-name": "Ada Byron", "guests-0-email": "ada@guest.example"}
        )

        letter = next(one for one in letters() if one.to_address == "ada@guest.example")

        assert letter.subject == "Acme Logistics invites you: Tasting"
        link = re.search(r"/e/[\w=-]+", letter.text).group(0)
        assert "Ada Byron, this is your code for the door." in client.get(link).page.text
        assert client.get(f"{link}/event.ics").status_code == 200

    def test_of_another_kind_is_told_to_show_the_code_at_the_door(self, invited, client):
        _event, guest, _link = invited

        assert "An admission to a closed event" in client.get(f"/a/{guest.admission}").page.h1
        assert "This is no admission" in client.get("/a/12345678901234").page.h1
