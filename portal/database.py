"""The database: the base of all models, the types both databases share, and the one
place that begins and ends transactions.

SQLite and PostgreSQL must behave alike. On SQLite a transaction that began by reading and
then writes fails at once when another writer came between, whatever the busy timeout; so
`transaction()` ends the reads made so far and begins IMMEDIATE.
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar
from typing import cast as cast_type
from weakref import WeakSet

import psycopg
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    SQLColumnExpression,
    String,
    TypeDecorator,
    Uuid,
    cast,
    event,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.pool import ConnectionPoolEntry

T = TypeVar("T")
BUSY_TIMEOUT_S = 5
CONNECT_TIMEOUT_S = 5
REST_S = 5.0
"""A connection that rested longer is asked whether it still lives before it is used."""


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC. SQLite, which has no zones, stores it as naive UTC."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"an instant needs its zone: {value!r}"
            raise ValueError(message)
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- the type's protocol
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite gives row numbers of its own only to a column that is exactly INTEGER.
BigId = BigInteger().with_variant(Integer(), "sqlite")
# No document is NULL, not the word null: a condition must be able to ask for it.
Document = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

_registry = registry(
    metadata=MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    ),
    type_annotation_map={
        int: BigInteger(),
        str: String(),
        datetime: Instant(),
        date: Date(),
        dict[str, Any]: Document,
        list[Any]: Document,
    },
)


class Model(DeclarativeBase):
    """The base of every table; the table is named by the model, in the singular."""

    registry = _registry
    metadata = _registry.metadata


db = SQLAlchemy(
    model_class=Model,
    disable_autonaming=True,
    session_options={"expire_on_commit": False},
)
PublicId = Uuid(as_uuid=True)


class DatabaseBusy(RuntimeError):
    """Another writer held the database too long; the page says so and keeps the form."""


class OutcomeUnknown(RuntimeError):
    """The connection broke while a transaction was being committed: it holds whole, or not at all."""


TROUBLES = (DatabaseBusy, OutcomeUnknown, SQLAlchemyError)
"""What a writer that may come later, or not at all, lets pass."""


def init_app(app: Flask, *, url: str) -> None:
    """Tie the database to the application, with the pragmas that SQLite needs."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = (
        {"connect_args": {"timeout": BUSY_TIMEOUT_S}}
        if url.startswith("sqlite")
        else {"connect_args": {"connect_timeout": CONNECT_TIMEOUT_S}}
    )
    # A failing statement is logged; what was bound to it may be an address or a password's hash.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"]["hide_parameters"] = True
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "checkin", _note_rest)
        event.listen(engine, "checkout", _ask_after_rest)


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # else REPLACE deletes a row past the triggers that keep it
        "synchronous=FULL",
        "temp_store=MEMORY",
        "cache_size=-16000",  # KiB; with the usual 2,000 a large import spends a third of its time on pages
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    # The driver begins nothing by itself (isolation_level None), so savepoints work too.
    immediate = connection.get_execution_options().get("begin_immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _note_rest(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = time.monotonic()


def _ask_after_rest(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: Any) -> None:
    # A server that was restarted meanwhile is noticed before a request fails of it. To ask each time would
    # be one statement more in every transaction.
    rested_s = time.monotonic() - record.info.get("rests_since", time.monotonic())
    if rested_s < REST_S:
        return
    try:
        with cast_type("psycopg.Connection[Any]", connection).cursor() as cursor:
            cursor.execute("")
        cast_type("psycopg.Connection[Any]", connection).rollback()
    except psycopg.Error as error:
        raise DisconnectionError from error


class _Queue:
    """Writers wait their turn in the order they came: a plain lock lets late ones overtake."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False

    def enter(self, *, timeout_s: float) -> None:
        turn = threading.Event()
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            self._waiting.append(turn)
        if turn.wait(timeout_s):
            return
        with self._guard:
            if turn.is_set():
                # The turn came in the same instant as the timeout; it is ours.
                return
            self._waiting.remove(turn)
        raise DatabaseBusy

    def leave(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False


_sqlite_writers = _Queue()


@contextmanager
def transaction() -> Iterator[None]:
    """One use case, one transaction: commits at the end, changes nothing on any error.

    Reads made before are ended first: what a decision rests on is loaded, and locked, inside.
    After a refusal what was loaded and left unchanged stays readable, and the form can be shown again
    without new queries.
    """
    session = db.session()
    if _TOUCHED in session.info:
        message = "a use case is one transaction: transaction() does not nest"
        raise RuntimeError(message)
    session.rollback()
    # Objects outlive a commit (pages read them); a decision must not rest on such a memory.
    session.expire_all()
    session.info[_TOUCHED] = WeakSet()
    kept: list[object] = []
    try:
        with _writer(session):
            try:
                yield
                session.flush()
            except BaseException:
                kept = _take_back(session)
                raise
            _commit(session)
    finally:
        del session.info[_TOUCHED]
        session.add_all(kept)


_TOUCHED = "touched"
"""In the memory of a session within a use case: the objects that were written so far."""


@event.listens_for(db.session, "after_flush")
def _note_touched(session: Session, _context: Any) -> None:
    touched = session.info.get(_TOUCHED)
    if touched is not None:
        touched.update([*session.new, *session.dirty, *session.deleted])


def _take_back(session: Session) -> list[object]:
    """Roll back; say what was only read, to be put back into the session.

    A session that is rolled back forgets what it loaded, so what was left unchanged is taken out before.
    A savepoint would keep it too, at two statements more in every transaction.
    """
    touched = session.info[_TOUCHED]
    touched.update([*session.dirty, *session.deleted])
    unchanged = [each for each in session.identity_map.values() if each not in touched]
    for each in unchanged:
        session.expunge(each)
    try:
        session.rollback()
    except SQLAlchemyError:
        # The connection is gone, and the locks with it; what stopped the work is the error to tell.
        session.invalidate()
    return unchanged


def _commit(session: Session) -> None:
    try:
        session.commit()
    except DBAPIError as error:
        session.rollback()
        if is_lost(error):
            raise OutcomeUnknown from error
        raise


@contextmanager
def _writer(session: Session) -> Iterator[None]:
    if is_postgresql():
        yield
        return
    _sqlite_writers.enter(timeout_s=BUSY_TIMEOUT_S)
    try:
        try:
            session.connection(execution_options={"begin_immediate": True})
        except OperationalError as error:
            session.rollback()
            raise DatabaseBusy from error
        yield
    finally:
        if session.in_transaction():
            session.rollback()
        _sqlite_writers.leave()


def is_lost(error: DBAPIError) -> bool:
    """Whether the connection broke, rather than the statement."""
    return error.connection_invalidated


def end_reads() -> None:
    """End the reads made so far, so that the next ones see the present."""
    db.session.rollback()


@contextmanager
def snapshot() -> Iterator[None]:
    """Reads that all see one instant, however long they take; reports and checks stand on it."""
    session = db.session()
    session.rollback()
    session.expire_all()
    if is_postgresql():
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        session.connection(execution_options=options)
    # On SQLite every reading transaction is a snapshot.
    try:
        yield
    finally:
        session.rollback()


def of_one_instant(rows: Iterable[T]) -> Iterator[T]:
    """Rows as they are drawn, in a snapshot: a long table is read in pieces while others write."""
    with snapshot():
        yield from rows


def integer_sum(expression: SQLColumnExpression[Any]) -> ColumnElement[int]:
    """SUM as a plain integer, 0 when there is nothing: PostgreSQL would give a Decimal."""
    return cast(func.coalesce(func.sum(expression), 0), BigInteger)


def is_postgresql(engine: Engine | None = None) -> bool:
    return (engine or db.engine).dialect.name == "postgresql"


def trouble() -> str | None:
    """What `/readyz` says of the database; nothing when it answers."""
    try:
        db.session.execute(select(1))
    except SQLAlchemyError:
        db.session.rollback()
        return "does not answer"
    return None


def migration_trouble() -> str | None:
    """What `/readyz` says of the tables; nothing when they are those of this release."""
    head = current_app.extensions["migration_head"]
    try:
        found = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        db.session.rollback()
        found = None
    return None if found == head else f"at {found or 'none'}, wants {head}: run `flask db upgrade`"


def one_of(column: str, choices: type[StrEnum]) -> CheckConstraint:
    """A named CHECK that a text column holds one of the words of an enumeration."""
    words = ", ".join(f"'{choice.value}'" for choice in choices)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")
