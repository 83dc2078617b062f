"""Parties: registered whole or waiting whole, in line, taken back, renamed, declined; and their letters."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from portal.corporate.event_plans import actions as plans
from portal.corporate.events import actions as events
from portal.corporate.events import rules as event_rules
from portal.corporate.registrations import queries, rules
from portal.corporate.registrations.handlers import IN_VAIN_JOB
from portal.corporate.replies import actions as replies
from portal.database import transaction
from tests.cast import NOW
from tests.corporate.events.conftest import (
    DAY,
    STARTS,
    answer,
    come,
    event_of,
    guests_of,
    plan,
    register,
    rename,
    states,
    take_back,
    taken,
    work_at,
)

pytestmark = pytest.mark.usefixtures("catalogue")


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
        return rename(found, *names, by_id=cast.bruno.id, at=at, revision=revision, diet=diet)

    def test_gives_who_is_new_a_code_of_their_own_and_leaves_the_others(self, gold, give):
        event = give()
        found = come(event, gold.acme, "A", "B", cast=gold)
        before = {guest.name: guest.admission for guest in guests_of(event)}

        self.change(gold, found, "A", "C", diet="vegan")

        after = {guest.name: guest for guest in guests_of(event)}
        assert after["A"].admission == before["A"]
        assert after["C"].admission not in before.values()
        assert (after["B"].left_out_at, after["B"].declined_at) == (NOW, None)
        assert (after["A"].diet, after["C"].diet, after["C"].position) == ("vegan", "vegan", 2)

    def test_leaves_out_exactly_who_was_emptied_and_moves_the_others_up_as_they_are(self, gold, give):
        event = give(seats_per_account=3, named=[gold.acme])
        found = come(event, gold.acme, "A", "B", "C", cast=gold)
        before = {guest.name: (guest.public_id, guest.admission) for guest in guests_of(event)}

        self.change(gold, found, "B", "C")

        after = {guest.name: guest for guest in guests_of(event)}
        assert {name: (one.public_id, one.admission) for name, one in after.items()} == before
        assert [after[name].left_out_at for name in "ABC"] == [NOW, None, None]
        assert [after[name].position for name in "BCA"] == [1, 2, 3]
        assert taken(event) == 2

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
            replies.decline(guest_id=first, at=NOW)
        assert states(event) == ["registered", "registered", "waitlisted"]
        with transaction():
            replies.decline(guest_id=second, at=NOW)

        assert states(event) == ["cancelled", "registered", "registered"]
        with pytest.raises(rules.SeatGivenAway), transaction():
            replies.confirm(guest_id=second, at=NOW)

    def test_can_be_taken_back_while_there_is_a_seat(self, gold, give, companies):
        event = give(capacity=2)
        come(event, gold.acme, "A", "B", cast=gold)
        guest = guests_of(event)[1].public_id
        answer(guest, "no")
        answer(guest, "yes")
        assert taken(event) == 2
        answer(guest, "no")
        come(event, companies(1)[0], "C", cast=gold)

        with pytest.raises(rules.SeatGivenAway):
            answer(guest, "yes")
        assert taken(event) == 2

    def test_of_a_guest_alone_is_taken_back_and_the_party_stands_again(self, gold, give):
        event, other, third = give(), give(), give()
        come(event, gold.acme, "A", cast=gold)
        guest = guests_of(event)[0].public_id

        answer(guest, "no")
        assert (states(event), taken(event)) == (["cancelled"], 0)
        answer(guest, "yes")

        assert (states(event), taken(event)) == (["registered"], 1)
        answer(guest, "no")
        for one in (other, third):
            come(one, gold.acme, "A", cast=gold)
        with pytest.raises(rules.NoSeatToReturnTo):
            answer(guest, "yes")

    def test_is_not_taken_back_beyond_what_the_company_may_have(self, gold, give):
        event = give()
        come(event, gold.acme, "A", "B", cast=gold)
        guest = guests_of(event)[1].public_id
        answer(guest, "no")
        come(event, gold.acme, "C", cast=gold)

        with pytest.raises(rules.NoSeatToReturnTo):
            answer(guest, "yes")
        assert taken(event) == 2

    def test_is_not_taken_back_by_whom_the_company_left_out_or_named_again(self, gold, give):
        event = give(seats_per_account=3, named=[gold.acme])
        found = come(event, gold.acme, "A", "B", "C", cast=gold)
        a, b, c = (guest.public_id for guest in guests_of(event))
        rename(found, "A", "B", by_id=gold.bruno.id)
        answer(b, "no")
        come(event, gold.acme, "B", cast=gold)

        for guest, say, refusal in (
            (c, "yes", rules.LeftOut),
            (c, "no", rules.LeftOut),
            (b, "yes", rules.NoSeatToReturnTo),
        ):
            with pytest.raises(refusal):
                answer(guest, say)
        take_back(found, cast=gold)
        with pytest.raises(rules.AlreadyCancelled):
            answer(a, "yes")
        assert taken(event) == 1


class TestWaitingInVain:
    def test_ends_when_the_event_begins_and_uses_up_nothing(self, gold, give, companies, letters, clock):
        event, other, third = (
            give(capacity=1),
            give(),
            give(starts_at=STARTS + 3 * DAY, ends_at=STARTS + 4 * DAY),
        )
        come(event, companies(1)[0], "A", cast=gold)
        come(event, gold.acme, "B", "C", cast=gold)
        come(other, gold.acme, "B", cast=gold)
        with pytest.raises(rules.NoAllowanceLeft):
            come(third, gold.acme, "B", cast=gold)

        work_at(STARTS - timedelta(seconds=1), clock, letters, IN_VAIN_JOB)
        assert states(event) == ["registered", "waitlisted"]
        written = work_at(STARTS, clock, letters, IN_VAIN_JOB)

        assert states(event) == ["registered", "cancelled"]
        told = [one for one in written if one.subject == "No seat became free: Tasting"]
        assert [(one.to_address, one.attachments) for one in told] == [(gold.bruno.email, [])]
        clock.set(NOW)
        assert come(third, gold.acme, "B", cast=gold).seats == 1


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

    def test_into_another_year_uses_up_an_event_of_that_year(self, gold, give):
        december = datetime(2026, 12, 28, 18, tzinfo=UTC)
        dates = {"starts_at": december, "ends_at": december + timedelta(hours=4)}
        event = give(**dates)
        come(event, gold.acme, "A", cast=gold)
        moved = {name: at + 12 * DAY for name, at in dates.items()}

        with transaction():
            plans.revise_event(
                public_id=event.public_id, revision=1, planned=plan(gold, **moved),
                by_id=gold.lidia.id, at=NOW,
            )  # fmt: skip

        assert queries.taken(gold.acme.id, event_id=0, year=2026).used == 0
        assert queries.taken(gold.acme.id, event_id=0, year=2027).used == 1
        with transaction():
            plans.name_company(
                event=event_of(event.public_id), account=gold.acme, tier="gold", by_id=gold.lidia.id, at=NOW
            )
        assert queries.taken(gold.acme.id, event_id=0, year=2027).used == 0

    def test_is_not_published_in_a_language_it_lacks_or_for_nobody(self, cast, give):
        half, empty = give(published=False, title={"en": "Tasting"}), give(published=False, tiers=())

        for event, refusal in ((half, event_rules.TextMissing), (empty, event_rules.NobodyInvited)):
            with pytest.raises(refusal), transaction():
                events.publish_event(public_id=event.public_id, by_id=cast.lidia.id, at=NOW)
