"""A form that a lost connection kept is sent by a script, which follows its answer without reading it.

The page it leads to is then opened by the browser: until somebody reads it, what it has to say (a toast, a
look that is recorded) must wait. So the script's own look gets an empty answer.
"""

from flask import Flask, Response, request

HEADER = "X-Kept"
NO_CONTENT = 204


def init_app(app: Flask) -> None:
    @app.before_request
    def _say_nothing_yet() -> Response | None:
        if HEADER in request.headers and request.method == "GET":
            return Response(status=NO_CONTENT)
        return None
