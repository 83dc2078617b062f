"""Who is asking: from the cookie's token to a visitor, by way of Flask-Login."""

from flask import Flask, session
from flask_login import LoginManager, current_user, login_user
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload

from portal import clock
from portal.database import db
from portal.people import rules
from portal.people.models import Person, Role, SignIn
from portal.web.gate import STRANGER, Visitor, VisitorGrant

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
            VisitorGrant(
                grant.role, grant.account_id, grant.property_id, grant.department_id
            )
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
    return current_user.visitor if current_user.is_authenticated else STRANGER


def begin_session(token: str, *, is_kept: bool) -> None:
    """Put a fresh token into a fresh cookie: nothing planted before the sign-in survives it."""
    session.clear()
    session.permanent = is_kept
    login_user(Ticket(token))


def person_with_grants(person_id: int) -> Person | None:
    return db.session.scalar(
        select(Person)
        .options(selectinload(Person.grants))
        .where(Person.id == person_id)
    )


# Doors: predicates on the visitor, one for each group of roles that shares pages.


def administrator(visitor: Visitor) -> bool:
    return visitor.has(Role.ADMINISTRATOR)


def hotel_side(visitor: Visitor) -> bool:
    return any(grant.account_id is None for grant in visitor.grants)


def client_side(visitor: Visitor) -> bool:
    return any(grant.account_id is not None for grant in visitor.grants)


def loyalty_manager(visitor: Visitor) -> bool:
    return visitor.has(Role.LOYALTY_MANAGER)


def front_desk(visitor: Visitor) -> bool:
    return visitor.has(Role.FRONT_DESK)


def reads_programme(visitor: Visitor) -> bool:
    """Who sees every account: the loyalty manager, the GM and the auditor."""
    return visitor.has(Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER, Role.AUDITOR)
