"""The times that halls and sets of equipment are taken."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Model


class ResourceSlot(Model):
    """Five minutes of one hall or set of equipment, taken by one line of a booking: never taken twice."""

    __tablename__ = "resource_slot"
    __table_args__ = (UniqueConstraint("resource_id", "slot_at", name="uq_resource_slot"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    slot_at: Mapped[datetime]
    line_id: Mapped[int] = mapped_column(ForeignKey("booking_line.id"), index=True)
