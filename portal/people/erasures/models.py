"""A person's wish that the hotel forgets them, and what became of it."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model, PublicId, one_of
from portal.people.models import Person

OPEN = "settled_at IS NULL"


class Outcome(StrEnum):
    """What became of the wish."""

    ERASED = "erased"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Ground(StrEnum):
    """Why the law lets, or makes, the hotel keep a person's data for now."""

    CONTRACT = "contract"
    CLAIM = "claim"
    LEGAL_DUTY = "legal_duty"
    IDENTITY = "identity"


class Erasure(Model):
    """One wish to be forgotten: open until it is carried out, refused or taken back."""

    __tablename__ = "erasure"
    __table_args__ = (
        one_of("outcome", Outcome),
        one_of("ground", Ground),
        CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="settled_with_an_outcome"),
        CheckConstraint("(settled_at IS NULL) = (settled_by_id IS NULL)", name="settled_by_somebody"),
        CheckConstraint("(outcome = 'refused') = (ground IS NOT NULL)", name="refused_on_a_ground"),
        # Two clicks are one wish.
        Index(
            "uq_erasure_open",
            "person_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index("ix_erasure_asked", "asked_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    outcome: Mapped[str | None]
    ground: Mapped[str | None]
    words: Mapped[str]
    """What the administrator wrote beside the ground of a refusal; the person reads it."""

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    settled_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[settled_by_id])
