"""Perk bookings: what was promised at which price, and what was delivered.

Where a booking stands is told by its records, never by a flag: `cancellation` ends it,
deliveries move it forward, `fulfilled_at` closes the delivery.
"""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account, Card
from portal.database import BigId, Model, PublicId
from portal.hotel.models import Property, Resource, Service
from portal.people.models import Person


class BookingState(StrEnum):
    """Where a booking stands, in words of the trade."""

    CONFIRMED = "confirmed"
    IN_SERVICE = "in_service"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
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
    revision: Mapped[int]
    """1 at confirmation, one more with each change: the sequence of the calendar file."""
    title: Mapped[str]
    headcount: Mapped[int]
    note: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    cut_off_at: Mapped[datetime]
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
    confirmed_at: Mapped[datetime]
    fulfilled_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="raise")
    property: Mapped[Property] = relationship(lazy="raise")
    booked_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[booked_by_id])
    guest: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[guest_id])
    card: Mapped[Card | None] = relationship(lazy="raise")
    lines: Mapped[list["BookingLine"]] = relationship(
        lazy="raise", back_populates="booking", order_by="BookingLine.position"
    )
    cancellation: Mapped["Cancellation | None"] = relationship(
        lazy="raise", back_populates="booking"
    )


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
    resource_id: Mapped[int | None] = mapped_column(
        ForeignKey("resource.id"), index=True
    )
    quantity: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    unit_price_cents: Mapped[int]
    is_gross: Mapped[bool]
    vat_bp: Mapped[int]
    list_cents: Mapped[int]
    discount_bp: Mapped[int]
    discount_cents: Mapped[int]
    total_cents: Mapped[int]
    is_third_party: Mapped[bool]
    dropped_at: Mapped[datetime | None]
    """When a change of the booking took the line out; it stays for the history."""

    booking: Mapped[Booking] = relationship(lazy="raise", back_populates="lines")
    service: Mapped[Service] = relationship(lazy="raise")
    resource: Mapped[Resource | None] = relationship(lazy="raise")
    delivery: Mapped["Delivery | None"] = relationship(
        lazy="raise", back_populates="line"
    )


class ResourceSlot(Model):
    """Five minutes of one hall or set of equipment, taken by one line: never taken twice."""

    __tablename__ = "resource_slot"
    __table_args__ = (
        UniqueConstraint("resource_id", "slot_at", name="uq_resource_slot"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    slot_at: Mapped[datetime]
    line_id: Mapped[int] = mapped_column(ForeignKey("booking_line.id"), index=True)


class Cancellation(Model):
    """The end of a booking before it was delivered: by whom, when, why."""

    __tablename__ = "booking_cancellation"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    by_hotel: Mapped[bool]
    reason: Mapped[str]

    booking: Mapped[Booking] = relationship(lazy="raise", back_populates="cancellation")


class Delivery(Model):
    """What was delivered of a line, and when. At most one stands; an undone one leaves the audit trail."""

    __tablename__ = "delivery"
    __table_args__ = (CheckConstraint("quantity >= 0", name="quantity_not_negative"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("booking_line.id"), unique=True)
    quantity: Mapped[int]
    delivered_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    note: Mapped[str]

    line: Mapped[BookingLine] = relationship(lazy="raise", back_populates="delivery")
    by: Mapped[Person] = relationship(lazy="raise")
