"""A walk through the house: everybody follows the links of their pages and brings home the forms they met."""

import contextvars
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import RequestRedirect

STRANGER = "stranger"
CHOICES = {"select", "radio"}
BUTTONS = {"submit", "image"}
SILENT = {"button", "reset"}
TWICE = 2
"""What one page does not show, for it is over, another of its kind may."""


@dataclass(slots=True)
class Control:
    """One control of a form: what the browser would send, and what it lets one choose from."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    options: set[str] = field(default_factory=set)
    is_required: bool = False


@dataclass(slots=True)
class Form:
    """A form that somebody was shown."""

    who: str
    endpoint: str
    path: str
    controls: dict[str, Control] = field(default_factory=dict)
    has_files: bool = False
    is_made_up: bool = False


@dataclass(slots=True)
class Walked:
    """What one person came to see."""

    places: dict[str, list[str]] = field(default_factory=dict)
    """Addresses by endpoint."""
    forms: list[Form] = field(default_factory=list)


class Windows:
    """A browser for each person, at each request as it was in the beginning."""

    def __init__(self, app: Flask, sessions: dict[str, dict[str, Any]]) -> None:
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        self._app, self._name = app, app.config["SESSION_COOKIE_NAME"]
        self._cookies = {who: str(serializer.dumps(session)) for who, session in sessions.items()}

    def open(self, who: str, *given: Any, **named: Any) -> Any:
        """One request of somebody's, in a context of its own; what is streamed comes to its end in it."""
        client = self._app.test_client()
        client.set_cookie(self._name, self._cookies[who])
        return contextvars.Context().run(partial(client.open, *given, buffered=True, **named))


def walk(
    app: Flask, windows: Windows, who: str, *, seeds: Iterable[str], seen: Counter[str], most: int = TWICE
) -> Walked:
    """Follow the links from the seeds, to each endpoint at `most` so often; `seen` may count for several."""
    found, adapter = Walked(), app.url_map.bind("localhost")
    ahead, met = deque(seeds), set()
    while ahead:
        address = ahead.popleft()
        path = urlsplit(address).path
        endpoint = _endpoint(adapter, path, "GET")
        if endpoint in {None, "static"} or address in met:
            continue
        met.add(address)
        found.places.setdefault(str(endpoint), []).append(path)
        if seen[endpoint] >= most or "." in path:
            continue  # a file has no forms in it
        seen[endpoint] += 1
        answer = windows.open(who, address)
        if 300 <= answer.status_code < 400:  # noqa: PLR2004 -- redirects
            ahead.append(answer.location)
        elif answer.mimetype == "text/html":
            reader = _Reader(address)
            reader.feed(answer.text)
            ahead.extend(reader.links)
            found.forms += _forms(adapter, who, reader)
    return found


def _endpoint(adapter: Any, path: str, method: str) -> str | None:
    try:
        return str(adapter.match(path, method=method)[0])
    except (NotFound, RequestRedirect, HTTPException):
        return None


def _forms(adapter: Any, who: str, reader: "_Reader") -> list[Form]:
    found = []
    for met in reader.forms:
        endpoint = _endpoint(adapter, met.path, "POST")
        if endpoint is not None:
            found.append(Form(who, endpoint, met.path, met.controls, met.has_files))
    return found


@dataclass(slots=True)
class _Met:
    path: str
    identifier: str | None
    controls: dict[str, Control] = field(default_factory=dict)
    has_files: bool = False


class _Reader(HTMLParser):
    """The links of a page and its POST forms; controls may stand outside and name their form."""

    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self._address, self._met = address, list[tuple[str, _Met]]()
        self._open: _Met | None = None
        self._select: Control | None = None
        self._text: Control | None = None
        self._strays: list[tuple[str, Control]] = []

    @property
    def forms(self) -> list[_Met]:
        named = {met.identifier: met for _method, met in self._met if met.identifier}
        for identifier, control in self._strays:
            if identifier in named:
                _add(named[identifier], control)
        self._strays.clear()
        return [met for method, met in self._met if method == "post"]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attributes}
        if tag == "a" and of.get("href", "").startswith(("/", "?")):
            self.links.append(urljoin(self._address, of["href"]))
        elif tag == "form":
            path = urlsplit(urljoin(self._address, of.get("action", ""))).path
            self._open = _Met(path, of.get("id"), has_files="multipart" in of.get("enctype", ""))
            self._met.append((of.get("method", "get").lower(), self._open))
        elif tag == "option" and self._select is not None:
            self._select.options.add(of.get("value", ""))
            if "selected" in of or not self._select.values:
                self._select.values = [of.get("value", "")]
        elif tag in {"input", "select", "textarea", "button"} and of.get("name"):
            self._control(tag, of)

    def _control(self, tag: str, of: dict[str, str]) -> None:
        kind = of.get("type", "submit" if tag == "button" else "text") if tag in {"input", "button"} else tag
        control = Control(of["name"], kind, is_required="required" in of)
        is_sent = kind not in {*BUTTONS, *SILENT, "file"} and (
            kind not in {"checkbox", "radio"} or "checked" in of
        )
        if kind in {"checkbox", "radio", *BUTTONS}:
            control.options.add(of.get("value", "on"))
        if is_sent and tag == "input":
            control.values.append(of.get("value", "on" if kind == "checkbox" else ""))
        if of.get("form"):
            self._strays.append((of["form"], control))
        elif self._open is not None:
            control = _add(self._open, control)
        if tag == "select":
            self._select = control
        elif tag == "textarea":
            self._text, control.values = control, [""]

    def handle_data(self, text: str) -> None:
        if self._text is not None:
            self._text.values = [self._text.values[0] + text]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._text = None


def _add(met: _Met, control: Control) -> Control:
    """Buttons and choices of one name are one control."""
    known = met.controls.setdefault(control.name, control)
    if known is not control:
        known.values += control.values
        known.options |= control.options
    return known
