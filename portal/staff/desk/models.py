"""The service log: what staff did, for whom, when."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account, Card
from portal.corporate.bookings.models import BookingLine
from portal.database import BigId, Model, PublicId
from portal.hotel.models import Service
from portal.people.models import Person


class LoggedService(Model):
    """One service done at a property. An undone entry stays, with who undid it and when."""

    __tablename__ = "logged_service"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        Index("ix_logged_service_property_done", "property_id", "done_at", "id"),
        Index("ix_logged_service_by_done", "by_id", "done_at", "id"),
        Index("ix_logged_service_card_done", "card_id", "done_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The token of the form that made it: a retry over a bad network logs once."""
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    card_id: Mapped[int | None] = mapped_column(ForeignKey("card.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("booking_line.id"), index=True)
    """The line of a booking that this delivered, if it was promised."""
    quantity: Mapped[int]
    done_at: Mapped[datetime]
    logged_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    account: Mapped[Account] = relationship(lazy="raise")
    card: Mapped[Card | None] = relationship(lazy="raise")
    service: Mapped[Service] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])
    line: Mapped[BookingLine | None] = relationship(lazy="raise")
