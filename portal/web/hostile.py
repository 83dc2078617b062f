"""What no honest browser sends is turned away before anything reads it."""

from typing import Any

from flask import Flask, Response, abort, request
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**63 - 1


class FittingNumber(IntegerConverter):
    """`<int:…>` in an address: a number that fits a column; a larger one is no address of ours."""

    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:
        super().__init__(url_map, *args, **{"max": LARGEST_ID, **options})


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = FittingNumber

    @app.before_request
    def _keep_forms_short() -> None:
        # The framework's own limit for a form's text sees only those that carry files.
        if request.mimetype == "application/x-www-form-urlencoded":
            request.max_content_length = request.max_form_memory_size

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
