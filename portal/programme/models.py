"""The versions of the programme's rules. A published version never changes; a new one follows it, or it is
withdrawn before it begins.
"""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model, PublicId, one_of
from portal.people.models import Person


class ProgrammeVersion(Model):
    """One version of the rules and the day from which it counts."""

    __tablename__ = "programme_version"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_positive"),
        # Two versions that begin on one day could not be told apart by the day: a trigger refuses the second,
        # unless the first was withdrawn.
        Index("ix_programme_version_effective_from", "effective_from"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    effective_from: Mapped[date]
    rules: Mapped[dict[str, Any]]
    """The rules as plain data; `programme.rules.Rules.from_json` reads them."""
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """None for the version that comes with the house."""


class WithdrawalOutcome(StrEnum):
    """What became of the wish to withdraw a version; one that nobody settled ends as the version begins."""

    AGREED = "agreed"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


class VersionWithdrawal(Model):
    """The wish of one person that a version shall never begin, and what another said to it.

    The version stays to be read, with its number; no rules read it once another has agreed.
    """

    __tablename__ = "programme_withdrawal"
    __table_args__ = (
        one_of("outcome", WithdrawalOutcome),
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint(
            "(outcome IS NULL) = (settled_at IS NULL) AND (outcome IS NULL) = (settled_by_id IS NULL)",
            name="settled_with_outcome",
        ),
        CheckConstraint("(outcome = 'taken_back') = (settled_by_id = by_id)", name="settled_by_another"),
        Index("ix_programme_withdrawal_version_id", "version_id", "id"),
        Index(
            "uq_programme_withdrawal_waiting",
            "version_id",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        Index(
            "uq_programme_withdrawal_agreed",
            "version_id",
            unique=True,
            sqlite_where=text("outcome = 'agreed'"),
            postgresql_where=text("outcome = 'agreed'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """Also the token of its form: two clicks ask once."""
    version_id: Mapped[int] = mapped_column(ForeignKey("programme_version.id"))
    reason: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    outcome: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    settled_words: Mapped[str] = mapped_column(default="")

    version: Mapped[ProgrammeVersion] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])
    settled_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[settled_by_id])
