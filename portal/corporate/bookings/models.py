"""Perk bookings: what was promised at which price, and what was delivered.

Where a booking stands is told by its records, never by a flag: a cancellation ends it, deliveries
move it forward, the settlement closes it.
"""

import builtins
import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account, Card
from portal.corporate.bundles.models import Bundle
from portal.corporate.limits.models import CostCentre
from portal.database import BigId, Model, PublicId, one_of
from portal.hotel.models import Property, Resource, Service
from portal.people.models import Person


class BookingState(StrEnum):
    """Where a booking stands, in words of the trade."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    IN_SERVICE = "in_service"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    NO_SHOW = "no_show"


class Booking(Model):
    """One order of services for a date, hotel and headcount, at prices frozen at confirmation."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("headcount >= 1", name="headcount_positive"),
        CheckConstraint("ends_at > starts_at", name="ends_after_starting"),
        CheckConstraint(
            "bill_cents >= 0 AND discount_cents >= 0 AND points_used >= 0",
            name="amounts_not_negative",
        ),
        CheckConstraint("(points_used > 0) = (hold_key IS NOT NULL)", name="points_are_held"),
        Index("ix_booking_account_starts", "account_id", "starts_at", "id"),
        Index("ix_booking_property_starts", "property_id", "starts_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The token of the form that made it: sent twice, it books once."""
    reference: Mapped[str] = mapped_column(unique=True)
    """Short and readable, for people: printed on letters, said on the telephone."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    booked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """The traveller of the company whom it is for; none when it is for a group."""
    card_id: Mapped[int | None] = mapped_column(ForeignKey("card.id"), index=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    bundle_id: Mapped[int | None] = mapped_column(ForeignKey("bundle.id"), index=True)
    cost_centre_id: Mapped[int | None] = mapped_column(ForeignKey("cost_centre.id"), index=True)
    """Where the company books it; none where it keeps no cost centres here."""
    revision: Mapped[int]
    """1 at confirmation, one more with each change and with the end: the calendar file's sequence."""
    revision_token: Mapped[uuid.UUID]
    """The token of the form that made this revision: sent twice, it changes once."""
    revised_at: Mapped[datetime]
    title: Mapped[dict[str, Any]]
    """The occasion per language: in the booker's words, else the bundle's name or the services."""
    search_key: Mapped[str]
    headcount: Mapped[int]
    note: Mapped[str]
    service_date: Mapped[date]
    """The day on which it begins at the property."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    cut_off_at: Mapped[datetime]
    """Until then the client may change or cancel: the earliest cut-off of its lines."""
    tier: Mapped[str]
    currency: Mapped[str]
    list_cents: Mapped[int]
    discount_cents: Mapped[int]
    bill_cents: Mapped[int]
    """What is owed before paying with points, gross."""
    eligible_cents: Mapped[int]
    points_used: Mapped[int]
    points_to_earn: Mapped[int]
    price: Mapped[dict[str, Any]]
    """The derivation of the price, frozen at confirmation."""
    payment: Mapped[dict[str, Any] | None]
    """The derivation of paying with points; none when no points pay."""
    hold_key: Mapped[str | None]
    """Under which the ledger holds the points; none when no points pay."""
    confirmed_at: Mapped[datetime | None]
    """None while it waits for the company's second key, and where that was never given."""
    fulfilled_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="raise")
    property: Mapped[Property] = relationship(lazy="raise")
    booked_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[booked_by_id])
    guest: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[guest_id])
    card: Mapped[Card | None] = relationship(lazy="raise")
    bundle: Mapped[Bundle | None] = relationship(lazy="raise")
    cost_centre: Mapped[CostCentre | None] = relationship(lazy="raise")
    request: Mapped["Request | None"] = relationship(lazy="raise", back_populates="booking")
    lines: Mapped[list["BookingLine"]] = relationship(
        lazy="raise", back_populates="booking", order_by="BookingLine.position"
    )
    cancellation: Mapped["Cancellation | None"] = relationship(lazy="raise", back_populates="booking")
    settlement: Mapped["Settlement | None"] = relationship(lazy="raise", back_populates="booking")

    # In a hotel a property is a hotel; the decorator goes by its full name.
    @builtins.property
    def standing_lines(self) -> list["BookingLine"]:
        """The lines as they stand, without those that a change took out."""
        return [line for line in self.lines if line.dropped_at is None]

    @builtins.property
    def priced_lines(self) -> list["BookingLine"]:
        """The lines of which the price is formed: those that stand, and what a partner could not do."""
        return [line for line in self.lines if line.dropped_at is None or line.is_declined]

    @builtins.property
    def spoken_reference(self) -> str:
        """The reference in groups of three, as it is read and said."""
        digits = self.reference
        return "\N{NO-BREAK SPACE}".join(digits[n : n + 3] for n in range(0, len(digits), 3))

    @builtins.property
    def placed_at(self) -> datetime:
        """When it was booked, whether or not it had to wait; needs its request loaded."""
        return self.request.asked_at if self.request is not None else self.confirmed_at or self.revised_at

    @builtins.property
    def ended_at(self) -> datetime | None:
        """When it was cancelled, or noted that nobody came."""
        return self.cancellation.at if self.cancellation is not None else None

    @builtins.property
    def is_delivered(self) -> bool:
        """Whether anything of it was delivered."""
        return any(line.delivery is not None for line in self.lines)

    @builtins.property
    def ledger_name(self) -> str:
        """How the ledger calls it: by an opaque id."""
        return f"booking:{self.public_id}"

    @builtins.property
    def state(self) -> BookingState:
        """Where it stands; needs its lines, their deliveries and its end loaded."""
        if self.cancellation is not None:
            return ENDED_AS[EndKind(self.cancellation.kind)]
        if self.confirmed_at is None:
            return BookingState.REQUESTED
        if self.fulfilled_at is not None:
            return BookingState.FULFILLED
        if self.is_delivered:
            return BookingState.IN_SERVICE
        return BookingState.CONFIRMED


