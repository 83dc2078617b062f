"""Putting work down, taking it up, and saying how it went.

Nothing here commits: `enqueue` stands in the transaction that causes the work, `finish` in the
one that does it.
"""

import secrets
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from portal.database import db
from portal.jobs import queries, rules
from portal.jobs.models import Job, JobState, Schedule, WorkerBeat


@dataclass(frozen=True, slots=True)
class Claim:
    """One worker's hold on one job. `key` is new at each claim, so a stale one fits nothing."""

    job_id: int
    key: str
    worker: str


def enqueue(
    *,
    kind: str,
    payload: Mapping[str, Any],
    at: datetime,
    owner_id: int | None = None,
    dedupe_key: str | None = None,
    run_at: datetime | None = None,
) -> Job:
    """Put a job down; the worker takes it up once the surrounding transaction is kept.

    With a `dedupe_key` that is known already the earlier job is returned and nothing is added;
    a key is remembered for 30 days after its job ended. The payload is plain JSON: ids, no
    personal data. `owner_id` is the person who may watch it at `jobs.job_page` and cancel it.
    """
    if kind not in current_app.extensions["jobs"].handlers:
        raise rules.UnknownJobKind(kind)
    if dedupe_key and (known := queries.job_by_key(dedupe_key=dedupe_key)):
        return known
    job = Job(
        public_id=uuid.uuid4(),
        kind=kind,
        payload=dict(payload),
        dedupe_key=dedupe_key,
        owner_id=owner_id,
        created_at=at,
        run_at=run_at or at,
        tries=0,
        done=0,
    )
    try:
        with db.session.begin_nested():
            db.session.add(job)
    except IntegrityError:
        # Another transaction with the same key was kept between the look and the insert.
        known = queries.job_by_key(dedupe_key=dedupe_key) if dedupe_key else None
        if known is None:
            raise
        return known
    return job


