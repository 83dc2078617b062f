"""Somebody who walks the portal over HTTP alone, without a browser: reads a page, sends its form."""

import http.cookiejar
import urllib.parse
import urllib.request
import uuid
from typing import Any

from tests.cast import PASSWORD
from tests.web.reader import Page, read


class Caller:
    """One visitor with a cookie jar; every page is read as a reader would."""

    def __init__(self, house: str, email: str | None = None) -> None:
        """Somebody who has signed in, or a stranger."""
        self.house = house
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._open = urllib.request.build_opener(jar).open
        self.page = self.get("/sign-in")
        if email is not None:
            self.send("/sign-in", email=email, password=PASSWORD)

    def get(self, path: str) -> Page:
        return self._answer(self.house + path)

    def send(self, action: str, *, to: str | None = None, **values: Any) -> Page:
        """Send the form whose action contains the text, as a button of it may to another address."""
        form = self.page.form(action)
        body = urllib.parse.urlencode(form.filled(values), doseq=True).encode()
        return self._answer(self.house + (to or form.action), body)

    def download(self, path: str) -> bytes:
        """A file as it is."""
        with self._open(urllib.request.Request(self.house + path)) as answer:  # noqa: S310 -- our own server
            return bytes(answer.read())

    def upload(self, action: str, name: str, content: bytes, **values: Any) -> Page:
        """Send a form with a file."""
        form = self.page.form(action)
        border = uuid.uuid4().hex
        parts = [
            f'--{border}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, several in form.filled(values).items()
            if key != "file"
            for value in several
        ]
        head = f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = b"".join([*parts, head.encode(), content, f"\r\n--{border}--\r\n".encode()])
        return self._answer(self.house + form.action, body, f"multipart/form-data; boundary={border}")

    def _answer(
        self, url: str, body: bytes | None = None, kind: str = "application/x-www-form-urlencoded"
    ) -> Page:
        request = urllib.request.Request(url, data=body)  # noqa: S310 -- our own server
        if body is not None:
            request.add_header("Content-Type", kind)
        with self._open(request) as answer:
            self.url = answer.url
            self.page = read(answer.read().decode(), status=answer.status)
        return self.page
