"""A worker that dies loses nothing, and nothing is done twice."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from portal.database import db
from portal.jobs import work
from portal.jobs.cli import Worker
from portal.jobs.models import Job, JobState, WorkerBeat
from tests.jobs.conftest import leave_trace, traces

ROOT = Path(__file__).parents[2]


@pytest.fixture
def start_worker(database, registry):
    """Start a real worker process and wait until it is in the middle of the job."""
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.worker_process", database.url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        for line in process.stdout:
            if line.strip() == "half-way":
                return process
        raise AssertionError("the worker ended before it was half-way")

    yield start
    for process in started:
        process.kill()
        process.communicate()


def finish_in_chunks(context):
    for n in range(context.done + 1, 4):
        with context.chunk(done=n, total=3):
            leave_trace(str(n))
    with context.last_chunk():
        leave_trace("end")


@pytest.fixture
def job_of_a_kind(registry, put_down):
    def put(kind):
        registry.handlers["in_chunks"] = work.handles(in_chunks=True)(finish_in_chunks)
        registry.handlers["in_one_transaction"] = lambda _context: leave_trace("effect")
        return put_down(kind=kind)

    return put


EFFECTS = {
    "in_chunks": (["1", "2"], ["1", "2", "3", "end"]),
    "in_one_transaction": ([], ["effect"]),
}
"""By kind: what is kept when the worker dies half-way, and what there is in the end."""


@pytest.mark.parametrize("kind", EFFECTS)
def test_another_worker_takes_over_when_the_lease_ends(app, job_of_a_kind, start_worker, clock, kind):
    before, after = EFFECTS[kind]
    job_of_a_kind(kind)
    process = start_worker()

    process.kill()
    process.wait()

    assert traces() == before
    clock.advance(seconds=59)
    Worker(app, "the next").round()
    assert traces() == before
    clock.advance(seconds=1)
    Worker(app, "the next").round()
    assert traces() == after
    job = db.session.query(Job).one()
    assert (job.state, job.tries) == (JobState.DONE, 2)


def test_a_worker_that_is_asked_to_stop_hands_the_job_back(app, job_of_a_kind, start_worker):
    job_of_a_kind("in_chunks")
    process = start_worker()

    process.send_signal(signal.SIGTERM)
    process.communicate("\n")

    assert process.returncode == 0
    job = db.session.query(Job).one()
    assert (job.state, job.done, job.tries) == (JobState.QUEUED, 2, 0)
    assert db.session.query(WorkerBeat).count() == 0
    Worker(app, "the next").round()
    assert traces() == ["1", "2", "3", "end"]
