"""`flask worker`: one process does the jobs, sends the letters and keeps the schedules."""

import os
import secrets
import signal
import socket
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import FrameType

import click
import structlog
from flask import Flask, current_app
from flask.cli import with_appcontext

from portal import clock
from portal.database import TROUBLES, end_reads, transaction
from portal.jobs import actions, queries, work
from portal.jobs.models import Job

log = structlog.get_logger("portal.worker")
LEASE_S = 60.0
POLL_S = 1.0
BEAT_EVERY_S = 15
REST_AFTER_FAULT_S = 5.0


@dataclass(slots=True)
class Worker:
    """One worker: takes up what is due, one job after the other, until it is asked to stop."""

    app: Flask
    name: str
    lease_s: float = LEASE_S
    poll_s: float = POLL_S
    stopping: threading.Event = field(default_factory=threading.Event)
    _last_beat_at: datetime | None = None

    def run(self) -> None:
        """Work until `stopping` is set. A database that is away for a while is waited for."""
        log.info("worker begins", worker=self.name)
        while not self.stopping.is_set():
            try:
                rest_s = 0.0 if self.round() else self.poll_s
            except TROUBLES as fault:
                log.error("worker waits for the database", exc_info=fault)  # noqa: TRY400 -- structlog's own way
                rest_s = REST_AFTER_FAULT_S
            self.stopping.wait(rest_s)
        self.leave()
        log.info("worker ends", worker=self.name)

    def drain(self) -> None:
        """Work until nothing is due."""
        while not self.stopping.is_set() and self.round():
            pass
        self.leave()

    def round(self) -> bool:
        """Plan what recurs, do at most one job, then the rooms' own parts; say if anything was done."""
        with self.app.app_context():
            self._beat()
            self._plan()
            taken = self._claim()
        if taken is not None:
            claim, job = taken
            work.perform(
                self.app,
                claim=claim,
                job=job,
                lease_s=self.lease_s,
                stopping=self.stopping,
            )
        did = [self._do(task) for task in self._tasks()]
        return taken is not None or any(did)

    def _do(self, task: work.RoundTask) -> int:
        with self.app.app_context():
            try:
                return task(self.stopping)
            except TROUBLES:
                raise
            except Exception as fault:
                # One room's fault must not end the work of the others.
                log.error("a room's part of the round failed", exc_info=fault)  # noqa: TRY400 -- structlog's own way
                return 0

    def _tasks(self) -> list[work.RoundTask]:
        registry: work.Registry = self.app.extensions["jobs"]
        return [] if self.stopping.is_set() else registry.each_round

    def _beat(self) -> None:
        at = clock.now()
        last = self._last_beat_at
        if last is not None and at - last < timedelta(seconds=BEAT_EVERY_S):
            return
        with transaction():
            actions.beat(worker=self.name, at=at)
            actions.give_up_exhausted(at=at)
        self._last_beat_at = at

    def _plan(self) -> None:
        recurring = work.registry().recurring
        at = clock.now()
        # Plain instants: what was loaded is forgotten with the read, and would be asked for one by one.
        next_runs = {name: schedule.next_run_at for name, schedule in queries.schedules().items()}
        end_reads()
        if all(each.name in next_runs and next_runs[each.name] > at for each in recurring):
            return
        with transaction():
            actions.plan(recurring=recurring, at=at)

    def _claim(self) -> tuple[actions.Claim, Job] | None:
        kinds = tuple(work.registry().handlers)
        at = clock.now()
        # A look costs nothing; a claim begins a write, and there is none to be had most seconds.
        due = queries.is_anything_due(kinds=kinds, at=at)
        end_reads()
        if not due:
            return None
        with transaction():
            return actions.claim(worker=self.name, kinds=kinds, at=at, lease_s=self.lease_s)

    def leave(self) -> None:
        with self.app.app_context(), transaction():
            actions.leave(worker=self.name)


@click.command("worker")
@click.option("--once", is_flag=True, help="One round, then end.")
@click.option("--drain", is_flag=True, help="End when nothing is due.")
@click.option(
    "--lease-seconds", default=LEASE_S, show_default=True, help="How long a silent worker keeps a job."
)
@with_appcontext
def commands(*, once: bool, drain: bool, lease_seconds: float) -> None:
    """Do background work: jobs, letters, schedules. SIGTERM ends it after the current chunk."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 -- Flask's way to the app itself
    name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(2)}"
    worker = Worker(app, name, lease_s=lease_seconds)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if once:
        worker.round()
        worker.leave()
    elif drain:
        worker.drain()
    else:
        worker.run()


COMMANDS = (commands,)
