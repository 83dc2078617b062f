"""Parties registered for an event, and the guests in them.

Where a party stands is told by its instants: it has its seats since `seated_at`, waits while it has none,
ends at `cancelled_at`. A party is seated whole or waits whole.
"""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.corporate.events.models import Event
from portal.database import BigId, Model, PublicId, one_of
from portal.people.models import Person

WAITING = "seated_at IS NULL AND cancelled_at IS NULL"


class RegistrationState(StrEnum):
    """Where a party stands."""

    REGISTERED = "registered"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"


class Diet(StrEnum):
    """What the kitchen must know."""

    NONE = "none"
    VEGETARIAN = "vegetarian"
    VEGAN = "vegan"
    HALAL = "halal"
    KOSHER = "kosher"
    GLUTEN_FREE = "gluten_free"
    LACTOSE_FREE = "lactose_free"


class Registration(Model):
    """One party of one company."""

    __tablename__ = "event_registration"
    __table_args__ = (
        CheckConstraint("seats >= 0", name="seats_not_negative"),
        CheckConstraint("seats >= 1 OR cancelled_at IS NOT NULL", name="nobody_is_no_party"),
        CheckConstraint("(cancelled_at IS NULL) = (cancelled_by IS NULL)", name="cancelled_by_somebody"),
        CheckConstraint("cancelled_by IN ('client', 'guests', 'full')", name="cancelled_by_known"),
        Index(
            "ix_event_registration_waiting",
            "event_id",
            "id",
            sqlite_where=text(WAITING),
            postgresql_where=text(WAITING),
        ),
        Index("ix_event_registration_event", "event_id", "id"),
        Index("ix_event_registration_account_year", "account_id", "year"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The token of the form that made it: sent twice, it registers once."""
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    seats: Mapped[int]
    """The guests of it who are coming."""
    year: Mapped[int | None]
    """Of which year's allowance it uses up one event; none where the company is invited by name."""
    tier: Mapped[str]
    allowance: Mapped[dict[str, Any]]
    """The derivation of the seats that the company might take."""
    registered_at: Mapped[datetime]
    seated_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None]
    """What ended it: the client, its guests, each for themselves, or a waiting list on which it stayed."""
    revision: Mapped[int]
    """1 at first, one more with each change of the party."""
    told_revision: Mapped[int] = mapped_column(default=0)
    """The latest change of the party that its company was written about."""

    event: Mapped[Event] = relationship(lazy="raise")
    account: Mapped[Account] = relationship(lazy="raise")
    registered_by: Mapped[Person] = relationship(lazy="raise")
    guests: Mapped[list["EventGuest"]] = relationship(
        lazy="raise", back_populates="registration", order_by="EventGuest.position"
    )

    @property
    def state(self) -> RegistrationState:
        if self.cancelled_at is not None:
            return RegistrationState.CANCELLED
        return RegistrationState.WAITLISTED if self.seated_at is None else RegistrationState.REGISTERED

    @property
    def named(self) -> list["EventGuest"]:
        """Everybody whom the company has not left out again, also who said no; needs its guests loaded."""
        return [guest for guest in self.guests if guest.left_out_at is None]

    @property
    def coming(self) -> list["EventGuest"]:
        """The guests without those who said that they are not coming; needs its guests loaded."""
        return [guest for guest in self.named if guest.declined_at is None]

    @property
    def unanswered(self) -> list["EventGuest"]:
        """The guests who were asked and have said neither yes nor no; needs its guests loaded."""
        return [guest for guest in self.coming if guest.email and guest.confirmed_at is None]


class EventGuest(Model):
    """One guest of a party: the one it is for stands first, the others come with them."""

    __tablename__ = "event_guest"
    __table_args__ = (
        one_of("diet", Diet),
        CheckConstraint("length(admission) = 14", name="fourteen_digits"),
        CheckConstraint("(checked_in_at IS NULL) = (checked_in_by_id IS NULL)", name="let_in_by_somebody"),
        CheckConstraint("checked_in_at IS NULL OR declined_at IS NULL", name="came_or_declined"),
        CheckConstraint("checked_in_at IS NULL OR left_out_at IS NULL", name="came_or_left_out"),
        CheckConstraint("no_show_at IS NULL OR checked_in_at IS NULL", name="came_or_not"),
        Index("uq_event_guest_position", "registration_id", "position", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("event_registration.id"))
    position: Mapped[int]
    admission: Mapped[str] = mapped_column(unique=True)
    """What the door scans: thirteen digits and a Damm digit; another guest has another."""
    name: Mapped[str]
    """Forgotten some weeks after the event, with diet, needs and address."""
    search_key: Mapped[str] = mapped_column(index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """The traveller of the company that it is; none for its own guests."""
    email: Mapped[str | None]
    locale: Mapped[str]
    diet: Mapped[str]
    needs: Mapped[str]
    table_no: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[datetime | None]
    """When the guest said that they are coming."""
    declined_at: Mapped[datetime | None]
    """When the guest said that they are not."""
    left_out_at: Mapped[datetime | None]
    """When their company named somebody else in their place, or nobody."""
    told_at: Mapped[datetime | None]
    """When they were first written to."""
    checked_in_at: Mapped[datetime | None]
    checked_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    no_show_at: Mapped[datetime | None]

    registration: Mapped[Registration] = relationship(lazy="raise", back_populates="guests")
    person: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[person_id])
    checked_in_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[checked_in_by_id])
