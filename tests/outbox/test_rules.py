"""Quiet hours and the contact budget."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.outbox.models import LetterKind
from portal.outbox.rules import (
    MAX_TRIES,
    OFFER_WAITS,
    ContactBudgetSpent,
    Policy,
    budget_window,
    ensure_within_budget,
    is_quiet,
    month_of,
    retry_at,
    send_at,
    waits_until,
)

POLICY = Policy(marketing_per_month=2, quiet_from_hour=20, quiet_to_hour=9, survey_every_days=60)
LISBON = "Europe/Lisbon"  # UTC+1 in June
ZONES = ["UTC", LISBON, "Asia/Almaty", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]
MARKETING, SURVEY, SERVICE = LetterKind.MARKETING, LetterKind.SURVEY, LetterKind.SERVICE


def lisbon(hour, minute=0, *, day=15, month=6):
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(LISBON)).astimezone(UTC)


class TestQuietHours:
    @pytest.mark.parametrize(
        ("hour", "minute", "quiet"),
        [(19, 59, False), (20, 0, True), (23, 59, True), (0, 0, True), (8, 59, True), (9, 0, False)],
    )
    def test_last_from_eight_in_the_evening_to_nine_where_the_recipient_lives(self, hour, minute, quiet):
        assert is_quiet(at=lisbon(hour, minute), zone=LISBON, policy=POLICY) is quiet

    def test_may_lie_within_one_day(self):
        siesta = Policy(2, quiet_from_hour=13, quiet_to_hour=15, survey_every_days=60)

        quiet = [h for h in range(24) if is_quiet(at=lisbon(h), zone=LISBON, policy=siesta)]

        assert quiet == [13, 14]

    def test_are_none_where_both_hours_are_the_same(self):
        awake = Policy(2, quiet_from_hour=9, quiet_to_hour=9, survey_every_days=60)

        assert not any(is_quiet(at=lisbon(h), zone=LISBON, policy=awake) for h in range(24))

    @pytest.mark.parametrize(("written", "leaves"), [((20, 0, 15), (9, 16)), ((3, 0, 15), (9, 15))])
    def test_hold_a_letter_until_they_end(self, written, leaves):
        hour, minute, day = written

        at = send_at(kind=MARKETING, at=lisbon(hour, minute, day=day), zone=LISBON, policy=POLICY)

        assert at == lisbon(leaves[0], day=leaves[1])

    def test_do_not_hold_a_service_letter(self):
        night = lisbon(3)

        assert send_at(kind=SERVICE, at=night, zone=LISBON, policy=POLICY) == night

    @given(
        minutes=st.integers(0, 3 * 366 * 24 * 60),
        zone=st.sampled_from(ZONES),
        begin=st.integers(0, 23),
        end=st.integers(0, 23),
    )
    def test_never_let_a_rationed_letter_leave_within_them(self, minutes, zone, begin, end):
        policy = Policy(2, quiet_from_hour=begin, quiet_to_hour=end, survey_every_days=60)
        at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)

        leaves = send_at(kind=SURVEY, at=at, zone=zone, policy=policy)

        assert not is_quiet(at=leaves, zone=zone, policy=policy)
        assert at <= leaves <= at + timedelta(hours=25)
        assert leaves == at or is_quiet(at=at, zone=zone, policy=policy)


class TestMarketingBudget:
    def ask(self, at, sent):
        ensure_within_budget(kind=MARKETING, at=at, zone=LISBON, policy=POLICY, sent=sent)

    def test_allows_the_second_letter_of_a_month_and_refuses_the_third(self):
        self.ask(lisbon(10), [lisbon(9, day=1)])
        with pytest.raises(ContactBudgetSpent) as refusal:
            self.ask(lisbon(10), [lisbon(9, day=1), lisbon(9, day=2)])

        assert refusal.value.free_at == lisbon(0, day=1, month=7)

    def test_is_fresh_with_the_first_instant_of_the_recipients_month(self):
        sent = [lisbon(9, day=1), lisbon(9, day=2)]

        self.ask(lisbon(0, day=1, month=7), sent)
        with pytest.raises(ContactBudgetSpent):
            self.ask(lisbon(23, 59, day=30), sent)

    def test_counts_letters_that_wait_to_be_sent(self):
        with pytest.raises(ContactBudgetSpent):
            self.ask(lisbon(10), [lisbon(9, day=28), lisbon(9, day=29)])

    @given(minutes=st.integers(0, 3 * 366 * 24 * 60), zone=st.sampled_from(ZONES))
    def test_knows_the_month_that_every_instant_lies_in(self, minutes, zone):
        at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)

        begins, ends = month_of(at=at, zone=zone)

        assert begins <= at < ends
        assert timedelta(days=27) < ends - begins < timedelta(days=32)


class TestWaitingForTheBudget:
    def until(self, kind, free_at, created_at):
        return waits_until(kind=kind, created_at=created_at, free_at=free_at, zone=LISBON, policy=POLICY)

    def test_lasts_for_an_offer_until_the_quiet_hours_of_the_next_month_are_over(self):
        assert self.until(MARKETING, lisbon(0, day=1, month=7), lisbon(10)) == lisbon(9, day=1, month=7)

    def test_ends_five_weeks_after_the_offer_was_written(self):
        leaves = lisbon(9, day=1, month=7)
        written = leaves - OFFER_WAITS

        assert self.until(MARKETING, lisbon(0, day=1, month=7), written) == leaves
        assert self.until(MARKETING, lisbon(0, day=1, month=7), written - timedelta(seconds=1)) is None

    def test_always_reaches_the_next_month_and_never_a_third(self):
        for day in range(366):
            written = lisbon(10, day=1, month=1) + timedelta(days=day)
            _, next_month = month_of(at=written, zone=LISBON)
            _, after_it = month_of(at=next_month, zone=LISBON)
            assert self.until(MARKETING, next_month, written) is not None
            assert self.until(MARKETING, month_of(at=after_it, zone=LISBON)[1], written) is None

    def test_is_not_for_a_survey(self):
        assert self.until(SURVEY, lisbon(10) + timedelta(days=1), lisbon(10)) is None


class TestSurveyBudget:
    def ask(self, at, sent):
        ensure_within_budget(kind=SURVEY, at=at, zone=LISBON, policy=POLICY, sent=sent)

    def test_allows_the_next_survey_after_sixty_days_and_not_a_second_sooner(self):
        last = lisbon(10)

        self.ask(last + timedelta(days=60), [last])
        with pytest.raises(ContactBudgetSpent) as refusal:
            self.ask(last + timedelta(days=60) - timedelta(seconds=1), [last])

        assert refusal.value.free_at == last + timedelta(days=60)

    def test_counts_a_survey_that_waits_to_be_sent(self):
        with pytest.raises(ContactBudgetSpent):
            self.ask(lisbon(10), [lisbon(10) + timedelta(days=3)])

    def test_looks_sixty_days_to_both_sides(self):
        begins, ends = budget_window(kind=SURVEY, at=lisbon(10), zone=LISBON, policy=POLICY)

        assert (ends - begins).days == 120


def test_service_letters_have_no_budget():
    ensure_within_budget(kind=SERVICE, at=lisbon(10), zone=LISBON, policy=POLICY, sent=[lisbon(9)] * 100)


class TestRetryAt:
    def test_rests_longer_after_each_failed_try(self):
        rests = [retry_at(tries=tries, at=lisbon(9)) - lisbon(9) for tries in range(1, MAX_TRIES)]

        assert rests == sorted(rests)
        assert rests[0] == timedelta(minutes=1)

    def test_gives_up_at_the_last_try_and_not_before(self):
        assert retry_at(tries=MAX_TRIES - 1, at=lisbon(9)) is not None
        assert retry_at(tries=MAX_TRIES, at=lisbon(9)) is None
