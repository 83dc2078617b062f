"""The rooms of the house and what each brings: pages, commands, background work, providers.

Only the factory looks here; a room never does.
"""

from importlib import import_module
from pathlib import Path

from flask import Blueprint, Flask

from portal.jobs import cli as jobs_cli
from portal.jobs import handlers as jobs_handlers
from portal.jobs import views as jobs
from portal.jobs import work
from portal.outbox import handlers as outbox_handlers
from portal.outbox import views as outbox
from portal.people import views as people
from portal.web import views as web

PORTAL = Path(__file__).parent

BLUEPRINTS: tuple[Blueprint, ...] = (
    web.blueprint,
    jobs.blueprint,
    outbox.blueprint,
    people.blueprint,
)


def translation_directories() -> str:
    """Each room carries its own catalogue."""
    return ";".join(str(path) for path in sorted(PORTAL.glob("*/translations")))


def know_all_tables() -> None:
    """Load every room's models: a foreign key may point at a table whose room has no page yet."""
    for path in sorted(PORTAL.rglob("models.py")):
        import_module(".".join(path.relative_to(PORTAL.parent).with_suffix("").parts))


def open_all(app: Flask) -> None:
    """Open every room: register its pages, commands, jobs and providers."""
    know_all_tables()
    app.extensions["readiness"] = {}
    app.extensions["why.steps"] = {}
    app.extensions["why.words"] = {}
    app.extensions["demo_as_of"] = lambda: None
    app.extensions["demo_sign_ins"] = lambda: ()
    app.extensions["remember_preference"] = lambda **_: None
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.cli.add_command(jobs_cli.commands)
    _take_up_work(app)


def _take_up_work(app: Flask) -> None:
    """What is done in the background: each room's handlers, what recurs, and the sending of letters."""
    work.init_app(app)
    work.register(app, handlers=jobs_handlers.HANDLERS, recurring=jobs_handlers.RECURRING)
    work.register(app, each_round=[outbox_handlers.send_due])