class Request(Model):
    """A booking above a limit of its company: until when it waits for the second key, and who gave it.

    While it waits, its halls and points are taken and its prices stand, so that nothing is lost.
    """

    __tablename__ = "booking_request"
    __table_args__ = (
        CheckConstraint("deadline_at > asked_at", name="deadline_after_asking"),
        CheckConstraint("(granted_at IS NULL) = (granted_by_id IS NULL)", name="granted_by_somebody"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), unique=True)
    asked_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    weighed: Mapped[dict[str, Any]]
    """The derivation of why it needs a second key, as it stood when it was asked for."""
    granted_at: Mapped[datetime | None]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    booking: Mapped[Booking] = relationship(lazy="raise", back_populates="request")
    granted_by: Mapped[Person | None] = relationship(lazy="raise")


class BookingLine(Model):
    """One service of a booking: what was promised, when, and at which price."""

    __tablename__ = "booking_line"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity_positive"),
        CheckConstraint("ends_at > starts_at", name="ends_after_starting"),
        Index("ix_booking_line_starts", "starts_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    position: Mapped[int]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id"), index=True)
    quantity: Mapped[int]
    """In the service's unit: of an hourly service, all its hours."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    unit_price_cents: Mapped[int]
    is_gross: Mapped[bool]
    vat_bp: Mapped[int]
    floor_cents: Mapped[int]
    """Under which one unit may not fall."""
    list_cents: Mapped[int]
    discount_bp: Mapped[int]
    discount_cents: Mapped[int]
    total_cents: Mapped[int]
    is_third_party: Mapped[bool]
    layout: Mapped[str | None]
    """How the hall shall be laid out; none leaves it to the house."""
    dropped_at: Mapped[datetime | None]
    """When a change took the line out, or a partner could not do it; it stays for the history."""
    is_declined: Mapped[bool] = mapped_column(default=False)
    """Whether a partner could not do it: it costs nothing, and still counts as a kind of the bundle."""

    booking: Mapped[Booking] = relationship(lazy="raise", back_populates="lines")
    service: Mapped[Service] = relationship(lazy="raise")
    resource: Mapped[Resource | None] = relationship(lazy="raise")
    delivery: Mapped["Delivery | None"] = relationship(lazy="raise", back_populates="line")


class EndKind(StrEnum):
    """Who ended a booking before it was delivered, or that nobody came."""

    BY_CLIENT = "by_client"
    BY_HOTEL = "by_hotel"
    NO_SHOW = "no_show"
    DECLINED = "declined"
    """The company's approver said no."""
    LAPSED = "lapsed"
    """Nobody of the company decided in time."""


