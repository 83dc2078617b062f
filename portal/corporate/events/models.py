"""Closed events: what is given, for whom, and how many seats there are.

Where an event stands is told by its instants: published, cancelled, closed after its end. What the
companies take of its seats is counted on the event's own row, so that the database itself refuses one
seat too many.
"""

import builtins
import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.database import BigId, Model, PublicId, one_of
from portal.hotel.models import Property


class EventState(StrEnum):
    """Where an event stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class AudienceKind(StrEnum):
    """What a company is chosen by."""

    TIER = "tier"
    COUNTRY = "country"


class Event(Model):
    """One closed event. Texts are per language; times are instants, told in the property's zone."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("capacity >= 1", name="capacity_positive"),
        CheckConstraint("seats_taken >= 0 AND seats_taken <= capacity", name="never_oversold"),
        CheckConstraint("seats_per_account >= 1", name="seats_per_account_positive"),
        CheckConstraint("plus_ones >= 0", name="plus_ones_not_negative"),
        CheckConstraint("least_nights >= 1", name="least_nights_positive"),
        CheckConstraint("ends_at > starts_at", name="ends_after_starting"),
        CheckConstraint("closes_at > opens_at AND closes_at <= starts_at", name="closes_in_time"),
        CheckConstraint("names_until <= starts_at", name="names_before_starting"),
        CheckConstraint("(published_at IS NULL) = (published_by_id IS NULL)", name="published_by_somebody"),
        CheckConstraint("cancelled_at IS NULL OR cancel_reason <> ''", name="cancelled_with_a_reason"),
        Index("ix_event_starts", "starts_at", "id"),
        Index("ix_event_property_starts", "property_id", "starts_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    title: Mapped[dict[str, Any]]
    description: Mapped[dict[str, Any]]
    place: Mapped[dict[str, Any]]
    """Where at the hotel: the terrace, the wine cellar."""
    search_key: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int]
    seats_taken: Mapped[int] = mapped_column(default=0)
    """Seats of parties that have them, whether or not they are at the door already."""
    seats_per_account: Mapped[int | None]
    """The most that one company may have; none where the programme's own allowance says it."""
    plus_ones: Mapped[int]
    """How many may come with the guest that a party is for."""
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    names_until: Mapped[datetime]
    least_nights: Mapped[int | None]
    """Nights of the last 365 days that a company chosen by its tier must have had, too."""
    revision: Mapped[int]
    """1 at first, one more with each change and with the end: the calendar file's sequence follows it."""
    revised_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    cancel_reason: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    """When who did not come was noted, after its end."""
    purged_at: Mapped[datetime | None]
    """When the names, diets and needs of its guests were forgotten."""

    property: Mapped[Property] = relationship(lazy="raise")
    audience: Mapped[list["EventAudience"]] = relationship(
        lazy="raise", back_populates="event", order_by="EventAudience.id"
    )

    # In a hotel a property is a hotel; the decorator goes by its full name.
    @builtins.property
    def state(self) -> EventState:
        if self.cancelled_at is not None:
            return EventState.CANCELLED
        if self.closed_at is not None:
            return EventState.CLOSED
        return EventState.DRAFT if self.published_at is None else EventState.PUBLISHED

    @builtins.property
    def seats_left(self) -> int:
        return self.capacity - self.seats_taken

    @builtins.property
    def tiers(self) -> list[str]:
        """The tiers it is open to; needs its audience loaded."""
        return [one.code for one in self.audience if one.kind == AudienceKind.TIER]

    @builtins.property
    def countries(self) -> list[str]:
        """The countries to whose companies it is narrowed down; all where none is named."""
        return [one.code for one in self.audience if one.kind == AudienceKind.COUNTRY]


class EventAudience(Model):
    """One tier, or one country, to whose companies an event is open."""

    __tablename__ = "event_audience"
    __table_args__ = (
        one_of("kind", AudienceKind),
        UniqueConstraint("event_id", "kind", "code", name="uq_event_audience"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[str]
    code: Mapped[str]

    event: Mapped[Event] = relationship(lazy="raise", back_populates="audience")


class EventInvitation(Model):
    """A company that is invited: by name, or because it was among the audience at publication."""

    __tablename__ = "event_invitation"
    __table_args__ = (UniqueConstraint("event_id", "account_id", name="uq_event_invitation"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    is_by_name: Mapped[bool]
    tier: Mapped[str]
    """The company's tier when it was invited."""
    invited_at: Mapped[datetime | None]
    """When its people were told; none while the event is a draft."""
    letters: Mapped[int] = mapped_column(default=0)
    """How many of its people were written to; the contact budget may leave none."""

    account: Mapped[Account] = relationship(lazy="raise")
