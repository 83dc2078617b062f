"""Putting work down and taking it up."""

from datetime import timedelta

import pytest

from portal.database import db, transaction
from portal.jobs import actions, queries, rules
from portal.jobs.models import Job, JobState, Schedule, WorkerBeat
from portal.jobs.rules import Every, JobAlreadyEnded, LeaseLost, Recurring, UnknownJobKind
from tests.cast import NOW
from tests.races import race

MINUTE = timedelta(minutes=1)


@pytest.fixture
def claim(app, handle):
    handle(lambda _context: {})

    def take(at=NOW, worker="a worker", lease_s=60):
        with transaction():
            return actions.claim(worker=worker, kinds=("test",), at=at, lease_s=lease_s)

    return take


@pytest.fixture(autouse=True)
def _known_kind(handle):
    handle(lambda _context: {})


class TestEnqueue:
    def test_disappears_with_the_transaction_that_caused_it(self, app):
        def refuse_booking():
            with transaction():
                actions.enqueue(kind="test", payload={}, at=NOW)
                raise ValueError("no seats")

        with pytest.raises(ValueError, match="no seats"):
            refuse_booking()

        assert db.session.query(Job).count() == 0

    def test_returns_the_earlier_job_for_a_known_key(self, put_down):
        first = put_down(dedupe_key="once")

        second = put_down(dedupe_key="once", payload={"other": 1})

        assert second.public_id == first.public_id
        assert db.session.query(Job).count() == 1

    def test_refuses_a_kind_that_no_room_handles(self, put_down):
        with pytest.raises(UnknownJobKind):
            put_down(kind="tset")

    @pytest.mark.race
    def test_adds_one_job_when_two_ask_at_once_with_the_same_key(self, app):
        def ask():
            with transaction():
                return actions.enqueue(kind="test", payload={}, at=NOW, dedupe_key="once").public_id

        found = race(app, ask, ask, ask)

        assert len(set(found)) == 1
        assert db.session.query(Job).count() == 1


class TestClaim:
    def test_takes_what_has_been_due_longest(self, put_down, claim):
        late = put_down(run_at=NOW)
        early = put_down(run_at=NOW - MINUTE)

        taken = [claim()[1].id, claim()[1].id]

        assert taken == [early.id, late.id]

    def test_waits_for_the_minute_the_job_is_due(self, put_down, claim):
        put_down(run_at=NOW + MINUTE)

        assert claim(at=NOW + MINUTE - timedelta(microseconds=1)) is None
        assert claim(at=NOW + MINUTE) is not None

    def test_leaves_a_held_job_alone_until_the_lease_ends(self, put_down, claim):
        put_down()
        claim(at=NOW, lease_s=60)

        assert claim(at=NOW + timedelta(seconds=59)) is None
        assert claim(at=NOW + timedelta(seconds=60)) is not None

    def test_leaves_kinds_it_does_not_know_to_others(self, put_down, claim, handle):
        handle(lambda _context: {}, kind="newer")
        put_down(kind="newer")

        assert claim() is None

    @pytest.mark.race
    def test_gives_each_job_to_one_worker(self, app, put_down):
        for _ in range(4):
            put_down()

        def take():
            with transaction():
                taken = actions.claim(worker="w", kinds=("test",), at=NOW, lease_s=60)
                return taken and taken[1].id

        found = [*race(app, take, take, take), *race(app, take, take, take)]

        ids = [each for each in found if each is not None]
        assert sorted(ids) == sorted(job.id for job in db.session.query(Job))


class TestFinish:
    def test_is_refused_to_a_worker_whose_job_another_one_took(self, put_down, claim):
        put_down()
        stale, _ = claim(at=NOW, lease_s=60)
        fresh, _ = claim(at=NOW + MINUTE)

        with pytest.raises(LeaseLost), transaction():
            actions.finish(claim=stale, result={}, at=NOW)
        with transaction():
            actions.finish(claim=fresh, result={"kept": True}, at=NOW)

        job = db.session.query(Job).one()
        assert job.state == JobState.DONE
        assert job.result == {"kept": True}

    def test_happens_once(self, put_down, claim):
        put_down()
        held, _ = claim()
        with transaction():
            actions.finish(claim=held, result={}, at=NOW)

        with pytest.raises(LeaseLost), transaction():
            actions.finish(claim=held, result={}, at=NOW)


class TestFail:
    def test_lets_the_job_rest_and_come_again(self, put_down, claim):
        put_down()
        held, _ = claim()

        with transaction():
            again = actions.fail(claim=held, error="ValueError", at=NOW)

        assert again == NOW + timedelta(seconds=30)
        assert claim(at=again - timedelta(seconds=1)) is None
        assert claim(at=again) is not None

    def test_gives_up_after_the_last_try(self, put_down, claim):
        put_down()
        at = NOW
        for _ in range(rules.MAX_TRIES):
            held, _job = claim(at=at)
            with transaction():
                at = actions.fail(claim=held, error="ValueError", at=at)

        job = db.session.query(Job).one()
        assert at is None
        assert (job.state, job.tries) == (JobState.FAILED, rules.MAX_TRIES)

    def test_counts_tries_that_took_the_worker_down(self, put_down, claim):
        put_down()
        at = NOW
        for _ in range(rules.MAX_TRIES):
            assert claim(at=at, lease_s=60) is not None
            at += MINUTE
        assert claim(at=at) is None

        with transaction():
            given_up = actions.give_up_exhausted(at=at)

        assert given_up == 1
        assert db.session.query(Job).one().state == JobState.FAILED


