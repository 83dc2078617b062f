"""kill -9 of the web process and of the worker at random moments under load, and what is left of the points.

Tellers give points over HTTP and send the same form again until it is acknowledged; a till sets points
aside, spends some and lets the others lapse, which the worker gives back. Now and then one of the
two processes is killed. In the end every acknowledged act is in the ledger once, and the books hold.

    python -m bench.killed URL COOKIE PATH    the nursery: loads the application, forks a process a line
"""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select
from werkzeug.serving import make_server

from bench.house import empty_house
from bench.redemptions import server
from portal.accounts.models import Account
from portal.clock import system_clock
from portal.config import Settings
from portal.database import TROUBLES, db, snapshot, transaction
from portal.factory import create_app
from portal.hotel.models import Group, Property
from portal.jobs import actions as jobs
from portal.jobs.cli import Worker
from portal.people.actions import open_sign_in
from portal.people.models import Grant, Person, Role
from portal.programme.books import queries as books
from portal.programme.credits.models import CreditOutcome, CreditRequest
from portal.programme.holds import actions as holds
from portal.programme.ledger.models import HoldRecord, LedgerEntry

CYCLES = 100
"""On each database; together two hundred."""
TELLERS = 2
LEASE_S = 0.5
BETWEEN_S = (0.0, 0.1)
MOST_ANSWERS = 4
PATIENCE_S = 2.0
START_S = 30
ROOT = Path(__file__).parents[1]
FOUND, BUSY = 302, 503


@dataclass(slots=True)
class Outcome:
    """What was acknowledged while processes were killed, and what was found afterwards."""

    cycles: int = 0
    given: set[str] = field(default_factory=set)
    spent: set[str] = field(default_factory=set)
    lapsed: set[str] = field(default_factory=set)
    retries: int = 0
    faults: list[str] = field(default_factory=list)
    """What must be empty: what was lost, doubled, or does not add up."""


def measure(directory: Path) -> bool:
    """Kill on both databases and print what happened; whether nothing was lost or doubled."""
    fits = _measured(empty_house(directory, "killed"), "SQLite")
    with server(directory) as url:
        app = create_app(Settings(portal_mode="test", database_url=url, log_level="ERROR"))
        with app.app_context():
            upgrade()
        fits &= _measured(app, "PostgreSQL")
        with app.app_context():
            db.engine.dispose()
    return fits


def _measured(app: Flask, name: str) -> bool:
    began = time.perf_counter()
    seed = random.randrange(10**6)  # noqa: S311 -- printed, so that a fault can be sought again
    with app.app_context():
        found = torment(app, app.config["SQLALCHEMY_DATABASE_URI"], cycles=CYCLES, seed=seed)
    print(
        f"\nKilled, {name}: {found.cycles} times kill -9 in {time.perf_counter() - began:.0f} s, seed {seed};"
        f" {len(found.given):,} credits over HTTP, {len(found.spent):,} spends,"
        f" {len(found.lapsed):,} holds given back by the worker, {found.retries:,} sent again"
    )
    for fault in found.faults[:20]:
        print(f"  {fault}")
    print("nothing lost, nothing doubled, the books hold" if not found.faults else "FAULTS, see above")
    return not found.faults


def torment(app: Flask, url: str, *, cycles: int, seed: int) -> Outcome:
    """Kill the web process or the worker so many times under load, then look; within an app context."""
    found, rng = Outcome(), random.Random(seed)  # noqa: S311 -- moments, no secrets
    account, cookie, token = _furnish(app)
    db.engine.dispose()
    with _nursery(url, cookie, f"/accounts/{account.public_id}/credit") as born:
        port, bear = born
        load = _Load(app, port, account, cookie, token, found)
        children = {word: bear(word) for word in ("web", "worker")}
        load.start()
        while found.cycles < cycles:
            word = rng.choice(("web", "worker"))
            load.wait_for(rng.randint(0, MOST_ANSWERS) if word == "web" else 0)
            time.sleep(rng.uniform(*BETWEEN_S))
            os.kill(children[word], signal.SIGKILL)
            found.cycles += 1
            children[word] = bear(word)
        load.finish()
        for child in children.values():
            os.kill(child, signal.SIGKILL)
    _drain(app)
    found.faults += _faults(found)
    return found


