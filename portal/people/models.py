"""Who signs in, what they may do, and where they are signed in."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model, PublicId, one_of


class Role(StrEnum):
    """What a person may be; domain.md's table of roles, in its order."""

    ACCOUNT_ADMINISTRATOR = "account_administrator"
    BOOKER = "booker"
    TRAVELLER = "traveller"
    EMPLOYEE = "employee"
    FRONT_DESK = "front_desk"
    DEPARTMENT_HEAD = "department_head"
    ACCOUNT_MANAGER = "account_manager"
    LOYALTY_MANAGER = "loyalty_manager"
    PROPERTY_MANAGER = "property_manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


CLIENT_ROLES = frozenset({Role.ACCOUNT_ADMINISTRATOR, Role.BOOKER, Role.TRAVELLER})
PROPERTY_ROLES = frozenset({Role.EMPLOYEE, Role.FRONT_DESK, Role.DEPARTMENT_HEAD, Role.PROPERTY_MANAGER})
GROUP_ROLES = frozenset({Role.ACCOUNT_MANAGER, Role.LOYALTY_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR})


def _words(roles: frozenset[Role]) -> str:
    return ", ".join(f"'{role.value}'" for role in sorted(roles))


class Person(Model):
    """A human being known to the portal, on either side."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    name: Mapped[str]
    search_key: Mapped[str] = mapped_column(index=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    """Folded to lower case; none for a traveller who has a card and no sign-in."""
    password_hash: Mapped[str | None]
    locale: Mapped[str]
    theme: Mapped[str] = mapped_column(default="")
    shortcuts: Mapped[bool] = mapped_column(default=True)
    needs: Mapped[str] = mapped_column(default="")
    """What the hotel should know to serve them, in their own words."""
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    """When access ended; history stays."""
    erased_at: Mapped[datetime | None]
    """When name, address and words were forgotten; what points here still does."""

    grants: Mapped[list["Grant"]] = relationship(
        lazy="raise",
        back_populates="person",
        foreign_keys="Grant.person_id",
        order_by="Grant.id",
    )


class Grant(Model):
    """One role of one person in one scope; ended, never deleted."""

    # "grant" is a word of SQL itself.
    __tablename__ = "role_grant"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint(
            f"(role IN ({_words(CLIENT_ROLES)})) = (account_id IS NOT NULL)",
            name="client_roles_name_an_account",
        ),
        CheckConstraint(
            f"(role IN ({_words(PROPERTY_ROLES)})) = (property_id IS NOT NULL)",
            name="house_roles_name_a_property",
        ),
        CheckConstraint(
            "department_id IS NULL OR property_id IS NOT NULL",
            name="department_within_property",
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    property_id: Mapped[int | None] = mapped_column(ForeignKey("property.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    person: Mapped[Person] = relationship(lazy="raise", back_populates="grants", foreign_keys=[person_id])


class SignIn(Model):
    """One signed-in device; the cookie carries its token, the row only the token's digest."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    device: Mapped[str]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class Invitation(Model):
    """A link that lets a person choose a password and take the roles it names; used once."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    locale: Mapped[str]
    roles: Mapped[list[Any]]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    property_id: Mapped[int | None] = mapped_column(ForeignKey("property.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    invited_by: Mapped[Person] = relationship(lazy="raise")


class PasswordReset(Model):
    """A link that lets a person choose a new password; used once, short-lived."""

    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class AddressChange(Model):
    """A link, sent to a new e-mail address, that makes it the one to sign in with; used once."""

    __tablename__ = "address_change"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    email: Mapped[str]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")
