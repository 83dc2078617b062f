"""What a worker does with a handler, and what becomes of its effects."""

import threading
from datetime import timedelta

import pytest
from flask_babel import lazy_gettext as _l

from portal.database import DatabaseBusy, db, transaction
from portal.jobs import actions, queries, work
from portal.jobs.cli import Worker
from portal.jobs.models import Job, JobState, WorkerBeat
from portal.jobs.rules import DailyAt, JobRefused, Recurring
from tests.cast import NOW
from tests.jobs.conftest import leave_trace, traces
from tests.statements import count_statements


@pytest.fixture
def the_job():
    """The one job there is, read anew."""

    def read():
        db.session.rollback()
        return db.session.query(Job).one()

    return read


class TestAHandlerInOneTransaction:
    def test_ends_the_job_together_with_its_effects(self, handle, put_down, turn, the_job):
        def remind(context):
            leave_trace(context.payload["whom"])
            return {"reminded": 1}

        handle(remind)
        put_down(payload={"whom": "Bruno"})

        assert turn() is True
        assert turn() is False

        assert traces() == ["Bruno"]
        assert (the_job().state, the_job().result) == (JobState.DONE, {"reminded": 1})

    def test_undoes_its_effects_when_it_fails_and_tries_again(self, handle, put_down, turn, the_job, clock):
        def fail_at_first(context):
            leave_trace("effect")
            if the_tries.append(1) or len(the_tries) == 1:
                raise ValueError("a guest's name")

        the_tries = []
        handle(fail_at_first)
        put_down()

        turn()
        assert traces() == []
        assert (the_job().state, the_job().error) == (JobState.QUEUED, "ValueError")

        clock.advance(seconds=30)
        turn()
        assert traces() == ["effect"]
        assert the_job().state == JobState.DONE

    def test_is_given_up_at_once_when_it_refuses(self, handle, put_down, turn, the_job):
        def refuse(_context):
            leave_trace("half")
            raise JobRefused(_l("Not delivered"))

        handle(refuse)
        put_down()

        turn()

        assert traces() == []
        assert (the_job().state, the_job().refusal) == (
            JobState.FAILED,
            {"en": "Not delivered", "ru": "Не доставлено"},
        )

    def test_undoes_its_effects_when_another_worker_took_the_job(self, handle, put_down, turn, app, the_job):
        def lose(context):
            leave_trace("stale")
            actions._change(Job.id == context.claim.job_id, leased_by="another worker/1")

        handle(lose)
        put_down()

        turn()

        assert traces() == []
        assert the_job().state == JobState.RUNNING

    def test_costs_no_try_when_the_database_was_busy(self, handle, put_down, turn, clock, the_job):
        busy = [DatabaseBusy()]

        def wait_in_vain(_context):
            if busy:
                raise busy.pop()

        handle(wait_in_vain)
        put_down()

        turn()
        assert (the_job().state, the_job().tries) == (JobState.QUEUED, 0)
        clock.advance(seconds=5)
        turn()

        assert the_job().state == JobState.DONE

    def test_may_not_ask_for_chunks(self, handle, put_down, turn, the_job):
        handle(lambda context: context.progress(1, 2))
        put_down()

        turn()

        assert the_job().error == "RuntimeError"

    def test_does_not_begin_when_its_owner_has_cancelled(self, handle, put_down, turn, app, the_job):
        handle(lambda _context: leave_trace("effect"))
        put_down()
        with transaction():
            actions._change(Job.kind == "test", cancel_requested_at=NOW)

        turn()

        assert traces() == []
        assert the_job().state == JobState.CANCELLED


class TestAHandlerInChunks:
    @staticmethod
    def count_to(number, *, before=lambda _n, _context: None):
        @work.handles(in_chunks=True)
        def count(context):
            for n in range(context.done + 1, number + 1):
                with context.chunk(done=n, total=number):
                    leave_trace(str(n))
                    before(n, context)
            with context.last_chunk() as result:
                leave_trace("end")
                result["counted"] = number

        return count

    def test_keeps_each_chunk_with_how_far_it_came(self, handle, put_down, turn, the_job):
        handle(self.count_to(3))
        put_down()

        turn()

        job = the_job()
        assert traces() == ["1", "2", "3", "end"]
        assert (job.state, job.done, job.total, job.result) == (JobState.DONE, 3, 3, {"counted": 3})

    def test_goes_on_where_the_last_worker_fell(self, handle, put_down, turn, the_job, clock):
        fallen = []

        def fall(n, _context):
            if n == 2 and not fallen:
                fallen.append(n)
                raise MemoryError

        handle(self.count_to(3, before=fall))
        put_down()

        turn()
        assert (traces(), the_job().done) == (["1"], 1)

        clock.advance(minutes=1)
        turn()
        assert traces() == ["1", "2", "3", "end"]

    def test_stops_between_two_chunks_when_its_owner_cancels(self, handle, put_down, turn, the_job):
        @work.handles(in_chunks=True)
        def be_cancelled(context):
            with context.chunk(done=1, total=3):
                leave_trace("1")
            with transaction():
                actions.cancel(job=db.session.get_one(Job, context.claim.job_id), at=NOW)
            with context.chunk(done=2, total=3):
                leave_trace("2")

        handle(be_cancelled)
        put_down()

        turn()

        assert traces() == ["1"]
        assert (the_job().state, the_job().done) == (JobState.CANCELLED, 1)

    def test_is_handed_back_when_the_worker_is_asked_to_stop(self, handle, put_down, app, the_job):
        worker = Worker(app, "a worker")
        handle(self.count_to(3, before=lambda n, _context: worker.stopping.set() if n == 2 else None))
        put_down()

        worker.round()

        job = the_job()
        assert traces() == ["1", "2"]
        assert (job.state, job.done, job.tries) == (JobState.QUEUED, 2, 0)

        Worker(app, "the next").round()
        assert traces() == ["1", "2", "3", "end"]

    def test_loses_a_chunk_that_it_finished_after_another_worker_took_the_job(
        self, handle, put_down, turn, the_job
    ):
        def lose(n, context):
            if n == 2:
                actions._change(Job.id == context.claim.job_id, leased_by="another worker/1")

        handle(self.count_to(3, before=lose))
        put_down()

        turn()

        assert traces() == ["1"]

    def test_ends_with_what_it_returns_when_it_asked_for_no_last_chunk(self, handle, put_down, turn, the_job):
        @work.handles(in_chunks=True)
        def compute(context):
            context.progress(1, 2)
            return {"sum": 42}

        handle(compute)
        put_down()

        turn()

        assert the_job().result == {"sum": 42}
        assert (the_job().done, the_job().total) == (1, 2)


