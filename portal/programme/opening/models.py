"""Files of opening balances, and what became of each row."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.database import BigId, Model, PublicId, one_of
from portal.people.models import Person


class OpeningOutcome(StrEnum):
    """What becomes of a row."""

    ACCEPTED = "accepted"
    HELD = "held"
    REJECTED = "rejected"


class OpeningImport(Model):
    """One file: looked at by one person, taken over or discarded by another."""

    __tablename__ = "opening_import"
    __table_args__ = (
        CheckConstraint("accepted_at IS NULL OR discarded_at IS NULL", name="ends_once"),
        CheckConstraint("accepted_by_id <> uploaded_by_id", name="two_people"),
        # The same file twice is one file, unless the first was discarded.
        Index(
            "uq_opening_import_digest",
            "digest",
            unique=True,
            sqlite_where=text("discarded_at IS NULL"),
            postgresql_where=text("discarded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    filename: Mapped[str]
    digest: Mapped[str]
    counts: Mapped[dict[str, Any]]
    """Rows by outcome, and points and companies of the accepted ones."""
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    uploaded_at: Mapped[datetime]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    accepted_at: Mapped[datetime | None]
    discarded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    discarded_at: Mapped[datetime | None]

    uploaded_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[uploaded_by_id])
    accepted_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[accepted_by_id])


class OpeningRow(Model):
    """One row of a file: a lot of one company, a tier, or both; with its outcome and why."""

    __tablename__ = "opening_row"
    __table_args__ = (
        one_of("outcome", OpeningOutcome),
        CheckConstraint("points IS NULL OR points >= 0", name="points_not_negative"),
        CheckConstraint("(outcome = 'accepted') = (reason IS NULL)", name="no_without_reason"),
        UniqueConstraint("import_id", "row_no", name="uq_opening_row_import_row"),
        Index("ix_opening_row_import_id_outcome", "import_id", "outcome", "row_no"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("opening_import.id"))
    row_no: Mapped[int]
    company: Mapped[str]
    """As the file calls it: a public id, or a code of one of the hotel systems."""
    source: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    points: Mapped[int | None]
    earned_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    tier: Mapped[str | None]
    tier_since: Mapped[date | None]
    outcome: Mapped[str]
    reason: Mapped[str | None]
    details: Mapped[dict[str, Any]]
    """What the sentence of the reason is filled with."""
    entry_seq: Mapped[int | None]
    """The entry of the account's ledger that brought the points."""

    account: Mapped[Account | None] = relationship(lazy="raise")
