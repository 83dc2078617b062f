"""HTML to PDF, in a child process that may use little and reach nothing.

    rendering.pdf("accounts/cards/sheet.html", {"card": card}, locale="ru")

The template extends `documents/base.html` and is given finished values. The result is PDF/UA-1:
tagged, titled, in one language; and the same values give the same bytes, so nothing in it comes
from the clock. An asset is fetched by `asset:NAME` (portal/assets.py) or stands in the page as
`data:`; any other address, a file or a host, fails the whole document instead of leaving a hole.

Layout can be made to take hours (deep nesting, huge tables), and what is printed is partly what
people typed. So each document gets a process of its own with a limit on memory, processor time and
wall time. Where forking is unsafe (macOS) a fresh interpreter is started instead, which is slower
by its imports.
"""

import gc
import os
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import structlog
from flask import Flask, current_app, request
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from portal.web import errors
from portal.web.errors import Trouble

log = structlog.get_logger("portal.documents")

CAN_FORK = sys.platform == "linux"
ERROR_CHARACTERS = 2000
NOT_ACCEPTABLE = 406
"""What was asked for is there, but not in this form."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may use."""

    html_characters: int = 4_000_000
    pdf_bytes: int = 32 * 1024 * 1024
    memory_mib: int = 768
    """On top of what the process holds already."""
    processor_s: int = 40
    wall_s: int = 60


DEFAULT_LIMITS = Limits()


class DocumentRefused(RuntimeError):
    """The document could not be made within its limits, or asked for what it may not have."""


REFUSED = Trouble(
    _l("This document could not be printed"),
    _l("It is larger or stranger than a document may be. Nothing was changed."),
    _l("Go back and read it on the screen, or take the table. If you need it on paper, tell us."),
)


def init_app(app: Flask) -> None:
    """A document that cannot be printed is a page that says so, where nobody says it better."""

    @app.errorhandler(DocumentRefused)
    def _refused(error: DocumentRefused) -> tuple[str, int]:
        log.error("document refused", endpoint=request.endpoint or "-", exc_info=error)
        return errors.page(NOT_ACCEPTABLE, REFUSED)


def pdf(
    template: str,
    values: Mapping[str, Any],
    locale: str,
    *,
    limits: Limits = DEFAULT_LIMITS,
) -> bytes:
    """Render a template as a tagged PDF in a language (`en`, `ru`); `DocumentRefused` if it cannot be."""
    with force_locale(locale):
        html = current_app.jinja_env.get_template(template).render(
            {**values, "locale": locale, "group_name": current_app.config["GROUP_NAME"]}
        )
    return from_html(html, limits=limits)


def from_html(html: str, *, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Render finished HTML; see `pdf`."""
    if len(html) > limits.html_characters:
        raise DocumentRefused(f"{len(html)} characters of HTML are too many")
    status, content = _fork(html, limits) if CAN_FORK else _spawn(html, limits)
    if len(content) > limits.pdf_bytes:
        raise DocumentRefused(f"more than {limits.pdf_bytes} bytes of PDF are too many")
    if status != 0 or not content.startswith(b"%PDF-"):
        raise DocumentRefused(
            content.decode("utf-8", "replace")[:ERROR_CHARACTERS] or f"ended with status {status}"
        )
    return content


_forking = threading.Lock()


def _fork(html: str, limits: Limits) -> tuple[int, bytes]:
    # Warmed up before the fork: each child begins where this process stands.
    press = _press()
    press.warm_up()
    with _forking:
        # Under the lock no other child inherits the writing end and keeps this pipe open.
        reading, writing = os.pipe()
        with warnings.catch_warnings():
            # Python 3.12 warns of forking beside threads. The child runs only the press, and is
            # killed by its alarm should it ever wait for a lock that nobody holds any more.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            _be_the_child(html, limits, writing)
        os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        content = pipe.read(limits.pdf_bytes + 1)
    if len(content) > limits.pdf_bytes:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return status, content


def _be_the_child(html: str, limits: Limits, writing: int) -> NoReturn:
    """Print and end, without a look at anything that this process shares with its parent."""
    status = 1
    press = _press()
    try:
        # What the parent holds, its database connections above all, must not be collected here.
        gc.freeze()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(limits.wall_s)
        press.limit(memory_mib=limits.memory_mib, processor_s=limits.processor_s)
        _write(writing, press.make(html))
        status = 0
    except BaseException as error:  # noqa: BLE001 -- whatever it is, this process ends here
        _write(writing, f"{type(error).__name__}: {error}"[:ERROR_CHARACTERS].encode())
    finally:
        os._exit(status)


def _press() -> ModuleType:
    from portal.documents import press  # noqa: PLC0415 -- takes a second; who prints nothing need not wait

    return press


def _write(writing: int, content: bytes) -> None:
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(content)


def _spawn(html: str, limits: Limits) -> tuple[int, bytes]:
    arguments = [sys.executable, "-m", "portal.documents.press"]
    numbers = [str(limits.memory_mib), str(limits.processor_s)]
    try:
        done = subprocess.run(  # noqa: S603 -- our own module, with numbers
            arguments + numbers,
            input=html.encode(),
            capture_output=True,
            timeout=limits.wall_s,
            check=False,
            cwd=Path(__file__).parents[2],
        )
    except subprocess.TimeoutExpired:
        return signal.SIGALRM, b""
    if done.returncode != 0:
        return done.returncode, done.stderr[-ERROR_CHARACTERS:]
    return 0, done.stdout