class TestTheLease:
    def test_is_extended_while_the_work_goes_on(self, handle, put_down, app, clock, the_job):
        extended = threading.Event()
        waited = []

        @work.handles(in_chunks=True)
        def work_long(context):
            with transaction():
                before = db.session.get(Job, context.claim.job_id).lease_until
            clock.advance(seconds=30)
            while not waited:
                extended.wait(0.05)
                with transaction():
                    now = db.session.get(Job, context.claim.job_id).lease_until
                if now > before:
                    waited.append(now - before)

        handle(work_long)
        put_down()

        Worker(app, "a worker", lease_s=0.1).round()

        assert waited == [timedelta(seconds=30)]
        assert the_job().state == JobState.DONE
        assert queries.last_beat_at() == NOW + timedelta(seconds=30)


class TestARound:
    def test_leaves_a_sign_of_life_no_more_often_than_needed(self, registry, app, clock):
        worker = Worker(app, "a worker")

        beats = []
        for seconds in (0, 14, 1):
            clock.advance(seconds=seconds)
            worker.round()
            db.session.rollback()
            beats.append(queries.last_beat_at() - NOW)
            db.session.rollback()

        assert [each.total_seconds() for each in beats] == [0, 0, 15]

    def test_plans_what_recurs(self, registry, handle, turn, clock):
        handle(lambda context: leave_trace(context.payload["due_at"]))
        registry.recurring.append(Recurring("nightly", kind="test", timing=DailyAt(hour=3)))

        turn()
        clock.set(NOW.replace(day=16, hour=3))
        turn()

        assert traces() == [NOW.replace(day=16, hour=3).isoformat()]

    def test_does_the_rooms_part_too(self, registry, turn):
        asked = []
        registry.each_round.append(lambda stopping: asked.append(stopping.is_set()) or 0)

        turn()

        assert asked == [False]

    def test_survives_a_fault_in_one_rooms_part(self, registry, turn):
        done = []
        registry.each_round += [lambda _stopping: 1 // 0, lambda _stopping: done.append(1) or 0]

        turn()

        assert done == [1]

    def test_writes_nothing_while_nothing_is_due(self, registry, turn, app):
        worker = Worker(app, "a worker")
        worker.round()

        with count_statements() as statements:
            worker.round()

        assert not [each for each in statements if not each.startswith("SELECT")]


class TestTheCommand:
    def test_drains_what_is_due_and_leaves(self, handle, put_down, run):
        handle(lambda context: leave_trace(context.payload["n"]))
        for n in ("1", "2", "3"):
            put_down(payload={"n": n})

        result = run("worker", "--drain")

        assert result.exit_code == 0, result.output
        assert traces() == ["1", "2", "3"]
        assert db.session.query(WorkerBeat).count() == 0

    def test_does_one_job_when_told_once(self, handle, put_down, run):
        handle(lambda context: leave_trace(context.payload["n"]))
        for n in ("1", "2"):
            put_down(payload={"n": n})

        result = run("worker", "--once")

        assert result.exit_code == 0, result.output
        assert traces() == ["1"]


class TestTrouble:
    def test_is_that_no_worker_runs(self, app):
        assert "no worker runs" in work.trouble()

    def test_is_that_none_was_heard_of_for_two_minutes(self, app, turn, registry, clock):
        turn()

        clock.advance(seconds=120)
        assert work.trouble() is None
        clock.advance(seconds=1)
        assert work.trouble() == "no worker was heard of for 121 s"

    def test_is_told_to_whoever_asks_whether_the_portal_is_ready(self, client, turn, registry):
        assert "no worker runs" in client.get("/readyz").json["worker"]

        turn()

        assert client.get("/readyz").json["worker"] == "ok"


def test_two_rooms_cannot_handle_the_same_kind(registry, app):
    with pytest.raises(ValueError, match=r"jobs\.tidy"):
        work.register(app, handlers={"jobs.tidy": lambda _context: {}})
