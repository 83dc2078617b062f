"""Seats a company may have, codes for the door, who moves up, and days on a form: pure rules."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, time
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.corporate.event_plans.rules import Days, instants
from portal.corporate.events import rules
from portal.corporate.events.models import Event, EventAudience
from portal.corporate.registrations import rules as parties
from portal.derivation import recompute
from portal.programme.rules import default_rules

VERSION_1 = default_rules()


def event(*, tiers=("gold",), countries=(), least_nights=None, seats_per_account=None, plus_ones=2):
    chosen = [EventAudience(kind="tier", code=code) for code in tiers]
    chosen += [EventAudience(kind="country", code=code) for code in countries]
    return Event(
        audience=chosen,
        least_nights=least_nights,
        seats_per_account=seats_per_account,
        plus_ones=plus_ones,
    )


def seats(tier, *, used=0, held=0, is_by_name=False, **more):
    return rules.seats_allowed(
        event=event(**more),
        rules=VERSION_1,
        tier=tier,
        is_by_name=is_by_name,
        used=used,
        held=held,
        year=2026,
    )


class TestSeatsAllowed:
    @pytest.mark.parametrize(
        ("tier", "used", "left"),
        [("partner", 0, 0), ("silver", 0, 2), ("silver", 1, 0), ("gold", 1, 2), ("gold", 2, 0),
         ("platinum", 3, 4), ("platinum", 4, 0)],
    )  # fmt: skip
    def test_are_those_of_the_tier_while_events_of_the_year_are_left(self, tier, used, left):
        assert seats(tier, used=used).value == left

    def test_are_never_more_than_the_event_gives_one_company(self):
        assert seats("platinum", seats_per_account=3).value == 3
        assert seats("platinum", seats_per_account=9).value == 4

    def test_of_a_company_invited_by_name_are_not_bound_by_the_year(self):
        assert seats("partner", used=7, is_by_name=True, plus_ones=1).value == 2
        assert seats("platinum", used=7, is_by_name=True, plus_ones=0).value == 4
        assert seats("platinum", is_by_name=True, seats_per_account=1).value == 1

    @given(
        st.sampled_from(VERSION_1.codes), st.integers(0, 6), st.integers(0, 9), st.booleans(),
        st.none() | st.integers(1, 9),
    )  # fmt: skip
    def test_are_worked_out_again_from_their_own_inputs(self, tier, used, held, is_by_name, own):
        derived = seats(tier, used=used, held=held, is_by_name=is_by_name, seats_per_account=own)

        assert recompute(derived.to_json()).value == derived.value
        assert derived.value >= 0
        assert derived.value + held <= max(held, own or 9)


class TestIsChosen:
    here = rules.Company(1, "gold", "PRT", 20)

    @pytest.mark.parametrize(
        ("told", "is_in"),
        [
            ({}, True), ({"tiers": ("silver", "gold")}, True), ({"tiers": ("platinum",)}, False),
            ({"tiers": ()}, False), ({"countries": ("PRT", "ESP")}, True), ({"countries": ("ESP",)}, False),
            ({"least_nights": 20}, True), ({"least_nights": 21}, False),
        ],
    )  # fmt: skip
    def test_asks_for_tier_country_and_nights(self, told, is_in):
        assert rules.is_chosen(event(**told), self.here) is is_in


class TestOpensToMore:
    @pytest.mark.parametrize(
        ("before", "after", "is_wider"),
        [
            ({}, {}, False), ({}, {"tiers": ("gold", "silver")}, True), ({}, {"tiers": ()}, False),
            ({"countries": ("PRT",)}, {}, True), ({}, {"countries": ("PRT",)}, False),
            ({"countries": ("PRT",)}, {"countries": ("PRT", "ESP")}, True),
            ({"least_nights": 9}, {"least_nights": 8}, True), ({"least_nights": 9}, {}, True),
            ({"least_nights": 9}, {"least_nights": 10}, False),
        ],
    )  # fmt: skip
    def test_looks_at_tiers_countries_and_nights(self, before, after, is_wider):
        told = {"tiers": ("gold",), "countries": (), "least_nights": None, **after}

        assert rules.opens_to_more(event(**before), SimpleNamespace(**told)) is is_wider


class TestNextInLine:
    @pytest.mark.parametrize(
        ("waiting", "left", "served"),
        [([3, 1, 2], 3, [0]), ([3, 1, 2], 2, [1]), ([3, 2, 1], 2, [1]), ([3, 1, 1], 2, [1, 2]), ([1], 0, [])],
    )
    def test_passes_only_a_party_that_does_not_fit(self, waiting, left, served):
        assert parties.next_in_line(list(enumerate(waiting)), seats_left=left) == served

    @given(st.lists(st.integers(1, 5), max_size=12), st.integers(0, 20))
    def test_leaves_nobody_waiting_who_would_fit(self, waiting, left):
        served = parties.next_in_line(list(enumerate(waiting)), seats_left=left)

        rest = left - sum(waiting[one] for one in served)
        assert rest >= 0
        assert all(size > rest for place, size in enumerate(waiting) if place not in served)
        # Whoever waits was passed only because, in their turn, the seats did not suffice.
        for place, size in enumerate(waiting):
            if place not in served:
                assert size > left - sum(waiting[one] for one in served if one < place)


class TestAdmission:
    code = parties.admission_number(b"seed")

    @given(st.binary(max_size=20))
    def test_has_fourteen_digits_that_are_read_again(self, seed):
        code = parties.admission_number(seed)

        assert len(code) == parties.ADMISSION_DIGITS
        assert parties.read_admission(f"https://portal.example/a/{code}") == code
        assert parties.read_admission(parties.spoken_admission(code)) == code

    @given(st.integers(0, 13), st.integers(1, 9))
    def test_betrays_every_wrong_digit(self, place, more):
        wrong = str((int(self.code[place]) + more) % 10)

        with pytest.raises(parties.MistypedAdmission):
            parties.read_admission(self.code[:place] + wrong + self.code[place + 1 :])

    @pytest.mark.parametrize("text", ["", "Anna", "123456789012", "1" * 13, "1" * 15])
    def test_is_nothing_of_another_length(self, text):
        with pytest.raises(parties.NotAnAdmission):
            parties.read_admission(text)

    def test_is_sealed_in_the_guests_link(self):
        guest = uuid.uuid4()
        token = parties.guest_token(guest, self.code, secret="s")

        assert parties.read_token(token) == guest
        assert parties.is_sealed(token, public_id=guest, admission=self.code, secret="s")
        assert not parties.is_sealed(token, public_id=guest, admission=self.code[::-1], secret="s")
        assert not parties.is_sealed(token, public_id=guest, admission=self.code, secret="t")
        assert parties.read_token("nonsense") is None


class TestDays:
    days = Days(date(2026, 7, 10), time(19), time(23), date(2026, 6, 15), date(2026, 7, 8), date(2026, 7, 9))

    def test_are_whole_and_inclusive_by_the_hotels_clock(self):
        told = instants(self.days, zone="Europe/Lisbon")

        assert told["opens_at"] == datetime(2026, 6, 14, 23, tzinfo=UTC)
        assert told["closes_at"] == datetime(2026, 7, 8, 23, tzinfo=UTC)
        assert told["names_until"] == datetime(2026, 7, 9, 23, tzinfo=UTC)

    def test_end_no_later_than_the_event_begins(self):
        late = replace(self.days, closes_on=self.days.day, names_on=self.days.day)

        told = instants(late, zone="Europe/Lisbon")

        assert told["closes_at"] == told["names_until"] == told["starts_at"]

    def test_let_an_evening_end_after_midnight(self):
        told = instants(replace(self.days, ends=time(1)), zone="Europe/Lisbon")

        assert told["ends_at"] == datetime(2026, 7, 11, 0, tzinfo=UTC)
