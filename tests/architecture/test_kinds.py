"""Inside a room: which files there are, and what none of them does."""

import re
from pathlib import PurePosixPath

import pytest

from tests.architecture.source import EDGES, KINDS, ROOT, Function, Source, nothing_in, sources

# These are not rooms of the trade but workshops: their files are named by what they make.
WORKSHOPS = {"web", "documents", "jobs", "outbox", "statistics", "demo"}
BESIDE_CODE = {"translations", "__pycache__"}

FLASK = r"flask(_\w+)?\."
REQUEST = r"flask\.(request|session|g)$|flask_login\.|flask_wtf\.|wtforms\."
CLOCK = r"portal\.clock\.(now|system_clock)$"
TELLING_TIME = re.compile(
    r"^(datetime\.(now|utcnow|today)|date\.today|time\.time|clock\.(now|system_clock))$"
)
SQL = r"sqlalchemy(?!\.exc\b)\.|portal\.database\.(db|Model)$"
WRITES = r"sqlalchemy\.(dialects\.\w+\.)?(insert|update|delete)$"
NEVER_IMPORTED = {
    **dict.fromkeys(EDGES, SQL),
    "access": WRITES,
    "forms": SQL,
    "actions": f"{REQUEST}|{CLOCK}",
    "emails": r"smtplib|email\.|" + REQUEST,
    "queries": f"{REQUEST}|{WRITES}",
    "rules": f"{FLASK}|sqlalchemy\\.|portal\\.database\\.|{CLOCK}",
    "models": rf"{FLASK}|sqlalchemy\.(select|insert|update|delete)$",
}
WRITING_CALL = re.compile(r"session(\(\))?\.(add|add_all|delete|merge|bulk_\w+)$")
NEVER_CALLED = {
    "access": WRITING_CALL,
    "queries": WRITING_CALL,
    "actions": TELLING_TIME,
    "rules": TELLING_TIME,
}
# The audit notes the request that caused an entry, so that the log and the audit can be laid side by side.
ACCEPTED = {("portal/audit/actions.py", "flask.g")}
COMMIT = re.compile(r"\.commit$")
THE_ONE_WHO_COMMITS = "portal/database.py"


def strange_files(paths):
    """Files of a room that are of no kind; paths are relative to the project, e.g. portal/stays/views.py."""
    faults = []
    for path in map(PurePosixPath, paths):
        room = path.parts[1] if len(path.parts) > 2 else None
        if room is None or room in WORKSHOPS | {"static"} or BESIDE_CODE & set(path.parts):
            continue
        if path.suffix == ".py" and path.stem not in {*KINDS, "__init__"}:
            faults.append(f"{path}: a room holds {', '.join(KINDS)} and nothing else")
    return faults


def trespasses(files):
    """What a kind of file imports or calls although it never should."""
    faults = []
    for source in files:
        imports, calls = NEVER_IMPORTED.get(source.kind), NEVER_CALLED.get(source.kind)
        for name, line in source.imports():
            if imports and re.match(imports, name) and (source.path, name) not in ACCEPTED:
                faults.append(f"{source.path}:{line} {source.kind} never import {name}")
        for name, line in source.calls():
            if calls and calls.search(name):
                faults.append(f"{source.path}:{line} {source.kind} never call {name}")
    return faults


def commits(files):
    return [
        f"{source.path}:{line} only {THE_ONE_WHO_COMMITS} commits"
        for source in files
        if source.path != THE_ONE_WHO_COMMITS
        for name, line in source.calls()
        if COMMIT.search(name)
    ]


def positional_actions(files):
    """Use cases that can be called without naming their arguments.

    What takes neither `by` nor `at` is a step of one, and may be handed the one thing it works on.
    """
    faults = []
    for source in files:
        for function in source.tree.body if source.kind == "actions" else ():
            if not isinstance(function, Function) or function.name.startswith("_"):
                continue
            positional = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
            named = [one.arg for one in function.args.kwonlyargs]
            is_use_case = bool({"by", "at"} & {*positional, *named})
            if len(positional) > (0 if is_use_case else 1):
                faults.append(
                    f"{source.path}:{function.lineno} {function.name} takes arguments without their names"
                )
    return faults


def rooms_only():
    return [source for source in sources("portal") if source.path.split("/")[1] not in WORKSHOPS]


class TestRooms:
    def test_hold_the_kinds_and_nothing_else(self):
        paths = [path.relative_to(ROOT).as_posix() for path in (ROOT / "portal").rglob("*.py")]

        nothing_in(strange_files(paths))

    def test_keep_each_kind_to_its_work(self):
        nothing_in(trespasses(rooms_only()))

    def test_commit_in_one_place(self):
        nothing_in(commits(sources("portal")))

    def test_name_the_arguments_of_a_use_case(self):
        nothing_in(positional_actions(rooms_only()))


class TestTheGuardBites:
    def test_at_a_file_of_no_kind(self):
        assert strange_files(["portal/stays/helpers.py", "portal/corporate/cards/utils.py"]) != []
        assert strange_files(["portal/stays/views.py", "portal/clock.py", "portal/web/paging.py"]) == []

    @pytest.mark.parametrize(
        ("kind", "text"),
        [
            ("views", "from sqlalchemy import select"),
            ("views", "from portal.database import db"),
            ("access", "from sqlalchemy import update"),
            ("access", "db.session.add(row)"),
            ("forms", "from sqlalchemy import select"),
            ("actions", "from flask import request"),
            ("actions", "from portal.clock import now"),
            ("actions", "from portal import clock\nat = clock.now()"),
            ("actions", "from flask_login import current_user"),
            ("actions", "at = datetime.now(UTC)"),
            ("emails", "import smtplib"),
            ("queries", "from sqlalchemy import delete"),
            ("queries", "db.session.delete(row)"),
            ("rules", "from portal.database import db"),
            ("rules", "from flask_babel import gettext"),
            ("rules", "today = date.today()"),
            ("models", "from sqlalchemy import select"),
            ("models", "from flask import current_app"),
        ],
    )
    def test_at_a_kind_that_trespasses(self, kind, text):
        assert len(trespasses([Source(f"portal/stays/{kind}.py", text)])) == 1

    @pytest.mark.parametrize(
        ("kind", "text"),
        [
            ("views", "from portal.database import transaction"),
            ("views", "from sqlalchemy.exc import IntegrityError"),
            ("actions", "from portal.database import db\ndb.session.add(row)"),
            ("actions", "from portal import clock\nday = clock.local_date(at, zone)"),
            ("queries", "from sqlalchemy import select"),
            ("rules", "from portal.clock import local_date"),
        ],
    )
    def test_but_not_at_honest_work(self, kind, text):
        assert trespasses([Source(f"portal/stays/{kind}.py", text)]) == []

    def test_at_a_commit(self):
        assert commits([Source("portal/stays/actions.py", "db.session.commit()")]) != []
        assert commits([Source("portal/database.py", "session.commit()")]) == []

    def test_at_arguments_without_names(self):
        assert positional_actions([Source("portal/stays/actions.py", "def accept(stay, *, at): ...")]) != []
        assert (
            positional_actions([Source("portal/stays/actions.py", "def accept(stay, quantity): ...")]) != []
        )
        assert positional_actions([Source("portal/stays/actions.py", "def lock(stay): ...")]) == []
        assert positional_actions([Source("portal/stays/actions.py", "def accept(*, stay, at): ...")]) == []
