"""The gate: a page is closed unless it names the door that opens it.

A view says `@allow(door)`, where a door is a predicate on the visitor. A view without a door
answers 403. A visitor who is not signed in is led to the sign-in page; one who is signed in and
may not pass gets 403, or 404 where even the existence of the page is not theirs to know.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response


@dataclass(frozen=True, slots=True)
class VisitorGrant:
    """One role in one scope, as the gate needs it."""

    role: str
    account_id: int | None = None
    property_id: int | None = None
    department_id: int | None = None


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is asking. Plain data: it outlives every transaction of the request."""

    person_id: int | None = None
    name: str = ""
    locale: str = "en"
    theme: str = ""
    shortcuts: bool = True
    grants: tuple[VisitorGrant, ...] = field(default=())

    @property
    def is_signed_in(self) -> bool:
        return self.person_id is not None

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in self.name.split()[:2]).upper()

    def has(self, *roles: str, account_id: int | None = None, property_id: int | None = None) -> bool:
        """Whether the visitor holds one of the roles, in the given scope where one is given."""
        return any(
            grant.role in roles
            and (account_id is None or grant.account_id == account_id)
            and (property_id is None or grant.property_id == property_id)
            for grant in self.grants
        )

    def accounts(self, *roles: str) -> tuple[int, ...]:
        """Ids of the accounts in which the visitor holds one of the roles, in order of granting."""
        found = [g.account_id for g in self.grants if g.account_id is not None and g.role in roles]
        return tuple(dict.fromkeys(found))

    def properties(self, *roles: str) -> tuple[int, ...]:
        """Ids of the properties in which the visitor holds one of the roles."""
        found = [g.property_id for g in self.grants if g.property_id is not None and g.role in roles]
        return tuple(dict.fromkeys(found))


STRANGER = Visitor()

Door = Callable[[Visitor], bool]
View = TypeVar("View", bound=Callable[..., Any])


def anyone(_visitor: Visitor) -> bool:
    """Open to all: sign-in, health, public checks."""
    return True


def signed_in(visitor: Visitor) -> bool:
    """Open to whoever is signed in: their own pages."""
    return visitor.is_signed_in


def allow(door: Door) -> Callable[[View], View]:
    """Name the door of a view."""

    def mark(view: View) -> View:
        view.__door__ = door  # type: ignore[attr-defined]
        return view

    return mark


def visitor() -> Visitor:
    """The current visitor."""
    found: Visitor = getattr(g, "visitor", STRANGER)
    return found


def door_of(app: Flask, endpoint: str) -> Door | None:
    """The door of an endpoint, or none if its view names none."""
    return getattr(app.view_functions.get(endpoint), "__door__", None)


def init_app(app: Flask, *, load_visitor: Callable[[], Visitor]) -> None:
    """Stand before every request."""

    @app.before_request
    def _stand_at_the_gate() -> Response | None:
        if request.endpoint is None:
            return None  # no such page: the 404 follows
        g.visitor = STRANGER if request.endpoint == "static" else load_visitor()
        if request.endpoint == "static":
            return None
        door = door_of(current_app, request.endpoint)
        if door is None:
            abort(403)
        if door(g.visitor):
            return None
        if g.visitor.is_signed_in:
            abort(403)
        if request.method not in {"GET", "HEAD"}:
            abort(401)
        return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))
