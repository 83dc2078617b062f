"""The versions of the programme's rules. A published version never changes; a new one follows it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Model


class ProgrammeVersion(Model):
    """One version of the rules and the day from which it counts."""

    __tablename__ = "programme_version"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_positive"),
        # Two versions that begin on one day could not be told apart by the day.
        Index("uq_programme_version_effective_from", "effective_from", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    effective_from: Mapped[date]
    rules: Mapped[dict[str, Any]]
    """The rules as plain data; `programme.rules.Rules.from_json` reads them."""
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """None for the version that comes with the house."""
