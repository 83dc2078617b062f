"""Who is asking: from the cookie's token to a visitor, by way of Flask-Login."""

import secrets
from datetime import datetime

from flask import Flask, abort, current_app, g, request, session
from flask_login import LoginManager, current_user, login_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.orm import contains_eager
from werkzeug.wrappers import Response

from portal import clock
from portal.database import db
from portal.people import rules
from portal.people.models import Person, Role, SignIn
from portal.web.gate import STRANGER, Visitor, VisitorGrant

DEVICE_COOKIE = "rapport_device"
DEVICE_LIFE_S = 365 * 24 * 3600

login_manager = LoginManager()
login_manager.session_protection = None


class Ticket:
    """What Flask-Login puts into the cookie: the token, nothing else."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, token: str) -> None:
        self._token = token

    def get_id(self) -> str:
        return self._token


class SignedIn(Ticket):
    """A living sign-in and the visitor behind it."""

    def __init__(self, token: str, sign_in: SignIn) -> None:
        super().__init__(token)
        self.sign_in_id = sign_in.id
        self.seen_at = sign_in.seen_at
        self.visitor = visitor_of(sign_in.person)


def visitor_of(person: Person) -> Visitor:
    """The visitor a person is, with the grants that are in force. Needs `grants` loaded."""
    return Visitor(
        person_id=person.id,
        name=person.name,
        locale=person.locale,
        theme=person.theme,
        shortcuts=person.shortcuts,
        grants=tuple(
            VisitorGrant(grant.role, grant.account_id, grant.property_id, grant.department_id)
            for grant in person.grants
            if grant.ended_at is None
        ),
    )


def init_app(app: Flask) -> None:
    login_manager.init_app(app)


@login_manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login has no types
def _load(token: str) -> SignedIn | None:
    statement = (
        select(SignIn)
        .join(SignIn.person)
        .options(contains_eager(SignIn.person).selectinload(Person.grants))
        .where(
            SignIn.token_digest == rules.digest(token),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > clock.now(),
            Person.left_at.is_(None),
        )
    )
    sign_in = db.session.scalar(statement)
    return SignedIn(token, sign_in) if sign_in is not None else None


def load_visitor() -> Visitor:
    """The visitor of this request."""
    user = current_user._get_current_object()  # noqa: SLF001 -- a proxy would outlive the request's context
    g.signed_in = user if isinstance(user, SignedIn) else None
    return g.signed_in.visitor if g.signed_in is not None else STRANGER


def signed_in_here() -> SignedIn | None:
    """The sign-in of this request's cookie; none for a stranger."""
    found: SignedIn | None = g.get("signed_in")
    return found


def due_for_note(at: datetime) -> int | None:
    """The id of this request's sign-in, where it is time to note that its device was seen."""
    here = signed_in_here()
    is_due = here is not None and at - here.seen_at >= rules.SEEN_EVERY
    return here.sign_in_id if here is not None and is_due else None


def my_id() -> int:
    """The id of whoever is signed in; for views behind the door `signed_in`."""
    here = signed_in_here()
    if here is None or here.visitor.person_id is None:
        abort(403)
    return here.visitor.person_id


def device_here() -> str:
    """The browser and system of this request."""
    return rules.device_of(request.user_agent.string)


def address_key() -> str:
    """The throttle's key for an account: a digest, so that no address lies in the throttle's store.

    A device on which this account has signed in before is counted apart: whoever guesses from
    elsewhere shuts out themselves, and not the colleague whose account it is.
    """
    account = _account_digest(request.form.get("email", ""))
    known, device = _known_device()
    return f"device:{device}" if known == account else f"account:{account}"


def remember_device(response: Response, address: str) -> None:
    """Let the browser prove later that this account has signed in on it; it opens nothing by itself."""
    account = _account_digest(address)
    known, _ = _known_device()
    if known == account:
        return
    response.set_cookie(
        DEVICE_COOKIE,
        _device_signer().dumps([account, secrets.token_urlsafe(16)]),
        max_age=DEVICE_LIFE_S,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def _known_device() -> tuple[str, str]:
    try:
        account, device = _device_signer().loads(
            request.cookies.get(DEVICE_COOKIE, ""), max_age=DEVICE_LIFE_S
        )
    except BadSignature:
        return "", ""
    return account, device


def _device_signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known-device")


def _account_digest(address: str) -> str:
    return rules.digest(rules.fold_address(address))


def begin_session(token: str, *, is_kept: bool) -> None:
    """Put a fresh token into a fresh cookie: nothing planted before the sign-in survives it."""
    session.clear()
    session.permanent = is_kept
    login_user(Ticket(token))


def administrator(visitor: Visitor) -> bool:
    """Door: who keeps people, roles and settings."""
    return visitor.has(Role.ADMINISTRATOR)
