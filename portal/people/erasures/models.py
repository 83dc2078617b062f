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


class Channel(StrEnum):
    """How a wish reached the hotel, where its owner cannot sign in to make it."""

    LETTER = "letter"
    EMAIL = "email"
    PHONE = "phone"
    IN_PERSON = "in_person"


class Erasure(Model):
    """One wish to be forgotten: open until it is carried out, refused or taken back.

    Begun is not yet settled: access has ended and nobody finds the person any more, and the worker goes
    through all texts.
    """

    __tablename__ = "erasure"
    __table_args__ = (
        one_of("outcome", Outcome),
        one_of("ground", Ground),
        one_of("channel", Channel),
        CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="settled_with_an_outcome"),
        CheckConstraint("(settled_at IS NULL) = (settled_by_id IS NULL)", name="settled_by_somebody"),
        CheckConstraint("(outcome = 'refused') = (ground IS NOT NULL)", name="refused_on_a_ground"),
        CheckConstraint("(channel IS NULL) = (noted_by_id IS NULL)", name="noted_with_its_channel"),
        CheckConstraint("channel IS NULL OR proof <> ''", name="noted_with_its_proof"),
        CheckConstraint("(begun_at IS NULL) = (begun_by_id IS NULL)", name="begun_by_somebody"),
        # Of whom the worker looks for nothing is kept once it has looked everywhere.
        CheckConstraint(
            "(sought_name IS NOT NULL) = (begun_at IS NOT NULL AND settled_at IS NULL)",
            name="sought_while_begun",
        ),
        CheckConstraint("sought_email IS NULL OR sought_name IS NOT NULL", name="sought_by_name"),
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
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """The administrator who noted it for the person; none where they asked themselves."""
    channel: Mapped[str | None]
    proof: Mapped[str] = mapped_column(default="")
    """By what the administrator knows that it was the person who asked."""
    begun_at: Mapped[datetime | None]
    begun_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    job_id: Mapped[uuid.UUID | None]
    """The background work that goes, or went, through the texts."""
    sought_name: Mapped[str | None]
    sought_email: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    outcome: Mapped[str | None]
    ground: Mapped[str | None]
    words: Mapped[str]
    """What the administrator wrote beside the ground of a refusal; the person reads it."""

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    settled_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[settled_by_id])
    noted_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[noted_by_id])
