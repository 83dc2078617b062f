"""On which days tiers are reviewed, also where one version follows another with another review day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.database import db, transaction
from portal.programme.models import ProgrammeVersion
from portal.programme.notices import actions as notices
from portal.programme.reviews.rules import next_review
from portal.programme.rules import in_force
from portal.programme.standing import queries as standings
from portal.programme.standing.models import AccountStanding
from tests.cast import NOW, Cast
from tests.programme.strategies import FIRST_DAY, RULES, review_schedules
from tests.programme.told import Told

A_DAY = timedelta(days=1)


def reviewed(versions, after, until):
    """The reviews of some days, each found from the one before."""
    found, day = [], next_review(versions, after)
    while day <= until:
        found.append(day)
        day = next_review(versions, day)
    return found


def version(number, review_day, begins):
    return replace(RULES, version=number, review_day=review_day, effective_from=begins)


class TestNextReview:
    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (date(2026, 5, 31), date(2026, 6, 1)),
            (date(2026, 6, 1), date(2026, 7, 1)),
            (date(2026, 12, 2), date(2027, 1, 1)),
        ],
    )
    def test_is_the_first_after_a_day(self, day, expected):
        assert next_review([RULES], day) == expected

    @pytest.mark.parametrize(
        ("begins", "expected"),
        [
            # The fifteenth holds from a day on: until then, and not on it, the first of the month does.
            (date(2026, 6, 15), [date(2026, 6, 1), date(2026, 6, 15), date(2026, 7, 15)]),
            (date(2026, 6, 16), [date(2026, 6, 1), date(2026, 7, 15)]),
            (date(2026, 7, 1), [date(2026, 6, 1), date(2026, 7, 15)]),
            (date(2026, 7, 2), [date(2026, 6, 1), date(2026, 7, 1), date(2026, 7, 15)]),
        ],
    )
    def test_goes_by_the_version_in_force_on_its_own_day(self, begins, expected):
        versions = [RULES, version(2, 15, begins)]

        assert reviewed(versions, date(2026, 5, 20), date(2026, 7, 31)) == expected

    def test_is_not_held_before_any_rules_are_in_force(self):
        assert next_review([version(1, 5, date(2026, 3, 5))], date(2025, 1, 1)) == date(2026, 3, 5)

    def test_goes_by_the_later_number_of_two_versions_of_one_day(self):
        begins = date(2026, 6, 1)

        assert next_review([version(3, 20, begins), version(2, 10, begins)], begins) == date(2026, 6, 20)

    @given(review_schedules())
    @settings(max_examples=80, deadline=None)
    def test_finds_each_day_that_is_the_review_day_of_its_version_and_no_other(self, versions):
        days = [FIRST_DAY + A_DAY * number for number in range(1, 1000)]

        found = reviewed(versions, FIRST_DAY, days[-1])

        assert found == [day for day in days if day.day == in_force(versions, day).review_day]

    @given(review_schedules(), st.integers(0, 900))
    @settings(max_examples=80, deadline=None)
    def test_is_the_same_from_any_day_before_it(self, versions, number):
        day = FIRST_DAY + A_DAY * number
        expected = next_review(versions, day)

        between = [day + A_DAY * ahead for ahead in range((expected - day).days)]

        assert {next_review(versions, each) for each in between} == {expected}

    @given(st.integers(1, 28), st.lists(st.integers(0, 900), max_size=4))
    @settings(max_examples=40, deadline=None)
    def test_is_monthly_while_the_review_day_stays(self, review_day, begins):
        versions = [replace(RULES, review_day=review_day)]
        versions += [version(n, review_day, FIRST_DAY + A_DAY * each) for n, each in enumerate(begins, 2)]

        found = reviewed(versions, FIRST_DAY - A_DAY, date(2025, 12, 31))

        assert found == [
            date(year, month, review_day) for year in (2023, 2024, 2025) for month in range(1, 13)
        ]


class TestANight:
    """Of the versions 1 (review on the 1st), 2 (on the 15th) and 3 (on the 5th)."""

    @pytest.fixture
    def changing(self, house: Cast, told: Told):
        """Two companies of one history, Silver until their nights leave the window during June 2026."""
        rules = db.session.get_one(ProgrammeVersion, 1).rules
        for number, review_day, begins in ((2, 15, date(2026, 6, 10)), (3, 5, date(2026, 8, 3))):
            changed = {"version": number, "review_day": review_day, "effective_from": begins.isoformat()}
            row = ProgrammeVersion(number=number, effective_from=begins, rules=rules | changed)
            row.published_at = NOW
            db.session.add(row)
        for account in (house.acme, house.borealis):
            name = f"long {account.id}"
            told.stay(account, name, arrival=date(2025, 5, 20), nights=30, cents=300_000)
        told.play(house.acme, house.borealis, as_of=date(2026, 5, 20))
        return house.acme, house.borealis

    def of(self, account):
        rows = standings.reviews_of(account.id).rows
        state = db.session.get_one(AccountStanding, account.id)
        return [(row.day, row.outcome, row.tier) for row in rows], state.tier, state.grace_until

    def test_after_night_holds_the_reviews_that_an_import_of_the_whole_time_holds(self, changing, told: Told):
        by_night, by_import = changing
        day, end = date(2026, 5, 21), date(2026, 9, 30)

        while day <= end:
            with transaction():
                notices.advance_accounts(account_ids=[by_night.id], until=day, at=NOW)
            day += A_DAY
        told.new_import()
        told.play(by_import, as_of=end)

        db.session.rollback()
        assert self.of(by_night) == self.of(by_import)
        days = sorted(day for day, *_ in self.of(by_night)[0] if day > date(2026, 5, 20))
        assert days == [date(2026, 6, day) for day in (1, 15)] + [
            date(2026, 7, 15), date(2026, 8, 5), date(2026, 9, 5)
        ]  # fmt: skip
