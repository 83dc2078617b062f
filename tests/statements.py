"""What the application says to its database: counted, and silent while a template renders."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import before_render_template, template_rendered
from sqlalchemy import Engine, event

_TRANSACTION_WORDS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "PRAGMA")

# One statement for many ids is one statement, however many they are.
_LIST = re.compile(r"IN \((?:\?|%\(\w+\)s)(?:::\w+)?(?:, (?:\?|%\(\w+\)s)(?:::\w+)?)*\)")

_recorders: list[list[str]] = []
_rendering: ContextVar[str | None] = ContextVar("rendering", default=None)


class QueryWhileRendering(AssertionError):
    """A template asked the database; templates receive finished things."""


@contextmanager
def count_statements() -> Iterator[list[str]]:
    """Collect the statements (without BEGIN and its like) that run inside the block."""
    statements: list[str] = []
    _recorders.append(statements)
    try:
        yield statements
    finally:
        _recorders.remove(statements)


def assert_same_statements(
    few: int, many: int, *, arrange: Callable[[int], Any], visit: Callable[[], Any]
) -> None:
    """Check that a page runs the same statements for few rows and for many.

    `arrange(n)` adds n rows; `visit()` opens the page.
    """
    arrange(few)
    visit()  # what is remembered after a first visit must not count as a difference
    with count_statements() as with_few:
        visit()
    arrange(many - few)

    with count_statements() as with_many:
        visit()

    assert with_few, "the page asked the database nothing: is it the right page?"
    assert with_many == with_few, (
        f"{len(with_few)} statements for {few} rows, {len(with_many)} for {many}:\n" + "\n".join(with_many)
    )


def watch() -> None:
    """Listen to every engine and to every template, for the rest of the process."""
    event.listen(Engine, "before_cursor_execute", _hear)
    before_render_template.connect(_rendering_begins)
    template_rendered.connect(_rendering_ends)


def _hear(
    _connection: Any,
    _cursor: Any,
    statement: str,
    _parameters: Any,
    _context: Any,
    _many: bool,
) -> None:
    if statement.lstrip().upper().startswith(_TRANSACTION_WORDS):
        return
    for recorder in _recorders:
        recorder.append(_LIST.sub("IN (…)", statement))
    template = _rendering.get()
    if template is not None:
        _rendering.set(None)  # the error page that follows may speak again
        message = f"{template} ran: {statement}"
        raise QueryWhileRendering(message)


def _rendering_begins(_sender: Any, template: Any, **_: Any) -> None:
    _rendering.set(template.name or "a template")


def _rendering_ends(_sender: Any, **_: Any) -> None:
    _rendering.set(None)
