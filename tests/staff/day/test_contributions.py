"""Events are pulled once from where they happened, and void what was undone."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.corporate.bookings.rules import IN_TIME
from portal.database import db, transaction
from portal.staff.contests import queries as contests
from portal.staff.contributions import actions, queries, rules
from portal.staff.contributions.models import Contribution
from portal.staff.desk import actions as desk
from portal.staff.desk.models import LoggedService
from tests.races import race


def events():
    db.session.rollback()
    return db.session.scalars(select(Contribution).order_by(Contribution.id)).all()


class TestShifts:
    @pytest.mark.parametrize(
        ("hour", "shift"),
        [(5, "night"), (6, "day"), (13, "day"), (14, "evening"), (21, "evening"), (22, "night")],
    )
    def test_begin_at_six_fourteen_and_twenty_two_where_the_hotel_is(self, hour, shift):
        at = datetime(2026, 1, 15, hour, 59, tzinfo=UTC)

        assert rules.shift_of(at, "Europe/London") == shift
        assert rules.cell_of(service_kind="taxi", at=at, zone="Europe/London") == f"front_desk:taxi:{shift}"


class TestPull:
    @pytest.mark.parametrize(("late", "kind"), [(15, "kept_promise"), (16, "broken_promise")])
    def test_takes_a_delivery_over_as_a_promise_kept_or_not(self, deliver, pull, cast, late, kind):
        assert timedelta(minutes=15) == IN_TIME
        deliver(late=late)

        assert pull() == 1
        [event] = events()
        assert (event.person_id, event.kind) == (cast.dario.id, kind)
        assert event.cell == "front_desk:taxi:day"

    def test_twice_is_once(self, deliver, pull):
        deliver(taxi=1, laundry=2)

        assert (pull(), pull()) == (2, 0)

    def test_by_two_workers_at_once_is_once(self, app, deliver, clock):
        deliver(taxi=1, laundry=2)

        def go():
            with transaction():
                return actions.pull(at=clock.at)

        race(app, go, go)
        with transaction():
            actions.pull(at=clock.at)

        assert len(events()) == 2

    def test_voids_what_the_desk_undid(self, deliver, pull, cast, clock):
        [token] = deliver()
        pull()
        with transaction():
            entry = db.session.scalars(select(LoggedService).where(LoggedService.public_id == token)).one()
            desk.undo(entry=entry, by_id=cast.dario.id, at=entry.logged_at + timedelta(minutes=5))

        assert pull() == 1
        assert events()[0].voided_at is not None
        without = contests.provisionally_excluded(at=clock.at)
        span = {"since": clock.at - timedelta(days=9), "until": clock.at}
        assert queries.promises_of([cast.dario.id], **span, without=without) == []

    def test_leaves_alone_what_nobody_had_promised(self, cast, deliver, pull, clock):
        deliver()
        pull()
        db.session.add(
            LoggedService(
                public_id=cast.acme.public_id, property_id=cast.seaside.id, by_id=cast.dario.id,
                account_id=cast.acme.id, service_id=events()[0].service_id, quantity=1,
                done_at=clock.at, logged_at=clock.at,
            )
        )  # fmt: skip
        db.session.commit()

        assert pull() == 0

    def test_is_done_by_the_worker_every_few_minutes(self, deliver, work, clock, app):
        deliver()
        work()  # begins the schedule
        clock.advance(minutes=6)
        work()

        assert len(events()) == 1
