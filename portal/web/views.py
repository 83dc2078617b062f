"""Pages that belong to no room: home, search, what waits, language, theme, health."""

from collections.abc import Callable

from flask import (
    Blueprint,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from portal import clock
from portal.web import registries
from portal.web.gate import allow, anyone, signed_in, visitor
from portal.web.pages import THEMES
from portal.web.redirects import back

blueprint = Blueprint("web", __name__)
YEAR_S = 365 * 24 * 3600
SEARCH_LIMIT = 8


@blueprint.get("/")
@allow(anyone)
def home() -> Response:
    """The visitor's own first screen."""
    if not visitor().is_signed_in:
        return redirect(url_for("people.sign_in"))
    endpoint = registries.home_endpoint(visitor())
    return redirect(url_for(endpoint or "people.my_profile"))


@blueprint.get("/search")
@allow(signed_in)
def search() -> str:
    query = request.args.get("q", "").strip()[:100]
    found = registries.search(visitor(), query, limit=SEARCH_LIMIT) if query else []
    return render_template("web/search.html", query=query, found=found)


@blueprint.get("/inbox")
@allow(signed_in)
def inbox() -> str:
    items = registries.waiting(visitor(), limit=50)
    return render_template("web/inbox.html", items=items, now=clock.now())


@blueprint.post("/language")
@allow(anyone)
def choose_language() -> Response:
    locale = request.form.get("locale", "")
    if locale not in current_app.config["LANGUAGES"]:
        abort(400)
    response = redirect(back())
    response.set_cookie("locale", locale, max_age=YEAR_S, samesite="Lax", secure=request.is_secure)
    _remember(locale=locale)
    return response


@blueprint.post("/theme")
@allow(anyone)
def choose_theme() -> Response:
    theme = request.form.get("theme", "")
    if theme not in THEMES:
        abort(400)
    response = redirect(back())
    response.set_cookie("theme", theme, max_age=YEAR_S, samesite="Lax", secure=request.is_secure)
    _remember(theme=theme)
    return response


@blueprint.get("/healthz")
@allow(anyone)
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@allow(anyone)
def ready() -> tuple[Response, int]:
    """What the portal needs in order to serve: database, migrations, worker."""
    checks: dict[str, Callable[[], str | None]] = current_app.extensions["readiness"]
    troubles = {name: trouble for name, check in checks.items() if (trouble := _trouble(check)) is not None}
    body = {name: troubles.get(name, "ok") for name in checks}
    return jsonify(status="ok" if not troubles else "not ready", **body), 200 if not troubles else 503


def _trouble(check: Callable[[], str | None]) -> str | None:
    try:
        return check()
    except SQLAlchemyError:
        return "could not be asked"


def _remember(**preference: str) -> None:
    # Where the visitor is signed in, the choice follows the person to the next device.
    remember: Callable[..., None] = current_app.extensions["remember_preference"]
    if visitor().is_signed_in:
        remember(person_id=visitor().person_id, **preference)