class TestCancel:
    def test_ends_a_waiting_job_at_once(self, put_down, claim):
        job = put_down()

        with transaction():
            state = actions.cancel(job=job, at=NOW)

        assert state == JobState.CANCELLED
        assert claim() is None

    def test_asks_the_worker_that_holds_the_job(self, put_down, claim):
        job = put_down()
        held, _ = claim()

        with transaction():
            state = actions.cancel(job=job, at=NOW)

        assert state == JobState.RUNNING
        with pytest.raises(rules.JobCancelled), transaction():
            actions.ensure_wanted(claim=held)

    def test_ends_a_job_whose_worker_is_gone(self, put_down, claim):
        job = put_down()
        claim(lease_s=60)

        with transaction():
            state = actions.cancel(job=job, at=NOW + MINUTE)

        assert state == JobState.CANCELLED

    def test_comes_too_late_for_an_ended_job(self, put_down, claim):
        job = put_down()
        held, _ = claim()
        with transaction():
            actions.finish(claim=held, result={}, at=NOW)

        with pytest.raises(JobAlreadyEnded), transaction():
            actions.cancel(job=job, at=NOW)


class TestTryAgain:
    def test_gives_a_failed_job_all_its_tries(self, put_down, claim):
        job = put_down()
        held, _ = claim()
        with transaction():
            actions.refuse(claim=held, refusal={"en": "No such file."}, at=NOW)

        with transaction():
            actions.try_again(job=job, at=NOW)

        _, again = claim()
        assert (again.tries, again.refusal) == (1, None)

    def test_is_refused_for_a_job_that_has_not_failed(self, put_down):
        job = put_down()

        with pytest.raises(JobAlreadyEnded), transaction():
            actions.try_again(job=job, at=NOW)


class TestPlan:
    HOURLY = Recurring("hourly", kind="test", timing=Every(minutes=60), payload={"size": 3})
    HOUR = timedelta(hours=1)

    def plan(self, at):
        with transaction():
            return actions.plan(recurring=[self.HOURLY], at=at)

    def test_enqueues_nothing_before_the_first_time_is_due(self, app):
        assert self.plan(NOW) == []
        assert self.plan(NOW + self.HOUR - MINUTE) == []
        assert len(self.plan(NOW + self.HOUR)) == 1

    def test_tells_the_handler_when_it_was_due(self, app):
        self.plan(NOW)

        (job,) = self.plan(NOW + self.HOUR + MINUTE)

        assert job.payload == {"size": 3, "due_at": (NOW + self.HOUR).isoformat()}

    def test_makes_up_once_for_all_the_runs_it_missed(self, app):
        self.plan(NOW)

        planned = self.plan(NOW + 10 * self.HOUR)

        assert len(planned) == 1
        assert db.session.query(Schedule).one().next_run_at == NOW + 11 * self.HOUR

    def test_leaves_out_a_run_whose_predecessor_is_still_at_work(self, claim):
        self.plan(NOW)
        self.plan(NOW + self.HOUR)
        held, _ = claim(at=NOW + self.HOUR, lease_s=7200)

        assert self.plan(NOW + 2 * self.HOUR) == []

        with transaction():
            actions.finish(claim=held, result={}, at=NOW + 2 * self.HOUR)
        assert len(self.plan(NOW + 3 * self.HOUR)) == 1

    @pytest.mark.race
    def test_enqueues_one_run_when_two_workers_plan_at_once(self, app):
        self.plan(NOW)

        found = race(app, lambda: self.plan(NOW + self.HOUR), lambda: self.plan(NOW + self.HOUR))

        assert sorted(map(len, found)) == [0, 1]

    @pytest.mark.race
    def test_begins_one_schedule_when_two_workers_see_it_first(self, app):
        found = race(app, lambda: self.plan(NOW), lambda: self.plan(NOW))

        assert found == [[], []]
        assert db.session.query(Schedule).count() == 1


class TestTidy:
    def test_forgets_what_ended_thirty_days_ago_and_nothing_younger(self, put_down, claim):
        for ended_days_ago in (31, 29):
            put_down()
            held, _ = claim()
            with transaction():
                actions.finish(claim=held, result={}, at=NOW - timedelta(days=ended_days_ago))
        put_down()

        with transaction():
            forgotten = actions.tidy(at=NOW)

        assert forgotten == 1
        assert db.session.query(Job).count() == 2


class TestBeat:
    def test_tells_the_last_sign_of_life_of_any_worker(self, app):
        with transaction():
            actions.beat(worker="one", at=NOW)
            actions.beat(worker="two", at=NOW + MINUTE)
            actions.beat(worker="one", at=NOW + timedelta(seconds=30))

        assert queries.last_beat_at() == NOW + MINUTE
        assert db.session.query(WorkerBeat).count() == 2

    def test_tells_nothing_when_every_worker_left(self, app):
        with transaction():
            actions.beat(worker="one", at=NOW)
        with transaction():
            actions.leave(worker="one")

        assert queries.last_beat_at() is None
