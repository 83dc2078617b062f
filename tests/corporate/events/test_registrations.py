"""Parties: registered whole or waiting whole, in line, taken back, renamed, declined; and their letters."""

import base64
import uuid
from datetime import timedelta

import pytest
from icalendar import Calendar

from portal.corporate.event_plans import actions as plans
from portal.corporate.events import actions as events
from portal.corporate.events import queries as event_queries
from portal.corporate.events import rules as event_rules
from portal.corporate.registrations import actions, queries, rules
from portal.corporate.registrations.handlers import FORGET_JOB
from portal.database import transaction
from portal.jobs import actions as jobs
from tests.cast import NOW
from tests.corporate.events.conftest import (
    DAY,
    STARTS,
    come,
    event_of,
    guests_of,
    party_of,
    plan,
    register,
    states,
    taken,
)

pytestmark = pytest.mark.usefixtures("catalogue")


def take_back(registration, *, cast, at=NOW):
    with transaction():
        actions.cancel_registration(
            public_id=registration.public_id, account_id=registration.account_id, by_id=cast.bruno.id, at=at
        )


class TestRegisterParty:
    def test_seats_a_party_whole_and_explains_how_many_it_might_be(self, gold, give):
        event = give()

        found = come(event, gold.acme, "Ada Byron", "Alan Turing", cast=gold)

        assert (found.seats, found.state.value, taken(event)) == (2, "registered", 2)
        assert (found.tier, found.year) == ("gold", 2026)
        assert [step["code"] for step in found.allowance["steps"]][-1] == "event_left"

    def test_lets_three_wait_where_two_seats_are_left_and_seats_a_smaller_one(self, cast, give, companies):
        event = give(capacity=4)
        first, second, third = companies(3)
        come(event, first, "A", "B", cast=cast)

        come(event, second, "C", "D", "E", cast=cast)
        come(event, third, "F", cast=cast)

        assert states(event) == ["registered", "waitlisted", "registered"]
        assert taken(event) == 3

    def test_moves_up_in_order_past_who_does_not_fit_when_seats_come_free(self, cast, give, companies):
        event = give(capacity=4)
        a, b, c, d = companies(4)
        leaving = come(event, a, "A", "B", cast=cast)
        come(event, b, "C", "D", cast=cast)
        come(event, c, "E", "F", "G", cast=cast)
        come(event, d, "H", cast=cast)

        take_back(leaving, cast=cast)

        assert states(event) == ["cancelled", "registered", "waitlisted", "registered"]
        assert taken(event) == 3

    def test_is_done_once_by_the_same_form(self, gold, give):
        event, token = give(), uuid.uuid4()

        with transaction():
            first = register(event, gold.acme, "A", by_id=gold.bruno.id, token=token)
        with transaction():
            second = register(event, gold.acme, "A", by_id=gold.bruno.id, token=token)

        assert (first.id, taken(event)) == (second.id, 1)

    def test_is_not_found_under_another_companys_form(self, gold, give, companies):
        event, token = give(), uuid.uuid4()
        with transaction():
            register(event, gold.acme, "A", by_id=gold.bruno.id, token=token)

        with pytest.raises(rules.RegistrationOfOthers), transaction():
            register(event, companies(1)[0], "B", by_id=gold.carla.id, token=token)

    @pytest.mark.parametrize(
        ("at", "refusal"),
        [
            (NOW - DAY - timedelta(seconds=1), event_rules.NotYetOpen),
            (STARTS - 2 * DAY, event_rules.RegistrationClosed),
            (STARTS, event_rules.EventOver),
        ],
    )
    def test_waits_for_the_days_of_registration(self, gold, give, at, refusal):
        event = give()

        with pytest.raises(refusal), transaction():
            register(event, gold.acme, "A", by_id=gold.bruno.id, at=at)

    def test_refuses_by_name_what_does_not_fit(self, gold, give):
        event = give(seats_per_account=2)
        tries = {
            rules.NobodyNamed: (),
            rules.TooManyPlusOnes: ("A", "B", "C", "D"),
            rules.PartyTooLarge: ("A", "B", "C"),
            rules.GuestTwice: ("Ёлкин А.", "елкин а"),
        }

        for refusal, names in tries.items():
            with pytest.raises(refusal), transaction():
                register(event, gold.acme, *names, by_id=gold.bruno.id)
        come(event, gold.acme, "A", "B", cast=gold)
        with pytest.raises(rules.GuestTwice), transaction():
            register(event, gold.acme, "A", by_id=gold.bruno.id)
        with pytest.raises(rules.NoAllowanceLeft), transaction():
            register(event, gold.acme, "C", by_id=gold.bruno.id)
        assert taken(event) == 2

    def test_refuses_whom_it_is_not_for_and_takes_whom_it_names(self, cast, give):
        closed, open_to_her = give(), give(named=[cast.borealis])

        with pytest.raises(event_rules.NotOpenToYou), transaction():
            register(closed, cast.borealis, "A", by_id=cast.carla.id)
        found = come(open_to_her, cast.borealis, "A", cast=cast)

        assert (found.tier, found.year) == ("partner", None)

    def test_uses_up_the_events_of_the_year_until_one_is_taken_back(self, gold, give):
        first, second, third = give(), give(), give()
        leaving = come(first, gold.acme, "A", cast=gold)
        come(second, gold.acme, "A", cast=gold)

        with pytest.raises(rules.NoAllowanceLeft), transaction():
            register(third, gold.acme, "A", by_id=gold.bruno.id)
        take_back(leaving, cast=gold)

        assert come(third, gold.acme, "A", cast=gold).seats == 1


