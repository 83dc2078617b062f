"""`flask accounts show`: what an account slept, where it stands and what it has, as of any day."""

import json
from dataclasses import asdict
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.accounts.models import AccountCode
from portal.database import db
from portal.programme.overview import queries as overview
from portal.programme.rules import default_rules
from portal.programme.state.rules import new_state
from portal.programme.timeline import queries as timeline
from portal.programme.timeline.rules import play
from portal.stays.models import StayStatus
from tests.cast import Cast
from tests.programme.told import Told

JUNE = date(2026, 6, 14)


@pytest.fixture
def acme(house: Cast, told: Told):
    """Acme slept every month for three years, was told of twice, and is called 223 by one system."""
    db.session.add(AccountCode(account_id=house.acme.id, source="hotel-demand", code="223"))
    for number in range(36):
        arrival = date(2023, 6, 5) + timedelta(days=30 * number)
        told.stay(house.acme, f"month {number}", arrival=arrival, nights=3 + number % 5, cents=40_000)
    told.stay(
        house.acme, "never came", arrival=date(2025, 1, 2), nights=4, cents=9_000, status=StayStatus.NO_SHOW
    )
    told.stay(house.acme, "by the day", arrival=date(2025, 1, 2), nights=0, cents=5_000)
    told.play(house.acme, as_of=JUNE)
    return house.acme


def show(run, *options):
    answer = run("accounts", "show", "223", "--source", "hotel-demand", "--json", *options)
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.output)


def replayed(account, day):
    """The same from nothing, in memory."""
    rules = default_rules()
    state = new_state(account=str(account.public_id), rules=rules)
    events = timeline.history(account.id, until=day)
    play(state=state, events=events, until=day, versions=[rules], zone=ZoneInfo("Europe/Lisbon"))
    return state


class TestShow:
    def test_counts_what_was_checked_out_before_any_rule(self, acme, run):
        found = show(run)

        assert (found["stays"], found["nights"]) == (37, sum(3 + n % 5 for n in range(36)))
        assert found["room_revenue_cents"] == 36 * 40_000 + 5_000
        assert found["as_of"] == "2026-06-14"

    @pytest.mark.parametrize(
        "day", [date(2023, 6, 1), date(2023, 6, 8), date(2024, 2, 29), date(2025, 7, 1), date(2026, 5, 31)]
    )
    def test_as_of_a_day_past_is_what_playing_up_to_it_gives(self, acme, run, day):
        found = show(run, "--as-of", day.isoformat())

        state = replayed(acme, day)
        points = {bucket.value: number for bucket, number in state.ledger.balances.items()}
        assert found["tier"] == state.tier
        assert all(found["points"][name] == abs(points[name]) for name in found["points"])

    def test_as_of_a_day_ahead_is_what_playing_on_will_give(self, acme, run, told: Told):
        ahead = JUNE + timedelta(days=250)
        found = show(run, "--as-of", ahead.isoformat())
        untouched = overview.overview(acme.id)

        told.new_import()
        told.play(acme, as_of=ahead)

        after = overview.overview(acme.id)
        assert untouched.as_of == JUNE
        assert (found["tier"], found["points"]) == (after.tier, asdict(after.balance))
        assert after.balance != untouched.balance

    def test_leaves_out_what_was_not_yet_checked_out(self, acme, run):
        assert show(run, "--as-of", "2023-06-07")["stays"] == 0
        assert show(run, "--as-of", "2023-06-08")["stays"] == 1

    def test_prints_lines_for_people(self, acme, run):
        answer = run("accounts", "show", "223", "--source", "hotel-demand")

        assert "nights" in answer.output
        assert "points active" in answer.output

    def test_refuses_a_company_that_no_system_told_of(self, acme, run):
        answer = run("accounts", "show", "224", "--source", "hotel-demand")

        assert answer.exit_code == 1
        assert "hotel-demand has told of no company 224." in answer.output

    def test_of_an_account_without_a_past_is_empty(self, house: Cast, run):
        db.session.add(AccountCode(account_id=house.acme.id, source="opera", code="A"))
        db.session.commit()

        for options in ((), ("--as-of", "2020-01-01"), ("--as-of", "2030-01-01")):
            answer = run("accounts", "show", "A", "--source", "opera", "--json", *options)
            found = json.loads(answer.output)
            assert (found["stays"], found["tier"], set(found["points"].values())) == (0, "partner", {0})
