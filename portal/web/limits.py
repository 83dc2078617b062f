"""How often somebody may knock: sign-in, links from letters and card look-ups are throttled."""

from flask import Flask, Response, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from portal.web.gate import visitor

FOUND = 302
UNPROCESSABLE = 422
PAPER = "30 per minute"
"""How often one person may have a document made: each takes a process of its own."""


def _who() -> str:
    person_id = visitor().person_id
    return f"person:{person_id}" if person_id is not None else f"address:{get_remote_address()}"


def is_refused(response: Response) -> bool:
    """What counts as a try where guesses are throttled: a form that was refused."""
    return response.status_code == UNPROCESSABLE


def is_taken_in(response: Response) -> bool:
    """What counts where a letter follows each form that went through: whoever corrects a field is not it."""
    return response.status_code == FOUND


limiter = Limiter(key_func=_who, headers_enabled=True)


@limiter.request_filter
def _is_off() -> bool:
    return not current_app.config["THROTTLED"]


def init_app(app: Flask, *, storage: str, enabled: bool) -> None:
    """Throttle where `enabled`; the storage is `memory://`, or one that several processes share."""
    app.config["RATELIMIT_STORAGE_URI"] = storage
    app.config["THROTTLED"] = enabled
    limiter.init_app(app)
