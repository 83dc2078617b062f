"""The test bench: two databases, a clock that stands still, browsers with and without windows."""

import contextvars
import functools
import gc
import os
import pickle
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from hypothesis import settings
from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket
from werkzeug.serving import make_server

from portal.database import db
from portal.factory import create_app
from portal.people import actions as people_actions
from portal.people.models import Person
from tests import statements
from tests.cast import NOW, Cast, assemble
from tests.databases import Database, Postgresql, Sqlite, postgresql_server, settings_for
from tests.web.client import PortalClient, forget, session_cookie, settle

ENGINES = ("sqlite", "postgresql")
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
BROWSER_PATIENCE_MS = 30_000
COLLECTED_AFTER = (50_000, 20, 50)
"""So many new objects, rounds of the young, rounds of the middle-aged; a test lives shorter than that."""
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

# The same examples in every run: a suite that fails by chance stops work that has nothing to do with it.
# To look for new ones: --hypothesis-profile=explore. Nowhere a deadline: a busy machine is no fault.
settings.register_profile("explore", deadline=None)
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")

statements.watch()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--db",
        choices=(*ENGINES, "both"),
        default="sqlite",
        help="the database to run on: sqlite (the default, and the quickest), postgresql or both",
    )
    parser.addoption(
        "--schema",
        choices=("migrations", "models"),
        default="migrations",
        help="lay the tables out by the migrations (the default) or, before they are written, by the models",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what touches data once for each database that was asked for."""
    if "engine_name" not in metafunc.fixturenames:
        return
    asked = metafunc.config.getoption("--db")
    marker = metafunc.definition.get_closest_marker("engines")
    allowed = marker.args if marker else ENGINES
    engines = [name for name in ENGINES if asked in {name, "both"} and name in allowed]
    # In the scope of a function a test's two runs follow each other: what the second reads is known.
    metafunc.parametrize("engine_name", engines, indirect=True, scope="function")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, instead of skipping one by one, what none of the databases asked for can run."""
    pointless = [
        item for item in items if any("(engine_name)" in str(mark) for mark in item.iter_markers("skip"))
    ]
    if pointless:
        config.hook.pytest_deselected(items=pointless)
        items[:] = [item for item in items if item not in pointless]


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


@pytest.fixture
def engine_name(request: pytest.FixtureRequest) -> str:
    """The database this test runs on."""
    return str(request.param)


# The databases


@pytest.fixture(scope="session")
def open_database(
    pytestconfig: pytest.Config, worker_id: str, testrun_uid: str
) -> Iterator[Callable[[str], Database]]:
    """Open a database of a kind once for each worker; both stay open to the end."""
    # Memory where the system has such a place: a commit must not wait for a disk.
    memory = Path("/dev/shm")
    place = Path(tempfile.mkdtemp(prefix="rapport-", dir=memory if os.access(memory, os.W_OK) else None))
    schema = pytestconfig.getoption("--schema")
    opened: dict[str, Database] = {}

    def open_one(name: str) -> Database:
        if name not in opened:
            if name == "sqlite":
                opened[name] = Sqlite(place, schema=schema)
            else:
                shared = Path(tempfile.gettempdir()) / f"rapport-{testrun_uid}"
                opened[name] = Postgresql(postgresql_server(shared), worker_id, schema=schema)
        return opened[name]

    yield open_one
    for database in opened.values():
        database.close()
    shutil.rmtree(place, ignore_errors=True)


class CompiledTemplates(FileSystemBytecodeCache):
    """A letter is written as a page and as plain text from one template: only the page of it escapes."""

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        form = "plain" if environment.autoescape is False else "page"
        return super().get_bucket(environment, f"{form}:{name}", filename, source)


@pytest.fixture(scope="session")
def open_app(open_database: Callable[[str], Database], kept_demo: Path) -> Callable[[str], Flask]:
    """The application over a database, built once for each worker; a template is compiled once for all."""
    built: dict[str, Flask] = {}
    templates = CompiledTemplates(str(kept_demo))

    def open_one(name: str) -> Flask:
        if name not in built:
            app = create_app(settings_for(open_database(name).url), clock=FrozenClock())
            app.test_client_class = PortalClient
            app.jinja_env.bytecode_cache = templates
            built[name] = app
        return built[name]

    return open_one


@pytest.fixture(scope="session")
def assembled() -> dict[str, bytes]:
    """The cast as it was written to each database, pickled."""
    return {}


@pytest.fixture
def database(
    request: pytest.FixtureRequest,
    engine_name: str,
    open_database: Callable[[str], Database],
    open_app: Callable[[str], Flask],
    assembled: dict[str, bytes],
) -> Database:
    """A database as the migrations left it; with the cast in it, where the test asks for the cast."""
    database = open_database(engine_name)
    with open_app(engine_name).app_context():
        _let_go(engine_name)
        if "cast" not in request.fixturenames:
            database.restore()
            return database
        if engine_name not in assembled:
            database.restore()
            assembled[engine_name] = pickle.dumps(assemble())
            _let_go(engine_name)
            database.keep("with_cast")
    database.restore("with_cast")
    return database


def _let_go(engine_name: str) -> None:
    """Close the connections of whoever came before: on SQLite they hold a file that goes away."""
    db.session.remove()
    if engine_name == "sqlite":
        db.engine.dispose()


@pytest.fixture(scope="session")
def kept_demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Where whoever loads the demo leaves it for the others: workers of a run, or all parts of bin/test."""
    own = tmp_path_factory.getbasetemp()
    named = os.environ.get("TEST_KEPT")
    return Path(named) if named else own if worker_id == "master" else own.parent


# The application


@pytest.fixture
def _push_request_context() -> None:
    """Not as pytest-flask does it: a request's context under a whole test is reused by each request of
    that test, so that the visitor of the first would be the visitor of the next.
    """


class FrozenClock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def set(self, at: datetime) -> None:
        self.at = at

    def advance(self, **duration: float) -> datetime:
        """Move on, e.g. `advance(minutes=10)`; returns the new time."""
        self.at += timedelta(**duration)
        return self.at


@pytest.fixture
def app(database: Database, engine_name: str, open_app: Callable[[str], Flask]) -> Iterator[Flask]:
    """The application, with its context pushed for arranging and asserting.

    Requests of `client` and commands of `run` do not see this context.
    """
    app = open_app(engine_name)
    app.extensions["clock"] = FrozenClock()
    with app.app_context():
        yield app


@pytest.fixture
def clock(app: Flask) -> FrozenClock:
    """The application's clock: `clock.at`, `clock.set(at)`, `clock.advance(hours=1)`."""
    return app.extensions["clock"]


@pytest.fixture
def save(app: Flask) -> Callable[..., Any]:
    """Write rows and commit: `anna = save(Person(...))`, `save(a, b)`."""

    def save_all(*rows: Any) -> Any:
        db.session.add_all(rows)
        db.session.commit()
        return rows[0] if len(rows) == 1 else rows

    return save_all


@pytest.fixture
def cast(app: Flask, engine_name: str, assembled: dict[str, bytes]) -> Cast:
    """The named cast of tests/cast.py, written to the database: `cast.anna`, `cast.acme`, `cast.seaside` …"""
    cast = pickle.loads(assembled[engine_name])  # noqa: S301 -- our own, of a moment ago
    db.session.add_all(vars(cast).values())
    return cast


@pytest.fixture
def client(app: Flask) -> PortalClient:
    """A stranger's browser."""
    return app.test_client()


@pytest.fixture
def client_as(app: Flask, clock: FrozenClock) -> Callable[[Person], PortalClient]:
    """A browser in which a person is signed in already: `client_as(anna).get("/")`."""

    def sign_in(person: Person) -> PortalClient:
        client = app.test_client()
        client.put_session(signed_in_session(person, at=clock()))
        return client

    return sign_in


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    """Run one of our commands: `run("stays", "import", path)`; its result has `exit_code` and `output`."""

    def invoke(*words: object, **options: Any) -> Result:
        settle()
        runner = app.test_cli_runner()
        result = contextvars.Context().run(
            functools.partial(runner.invoke, args=[str(word) for word in words], **options)
        )
        forget()
        return result

    return invoke


def signed_in_session(person: Person, *, at: datetime) -> dict[str, Any]:
    """The session cookie of a person who signed in by password a moment ago."""
    token = people_actions.open_sign_in(person=person, device="a test", is_kept=False, at=at)
    db.session.commit()
    return {"_user_id": token, "_fresh": True}


# A real browser


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.fail("No Chromium found: install it (bin/test does where it may) or name it in CHROMIUM.")
    return {**browser_type_launch_args, "executable_path": path, "args": list(BROWSER_FLAGS)}


@pytest.fixture
def new_context(new_context: Callable[..., Any]) -> Callable[..., Any]:
    """A fresh browser profile, less patient than Playwright's: a page of ours is here in a second."""

    def open_context(**options: Any) -> Any:
        context = new_context(**options)
        context.set_default_timeout(BROWSER_PATIENCE_MS)
        return context

    return open_context


@pytest.fixture
def live_server(app: Flask) -> Iterator[str]:
    """The address of the application, served for real on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def page_as(app: Flask, clock: FrozenClock, live_server: str, new_context: Any) -> Callable[..., Any]:
    """A window in which a person is signed in; with None a stranger's: `page_as(dario).goto("/desk")`.

    Further arguments are Playwright's for a context (viewport, color_scheme, java_script_enabled …).
    """

    def open_window(person: Person | None, **options: Any) -> Any:
        context = new_context(base_url=live_server, **options)
        if person is not None:
            value = session_cookie(app, signed_in_session(person, at=clock()))
            name = app.config["SESSION_COOKIE_NAME"]
            context.add_cookies([{"name": name, "value": value, "url": live_server}])
        settle()
        return context.new_page()

    return open_window