def claim(*, worker: str, kinds: Collection[str], at: datetime, lease_s: float) -> tuple[Claim, Job] | None:
    """Take up the job that has been due longest, in one statement; none when nothing is due."""
    key = f"{worker}/{secrets.token_hex(4)}"
    due = (
        select(Job.id)
        .where(queries.is_due(at), Job.kind.in_(kinds), Job.tries < rules.MAX_TRIES)
        .order_by(Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    statement = (
        update(Job)
        .where(Job.id == due)
        .values(
            leased_by=key,
            lease_until=at + timedelta(seconds=lease_s),
            tries=Job.tries + 1,
        )
        .returning(Job)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    job = db.session.scalars(statement).one_or_none()
    return None if job is None else (Claim(job.id, key, worker), job)


def extend_lease(*, claim: Claim, at: datetime, lease_s: float) -> bool:
    """Hold the job for longer. False when it is no longer ours."""
    return _update(claim, lease_until=at + timedelta(seconds=lease_s)) == 1


def ensure_wanted(*, claim: Claim) -> None:
    """Refuse to go on when the job is another worker's, or its owner asked to stop."""
    row = db.session.execute(select(Job.cancel_requested_at).where(_held(claim))).one_or_none()
    if row is None:
        raise rules.LeaseLost
    if row.cancel_requested_at is not None:
        raise rules.JobCancelled


def record_progress(*, claim: Claim, done: int, total: int | None) -> None:
    """Write how far the job has come, in the transaction that brought it there."""
    ensure_wanted(claim=claim)
    if _update(claim, done=done, total=total) != 1:
        raise rules.LeaseLost


def finish(*, claim: Claim, result: Mapping[str, Any], at: datetime) -> None:
    """End the job; the transaction that this stands in holds the job's effects too."""
    ended = _update(
        claim,
        finished_at=at,
        result=dict(result),
        error=None,
        leased_by=None,
        lease_until=None,
    )
    if ended != 1:
        raise rules.LeaseLost


def fail(*, claim: Claim, error: str, at: datetime) -> datetime | None:
    """Note a failed try; say when the next one is, none when the job is given up."""
    job = _locked(claim)
    again = rules.retry_at(tries=job.tries, at=at)
    job.error, job.leased_by, job.lease_until = error, None, None
    if again is None:
        job.dead_at = at
    else:
        job.run_at = again
    return again


def refuse(*, claim: Claim, refusal: Mapping[str, str], at: datetime) -> None:
    """Give the job up for good, with a sentence for its owner per language."""
    job = _locked(claim)
    job.refusal, job.dead_at, job.leased_by, job.lease_until = dict(refusal), at, None, None


def release(*, claim: Claim, run_at: datetime) -> None:
    """Hand the job back unfinished, to be taken up from `run_at` on, as if this try had not been."""
    _update(claim, leased_by=None, lease_until=None, run_at=run_at, tries=Job.tries - 1)


def stop(*, claim: Claim, at: datetime) -> None:
    """End the job because its owner asked to."""
    _update(claim, cancelled_at=at, leased_by=None, lease_until=None)


def cancel(*, job: Job, at: datetime) -> JobState:
    """Cancel at once what nobody has taken up; ask the worker to stop otherwise."""
    free = or_(Job.leased_by.is_(None), Job.lease_until <= at)
    unended = and_(Job.id == job.id, queries.unended())
    ended_now = _change(
        and_(unended, free),
        cancel_requested_at=at,
        cancelled_at=at,
        leased_by=None,
        lease_until=None,
    )
    if ended_now:
        return JobState.CANCELLED
    if _change(unended, cancel_requested_at=at):
        return JobState.RUNNING
    raise rules.JobAlreadyEnded


def try_again(*, job: Job, at: datetime) -> None:
    """Give a job that was given up all its tries anew."""
    dead = and_(Job.id == job.id, Job.dead_at.is_not(None))
    if not _change(dead, dead_at=None, tries=0, run_at=at, refusal=None, cancel_requested_at=None):
        raise rules.JobAlreadyEnded


def give_up_exhausted(*, at: datetime) -> int:
    """End the jobs that took their last worker down with them."""
    return _change(
        and_(queries.unended(), Job.lease_until <= at, Job.tries >= rules.MAX_TRIES),
        dead_at=at,
        error="WorkerDied",
        leased_by=None,
        lease_until=None,
    )


def plan(*, recurring: Iterable[rules.Recurring], at: datetime) -> list[Job]:
    """Enqueue what has come due of the recurring jobs, and note when each is due next.

    Runs that were missed while no worker ran are made up for once. A run whose predecessor has
    not ended is left out.
    """
    known = queries.schedules()
    planned = []
    for each in recurring:
        schedule = known.get(each.name)
        if schedule is None:
            _begin_schedule(each, at)
        elif schedule.next_run_at <= at and _advance(schedule, each, at):
            job = _enqueue_run(each, due_at=schedule.next_run_at, at=at)
            planned += [job] if job else []
    return planned


def beat(*, worker: str, at: datetime) -> None:
    """Leave a sign of life."""
    db.session.merge(WorkerBeat(worker=worker, at=at))


def leave(*, worker: str) -> None:
    """Take back the sign of life of a worker that stopped as asked."""
    db.session.execute(delete(WorkerBeat).where(WorkerBeat.worker == worker))


def tidy(*, at: datetime) -> int:
    """Forget the jobs that ended long ago, and workers that are no more; say how many jobs."""
    limit = at - timedelta(days=rules.KEPT_DAYS)
    db.session.execute(delete(WorkerBeat).where(WorkerBeat.at < limit))
    ended_before = or_(Job.finished_at < limit, Job.dead_at < limit, Job.cancelled_at < limit)
    return _rows(db.session.execute(delete(Job).where(ended_before)))


def _begin_schedule(each: rules.Recurring, at: datetime) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(Schedule(name=each.name, next_run_at=rules.next_run(each.timing, after=at)))
    except IntegrityError:
        pass  # Another worker began it in the same moment, which is as good.


def _advance(schedule: Schedule, each: rules.Recurring, at: datetime) -> bool:
    """Whether this worker, and no other, plans the run that is due."""
    statement = (
        update(Schedule)
        .where(
            Schedule.name == schedule.name,
            Schedule.next_run_at == schedule.next_run_at,
        )
        .values(next_run_at=rules.next_run(each.timing, after=at), last_run_at=at)
        .execution_options(synchronize_session=False)
    )
    return _rows(db.session.execute(statement)) == 1


def _enqueue_run(each: rules.Recurring, *, due_at: datetime, at: datetime) -> Job | None:
    prefix = f"schedule:{each.name}:"
    if queries.is_any_unended(key_prefix=prefix):
        return None
    return enqueue(
        kind=each.kind,
        payload={**each.payload, "due_at": due_at.isoformat()},
        dedupe_key=f"{prefix}{due_at.isoformat()}",
        at=at,
    )


def _locked(claim: Claim) -> Job:
    job = db.session.scalars(select(Job).where(_held(claim)).with_for_update()).one_or_none()
    if job is None:
        raise rules.LeaseLost
    return job


def _held(claim: Claim) -> ColumnElement[bool]:
    return and_(Job.id == claim.job_id, Job.leased_by == claim.key, queries.unended())


def _update(claim: Claim, **values: Any) -> int:
    return _change(_held(claim), **values)


def _change(condition: ColumnElement[bool], **values: Any) -> int:
    """Change the jobs for which the condition holds at the moment of writing; say how many."""
    statement = update(Job).where(condition).values(**values).execution_options(synchronize_session=False)
    return _rows(db.session.execute(statement))


def _rows(result: Any) -> int:
    return int(result.rowcount)