@contextmanager
def _nursery(url: str, cookie: str, path: str) -> Iterator[tuple[int, Callable[[str], int]]]:
    """A process with the application loaded, which forks a web process or a worker when asked."""
    with subprocess.Popen(  # noqa: S603 -- our own module
        [sys.executable, "-m", "bench.killed", url, cookie, path],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        asked, told = process.stdin, process.stdout
        if asked is None or told is None:
            raise RuntimeError
        port = int(told.readline())

        def bear(word: str) -> int:
            asked.write(f"{word}\n")
            asked.flush()
            return int(told.readline())

        try:
            yield port, bear
        finally:
            asked.close()
            process.wait(START_S)


class _Load:
    """Tellers and a till, each in a thread, until they are asked to finish."""

    def __init__(  # noqa: PLR0917 -- where the load goes, and who it is
        self, app: Flask, port: int, account: Account, cookie: str, token: str, found: Outcome
    ) -> None:
        self.app, self.port, self.found = app, port, found
        self.account_id, self.path = account.id, f"/accounts/{account.public_id}/credit"
        self.headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.csrf = token
        self.is_spent = False
        """Whether what the till spent last was an entry; the till is one thread."""
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self._tell, daemon=True) for _teller in range(TELLERS)]
        self.threads.append(threading.Thread(target=self._keep_till, daemon=True))

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def wait_for(self, answers: int) -> None:
        """Let so many more be answered, if they are in time: else a slow machine only ever begins."""
        enough, until = len(self.found.given) + answers, time.monotonic() + PATIENCE_S
        while len(self.found.given) < enough and time.monotonic() < until:
            time.sleep(0.005)

    def finish(self) -> None:
        """Let everybody end what they have begun: until it is acknowledged."""
        self.ended.set()
        for thread in self.threads:
            thread.join(START_S)
            if thread.is_alive():
                self.found.faults.append("a client was never answered")

    def _tell(self) -> None:
        while not self.ended.is_set():
            token = str(uuid.uuid4())
            while not self._post(token):
                self.found.retries += 1
                time.sleep(0.01)
            self.found.given.add(token)

    def _post(self, token: str) -> bool:
        form = {"csrf_token": self.csrf, "token": token, "points": 1, "reason": "goodwill"}
        body = urlencode(form | {"words": "Under load.", "evidence": "Bench"})
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", self.path, body, self.headers)
            status = connection.getresponse().status
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
        if status not in {FOUND, BUSY}:
            self.found.faults.append(f"the web process answered {status}")
        return status == FOUND

    def _keep_till(self) -> None:
        number = 0
        with self.app.app_context():
            while not self.ended.is_set():
                number += 1
                key = f"till:{number}"
                if not self._until_done(lambda key=key: self._hold(key)):  # type: ignore[misc]  # bound now
                    continue
                if number % 2:
                    self._until_done(lambda key=key: self._spend(key))  # type: ignore[misc]  # bound now
                    (self.found.spent if self.is_spent else self.found.lapsed).add(key)
                else:
                    self.found.lapsed.add(key)
                    self._until_done(_ask_worker)
            db.session.remove()

    def _until_done(self, act: Callable[[], object]) -> bool:
        """Whether it was done; nothing to set aside yet is no fault."""
        while True:
            try:
                with transaction():
                    act()
            except TROUBLES:
                db.session.rollback()
                self.found.retries += 1
            except holds.rules.NotEnoughPoints:
                time.sleep(0.02)
                return False
            else:
                return True

    def _hold(self, key: str) -> None:
        at = system_clock()
        holds.hold_points(
            account_id=self.account_id, key=key, reference=key, points=1, at=at, day=at.date(), until=at
        )

    def _spend(self, key: str) -> None:
        at = system_clock()
        of = {"account_id": self.account_id, "reference": key, "at": at, "day": at.date()}
        self.is_spent = False
        with suppress(holds.UnknownHold):  # the worker was faster: it had lapsed
            holds.spend_held(key=f"{key}:spend", hold_key=key, **of)  # type: ignore[arg-type]  # named above
            self.is_spent = True


