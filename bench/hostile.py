"""Hostile requests over every form of the portal: no fault of ours, and nothing changed by any of them.

Everybody of the demo walks through the house and brings home the forms they are shown. What no page shows at
the moment is made up of the address and of the room's forms. Each request has something in it that no form
takes; after each that wrote anything, all tables must be what they were.
"""

import hashlib
import inspect
import random
import re
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import create_engine, event, func, select, text
from sqlalchemy.orm import selectinload
from werkzeug.routing import IntegerConverter, UUIDConverter
from wtforms import fields as wtf
from wtforms import validators as wtf_validators
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

from bench.house import demo_house, postgresql_house
from bench.poison import Shot, shot
from bench.redemptions import server
from bench.walk import STRANGER, Control, Form, Windows, walk
from portal.clock import system_clock
from portal.database import Model, db
from portal.demo import people
from portal.people.access import visitor_of
from portal.people.actions import open_sign_in
from portal.people.models import Person
from portal.web import gate
from portal.web.gate import Visitor

REQUESTS = 10_000
SEED = 20_261_128
ROWS_AT_ONCE = 2_000
WRITES = re.compile(r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
LEFT_OUT = {
    "sight": "a page that is shown again notes who looked",
    "sign_in": "a device is noted as seen",
}
"""Tables that a refused form may write to, and why."""
MAY_BE_TAKEN = {
    "company_people.block_card": "asks for a reason in free words",
    "souvenirs.offer": "asks for nothing: a souvenir that was withdrawn is offered again",
}
"""Forms of our own making that may by chance be in order, and why; any other that is taken is a fault."""
SERVER_FAULT = 500
LONGEST = 600
"""Letters of a fault that are told."""
KINDS = {
    wtf.IntegerField: "number",
    wtf.DecimalField: "number",
    wtf.DateField: "date",
    wtf.TimeField: "time",
    wtf.BooleanField: "checkbox",
    wtf.FileField: "file",
    wtf.TextAreaField: "textarea",
}


@dataclass(slots=True)
class House:
    """Where hostile requests go: an application with data, how it is made whole again, who is signed in."""

    app: Flask
    restore: Callable[[], None]
    sessions: dict[str, dict[str, Any]]
    visitors: dict[str, Visitor]
    seeds: dict[str, Sequence[str]] = field(default_factory=dict)
    """Where somebody begins besides the home page."""


@dataclass(slots=True)
class Findings:
    """What was asked, what was answered, and what must be empty."""

    answers: Counter[int] = field(default_factory=Counter)
    endpoints: set[str] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)
    """Endpoints of which nobody was shown the form."""
    taken: Counter[str] = field(default_factory=Counter)
    """Endpoints that took a form of our own making, as they may; what they did was put back."""
    faults: list[str] = field(default_factory=list)


