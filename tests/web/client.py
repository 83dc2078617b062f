"""A browser without windows: it carries the form's token, and reads every page it is given."""

import contextvars
import functools
import hashlib
import re
from collections.abc import Mapping
from copy import copy, deepcopy
from typing import Any

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from portal.database import db
from tests.web.reader import Page, read

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}

REMEMBERED_PAGES = 100
# A public id, or the token of a form: drawn anew, and of no meaning to a reader.
TOKEN = re.compile(
    r"\b(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|I[\w-]{50,}\.[\w-]{6}\.[\w-]{27})(?![\w-])"
)
PLACE, PLACE_BEGINS = "{:08x}-0000-0000-0000-00000000face", "-0000-0000-0000-00000000face"
PLACED = re.compile(rf"[0-9a-f]{{8}}{PLACE_BEGINS}")
_already_read: dict[tuple[str, int, bool], Page] = {}


class PortalResponse(TestResponse):
    """An answer; an HTML one has been read and can be looked at as `page`."""

    is_fragment = False

    @functools.cached_property
    def page(self) -> Page:
        """The page, parsed; faults of a reader's kind raise `Unreadable`."""
        plain, tokens = _without_tokens(self.text)
        key = (plain, self.status_code, self.is_fragment)
        if key not in _already_read:
            if len(_already_read) > REMEMBERED_PAGES:
                _already_read.clear()
            _already_read[key] = read(plain, status=self.status_code, is_fragment=self.is_fragment)
        return _with_tokens(_already_read[key], self.text, tokens)


class PortalClient(FlaskClient):
    """One visitor's browser.

    Each request runs in an empty context, so that nothing of the test or of the request before is
    in it. What the test has arranged is committed before, and forgotten after, so that both sides
    see the present.
    """

    application: Flask
    reads = True
    """Whether pages are read; a test of thousands of answers may do without."""

    def __init__(self, app: Flask, *_: Any, **options: Any) -> None:
        super().__init__(app, PortalResponse, **options)

    def open(self, *args: Any, csrf: bool = True, **kwargs: Any) -> PortalResponse:
        """Send a request; `csrf=False` leaves out the token that a form of ours would carry."""
        kwargs["buffered"] = True
        is_fragment = False
        if not args or isinstance(args[0], str):
            headers = Headers(kwargs.get("headers"))
            is_fragment = "HX-Request" in headers
            if csrf and kwargs.get("method", "GET").upper() not in SAFE_METHODS:
                headers.setdefault("X-CSRFToken", self.csrf_token())
            kwargs["headers"] = headers
        settle()
        response = contextvars.Context().run(functools.partial(super().open, *args, **kwargs))
        forget()
        assert isinstance(response, PortalResponse)
        response.is_fragment = is_fragment
        is_redirect = 300 <= response.status_code < 400
        if self.reads and response.mimetype == "text/html" and response.data and not is_redirect:
            assert response.page
        return response

    def submit(self, page: Page, action: str = "", **values: Any) -> PortalResponse:
        """Send the page's one POST form whose action contains the text, with these values filled in.

        The token is the form's own, as from a browser.
        """
        form = page.form(action)
        return self.post(form.action, data=form.filled(values), csrf=False)  # type: ignore[return-value]

    def csrf_token(self) -> str:
        """A token that fits this browser's session."""
        session = self.session()
        if "csrf_token" not in session:
            session["csrf_token"] = hashlib.sha256(b"a browser in a test").hexdigest()
            self.put_session(session)
        return URLSafeTimedSerializer(self.application.secret_key or "", salt="wtf-csrf-token").dumps(
            session["csrf_token"]
        )

    def session(self) -> dict[str, Any]:
        """What the session cookie holds."""
        cookie = self.get_cookie(self.application.config["SESSION_COOKIE_NAME"])
        return dict(self._serializer().loads(cookie.decoded_value)) if cookie else {}

    def put_session(self, values: dict[str, Any]) -> None:
        """Replace what the session cookie holds."""
        self.set_cookie(
            self.application.config["SESSION_COOKIE_NAME"], session_cookie(self.application, values)
        )

    def _serializer(self) -> Any:
        return self.application.session_interface.get_signing_serializer(self.application)  # type: ignore[attr-defined]


def session_cookie(app: Flask, values: dict[str, Any]) -> str:
    """A session cookie as the application would sign it."""
    return str(app.session_interface.get_signing_serializer(app).dumps(values))  # type: ignore[attr-defined]


def settle() -> None:
    """Commit what the test has arranged, and end what it has read: others must see it."""
    if has_app_context():
        db.session.commit()


def forget() -> None:
    """Forget what the test has loaded: somebody else may have written since."""
    if has_app_context():
        db.session.expire_all()


def _without_tokens(html: str) -> tuple[str, dict[str, str]]:
    """The page with what is drawn anew each time told apart by its place alone, and what stood there.

    To parse takes fifteen times as long as to copy, and most pages are fetched again: by the next test, or
    on the other database.
    """
    places: dict[str, str] = {}

    def place(match: re.Match[str]) -> str:
        return places.setdefault(match[0], PLACE.format(len(places)))

    plain = TOKEN.sub(place, html)
    return plain, {place: token for token, place in places.items()}


def _with_tokens(known: Page, html: str, tokens: Mapping[str, str]) -> Page:
    """The same page, as it was before `_without_tokens`."""
    page = copy(known)
    page.html, page.root = html, deepcopy(known.root)
    for remembered in ("nodes", "forms"):
        page.__dict__.pop(remembered, None)
    for node in page.nodes if tokens else ():
        node.text, node.tail = _put_back(node.text, tokens), _put_back(node.tail, tokens)
        for name, value in node.attrib.items():
            node.set(name, _put_back(value, tokens) or "")
    return page


def _put_back(text: str | None, tokens: Mapping[str, str]) -> str | None:
    if not text or PLACE_BEGINS not in text:
        return text
    return PLACED.sub(lambda match: tokens[match[0]], text)
