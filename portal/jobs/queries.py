"""Looking up jobs, by whose they are; what is due; and whether a worker lives."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from portal.database import db
from portal.jobs.models import Job, Schedule, WorkerBeat
from portal.web.paging import Page, encode_key


def unended() -> ColumnElement[bool]:
    return and_(Job.finished_at.is_(None), Job.dead_at.is_(None), Job.cancelled_at.is_(None))


def is_due(at: datetime) -> ColumnElement[bool]:
    """Due, and held by no living worker."""
    return and_(
        unended(),
        Job.run_at <= at,
        or_(Job.lease_until.is_(None), Job.lease_until <= at),
    )


def is_anything_due(*, kinds: Collection[str], at: datetime) -> bool:
    statement = select(Job.id).where(is_due(at), Job.kind.in_(kinds)).limit(1)
    return db.session.scalar(statement) is not None


def is_any_unended(*, key_prefix: str) -> bool:
    statement = (
        select(Job.id).where(unended(), Job.dedupe_key.startswith(key_prefix, autoescape=True)).limit(1)
    )
    return db.session.scalar(statement) is not None


def job_by_key(*, dedupe_key: str) -> Job | None:
    return db.session.scalar(select(Job).where(Job.dedupe_key == dedupe_key))


def job_for(*, owner_id: int | None, public_id: uuid.UUID) -> Job | None:
    """A job that this person owns; any job where `owner_id` is none."""
    statement = select(Job).where(Job.public_id == public_id)
    if owner_id is not None:
        statement = statement.where(Job.owner_id == owner_id)
    return db.session.scalar(statement)


def jobs_of(*, owner_id: int | None, before_id: int | None, limit: int) -> Page[Job]:
    """The jobs that this person owns, all where `owner_id` is none; the latest first."""
    statement = select(Job).order_by(Job.id.desc()).limit(limit + 1)
    if owner_id is not None:
        statement = statement.where(Job.owner_id == owner_id)
    if before_id is not None:
        statement = statement.where(Job.id < before_id)
    rows = list(db.session.scalars(statement))
    more = encode_key(rows[limit - 1].id) if len(rows) > limit else None
    return Page(rows[:limit], more)


def schedules() -> dict[str, Schedule]:
    statement = select(Schedule).order_by(Schedule.name)
    return {schedule.name: schedule for schedule in db.session.scalars(statement)}


def last_beat_at() -> datetime | None:
    """When any worker was last heard of; none when none runs."""
    return db.session.scalar(select(func.max(WorkerBeat.at)))