def measure(directory: Path) -> bool:
    """Half of the requests on each database; whether none did harm."""
    house = on_sqlite(demo_house(directory, "hostile"), directory / "hostile.sqlite3", at=system_clock())
    fits = _told(attack(house, requests=REQUESTS // 2, seed=SEED), "SQLite")
    with server(directory) as url:
        copy = on_postgresql(postgresql_house(url, "hostile"), url, "hostile", house)
        fits &= _told(attack(copy, requests=REQUESTS // 2, seed=SEED + 1), "PostgreSQL")
    return fits


def _told(found: Findings, name: str) -> bool:
    print(f"Hostile requests on {name}: {found.answers.total()} over {len(found.endpoints)} endpoints")
    print("  answers: " + ", ".join(f"{status} × {many}" for status, many in sorted(found.answers.items())))
    taken = ", ".join(f"{name} × {many}" for name, many in sorted(found.taken.items()))
    print(f"  forms that no page showed: {', '.join(sorted(found.unseen)) or 'none'}")
    print(f"  of those in order by chance, as they may be: {taken or 'none'}")
    print("\n".join(f"  {fault}" for fault in found.faults) or "  no fault of ours, nothing changed")
    return not found.faults


def on_sqlite(app: Flask, path: Path, *, at: datetime) -> House:
    """A house whose file is put back."""
    kept = path.with_suffix(".kept")
    sessions, visitors = _signed_in(app, at=at)
    shutil.copyfile(path, kept)

    def restore() -> None:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(kept, path)

    return House(app, restore, sessions, visitors)


def on_postgresql(app: Flask, url: str, name: str, source: House) -> House:
    """A house on a server, with the rows of another one; put back from a template."""
    with app.app_context():
        own = db.engine
    with source.app.app_context(), db.engine.connect() as here, own.begin() as there:
        there.execute(text("SET LOCAL session_replication_role = replica"))
        for table in Model.metadata.sorted_tables:
            there.execute(table.delete())
            for rows in here.execute(select(table)).mappings().partitions(ROWS_AT_ONCE):
                there.execute(table.insert(), [dict(row) for row in rows])
            _count_on(there, table)
    own.dispose()
    _on_server(url, f"CREATE DATABASE {name}_kept TEMPLATE {name}")

    def restore() -> None:
        own.dispose()
        _on_server(url, f"DROP DATABASE {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE {name}_kept")

    return House(app, restore, source.sessions, source.visitors, source.seeds)


def _count_on(there: Any, table: Any) -> None:
    """New rows are numbered behind those that came with their numbers."""
    key = table.primary_key.columns.values()
    if len(key) == 1 and key[0].autoincrement and key[0].type.python_type is int:
        sequence = there.scalar(select(func.pg_get_serial_sequence(table.name, key[0].name)))
        last = there.scalar(select(func.max(key[0])))
        if sequence and last:
            there.execute(select(func.setval(sequence, last)))


def _on_server(url: str, *statements: str) -> None:
    with create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def _signed_in(app: Flask, *, at: datetime) -> tuple[dict[str, dict[str, Any]], dict[str, Visitor]]:
    """Everybody of the demo in a window, and a stranger; what is written for it is in the file afterwards."""
    sessions: dict[str, dict[str, Any]] = {STRANGER: {"csrf_token": "0" * 40}}
    visitors = {STRANGER: gate.STRANGER}
    with app.app_context():
        for one in people.sign_ins():
            person = db.session.scalars(
                select(Person).options(selectinload(Person.grants)).where(Person.email == one.email)
            ).one()
            token = open_sign_in(person=person, device="a hostile one", is_kept=False, at=at)
            sessions[one.key] = {
                "_user_id": token,
                "_fresh": True,
                "csrf_token": hashlib.sha256(token.encode()).hexdigest(),
            }
            visitors[one.key] = visitor_of(person)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()  # the last connection that goes writes everything into the one file
    return sessions, visitors


# The attack


def attack(house: House, *, requests: int, seed: int, apart: bool = True) -> Findings:
    """So many requests, each endpoint as often as any other.

    Everybody looks for forms apart, or (which takes a third of the time) nobody where another has been.
    """
    dice, found = random.Random(seed), Findings()  # noqa: S311 -- a game, the same each time
    windows = Windows(house.app, house.sessions)
    forms = _forms(house, windows, found, apart=apart)
    house.restore()
    judge, ids = Judge(house, found), strange_ids(house.app)
    for endpoint in _order(sorted(forms), requests, dice=dice):
        form = dice.choice(forms[endpoint])
        # Mostly whose form it is; else whoever comes by.
        who = form.who if dice.random() < 0.6 else dice.choice(sorted(house.sessions))  # noqa: PLR2004 -- three in five
        token = _token(house.app, house.sessions[who])
        made = shot(form, who, token, dice=dice, ids=ids)
        judge.look(
            made, lambda made=made: windows.open(made.who, made.form.path, method="POST", **made.named)
        )
    judge.last_look()
    return found


def _order(endpoints: Sequence[str], requests: int, *, dice: random.Random) -> list[str]:
    rounds = -(-requests // len(endpoints))
    return [name for _round in range(rounds) for name in dice.sample(endpoints, len(endpoints))][:requests]


def _token(app: Flask, session: dict[str, Any]) -> str:
    return str(
        URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(session["csrf_token"])
    )


class Judge:
    """Says after each request whether it did harm, and makes good what it did."""

    def __init__(self, house: House, found: Findings) -> None:
        self._house, self._found = house, found
        self._before = digest(house.app)
        self._written, self._committed = set[str](), set[str]()
        with house.app.app_context():
            self._engine = db.engine
        for name, hear in self._ears():
            event.listen(self._engine, name, hear)

    def _ears(self) -> tuple[tuple[str, Callable[..., None]], ...]:
        return (
            ("before_cursor_execute", self._hear_statement),
            ("commit", self._hear_commit),
            ("rollback", self._hear_rollback),
        )

    def _hear_statement(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if match := WRITES.match(statement):
            self._written.add(match[1])

    def _hear_commit(self, _connection: Any) -> None:
        self._committed |= self._written
        self._written.clear()

    def _hear_rollback(self, _connection: Any) -> None:
        self._written.clear()

    def look(self, made: Shot, send: Callable[[], Any]) -> None:
        """Send one request and see what it did; some forms of our own making may by chance be in order."""
        try:
            status = send().status_code
        except Exception as error:  # noqa: BLE001 -- a house of tests makes no page of a fault
            status = SERVER_FAULT
            self._found.faults.append(f"{type(error).__name__}: {error} by {made}"[:LONGEST])
        self._found.answers[status] += 1
        if self._committed - LEFT_OUT.keys() and (changed := self._changed()):
            if made.form.is_made_up and made.form.endpoint in MAY_BE_TAKEN:
                self._found.taken[made.form.endpoint] += 1
            else:
                self._found.faults.append(f"{', '.join(changed)} changed by {status} {made}"[:LONGEST])
            self._house.restore()
        self._committed.clear()

    def last_look(self) -> None:
        """All tables once more, whatever was heard."""
        self._found.faults += [f"{name} changed unheard" for name in self._changed()]
        for name, hear in self._ears():
            event.remove(self._engine, name, hear)

    def _changed(self) -> list[str]:
        after = digest(self._house.app)
        return sorted(name for name in after if after[name] != self._before[name])


def digest(app: Flask) -> dict[str, str]:
    """What each table holds, in a few letters."""
    found = {}
    with app.app_context(), db.engine.connect() as connection:
        for table in Model.metadata.sorted_tables:
            if table.name not in LEFT_OUT:
                rows = connection.execute(select(table).order_by(*table.primary_key.columns))
                summed = hashlib.blake2b(digest_size=8)
                for row in rows:
                    summed.update(repr(tuple(row)).encode())
                found[table.name] = summed.hexdigest()
    return found


def strange_ids(app: Flask) -> list[str]:
    """A public id of each table that has them: somebody's, and hardly ever the sender's."""
    with app.app_context(), db.engine.connect() as connection:
        return [
            str(found)
            for table in Model.metadata.sorted_tables
            if "public_id" in table.columns
            and (found := connection.scalar(select(table.columns["public_id"]).limit(1))) is not None
        ]


# Which forms there are


def _forms(house: House, windows: Windows, found: Findings, *, apart: bool) -> dict[str, list[Form]]:
    """The forms by endpoint: those that somebody was shown, else what the room's forms and addresses give."""
    shown: dict[str, list[Form]] = {}
    values: dict[str, list[Any]] = {}
    adapter, together = house.app.url_map.bind("localhost"), Counter[str]()
    for who in house.sessions:
        seen = Counter[str]() if apart else together
        seeds = [*house.seeds.get(who, ()), "/"]
        walked = walk(house.app, windows, who, seeds=seeds, seen=seen)
        for form in walked.forms:
            shown.setdefault(form.endpoint, []).append(form)
        for path in (path for paths in walked.places.values() for path in paths):
            for name, value in adapter.match(path)[1].items():
                values.setdefault(name, []).append(value)
    found.endpoints = {
        rule.endpoint for rule in house.app.url_map.iter_rules() if "POST" in (rule.methods or ())
    }
    found.unseen = found.endpoints - shown.keys()
    for endpoint in found.unseen:
        shown[endpoint] = list(_made_up(house, adapter, endpoint, values))
    return shown


def _made_up(house: House, adapter: Any, endpoint: str, values: dict[str, list[Any]]) -> Iterator[Form]:
    """A form for whoever passes the door, with every field of the room's forms."""
    door = gate.door_of(house.app, endpoint)
    with house.app.test_request_context():
        passing = [who for who, visitor in house.visitors.items() if door is not None and door(visitor)]
    controls = {control.name: control for control in _fields(house.app, endpoint)}
    for rule in house.app.url_map.iter_rules(endpoint):
        if "POST" in (rule.methods or ()):
            given = {
                name: values.get(name, [_any(converter)])[0]
                for name, converter in rule._converters.items()  # noqa: SLF001 -- nothing else tells their kinds
            }
            path = adapter.build(endpoint, given, method="POST")
            yield from (Form(who, endpoint, path, controls, is_made_up=True) for who in passing or [STRANGER])


def _any(converter: Any) -> Any:
    if isinstance(converter, UUIDConverter):
        return uuid.UUID(int=7)
    return 1 if isinstance(converter, IntegerConverter) else "x"


def _fields(app: Flask, endpoint: str) -> Iterator[Control]:
    room = inspect.unwrap(app.view_functions[endpoint]).__module__.rpartition(".")[0]
    if find_spec(f"{room}.forms") is None:
        return
    for form in vars(import_module(f"{room}.forms")).values():
        if isinstance(form, type) and issubclass(form, BaseForm):
            for name in dir(form):
                if isinstance(made := getattr(form, name), UnboundField):
                    kind = next((KINDS[each] for each in made.field_class.__mro__ if each in KINDS), "text")
                    yield Control(
                        name,
                        "hidden" if "token" in name else kind,
                        [str(uuid.UUID(int=7))] if "token" in name else ["1"],
                        is_required=_must_be_filled(made),
                    )


def _must_be_filled(made: UnboundField) -> bool:
    given = made.kwargs.get("validators") or [*made.args, None, None][1] or ()
    return any(isinstance(each, wtf_validators.InputRequired | wtf_validators.DataRequired) for each in given)
