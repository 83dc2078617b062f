"""Guest passes: numbers, quarters, places of the allowance, and the one reason why a pass does not hold."""

import uuid
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.corporate.passes import rules
from portal.corporate.passes.models import PassKind
from tests.cast import NOW

TODAY = NOW.date()
DAYS = st.dates(date(2024, 1, 1), date(2060, 12, 31))


def a_pass(**said):
    usual = {
        "revoked_at": None, "first_on": TODAY, "last_on": TODAY, "property_id": None, "uses": 2, "left": 2,
        "kinds": (PassKind.MEALS,),
    }  # fmt: skip
    return SimpleNamespace(**{**usual, **said})


class TestNumber:
    @given(st.integers(1, 10**12 - 1))
    def test_reads_back_from_an_address_and_in_groups(self, serial):
        number = rules.pass_number(serial)

        assert len(number) == 13
        assert rules.read_pass(f"https://rapport.example/p/{number}") == number
        assert rules.read_pass(" ".join(number[n : n + 4] for n in range(0, 13, 4))) == number

    @given(st.integers(1, 10**12 - 1), st.integers(0, 12), st.integers(1, 9))
    def test_with_one_digit_wrong_is_noticed(self, serial, place, by):
        number = rules.pass_number(serial)
        wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]

        with pytest.raises(rules.MistypedPass):
            rules.read_pass(wrong)

    @pytest.mark.parametrize("text", ["", "Olga", "1" * 12, "1" * 14])
    def test_is_nothing_else(self, text):
        with pytest.raises(rules.NotAPass):
            rules.read_pass(text)


class TestLink:
    def test_names_the_pass_to_the_house_that_signed_it(self):
        public_id = uuid.uuid4()
        token = rules.link_token(public_id, key="our house")

        assert rules.read_link(token, key="our house") == public_id
        assert rules.read_link(token, key="another house") is None
        assert rules.read_link(token[1:], key="our house") is None
        assert rules.read_link("nonsense", key="our house") is None


class TestQuarter:
    @given(DAYS)
    def test_begins_on_the_first_of_its_first_month_and_holds_the_day(self, day):
        begins = rules.quarter_of(day)
        ends = rules.next_quarter(begins)

        assert (begins.day, begins.month % 3) == (1, 1)
        assert begins <= day < ends
        assert rules.quarter_of(ends) == ends

    @given(st.sets(st.integers(1, 30)), st.integers(0, 30))
    def test_gives_a_place_while_fewer_are_taken_than_allowed(self, taken, allowance):
        if len(taken) < allowance and not set(range(1, allowance + 1)) <= taken:
            slot = rules.free_slot(taken, allowance=allowance, quarter_on=TODAY)
            assert slot not in taken
            assert 1 <= slot <= allowance
        else:
            with pytest.raises(rules.AllowanceUsedUp):
                rules.free_slot(taken, allowance=allowance, quarter_on=date(2026, 4, 1))

    def test_says_when_the_next_one_begins(self):
        with pytest.raises(rules.AllowanceUsedUp) as refused:
            rules.free_slot({1, 2}, allowance=2, quarter_on=date(2026, 10, 1))

        assert refused.value.values == {"allowance": 2, "next_date": "2027-01-01"}


class TestDays:
    @pytest.mark.parametrize(
        ("first", "last", "refusal"),
        [
            (0, 0, None),
            (0, 184, None),
            (3, 2, rules.DaysNotPossible),
            (-1, 2, rules.DaysNotPossible),
            (0, 185, rules.DaysTooFar),
        ],
    )
    def test_lie_between_today_and_half_a_year(self, first, last, refusal):
        days = {"first_on": TODAY + timedelta(days=first), "last_on": TODAY + timedelta(days=last)}

        if refusal is None:
            rules.check_days(**days, today=TODAY)
        else:
            with pytest.raises(refusal):
                rules.check_days(**days, today=TODAY)


class TestValid:
    @pytest.mark.parametrize(
        ("said", "refusal"),
        [
            ({}, None),
            ({"property_id": 1}, None),
            ({"left": 1}, None),
            ({"revoked_at": NOW, "left": 0}, rules.PassRevoked),
            ({"last_on": TODAY - timedelta(days=1), "property_id": 2}, rules.PassExpired),
            ({"first_on": TODAY + timedelta(days=1)}, rules.PassNotYetValid),
            ({"property_id": 2}, rules.PassElsewhere),
            ({"left": 0}, rules.PassUsedUp),
        ],
    )
    def test_or_the_one_reason_why_not(self, said, refusal):
        if refusal is None:
            rules.check_valid(a_pass(**said), property_id=1, today=TODAY)
        else:
            with pytest.raises(refusal):
                rules.check_valid(a_pass(**said), property_id=1, today=TODAY, last_use_at=NOW)

    def test_for_what_it_was_given_for_alone(self):
        assert rules.check_kind(a_pass(), "meals") is PassKind.MEALS
        for kind in ("rooms", "wine"):
            with pytest.raises(rules.PassForOtherKind):
                rules.check_kind(a_pass(), kind)


class TestUndo:
    USE = SimpleNamespace(by_id=1, at=NOW)

    @pytest.mark.parametrize(
        ("by_id", "after", "refusal"),
        [
            (1, timedelta(minutes=10), None),
            (1, timedelta(minutes=10, seconds=1), rules.TooLateToUndo),
            (2, timedelta(), rules.UseOfOther),
        ],
    )
    def test_is_ones_own_within_ten_minutes(self, by_id, after, refusal):
        if refusal is None:
            rules.check_undo(self.USE, by_id=by_id, at=NOW + after)
        else:
            with pytest.raises(refusal):
                rules.check_undo(self.USE, by_id=by_id, at=NOW + after)
