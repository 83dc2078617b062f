"""Hand-overs of a shift: what was open when somebody went, and who took it over."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model, PublicId
from portal.hotel.models import Department, Property
from portal.people.models import Person


class ShiftHandover(Model):
    """A department's shift, left with a note and taken over by a colleague; a withdrawn one stays."""

    __tablename__ = "shift_handover"
    __table_args__ = (
        CheckConstraint("(taken_at IS NULL) = (taken_by_id IS NULL)", name="taken_by_somebody"),
        CheckConstraint("taken_by_id <> left_by_id", name="taken_by_another"),
        CheckConstraint("withdrawn_at IS NULL OR taken_at IS NULL", name="withdrawn_or_taken"),
        Index("ix_shift_handover_department_left", "department_id", "left_at", "id"),
        Index("ix_shift_handover_property_left", "property_id", "left_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The token of the form that made it."""
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    note: Mapped[str]
    left_open: Mapped[dict[str, Any]]
    """What was open: ids of lines and requests, and how many; no text of anybody's."""
    left_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    left_at: Mapped[datetime]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    taken_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    house: Mapped[Property] = relationship(lazy="raise")
    department: Mapped[Department] = relationship(lazy="raise")
    left_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[left_by_id])
    taken_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[taken_by_id])
