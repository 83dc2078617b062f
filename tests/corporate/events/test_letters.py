"""What companies and guests are written, in which order, with which entry of a calendar; and forgetting."""

import base64
import uuid
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from portal.corporate.event_plans import actions as plans
from portal.corporate.events import actions as events
from portal.corporate.events import queries as event_queries
from portal.corporate.registrations import actions, queries, rules
from portal.corporate.registrations.handlers import FORGET_JOB
from portal.database import db, transaction
from portal.people.models import Grant
from portal.web.registries import Erased
from tests.cast import NOW
from tests.corporate.events.conftest import (
    answer,
    come,
    event_of,
    guests_of,
    party_of,
    plan,
    register_with,
    rename,
    take_back,
    work_at,
)

pytestmark = pytest.mark.usefixtures("catalogue")


def entries(letter):
    return [Calendar.from_ical(base64.b64decode(one["content"])) for one in letter.attachments]


class TestLetters:
    def test_invite_within_the_contact_budget_and_note_who_was_invited(self, gold, give, letters):
        event = give(named=[gold.borealis])

        written = letters()

        assert {letter.to_address for letter in written} == {
            gold.anna.email,
            gold.bruno.email,
            gold.carla.email,
        }
        assert {letter.kind for letter in written} == {"marketing"}
        found = event_queries.invited(event.id)
        assert (found.companies, found.by_name, found.letters) == (2, 1, 3)
        give(), give()
        assert len([one for one in letters() if one.to_address == gold.anna.email]) == 2

    def test_invite_whom_a_change_opens_the_event_to_and_nobody_twice(self, gold, give, letters):
        event = give()
        before = [one.to_address for one in letters()]

        with transaction():
            plans.revise_event(
                public_id=event.public_id, revision=1, planned=plan(gold, tiers=("gold", "partner")),
                by_id=gold.lidia.id, at=NOW,
            )  # fmt: skip

        assert gold.carla.email not in before
        assert [one.to_address for one in letters()][len(before) :] == [gold.carla.email]
        assert event_queries.invited(event.id).companies == 2

    def test_move_the_calendar_with_each_change_and_withdraw_the_entry_at_last(self, gold, give, letters):
        event = give()
        with transaction():
            actions.register_party(
                token=uuid.uuid4(), event=event, account=gold.acme,
                party=party_of("Ada Byron", email="ada@guest.example"), by_id=gold.bruno.id, at=NOW,
            )  # fmt: skip
        letters()
        with transaction():
            plans.revise_event(
                public_id=event.public_id, revision=1, planned=plan(gold, capacity=5),
                by_id=gold.lidia.id, at=NOW,
            )  # fmt: skip
        letters()
        with transaction():
            events.cancel_event(
                public_id=event.public_id, reason="A burst pipe.", by_id=gold.lidia.id, at=NOW
            )

        written = [one for one in letters() if one.kind == "service"]

        for address in (gold.bruno.email, "ada@guest.example"):
            files = [entry for one in written if one.to_address == address for entry in entries(one)]
            told = [(str(one["method"]), one.events[0]["sequence"]) for one in files]
            assert told == [("PUBLISH", 0), ("PUBLISH", 1), ("CANCEL", 2)]
            assert len({str(one.events[0]["uid"]) for one in files}) == 1
        assert "A burst pipe." in written[-1].text

    def test_tell_who_moved_up_once_and_as_what_it_is(self, gold, give, companies, letters):
        event = give(capacity=1)
        come(event, companies(1)[0], "A", cast=gold)
        with transaction():
            register_with(event, gold.acme, party_of("Ada Byron", email="ada@guest.example"), by=gold.bruno)
        before = len(letters())

        with transaction():
            plans.revise_event(
                public_id=event.public_id, revision=1, planned=plan(gold, capacity=2),
                by_id=gold.lidia.id, at=NOW,
            )  # fmt: skip
        written = letters()[before:]

        assert [(one.to_address, one.subject) for one in written] == [
            (gold.bruno.email, "A seat is yours now: Tasting"),
            ("ada@guest.example", "Acme Logistics invites you: Tasting"),
        ]

    def test_follow_a_corrected_address_and_withdraw_what_went_to_the_wrong_one(self, gold, give, letters):
        event = give()
        wrong, right = "ada@gmial.example", "ada@gmail.example"
        with transaction():
            found = register_with(event, gold.acme, party_of("Ada Byron", email=wrong), by=gold.bruno)
        letters()
        before = guests_of(event)[0]

        rename(found, "Ada Byron", by_id=gold.bruno.id, email=right)
        written = letters()

        told = {one.to_address: one for one in written if one.template == "corporate/event_guest"}
        assert told[right].subject == "Acme Logistics invites you: Tasting"
        assert told[wrong].subject == "It does not take place for you: Tasting"
        assert [str(one["method"]) for one in entries(told[wrong])] == ["CANCEL"]
        ada = next(one for one in guests_of(event) if one.email == right)
        assert ada.admission != before.admission
        assert entries(told[wrong])[0].events[0]["uid"] != entries(told[right])[0].events[0]["uid"]
        with pytest.raises(rules.LeftOut):
            answer(before.public_id, "no")
        written = len(letters())
        rename(found, "Ada Byron", by_id=gold.bruno.id, email=right, diet="vegan", revision=2)
        assert len([one for one in letters()[written:] if one.template == "corporate/event_guest"]) == 0

    def test_withdraw_nothing_that_a_waiting_party_never_had(self, gold, give, companies, letters):
        event = give(capacity=1)
        come(event, companies(1)[0], "A", cast=gold)
        with transaction():
            found = register_with(event, gold.acme, party_of("Ada", email="ada@guest.example"), by=gold.bruno)
        letters()
        rename(found, "Bob", by_id=gold.bruno.id)
        letters()
        answer(next(one.public_id for one in guests_of(event) if one.name == "Bob"), "no")

        written = [one for one in letters() if one.kind == "service"]

        assert {one.to_address for one in written} == {gold.bruno.email}
        assert [one.attachments for one in written] == [[], [], []]
        assert not any("calendar" in one.text for one in written)
        assert "so the party is over" in written[-1].text

    def test_go_to_who_acts_for_the_company_once_the_registrant_does_no_more(self, gold, give, letters, save):
        event = give()
        found = come(event, gold.acme, "A", cast=gold)
        letters()
        grant = db.session.scalars(
            select(Grant).where(Grant.person_id == gold.bruno.id, Grant.account_id == gold.acme.id)
        ).one()
        grant.ended_at = NOW
        save(grant)

        take_back(found, cast=gold)

        told = [one.to_address for one in letters() if one.subject == "Taken back: Tasting"]
        assert told == [gold.anna.email]


