"""One event whom many companies want, registered for over HTTP, beside the bare statements of the same act.

Each client is a process with a company and a sign-in of its own; it sends the form of a registration to the
portal (gunicorn, PostgreSQL) as a browser does, with a fresh token each time. What one such act says to the
database is heard once, and said again by as many processes through the driver alone, in one transaction each,
with its own ids and tokens put in. Both contend for the one row on which the event's seats are counted, so
that must be right at the end: not one seat more or less than parties were promised.
"""

import http.client
import multiprocessing
import os
import re
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select, text

from bench.house import median
from bench.redemptions import server
from portal.accounts.models import Account
from portal.config import Settings
from portal.corporate.events import actions as events
from portal.corporate.events import queries as event_queries
from portal.corporate.events.models import Event
from portal.corporate.events.rules import Planned
from portal.corporate.registrations import actions, queries
from portal.corporate.registrations.rules import Named, Party, admission_number
from portal.database import db, transaction
from portal.factory import create_app
from portal.hotel.models import Group, Property
from portal.people.actions import open_sign_in
from portal.people.models import Grant, Person, Role

CLIENTS = 8
SECONDS = 5.0
READY_S = 120
ROUNDS = 3
WORKERS = 3
CAPACITY = 1_000_000
LEAST = 0.03
"""A page reads a form, a session, an account and its own answer beside; so much of the bare speed remains."""
FIRST_ID = 7_000_000
"""Registrations of the bench begin behind this number: it is known again in what was heard."""
FIRST_ACCOUNT = 8_000_000
SECRET = "a bench has no secrets, but it needs a long key"  # noqa: S105 -- nor has this one


def measure(directory: Path) -> bool:
    """Print registrations a second over HTTP beside the bare ones; whether enough of the speed remains."""
    with server(directory) as url:
        app = create_app(Settings(portal_mode="test", database_url=url, secret_key=SECRET, log_level="ERROR"))
        with app.app_context():
            upgrade()
            places, cookies = _furnish(app)
            heard = _heard(places)
            db.session.remove()
            db.engine.dispose()
        over_http, bare = [], []
        with _served(url) as port:
            for _round in range(ROUNDS):
                over_http.append(_speed(_browse, [(port, places["event"], cookie) for cookie in cookies]))
                bare.append(
                    _speed(_say, [(url, heard, number, places["event"]) for number in range(CLIENTS)])
                )
        with app.app_context():
            is_right = _agrees(places)
            db.session.remove()
            db.engine.dispose()
    share = median([a / b for a, b in zip(over_http, bare, strict=True)])
    print(f"\nRegistrations for one event, {CLIENTS} clients at once, {WORKERS} web processes;", end=" ")
    print(f"median of {ROUNDS} rounds\n")
    print(f"{'over HTTP a second':>20}{'bare':>10}{'share':>8}{'statements':>12}{'seats':>8}")
    told = f"{median(over_http):20,.0f}{median(bare):10,.0f}{share:8.1%}{len(heard):12}"
    print(f"{told}{'right' if is_right else 'WRONG':>8}")
    return share >= LEAST and is_right


def _furnish(app: Flask) -> tuple[dict[str, Any], list[str]]:
    """A hotel, an event open to companies by name, and for each client a company with a booker signed in."""
    now = datetime.now(UTC)
    with transaction():
        house = Property(
            public_id=uuid.uuid4(), code="SEA", name={"en": "Seaside"}, city={"en": "Lisbon"},
            zone="Europe/Lisbon", currency="EUR", phone="+351 210 000 000",
        )  # fmt: skip
        db.session.add_all((Group(id=1, name="Maison Circle", currency="EUR"), house))
        people = [_person(number, now) for number in range(CLIENTS)]
        accounts = [_account(number, now) for number in range(CLIENTS)]
        db.session.add_all([*people, *accounts])
        db.session.flush()
        for person, account in zip(people, accounts, strict=True):
            db.session.add(
                Grant(person_id=person.id, role=Role.BOOKER, account_id=account.id, granted_at=now)
            )
        found = _event(house, accounts, by_id=people[0].id, at=now)
        tokens = [open_sign_in(person=one, device="bench", is_kept=True, at=now) for one in people]
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # the default one
    name = app.config["SESSION_COOKIE_NAME"]
    cookies = [f"{name}={signer.dumps({'_user_id': token, '_fresh': True})}" for token in tokens]
    places = {"event": found.public_id, "event_id": found.id, "account_id": accounts[0].id}
    return places | {"person_id": people[0].id, "at": now}, cookies


def _person(number: int, now: datetime) -> Person:
    name = f"Booker {number}"
    return Person(
        public_id=uuid.uuid4(), name=name, search_key=name.lower(), email=f"booker{number}@bench.example",
        locale="en", created_at=now,
    )  # fmt: skip


def _account(number: int, now: datetime) -> Account:
    name = f"Company {number}"
    return Account(
        id=FIRST_ACCOUNT + number, public_id=uuid.uuid4(), name=name, search_key=name.lower(), country="PT",
        opened_on=now.date(), claimed_at=now,
    )  # fmt: skip


def _event(house: Property, accounts: list[Account], *, by_id: int, at: datetime) -> Event:
    both, starts = {"en": "Tasting", "ru": "Дегустация"}, at + timedelta(days=30)
    planned = Planned(
        title=both, description=both, place=both, property_id=house.id, starts_at=starts,
        ends_at=starts + timedelta(hours=4), capacity=CAPACITY, seats_per_account=CAPACITY, plus_ones=0,
        opens_at=at - timedelta(days=1), closes_at=starts, names_until=starts, tiers=(), countries=(),
        least_nights=None,
    )  # fmt: skip
    found = events.draft_event(token=uuid.uuid4(), planned=planned, by_id=by_id, at=at)
    for account in accounts:
        events.name_company(event=found, account=account, tier="partner", by_id=by_id, at=at)
    return events.publish_event(public_id=found.public_id, by_id=by_id, at=at) or found


