"""Migrations: in one line, importing nothing of ours, up and down and up again without drift."""

import re

import pytest
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from portal.database import db
from portal.factory import create_app
from tests.architecture.source import ROOT, Source, nothing_in, sources
from tests.databases import settings_for

MIGRATIONS = ROOT / "migrations"
BOOKKEEPING = "alembic_version"


def own_imports(files):
    return [
        f"{source.path}:{line} imports {name}: the models of tomorrow are not those of this migration"
        for source in files
        for name, line in source.imports()
        if name.split(".")[0] in {"portal", "tests", "tools"} or name.startswith(".")
    ]


def line_faults(revisions, *, head):
    """`revisions` are (file name, revision, the one before) from the newest; `head` is what HEAD says."""
    faults = []
    for name, revision, before in revisions:
        if not re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name):
            faults.append(f"{name} is not numbered, e.g. 0007_gift_register.py")
        elif not name.startswith(f"{revision}_"):
            faults.append(f"{name} holds revision {revision}")
        if before is not None and not isinstance(before, str):
            faults.append(f"{name} merges two branches")
    if not revisions or head.strip() != revisions[0][1]:
        faults.append("migrations/HEAD must name the newest revision, so that two branches conflict in git")
    return faults


def describe(engine):
    """Everything a database knows of its tables, in a form that can be compared."""
    inspector = inspect(engine)
    return {
        name: {
            "columns": sorted(
                (column["name"], str(column["type"]), column["nullable"], str(column.get("default")))
                for column in inspector.get_columns(name)
            ),
            "key": _plain(inspector.get_pk_constraint(name)),
            "foreign": _sorted(inspector.get_foreign_keys(name)),
            "unique": _sorted(inspector.get_unique_constraints(name)),
            "checks": _sorted(inspector.get_check_constraints(name)),
            "indexes": _sorted(inspector.get_indexes(name)),
        }
        for name in inspector.get_table_names()
        if name != BOOKKEEPING
    }


def _sorted(found):
    return sorted((_plain(one) for one in found), key=repr)


def _plain(found):
    return {key: " ".join(_text(value).split()) for key, value in sorted(found.items()) if key != "comment"}


def _text(value):
    # The condition of a partial index comes as an object; what it says is what counts.
    if isinstance(value, dict):
        return " ".join(f"{name}={_text(part)}" for name, part in sorted(value.items()))
    return str(value)


def differences(left, right):
    """What two descriptions do not have in common."""
    faults = [f"only in one: {name}" for name in sorted(left.keys() ^ right.keys())]
    for name in sorted(left.keys() & right.keys()):
        faults += [
            f"{name}.{part}: {left[name][part]} / {right[name][part]}"
            for part in left[name]
            if left[name][part] != right[name][part]
        ]
    return faults


@pytest.fixture
def empty_app(database):
    """The application over a database without any table."""
    with database.empty() as url:
        app = create_app(settings_for(url))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


class TestMigrations:
    def test_import_nothing_of_ours(self):
        nothing_in(own_imports(sources("migrations/versions")))

    def test_stand_in_one_numbered_line(self):
        script = ScriptDirectory(str(MIGRATIONS))
        revisions = [
            (one.path.rsplit("/", 1)[-1], one.revision, one.down_revision) for one in script.walk_revisions()
        ]

        nothing_in(line_faults(revisions, head=(MIGRATIONS / "HEAD").read_text()))

    def test_go_up_and_down_and_up_again_and_leave_what_the_models_say(self, empty_app):
        upgrade()
        migrated = describe(db.engine)
        downgrade(revision="base")
        left_behind = describe(db.engine)
        db.create_all()
        modelled = describe(db.engine)
        db.drop_all()
        upgrade()

        assert left_behind == {}
        assert migrated
        nothing_in(differences(migrated, describe(db.engine)))
        nothing_in(differences(migrated, modelled))


class TestTheGuardBites:
    def test_at_a_migration_that_imports_a_model(self):
        text = "from portal.people.models import Person"

        assert len(own_imports([Source("migrations/versions/0001_people.py", text)])) == 1
        assert own_imports([Source("migrations/versions/0001_people.py", "import sqlalchemy as sa")]) == []

    def test_at_what_stands_out_of_line(self):
        fine = [("0002_stays.py", "0002", "0001"), ("0001_people.py", "0001", None)]

        assert line_faults(fine, head="0002\n") == []
        assert line_faults(fine, head="0001\n") != []
        assert line_faults([("ab12_stays.py", "ab12", None)], head="ab12") != []
        assert line_faults([("0003_merge.py", "0003", ("0001", "0002"))], head="0003") != []
        assert line_faults([("0003_stays.py", "0002", "0001")], head="0002") != []

    def test_at_a_drift(self):
        one = {"stay": {"columns": [("id", "BIGINT")], "checks": []}}
        other = {"stay": {"columns": [("id", "BIGINT")], "checks": ["nights >= 0"]}}

        assert differences(one, one) == []
        assert differences(one, other) == ["stay.checks: [] / ['nights >= 0']"]
        assert differences(one, {}) == ["only in one: stay"]
