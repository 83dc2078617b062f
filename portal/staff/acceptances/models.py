"""Who took a promised line."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.corporate.bookings.models import BookingLine
from portal.database import BigId, Model
from portal.people.models import Person


class Acceptance(Model):
    """Somebody took a line upon themselves. At most one stands; one given back leaves the audit trail."""

    __tablename__ = "line_acceptance"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("booking_line.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]

    line: Mapped[BookingLine] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise")