class TestChangeOfNames:
    def change(self, cast, found, *names, at=NOW, revision=1, diet="none"):
        with transaction():
            return actions.change_names(
                public_id=found.public_id, account_id=found.account_id, revision=revision,
                party=party_of(*names, diet=diet), by_id=cast.bruno.id, at=at,
            )  # fmt: skip

    def test_gives_who_is_new_a_code_of_their_own_and_leaves_the_others(self, gold, give):
        event = give()
        found = come(event, gold.acme, "A", "B", cast=gold)
        before = [guest.admission for guest in guests_of(event)]

        self.change(gold, found, "A", "C", diet="vegan")

        after = guests_of(event)
        assert [guest.name for guest in after] == ["A", "C"]
        assert (after[0].admission == before[0], after[1].admission == before[1]) == (True, False)
        assert {guest.diet for guest in after} == {"vegan"}

    def test_gives_back_the_seat_of_who_is_left_out_to_who_waits(self, cast, give, companies):
        event = give(capacity=3)
        a, b = companies(2)
        found = come(event, a, "A", "B", "C", cast=cast)
        come(event, b, "D", cast=cast)

        self.change(cast, found, "A", "B")

        assert (states(event), taken(event)) == (["registered", "registered"], 3)

    def test_ends_at_the_deadline_and_never_grows_the_party(self, gold, give):
        event = give()
        found = come(event, gold.acme, "A", cast=gold)

        with pytest.raises(rules.NamesFixed):
            self.change(gold, found, "B", at=STARTS - DAY)
        with pytest.raises(rules.GuestsCannotGrow):
            self.change(gold, found, "A", "B")
        with pytest.raises(event_rules.ChangedMeanwhile):
            self.change(gold, found, "B", revision=7)
        assert self.change(gold, found, "B", at=STARTS - DAY - timedelta(seconds=1)).revision == 2


class TestDecline:
    def test_frees_one_seat_and_the_last_no_ends_the_party(self, cast, give, companies):
        event = give(capacity=2)
        a, b, c = companies(3)
        come(event, a, "A", "B", cast=cast)
        come(event, b, "C", cast=cast)
        come(event, c, "D", cast=cast)
        first, second = (guest.public_id for guest in guests_of(event)[:2])

        with transaction():
            actions.decline(guest_id=first, at=NOW)
        assert states(event) == ["registered", "registered", "waitlisted"]
        with transaction():
            actions.decline(guest_id=second, at=NOW)

        assert states(event) == ["cancelled", "registered", "registered"]
        with pytest.raises(rules.SeatGivenAway), transaction():
            actions.confirm(guest_id=second, at=NOW)

    def test_can_be_taken_back_while_there_is_a_seat(self, gold, give, companies):
        event = give(capacity=2)
        come(event, gold.acme, "A", "B", cast=gold)
        guest = guests_of(event)[1].public_id
        with transaction():
            actions.decline(guest_id=guest, at=NOW)
        with transaction():
            actions.confirm(guest_id=guest, at=NOW)
        assert taken(event) == 2
        with transaction():
            actions.decline(guest_id=guest, at=NOW)
        come(event, companies(1)[0], "C", cast=gold)

        with pytest.raises(rules.SeatGivenAway), transaction():
            actions.confirm(guest_id=guest, at=NOW)
        assert taken(event) == 2


class TestChangeOfAnEvent:
    def test_seats_who_waits_when_there_is_more_room_and_takes_nobody_a_seat(self, cast, give, companies):
        event = give(capacity=2)
        a, b = companies(2)
        come(event, a, "A", "B", cast=cast)
        come(event, b, "C", cast=cast)

        with transaction():
            plans.revise_event(
                public_id=event.public_id, revision=1, planned=plan(cast, capacity=3),
                by_id=cast.lidia.id, at=NOW,
            )  # fmt: skip

        assert (states(event), taken(event)) == (["registered", "registered"], 3)
        with pytest.raises(event_rules.CapacityBelowTaken), transaction():
            plans.revise_event(
                public_id=event.public_id, revision=2, planned=plan(cast, capacity=2),
                by_id=cast.lidia.id, at=NOW,
            )  # fmt: skip

    def test_is_not_published_in_a_language_it_lacks_or_for_nobody(self, cast, give):
        half, empty = give(published=False, title={"en": "Tasting"}), give(published=False, tiers=())

        for event, refusal in ((half, event_rules.TextMissing), (empty, event_rules.NobodyInvited)):
            with pytest.raises(refusal), transaction():
                events.publish_event(public_id=event.public_id, by_id=cast.lidia.id, at=NOW)


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

    def test_tell_who_moved_up(self, cast, give, companies, letters):
        event = give(capacity=1)
        a, b = companies(2)
        leaving = come(event, a, "A", cast=cast)
        come(event, b, "B", cast=cast)
        letters()

        take_back(leaving, cast=cast)

        said = {one.subject for one in letters()}
        assert {"Taken back: Tasting", "A seat is yours now: Tasting"} <= said


class TestForgetting:
    def test_leaves_no_name_diet_or_need_thirty_days_after(self, gold, give, letters, clock):
        event = give()
        come(event, gold.acme, "Ada Byron", cast=gold)
        clock.set(event.ends_at + timedelta(days=30))
        with transaction():
            jobs.enqueue(kind=FORGET_JOB, payload={}, at=clock.at)

        letters()

        guest = guests_of(event)[0]
        assert (guest.name, guest.search_key, guest.email, guest.needs) == ("", "", None, "")
        assert event_of(event.public_id).purged_at is not None
        assert queries.tally(event.id).seated == 1
