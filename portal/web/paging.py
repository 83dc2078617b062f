"""Long lists page by key, not by offset: a page is found by the last row of the one before."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import request, url_for
from werkzeug.datastructures import MultiDict

T = TypeVar("T")
DEFAULT_SIZE = 30
LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list and where the next one begins."""

    rows: Sequence[T]
    next_key: str | None


def every_row(read: Callable[[str | None], Page[T]]) -> Iterator[T]:
    """All rows of a list, read a page at a time; `read` is given where a page begins."""
    page = read(None)
    yield from page.rows
    while page.next_key is not None:
        page = read(page.next_key)
        yield from page.rows


def encode_key(*parts: str | int | None) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def decode_key(text: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """The parts of a key from the address; none when it is absent or not one of ours."""
    if not text:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        return None
    fits = isinstance(parts, list) and len(parts) == len(kinds)
    if not fits or not all(_is_part(part, kind) for part, kind in zip(parts, kinds, strict=True)):
        return None
    return tuple(parts)


def decode_instant_key(text: str | None) -> tuple[datetime, int] | None:
    """A key of an aware instant and a row's id, of lists in the order of time."""
    key = decode_key(text, str, int)
    if key is None:
        return None
    try:
        at = datetime.fromisoformat(key[0])
    except ValueError:
        return None
    return (at, key[1]) if at.tzinfo is not None else None


def _is_part(part: object, kind: type) -> bool:
    """Of its kind, and something that a database takes: whoever writes the address writes the key."""
    if isinstance(part, bool) or not isinstance(part, kind):
        return False
    if isinstance(part, int):
        return abs(part) < LARGEST
    return "\x00" not in part if isinstance(part, str) else True


def next_url(page: Page[Any]) -> str | None:
    """The address of the next page, with every filter of this one kept."""
    return None if page.next_key is None else _here(after=page.next_key)


def first_url() -> str | None:
    """The address of the first page, where this is a later one."""
    return _here(after=None) if "after" in request.args else None


def address_of(endpoint: str, arguments: Mapping[str, Any], **values: Any) -> str:
    """The address of a page with arguments that somebody wrote; `values` fill its path."""
    query = urlencode(list(_pairs(arguments)))
    return url_for(endpoint, **values) + (f"?{query}" if query else "")


def _pairs(arguments: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    # Not url_for: the names of parameters are the sender's, and some of them mean something to it.
    items = arguments.items(multi=True) if isinstance(arguments, MultiDict) else arguments.items()
    yield from ((name, value) for name, value in items if value not in {None, ""})


def _here(*, after: str | None) -> str:
    # Not url_for: the names of parameters are the sender's, and some of them mean something to it.
    arguments = request.args.to_dict(flat=False)
    arguments.pop("after", None)
    if after is not None:
        arguments["after"] = [after]
    query = urlencode(arguments, doseq=True)
    return f"{request.script_root}{request.path}" + (f"?{query}" if query else "")
