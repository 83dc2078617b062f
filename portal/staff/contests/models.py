"""Contests of events: by whom and why, and what a second person decided."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model, PublicId, one_of
from portal.people.models import Person
from portal.staff.contributions.models import Contribution


class Outcome(StrEnum):
    """What was decided of an event."""

    STANDS = "stands"
    VOID = "void"


class Contest(Model):
    """One event contested, by the same person once; decided once, by somebody else."""

    __tablename__ = "contest"
    __table_args__ = (
        one_of("outcome", Outcome),
        CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (decided_by_id IS NULL)",
            name="decision_is_whole",
        ),
        UniqueConstraint("contribution_id", "by_id", name="uq_contest_contribution_by"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> by_id", name="second_person_decides"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str]
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    outcome: Mapped[str | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    decided_at: Mapped[datetime | None]
    words: Mapped[str]
    """Why it was decided so."""

    contribution: Mapped[Contribution] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])
    decided_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[decided_by_id])
