"""What one department asks of another, and what became of it."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model, PublicId, one_of
from portal.hotel.models import Department
from portal.people.models import Person


class Ending(StrEnum):
    """How a request ended."""

    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class DepartmentRequest(Model):
    """Something asked of a department by a time; it waits, is accepted, and ends."""

    __tablename__ = "department_request"
    __table_args__ = (
        one_of("ending", Ending),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by_id IS NULL)", name="accepted_by_somebody"),
        CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL) AND (ended_at IS NULL) = (ending IS NULL)",
            name="ended_by_somebody",
        ),
        CheckConstraint("ending <> 'done' OR accepted_at IS NOT NULL", name="done_once_accepted"),
        CheckConstraint("ending <> 'declined' OR outcome <> ''", name="declined_with_a_reason"),
        Index("ix_department_request_property_due", "property_id", "due_at", "id"),
        Index("ix_department_request_property_ended", "property_id", "ended_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The token of the form that made it: a retry over a bad network asks once."""
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    from_department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    """Whose colleagues see it as theirs; none where whoever asks belongs to no department."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    what: Mapped[str]
    whom: Mapped[str] = mapped_column(default="")
    """For whom or where, as colleagues say it: a room, a booking, a hall."""
    wanted_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """When it is promised: the time that was wanted, until whoever accepts names another."""
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    accepted_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    ended_at: Mapped[datetime | None]
    ending: Mapped[str | None]
    outcome: Mapped[str] = mapped_column(default="")
    """What came of it, or why not, in words that both sides read."""

    department: Mapped[Department] = relationship(lazy="raise", foreign_keys=[department_id])
    from_department: Mapped[Department | None] = relationship(lazy="raise", foreign_keys=[from_department_id])
    asked_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[asked_by_id])
    accepted_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[accepted_by_id])
    ended_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[ended_by_id])
