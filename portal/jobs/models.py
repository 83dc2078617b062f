"""Background work as rows: written in the transaction that causes it, claimed by a lease."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Model, PublicId

UNENDED = "finished_at IS NULL AND dead_at IS NULL AND cancelled_at IS NULL"


class JobState(StrEnum):
    """Where a job is; told from its instants, never stored."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Model):
    """One piece of work. Waits until `run_at`, is held until `lease_until`, ends in one of three ways.

    `leased_by` is new at each claim: a worker that was thought dead and wakes up cannot finish what
    another one has taken over.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        CheckConstraint("done >= 0", name="done_not_negative"),
        CheckConstraint("(leased_by IS NULL) = (lease_until IS NULL)", name="lease_is_whole"),
        CheckConstraint(
            "(CASE WHEN finished_at IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN dead_at IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN cancelled_at IS NULL THEN 0 ELSE 1 END) <= 1",
            name="ends_once",
        ),
        Index(
            "ix_job_due",
            "run_at",
            "id",
            sqlite_where=text(UNENDED),
            postgresql_where=text(UNENDED),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    dedupe_key: Mapped[str | None] = mapped_column(unique=True)
    owner_id: Mapped[int | None] = mapped_column(index=True)
    """The person who may watch and cancel it; an opaque id, as in the audit."""
    created_at: Mapped[datetime]
    run_at: Mapped[datetime]
    leased_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    result: Mapped[dict[str, Any] | None]
    refusal: Mapped[dict[str, Any] | None]
    """The sentence with which a handler refused, per language: owner and administrator may differ."""
    error: Mapped[str | None]
    """The kind of fault that stopped the last try, for whoever looks after the portal."""
    cancel_requested_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    @property
    def state(self) -> JobState:
        if self.finished_at is not None:
            return JobState.DONE
        if self.dead_at is not None:
            return JobState.FAILED
        if self.cancelled_at is not None:
            return JobState.CANCELLED
        return JobState.QUEUED if self.leased_by is None else JobState.RUNNING

    @property
    def is_ended(self) -> bool:
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


class Schedule(Model):
    """When a recurring job is due next."""

    __tablename__ = "schedule"

    name: Mapped[str] = mapped_column(primary_key=True)
    next_run_at: Mapped[datetime]
    last_run_at: Mapped[datetime | None]


class WorkerBeat(Model):
    """The last sign of life of a worker; `/readyz` reads it."""

    __tablename__ = "worker_beat"

    worker: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
