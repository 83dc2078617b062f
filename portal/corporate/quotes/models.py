"""Quotes: an order at a price that is kept for some days, before anything is held."""

import builtins
import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.corporate.bookings.models import Booking
from portal.corporate.bundles.models import Bundle
from portal.database import BigId, Model, PublicId
from portal.hotel.models import Property
from portal.people.models import Person


class QuoteState(StrEnum):
    """How a quote stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class PriceQuote(Model):
    """An order, its prices frozen until a day. Nothing is held: who books first has the hall.

    Accepted, it names its booking; it expires by the clock alone.
    """

    __tablename__ = "price_quote"
    __table_args__ = (
        CheckConstraint("headcount >= 1", name="headcount_positive"),
        CheckConstraint("ends_at > starts_at", name="ends_after_starting"),
        CheckConstraint("valid_until > issued_at", name="valid_for_a_while"),
        CheckConstraint("bill_cents >= 0 AND discount_cents >= 0", name="amounts_not_negative"),
        CheckConstraint("(booking_id IS NULL) = (accepted_at IS NULL)", name="accepted_as_a_booking"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_by_somebody"),
        CheckConstraint("withdrawn_at IS NULL OR accepted_at IS NULL", name="ends_one_way"),
        Index("ix_price_quote_account", "account_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The token of the form that made it: sent twice, it is quoted once."""
    number: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    bundle_id: Mapped[int | None] = mapped_column(ForeignKey("bundle.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    is_from_house: Mapped[bool]
    """Whether the account manager made it for the client."""
    title: Mapped[dict[str, Any]]
    search_key: Mapped[str]
    note: Mapped[str]
    headcount: Mapped[int]
    service_date: Mapped[date]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    order: Mapped[dict[str, Any]]
    """What was asked for, in the hotel's time."""
    offers: Mapped[list[Any]]
    """The prices and taxes of a unit of each service as they were."""
    tier: Mapped[str]
    currency: Mapped[str]
    list_cents: Mapped[int]
    discount_cents: Mapped[int]
    bill_cents: Mapped[int]
    points_to_earn: Mapped[int]
    price: Mapped[dict[str, Any]]
    """The derivation of the price."""
    issued_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), unique=True)
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    account: Mapped[Account] = relationship(lazy="raise")
    property: Mapped[Property] = relationship(lazy="raise")
    bundle: Mapped[Bundle | None] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])
    booking: Mapped[Booking | None] = relationship(lazy="raise")

    # In a hotel a property is a hotel; the decorator goes by its full name.
    @builtins.property
    def spoken_number(self) -> str:
        """The number in groups of three, as it is read and said."""
        return "\N{NO-BREAK SPACE}".join(self.number[n : n + 3] for n in range(0, len(self.number), 3))

    def state_at(self, at: datetime) -> QuoteState:
        """How it stands at an instant."""
        if self.accepted_at is not None:
            return QuoteState.ACCEPTED
        if self.withdrawn_at is not None:
            return QuoteState.WITHDRAWN
        return QuoteState.OPEN if at < self.valid_until else QuoteState.EXPIRED
