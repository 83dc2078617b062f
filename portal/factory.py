"""The whole house at a glance: what it is made of and in which order it is put together."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import assets, database, rooms
from portal.clock import system_clock
from portal.config import Settings, load_settings
from portal.database import db
from portal.documents import rendering
from portal.people import access as people_access
from portal.web import errors, gate, headers, hostile, kept, limits, logs, pages
from portal.web.registries import Registries

PORTAL = Path(__file__).parent


def _beside(name: str) -> Path:
    """A folder that stands beside the package in a checkout, and inside it in an installed wheel."""
    inside = PORTAL / name
    return inside if inside.exists() else PORTAL.parent / name


MEBIBYTE = 1024 * 1024


def create_app(settings: Settings | None = None, *, clock: Callable[[], datetime] = system_clock) -> Flask:
    """Build the application from its settings; the clock is handed in so that tests can hold it."""
    settings = settings or load_settings()
    app = Flask(
        "portal",
        root_path=str(PORTAL),
        template_folder=str(_beside("templates")),
    )
    _configure(app, settings)
    app.extensions["settings"] = settings
    app.extensions["clock"] = clock
    app.extensions["registries"] = Registries()

    logs.configure(level=settings.log_level, layout=settings.log_format)
    database.init_app(app, url=settings.database_url)
    Migrate(app, db, directory=str(_beside("migrations")), render_as_batch=True)
    app.extensions["migration_head"] = (_beside("migrations") / "HEAD").read_text(encoding="ascii").strip()
    headers.init_app(app)
    logs.init_app(app)
    hostile.init_app(app)
    kept.init_app(app)
    CSRFProtect(app)
    people_access.init_app(app)
    gate.init_app(app, load_visitor=people_access.load_visitor)
    limits.init_app(app, storage=settings.ratelimit_storage, enabled=settings.portal_mode != "test")
    pages.init_app(app, babel=Babel(), translations=rooms.translation_directories())
    assets.init_app(app)
    errors.init_app(app)
    rendering.init_app(app)
    rooms.open_all(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.effective_secret,
        DEBUG=settings.debug,
        TESTING=settings.portal_mode == "test",
        LANGUAGES=settings.languages,
        GROUP_NAME=settings.group_name,
        MAX_CONTENT_LENGTH=settings.max_upload_mib * MEBIBYTE,
        MAX_FORM_MEMORY_SIZE=MEBIBYTE,
        SESSION_COOKIE_NAME="rapport",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        BABEL_DEFAULT_LOCALE=settings.languages[0],
        PREFERRED_URL_SCHEME=settings.base_url.split(":", 1)[0],
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
