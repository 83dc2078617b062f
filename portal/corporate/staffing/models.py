"""People of the house by the half-hour: who is promised to whom, and how many are promised at once."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Model


class StaffPromise(Model):
    """So many people of a service that a line of a booking takes, until it is given back."""

    __tablename__ = "staff_promise"
    __table_args__ = (
        CheckConstraint("people >= 1", name="people_positive"),
        CheckConstraint("ends_at > starts_at", name="ends_after_starting"),
        Index("ix_staff_promise_span", "property_id", "service_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("booking_line.id"), unique=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    people: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    given_back_at: Mapped[datetime | None]


class StaffHalfHour(Model):
    """How many people of a service are promised in one half-hour; never more than `most`.

    It is made when a limit is first asked about, with what had been promised until then.
    """

    __tablename__ = "staff_half_hour"
    __table_args__ = (
        UniqueConstraint("property_id", "service_id", "slot_at", name="uq_staff_half_hour"),
        CheckConstraint("taken BETWEEN 0 AND most", name="never_oversold"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    slot_at: Mapped[datetime]
    taken: Mapped[int]
    most: Mapped[int]