def _heard(places: dict[str, Any]) -> list[tuple[str, Any]]:
    """What one registration says to the database, and with what values."""
    heard: list[tuple[str, Any]] = []

    def hear(_connection, _cursor, statement, parameters, _context, many):  # noqa: ANN001, ANN202 -- the event's shape
        heard.extend((statement, each) for each in (parameters if many else [parameters]))

    with transaction():
        db.session.execute(text(f"ALTER SEQUENCE event_registration_id_seq RESTART {FIRST_ID}"))
    sqlalchemy_event.listen(db.engine, "before_cursor_execute", hear)
    with transaction():
        actions.register_party(
            token=uuid.uuid4(), event=event_queries.event_by_token(places["event"]),
            account=db.session.get_one(Account, places["account_id"]),
            party=Party((Named(f"Guest {uuid.uuid4()}", "none"),)), by_id=places["person_id"],
            at=places["at"],
        )  # fmt: skip
    sqlalchemy_event.remove(db.engine, "before_cursor_execute", hear)
    return heard


class _served:  # noqa: N801 -- read as a word: with _served(url) as port
    """The portal under gunicorn, on a free port, until the end."""

    def __init__(self, url: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.env = {
            **os.environ, "PORTAL_MODE": "test", "DATABASE_URL": url, "SECRET_KEY": SECRET,
            "BIND": f"127.0.0.1:{self.port}", "WEB_CONCURRENCY": str(WORKERS), "LOG_LEVEL": "ERROR",
        }  # fmt: skip

    def __enter__(self) -> int:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--log-level", "warning", "wsgi:app"], env=self.env
        )
        for _try in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                break
        return self.port

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.wait()


def _speed(work: Callable[..., int], each: list[tuple[Any, ...]]) -> float:
    """How many a second all clients together did; none begins before the last is ready."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(len(each))
    with context.Pool(len(each), _keep_start, (start,)) as pool:
        done = pool.starmap(work, each, chunksize=1)
    return sum(done) / SECONDS


_start: Any = None


def _keep_start(start: Any) -> None:
    global _start  # noqa: PLW0603 -- how a pool hands a barrier to its processes
    _start = start


def _until() -> float:
    """When to stop, once all are ready to begin."""
    if _start is not None:
        _start.wait(READY_S)
    return time.perf_counter() + SECONDS


def _browse(port: int, event_id: uuid.UUID, cookie: str) -> int:
    """Register party after party as a browser: the form is opened once, its token sent each time."""
    browser = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    address, headers = f"/corporate/events/{event_id}/registration", {"Cookie": cookie}
    browser.request("GET", address, headers=headers)
    answer = browser.getresponse()
    page = answer.read().decode()
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if answer.status != http.client.OK or csrf is None:
        raise RuntimeError(f"{answer.status}: {page[:300]}")
    fresh = (answer.getheader("Set-Cookie") or "").split(";")[0]
    headers = {"Cookie": fresh or headers["Cookie"], "Content-Type": "application/x-www-form-urlencoded"}
    done, until = 0, _until()
    while time.perf_counter() < until:
        token = str(uuid.uuid4())
        form = {
            "csrf_token": csrf[1],
            "token": token,
            "guests-0-name": f"Guest {token}",
            "guests-0-diet": "none",
        }
        browser.request("POST", address, urlencode(form), headers)
        answer = browser.getresponse()
        answer.read()
        if answer.status != http.client.FOUND:
            raise RuntimeError(f"a registration answered {answer.status}")
        done += 1
    return done


def _say(url: str, heard: list[tuple[str, Any]], number: int, event_id: uuid.UUID) -> int:
    """Say what was heard, with ids and tokens of one's own, a transaction a turn."""
    done = 0
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        until = _until()
        while time.perf_counter() < until:
            given = _Given(number, done, event_id)
            with connection.transaction(), connection.cursor() as cursor:
                for statement, parameters in heard:
                    cursor.execute(statement, given.fresh(parameters))
                    if statement.startswith("INSERT INTO event_registration") and cursor.description:
                        given.registration_id = cursor.fetchall()[0][0]
                    elif cursor.description:
                        cursor.fetchall()
            done += 1
    return done


class _Given:
    """The values of one turn: the same old token is the same new one wherever it stands."""

    def __init__(self, number: int, turn: int, event: uuid.UUID) -> None:
        self.event, self.account_id = event, FIRST_ACCOUNT + number
        self.seed = f"{number}:{turn}:{os.getpid()}:{time.time_ns()}"
        self.registration_id = 0

    def fresh(self, value: Any) -> Any:
        match value:
            case dict():
                given: Any = {name: self.fresh(each) for name, each in value.items()}
            case list() | tuple():
                given = type(value)(self.fresh(each) for each in value)
            case uuid.UUID() if value != self.event:
                given = self._new(str(value))
            case str():
                given = self._text(value)
            case _:
                given = {FIRST_ID: self.registration_id, FIRST_ACCOUNT: self.account_id}.get(value, value)
        return given

    def _text(self, value: str) -> str:
        if re.fullmatch(r"\d{14}", value):
            return admission_number(f"{self.seed}{value}".encode())
        return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", lambda one: str(self._new(one[0])), value)

    def _new(self, old: str) -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_OID, f"{self.seed}{old}")


def _agrees(places: dict[str, Any]) -> bool:
    """Seats that are counted are the guests that were promised one."""
    counted = db.session.scalar(select(Event.seats_taken).where(Event.id == places["event_id"]))
    return counted == queries.tally(places["event_id"]).seated
