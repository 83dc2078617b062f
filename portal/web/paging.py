"""Long lists page by key, not by offset: a page is found by the last row of the one before."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for

T = TypeVar("T")
DEFAULT_SIZE = 30


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list and where the next one begins."""

    rows: Sequence[T]
    next_key: str | None


def encode_key(*parts: str | int | None) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def decode_key(text: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """The parts of a key from the address; none when it is absent or not one of ours."""
    if not text:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return None
    fits = isinstance(parts, list) and len(parts) == len(kinds)
    if not fits or not all(
        isinstance(part, kind) for part, kind in zip(parts, kinds, strict=True)
    ):
        return None
    return tuple(parts)


def next_url(page: Page[Any]) -> str | None:
    """The address of the next page, with every filter of this one kept."""
    if page.next_key is None or request.endpoint is None:
        return None
    arguments = {
        **request.args.to_dict(flat=False),
        **(request.view_args or {}),
        "after": page.next_key,
    }
    return url_for(request.endpoint, **arguments)


def first_url() -> str | None:
    """The address of the first page, where this is a later one."""
    if "after" not in request.args or request.endpoint is None:
        return None
    arguments = {**request.args.to_dict(flat=False), **(request.view_args or {})}
    arguments.pop("after")
    return url_for(request.endpoint, **arguments)
