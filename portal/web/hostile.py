"""What no honest browser sends is turned away before anything reads it."""

from flask import Flask, Response, abort, request
from werkzeug.exceptions import NotFound


def init_app(app: Flask) -> None:
    @app.before_request
    def _refuse_nul() -> None:
        # PostgreSQL cannot hold the character at all, so it would surface as a fault of ours.
        if "\x00" in request.path:
            # The usual page would carry the address on in its forms.
            raise NotFound(response=Response("There is no such page.", 404, mimetype="text/plain"))
        if _holds_nul(request.args.to_dict(flat=False)):
            abort(400)
        if request.method == "POST" and _holds_nul(request.form.to_dict(flat=False)):
            abort(400)


def _holds_nul(values: dict[str, list[str]]) -> bool:
    return any("\x00" in name or any("\x00" in text for text in texts) for name, texts in values.items())
