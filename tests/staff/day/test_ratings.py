"""Guests' ratings enter a score many at a time, so that none can be told from the change it makes."""

import itertools
import uuid
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from portal.database import db, transaction
from portal.hotel.models import Service
from portal.staff.contests.models import Contest
from portal.staff.contributions.models import Contribution
from portal.staff.motivation import actions
from tests import cast as casting
from tests.catalogue import stock

JUNE, JULY, AUGUST = (datetime(2026, month, 1, 12, tzinfo=UTC) for month in (6, 7, 8))


@pytest.fixture
def rate(cast, save):
    """Guests of three companies rate Dario in turn: `rate(20, 90, at=…)`."""
    stock(cast)
    third = casting.account("Cedar Shipping", manager=cast.nora)
    save(third)
    accounts = itertools.cycle([cast.acme.id, cast.borealis.id, third.id])
    service_id = db.session.scalars(select(Service.id).limit(1)).one()

    def go(*values, at):
        return [
            save(
                Contribution(
                    public_id=uuid.uuid4(), person_id=cast.dario.id, property_id=cast.seaside.id,
                    account_id=next(accounts), service_id=service_id, kind="rating", cell="desk:taxi:day",
                    value=value, happened_at=at, source_id=uuid.uuid4(), recorded_at=at,
                )
            )
            for value in values
        ]  # fmt: skip

    return go


def enter(at):
    with transaction():
        return actions.let_ratings_enter(at=at)


@pytest.fixture
def seen(client_as, cast, clock):
    """What Dario, and the head of his team, read of his ratings at an instant."""

    def look(at):
        clock.set(at)
        own = client_as(cast.dario)
        pages = [own.get("/staff/me"), own.get("/staff/me/contributions")]
        pages.append(client_as(cast.elena).get(f"/staff/team/{cast.dario.public_id}"))
        return [one.page.text for one in pages]

    return look


class TestRatings:
    def test_wait_for_the_end_of_a_month_and_for_five_of_three_companies(self, rate):
        rate(80, 90, 90, 90, at=JUNE)
        assert enter(JULY) == 0
        rate(100, at=JULY)
        assert enter(JULY) == 0  # the fifth came after the month's end

        assert enter(AUGUST) == 5
        assert enter(AUGUST) == 0
        entered = db.session.scalars(select(Contribution.enters_on).distinct()).one()
        assert entered == date(2026, 7, 31)

    def test_that_waited_past_the_horizon_never_enter(self, rate):
        """Else the half-life and the horizon would not hold for the time they waited."""
        rate(0, at=datetime(2025, 12, 1, tzinfo=UTC))
        rate(80, 90, 90, 90, at=JUNE)
        assert enter(JULY) == 0

        rate(100, at=JULY)
        assert enter(AUGUST) == 5

    def test_of_which_too_few_are_left_are_told_as_that(self, rate, seen):
        first, *_others = rate(80, 90, 90, 90, 100, at=JUNE)
        enter(JULY)
        first.voided_at = JULY
        db.session.commit()

        assert "ratings left: 4; under 5 of 3 companies they do not count" in seen(JULY)[0]

    def test_of_two_companies_wait_however_many(self, rate, cast):
        for one in rate(*[90] * 9, at=JUNE):
            one.account_id = cast.acme.id if one.id % 2 else cast.borealis.id
        db.session.commit()

        assert enter(JULY) == 0

    @pytest.mark.parametrize("value", [0, 20, 100])
    def test_that_come_later_change_no_page_until_they_are_five(self, rate, seen, value):
        rate(80, 90, 90, 90, 100, at=JUNE)
        enter(JULY)
        before = seen(JULY)
        assert "ratings: 5" in before[0]

        rate(value, at=JULY)
        enter(JULY)
        assert seen(JULY) == before
        enter(AUGUST)
        rate(50, at=AUGUST)

        # A month on they have all aged alike, and the sixth is not among them.
        assert "ratings: 5" in seen(AUGUST)[0]

    def test_are_listed_by_value_and_contested_one_of_a_value(self, rate, client_as, cast, clock):
        first, *_others = rate(80, 90, 90, 90, 100, at=JUNE)
        enter(JULY)
        clock.set(JULY)
        dario = client_as(cast.dario)
        assert "80 1 Contest one" in dario.get("/staff/me/contributions").page.text

        dario.post(f"/staff/contributions/{first.public_id}/contest", data={"reason": "Not my guest."})

        page = dario.get("/staff/me/contributions").page
        assert "80 1 Contest one" not in page.text
        assert "90 3 Contest one" in page.text
        assert "What was contested" in page.text

    def test_that_have_not_entered_are_nobodys_to_see(self, rate, client_as, cast):
        (waiting,) = rate(20, at=JUNE)

        for one in (cast.dario, cast.elena):
            address = f"/staff/contributions/{waiting.public_id}/contest"
            assert client_as(one).get(address).status_code == 404


class TestContests:
    @pytest.fixture
    def event(self, rate):
        first, *_ = rate(80, 90, 90, 90, 100, at=JUNE)
        enter(JULY)
        return first

    def contest(self, browser, event):
        answer = browser.post(f"/staff/contributions/{event.public_id}/contest", data={"reason": "Not so."})
        assert answer.status_code == 302
        return answer.location

    def test_are_not_decided_by_whoever_contested_the_same_event(self, event, client_as, cast):
        elena, gleb = client_as(cast.elena), client_as(cast.gleb)
        hers = self.contest(elena, event)
        decision = {"outcome": "stands", "words": "It was said."}
        assert gleb.post(f"{hers}/decision", data=decision).status_code == 302
        his = self.contest(client_as(cast.dario), event)

        refused = elena.post(f"{his}/decision", data={"outcome": "void", "words": "As I said."})

        assert refused.status_code == 422
        assert "Decide a contest" not in elena.get("/inbox").page.text
        assert not any("/decision" in form.action for form in elena.get(his).page.forms)
        assert db.session.scalars(select(Contest).where(Contest.by_id == cast.dario.id)).one().outcome is None

    def test_by_the_head_are_there_for_the_person_to_read(self, event, client_as, cast, clock):
        clock.set(JULY)
        hers = self.contest(client_as(cast.elena), event)

        own = client_as(cast.dario).get("/staff/me/contributions").page

        assert hers in own.links