def _ask_worker() -> None:
    at = system_clock()
    for kind in ("ledger.release_lapsed", "ledger.seal"):
        jobs.enqueue(kind=kind, payload={}, at=at)


def _drain(app: Flask) -> None:
    db.session.remove()
    time.sleep(2 * LEASE_S)
    with transaction():
        _ask_worker()
    db.session.remove()
    Worker(app, "the last", lease_s=LEASE_S).drain()


def _faults(found: Outcome) -> Iterator[str]:
    db.session.rollback()
    keys = set(db.session.scalars(select(LedgerEntry.key)))
    yield from (f"lost: credit {token}" for token in found.given if f"credit:{token}" not in keys)
    yield from (f"lost: {key}:spend" for key in found.spent if f"{key}:spend" not in keys)
    for key in found.spent | found.lapsed:
        ends = {f"{key}:spend", f"lapse:{key}"} & keys
        if key not in keys or len(ends) != 1:
            yield f"{key} ended {len(ends)} times: {sorted(ends)}"
    done = select(func.count(CreditRequest.id)).where(CreditRequest.outcome == CreditOutcome.DONE)
    entries = sum(key.startswith("credit:") for key in keys)
    if db.session.scalar(done) != entries or entries != len(found.given):
        yield f"{db.session.scalar(done)} requests, {entries} entries, {len(found.given)} acknowledged"
    if db.session.scalar(select(func.count(HoldRecord.id)).where(HoldRecord.closed_at.is_(None))):
        yield "holds are still open"
    with snapshot():
        checked = books.verify()
        yield from (f"verify: {broken}" for broken in checked.broken)
        if checked.broken_seal is not None:
            yield f"verify: {checked.broken_seal}"
        yield from (f"reconcile: {each}" for each in books.disagreements())


def _furnish(app: Flask) -> tuple[Account, str, str]:
    """A hotel, a company and its manager, signed in: the cookie and the token of the form."""
    at = system_clock()
    name = {"en": "House", "ru": "Дом"}
    house = Property(
        public_id=uuid.uuid4(), code="KIL", name=name, city=name, zone="UTC", currency="EUR", phone=""
    )
    manager = Person(
        public_id=uuid.uuid4(), name="Nora Lind", search_key="nora lind", email="nora@killed.example",
        locale="en", created_at=at,
    )  # fmt: skip
    db.session.add_all((Group(id=1, name="Killed", currency="EUR"), house, manager))
    db.session.flush()
    db.session.add(Grant(person_id=manager.id, role=Role.LOYALTY_MANAGER.value, granted_at=at))
    account = Account(
        public_id=uuid.uuid4(), name="Acme", search_key="acme", country="PT",
        opened_on=at.date() - timedelta(days=1), claimed_at=at, manager_id=manager.id,
    )  # fmt: skip
    db.session.add(account)
    signed_in = open_sign_in(person=manager, device="a benchmark", is_kept=False, at=at)
    db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session.update({"_user_id": signed_in, "_fresh": True})
    page = client.get(f"/accounts/{account.public_id}/credit").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    name_of_cookie = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name_of_cookie)
    if token is None or cookie is None:
        message = "the form cannot be reached"
        raise RuntimeError(message)
    return account, f"{name_of_cookie}={cookie.value}", token[1]


def _raise_children(url: str, cookie: str, path: str) -> None:
    """Fork a web process or a worker for each line that is read, and say its number."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    app = create_app(Settings(portal_mode="test", database_url=url, log_level="ERROR"))
    # What a first request loads is loaded before anybody is born, or no child would live to answer one.
    app.test_client(use_cookies=False).get(path, headers={"Cookie": cookie})
    with app.app_context():
        db.engine.dispose()
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    port = listening.getsockname()[1]
    print(port, flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child:
            print(child, flush=True)
            continue
        quiet = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(quiet, stream)
        if line.strip() == "web":
            make_server("127.0.0.1", port, app, threaded=True, fd=listening.fileno()).serve_forever()
        else:
            Worker(app, f"worker {os.getpid()}", lease_s=LEASE_S, poll_s=0.02).run()


if __name__ == "__main__":
    _raise_children(*sys.argv[1:])