class TestForgetting:
    def test_leaves_no_name_diet_need_or_letter_thirty_days_after(self, gold, give, letters, clock):
        event = give()
        with transaction():
            register_with(event, gold.acme, party_of("Ada Byron", email="ada@guest.example"), by=gold.bruno)
        assert any("Ada Byron" in one.text for one in letters())

        written = work_at(event.ends_at + timedelta(days=30), clock, letters, FORGET_JOB)

        guest = guests_of(event)[0]
        assert (guest.name, guest.search_key, guest.email, guest.needs) == ("", "", None, "")
        assert {one.template for one in written} == {"corporate/event_invitation"}
        assert event_of(event.public_id).purged_at is not None
        assert queries.tally(event.id).seated == 1

    def test_leaves_no_name_of_a_person_who_is_erased(self, gold, give):
        event = give(named=[gold.acme], seats_per_account=3)
        with transaction():
            register_with(event, gold.acme, party_of("Tamara", person_id=gold.tamara.id), by=gold.bruno)
            register_with(event, gold.acme, party_of("T.", email=gold.tamara.email), by=gold.bruno)
            register_with(event, gold.acme, party_of("Tamara"), by=gold.bruno)

        with transaction():
            actions.erase_person(erased=Erased(gold.tamara.id, gold.tamara.name, gold.tamara.email), at=NOW)

        assert [guest.name for guest in guests_of(event)] == ["", "", "Tamara"]
        assert [bool(guest.search_key) for guest in guests_of(event)] == [False, False, True]