ENDED_AS = {
    EndKind.BY_CLIENT: BookingState.CANCELLED,
    EndKind.BY_HOTEL: BookingState.CANCELLED,
    EndKind.NO_SHOW: BookingState.NO_SHOW,
    EndKind.DECLINED: BookingState.DECLINED,
    EndKind.LAPSED: BookingState.DECLINED,
}


class Cancellation(Model):
    """The end of a booking before it was delivered: by whom, when, why. A no-show ends it too."""

    __tablename__ = "booking_cancellation"
    __table_args__ = (
        one_of("kind", EndKind),
        CheckConstraint("kind IN ('by_client', 'lapsed') OR reason <> ''", name="a_reason_is_given"),
        CheckConstraint("(kind = 'lapsed') = (by_id IS NULL)", name="ended_by_somebody"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), unique=True)
    kind: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """None where it lapsed."""
    at: Mapped[datetime]
    reason: Mapped[str]

    booking: Mapped[Booking] = relationship(lazy="raise", back_populates="cancellation")


class Settlement(Model):
    """What a fulfilled booking came to: delivered quantities at the prices frozen at confirmation.

    At most one stands; when the last delivery is undone it goes too, and the audit trail tells.
    """

    __tablename__ = "booking_settlement"
    __table_args__ = (
        CheckConstraint(
            "bill_cents >= 0 AND discount_cents >= 0 AND points_spent >= 0 AND points_earned >= 0",
            name="amounts_not_negative",
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    """Under which the ledger knows it: a second settlement after an undo has another."""
    at: Mapped[datetime]
    bill_cents: Mapped[int]
    discount_cents: Mapped[int]
    eligible_cents: Mapped[int]
    points_spent: Mapped[int]
    points_earned: Mapped[int]
    price: Mapped[dict[str, Any]]
    """The derivation of the settled price."""
    payment: Mapped[dict[str, Any] | None]

    booking: Mapped[Booking] = relationship(lazy="raise", back_populates="settlement")


class Delivery(Model):
    """What was delivered of a line, and when. At most one stands; an undone one leaves the audit trail."""

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        CheckConstraint(
            "(waived_at IS NULL) = (waived_by_id IS NULL) AND (waived_at IS NULL) = (waived_reason IS NULL)",
            name="waived_with_a_reason",
        ),
        # In one row, so that the database itself sees to it.
        CheckConstraint("waived_at IS NULL OR compensation IS NULL", name="compensated_or_waived"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("booking_line.id"), unique=True)
    quantity: Mapped[int]
    delivered_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    note: Mapped[str]
    compensation: Mapped[dict[str, Any] | None]
    """The derivation of the points that a broken promise gave; none where it was kept."""
    compensation_round: Mapped[int] = mapped_column(default=1)
    """How often it was given: a decision against it that is undone gives it anew."""
    waived_at: Mapped[datetime | None]
    """When a second person decided that nothing is given, who and why; the client reads why."""
    waived_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    waived_reason: Mapped[str | None]

    line: Mapped[BookingLine] = relationship(lazy="raise", back_populates="delivery")
    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])
    waived_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[waived_by_id])
