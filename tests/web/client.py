"""A browser without windows: it carries the form's token, and reads every page it is given."""

import contextvars
import functools
import hashlib
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
_already_read: dict[bytes, Page] = {}


class PortalResponse(TestResponse):
    """An answer; an HTML one has been read and can be looked at as `page`."""

    is_fragment = False

    @functools.cached_property
    def page(self) -> Page:
        """The page, parsed; faults of a reader's kind raise `Unreadable`."""
        digest = hashlib.sha256(
            self.data + bytes([self.is_fragment]) + str(self.status_code).encode()
        ).digest()
        if digest not in _already_read:
            if len(_already_read) > REMEMBERED_PAGES:
                _already_read.clear()
            _already_read[digest] = read(self.text, status=self.status_code, is_fragment=self.is_fragment)
        return _already_read[digest]


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
