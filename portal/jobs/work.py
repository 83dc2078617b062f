"""How a handler is written, and what the worker does with it.

A room's `handlers.py` exposes `HANDLERS: dict[str, Handler]`, by the kind of job, and may expose
`RECURRING: tuple[Recurring, ...]`; the factory hands both to `register`. There are two ways:

*In one transaction*, the plain way. The worker opens the transaction, calls the handler and ends
the job in it: everything happens, once, or nothing does. The handler opens no transaction:

    def remind(context: JobContext) -> dict[str, Any]:
        actions.remind_booker(booking_id=context.payload["booking_id"], at=context.at)
        return {}

*In chunks*, for work that takes longer than a few seconds, shows its progress and can be
cancelled. The handler brings its own transactions; each chunk says in the same transaction how
far it came, so that after a crash the next worker goes on at `context.done`, and the last chunk
ends the job together with its effects:

    @handles(title=_l("Import of stays"), in_chunks=True)
    def accept(context: JobContext) -> dict[str, Any]:
        for rows in chunks(skip=context.done):
            with context.chunk(done=…, total=…):
                actions.accept_rows(rows=rows, at=context.at)
        with context.last_chunk() as result:
            result["accepted"] = actions.close_import(…)

A handler that only computes calls `context.progress(done, total)` outside any transaction and
returns its result. All three raise `JobInterrupted` when the job must stop; let it pass. To give
up for good with a sentence for the owner raise `JobRefused("…")`; any other exception is tried
again with growing rests, five times in all.
"""

import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

import structlog
from flask import Flask, current_app
from flask_babel import force_locale
from flask_babel.speaklater import LazyString

from portal import clock
from portal.database import TROUBLES, DatabaseBusy, transaction
from portal.jobs import actions, queries, rules
from portal.jobs.models import Job
from portal.jobs.rules import JobRefused, Recurring, WorkerStopping

log = structlog.get_logger("portal.jobs")

ResultUrl = Callable[[Mapping[str, Any], Mapping[str, Any] | None], str | None]
WhenCancelled = Callable[[Mapping[str, Any], datetime], None]
HandlerFunction = TypeVar("HandlerFunction", bound=Callable[..., Any])
REFUSAL_CHARACTERS = 500
BUSY_REST = timedelta(seconds=5)
SILENT_S = 120
"""How long a worker may be silent: four beats of one that is at work, and a batch of letters."""


@dataclass(slots=True)
class JobContext:
    """What a handler is given: the payload, the instant this try began, and how far it had come."""

    kind: str
    payload: Mapping[str, Any]
    at: datetime
    job_public_id: uuid.UUID
    owner_id: int | None
    done: int
    total: int | None
    in_chunks: bool
    claim: actions.Claim
    stopping: threading.Event
    is_finished: bool = False

    @contextmanager
    def chunk(self, *, done: int, total: int | None) -> Iterator[None]:
        """One transaction: a part of the work, and that `done` of `total` are done with it."""
        self._go_on()
        with transaction():
            actions.ensure_wanted(claim=self.claim)
            yield
            # Last, so that the job's row is locked only for the moment before the end.
            actions.record_progress(claim=self.claim, done=done, total=total)
        self.done, self.total = done, total

    def progress(self, done: int, total: int | None) -> None:
        """Say how far the work has come, in a short transaction of its own."""
        with self.chunk(done=done, total=total):
            pass

    @contextmanager
    def last_chunk(self) -> Iterator[dict[str, Any]]:
        """One transaction: the rest of the work and the end of the job. Fill in the result."""
        self._go_on()
        result: dict[str, Any] = {}
        with transaction():
            actions.ensure_wanted(claim=self.claim)
            yield result
            actions.finish(claim=self.claim, result=result, at=clock.now())
        self.is_finished = True

    def _go_on(self) -> None:
        if not self.in_chunks:
            message = "mark the handler @handles(in_chunks=True): it already has one transaction"
            raise RuntimeError(message)
        if self.stopping.is_set():
            raise WorkerStopping


class Handler(Protocol):
    """Does the work of one kind of job; what it returns is kept as the job's result."""

    def __call__(self, context: JobContext, /) -> dict[str, Any] | None: ...


@dataclass(frozen=True, slots=True)
class Traits:
    """What a handler said of itself."""

    title: LazyString | None = None
    in_chunks: bool = False
    result_url: ResultUrl | None = None
    when_cancelled: WhenCancelled | None = None


def handles(
    *,
    title: LazyString | None = None,
    in_chunks: bool = False,
    result_url: ResultUrl | None = None,
    when_cancelled: WhenCancelled | None = None,
) -> Callable[[HandlerFunction], HandlerFunction]:
    """Say how the job page calls this work, how it runs, and where its result is to be seen.

    `result_url` is called with the payload and the result when the job page is shown, `when_cancelled`
    with the payload and the instant in the transaction in which somebody's wish to cancel it ends the job.
    """

    def mark(function: HandlerFunction) -> HandlerFunction:
        function.__job__ = Traits(title, in_chunks, result_url, when_cancelled)  # type: ignore[attr-defined]
        return function

    return mark


def traits(kind: str) -> Traits:
    """What a handler said of itself; nothing for a kind that is no longer handled."""
    found: Traits = getattr(registry().handlers.get(kind), "__job__", Traits())
    return found


def note_cancelled(*, kind: str, payload: Mapping[str, Any], at: datetime) -> None:
    """Let the room whose work was cancelled write that down."""
    if (told := traits(kind).when_cancelled) is not None:
        told(payload, at)


# --- What the factory fills -------------------------------------------------------------------

