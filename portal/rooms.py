"""The rooms of the house and what each brings: pages, commands, background work, providers.

Only the factory looks here; a room never does.
"""

from importlib import import_module
from pathlib import Path

from flask import Blueprint, Flask

from portal.people import views as people
from portal.web import views as web

PORTAL = Path(__file__).parent

BLUEPRINTS: tuple[Blueprint, ...] = (
    web.blueprint,
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
