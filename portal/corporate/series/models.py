"""Series: a booking that comes again every week or month, each time a booking of its own."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.corporate.bookings.models import Booking
from portal.database import BigId, Model, PublicId, one_of


class Rhythm(StrEnum):
    """How often it comes."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


class BookingSeries(Model):
    """What was asked for: which booking comes again, how often, until when."""

    __tablename__ = "booking_series"
    __table_args__ = (one_of("rhythm", Rhythm),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The token of the form that made it: sent twice, it is booked once."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    rhythm: Mapped[str]
    until: Mapped[date]
    at: Mapped[datetime]

    first: Mapped[Booking] = relationship(lazy="raise")


class SeriesBooking(Model):
    """One booking of a series, on its day."""

    __tablename__ = "series_booking"
    __table_args__ = (
        UniqueConstraint("series_id", "day", name="uq_series_booking_day"),
        CheckConstraint("position >= 1", name="position_positive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("booking_series.id"), index=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), unique=True)
    day: Mapped[date]
    position: Mapped[int]
