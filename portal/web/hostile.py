"""What no honest browser sends is turned away before anything reads it."""

from typing import Any

from flask import Flask, Response, abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**63 - 1
MOST_DIGITS = 100
"""More than any number, code or telephone has."""


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
            limits = (request.max_content_length, request.max_form_memory_size)
            request.max_content_length = min(limit for limit in limits if limit is not None)

    @app.before_request
    def _refuse_other_tongues() -> None:
        # A form of ours is never JSON; the form library would read it all the same, with numbers for texts.
        if request.method == "POST" and request.is_json:
            abort(415)

    @app.before_request
    def _refuse_what_nobody_types() -> None:
        if "\x00" in request.path:
            # The usual page would carry the address on in its forms.
            raise NotFound(response=Response("There is no such page.", 404, mimetype="text/plain"))
        if _holds_what_nobody_types(request.args):
            abort(400)
        if request.method == "POST" and _holds_what_nobody_types(request.form):
            abort(400)


def _holds_what_nobody_types(values: MultiDict[str, str]) -> bool:
    # PostgreSQL cannot hold a NUL at all, and no arithmetic of forms a number of hundreds of digits: each
    # would surface as a fault of ours.
    return any(
        "\x00" in name or "\x00" in text or (len(text) > MOST_DIGITS and text.strip().lstrip("+-").isdigit())
        for name, text in values.items(multi=True)
    )