RoundTask = Callable[[threading.Event], int]
"""Something a worker does in each round, besides one job; returns how much it did."""


@dataclass(slots=True)
class Registry:
    """Handlers by kind of job, recurring jobs, and what else each round of the worker does."""

    handlers: dict[str, Handler] = field(default_factory=dict)
    recurring: list[Recurring] = field(default_factory=list)
    each_round: list[RoundTask] = field(default_factory=list)


def init_app(app: Flask) -> None:
    app.extensions["jobs"] = Registry()


def register(
    app: Flask,
    *,
    handlers: Mapping[str, Handler] | None = None,
    recurring: Iterable[Recurring] = (),
    each_round: Iterable[RoundTask] = (),
) -> None:
    """Take a room's handlers by kind, its recurring jobs and its part of a worker's round."""
    found: Registry = app.extensions["jobs"]
    twice = found.handlers.keys() & (handlers or {}).keys()
    if twice:
        message = f"two handlers for the same kind of job: {', '.join(sorted(twice))}"
        raise ValueError(message)
    found.handlers.update(handlers or {})
    found.recurring.extend(recurring)
    found.each_round.extend(each_round)


def registry() -> Registry:
    found: Registry = current_app.extensions["jobs"]
    return found


# --- What the worker does with one job --------------------------------------------------------


def perform(
    app: Flask,
    *,
    claim: actions.Claim,
    job: Job,
    lease_s: float,
    stopping: threading.Event,
) -> None:
    """Do one job that was claimed, and write how it went. Nothing that a handler raises escapes."""
    with app.app_context(), structlog.contextvars.bound_contextvars(job=str(job.public_id), kind=job.kind):
        handler = registry().handlers[job.kind]
        context = JobContext(
            kind=job.kind,
            payload=job.payload,
            at=clock.now(),
            job_public_id=job.public_id,
            owner_id=job.owner_id,
            done=job.done,
            total=job.total,
            in_chunks=traits(job.kind).in_chunks,
            claim=claim,
            stopping=stopping,
        )
        try:
            with _heartbeat(app, claim=claim, lease_s=lease_s):
                _run(handler, context)
        except Exception as error:  # noqa: BLE001 -- one job's fault must not end the worker
            _note_stop(app, context, error)
        else:
            log.info("job done")


def _run(handler: Handler, context: JobContext) -> None:
    if context.in_chunks:
        result = handler(context)
        if not context.is_finished:
            with context.last_chunk() as kept:
                kept.update(result or {})
        return
    with transaction():
        actions.ensure_wanted(claim=context.claim)
        result = handler(context)
        actions.finish(claim=context.claim, result=result or {}, at=clock.now())


def _note_stop(app: Flask, context: JobContext, error: Exception) -> None:
    if context.is_finished:
        # The last chunk is kept and the job has ended; only what came after it broke.
        log.error("job broke after its end", exc_info=error)
        return
    # A context, hence a session, of its own: the handler's may be in any state.
    with app.app_context(), transaction():
        at = clock.now()
        if isinstance(error, rules.LeaseLost):
            log.warning("job lost to another worker")
        elif isinstance(error, rules.JobCancelled):
            actions.stop(claim=context.claim, at=at)
            note_cancelled(kind=context.kind, payload=context.payload, at=at)
            log.info("job cancelled")
        elif isinstance(error, WorkerStopping):
            actions.release(claim=context.claim, run_at=at)
            log.info("job handed back")
        elif isinstance(error, DatabaseBusy):
            # Nobody's fault: it was another writer's turn for too long.
            actions.release(claim=context.claim, run_at=at + BUSY_REST)
            log.warning("job waits for the database")
        else:
            _note_fault(context, error, at)


def _note_fault(context: JobContext, error: Exception, at: datetime) -> None:
    try:
        if isinstance(error, JobRefused):
            actions.refuse(claim=context.claim, refusal=_in_each_language(error.sentence), at=at)
            log.info("job refused")
        else:
            # A message may quote somebody's data; only its kind is kept with the job.
            again = actions.fail(claim=context.claim, error=type(error).__name__, at=at)
            log.error("job failed", again=again and again.isoformat(), exc_info=error)
    except rules.LeaseLost:
        log.warning("job lost to another worker", exc_info=error)


def _in_each_language(sentence: object) -> dict[str, str]:
    said = {}
    for language in current_app.config["LANGUAGES"]:
        with force_locale(language):
            said[language] = str(sentence)[:REFUSAL_CHARACTERS]
    return said


@contextmanager
def _heartbeat(app: Flask, *, claim: actions.Claim, lease_s: float) -> Iterator[None]:
    """Keep the lease alive, and show that the worker lives, while the work goes on."""
    ended = threading.Event()

    def keep() -> None:
        while not ended.wait(lease_s / 3):
            try:
                with app.app_context(), transaction():
                    actions.extend_lease(claim=claim, at=clock.now(), lease_s=lease_s)
                    actions.beat(worker=claim.worker, at=clock.now())
            except TROUBLES:
                # On SQLite the job itself may hold the one writer's place: then nobody can
                # claim the job either, and it ends in that same transaction.
                continue

    thread = threading.Thread(target=keep, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


# --- Whether anybody works --------------------------------------------------------------------


def trouble() -> str | None:
    """What `/readyz` says of the worker; nothing when one lives."""
    last = queries.last_beat_at()
    if last is None:
        return "no worker runs: start one with `flask worker`"
    silent_s = round((clock.now() - last).total_seconds())
    return f"no worker was heard of for {silent_s} s" if silent_s > SILENT_S else None
