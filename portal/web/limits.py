"""How often somebody may knock: sign-in, links from letters and card look-ups are throttled."""

from flask import Flask, Response
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from portal.web.gate import visitor

UNPROCESSABLE = 422


def _who() -> str:
    person_id = visitor().person_id
    return f"person:{person_id}" if person_id is not None else f"address:{get_remote_address()}"


def is_refused(response: Response) -> bool:
    """What counts as a try where guesses are throttled: a form that was refused."""
    return response.status_code == UNPROCESSABLE


limiter = Limiter(key_func=_who, headers_enabled=True)


def init_app(app: Flask, *, storage: str, enabled: bool) -> None:
    app.config["RATELIMIT_STORAGE_URI"] = storage
    app.config["RATELIMIT_ENABLED"] = enabled
    limiter.init_app(app)
