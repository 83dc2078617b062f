"""Impact letters: drafted when a version is published, held until somebody approves them."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.database import BigId, Model, PublicId
from portal.programme.models import ProgrammeVersion
from portal.programme.rehearsal.models import RehearsedAccount


class ImpactState(StrEnum):
    """Where a letter is; told from its instants, never stored."""

    HELD = "held"
    APPROVED = "approved"
    SENT = "sent"
    STRUCK = "struck"


class ImpactLetter(Model):
    """What one company is told of one version; its figures are those of the rehearsal."""

    __tablename__ = "impact_letter"
    __table_args__ = (
        UniqueConstraint("version_id", "account_id", name="uq_impact_letter_once"),
        ForeignKeyConstraint(
            ["rehearsal_id", "account_id"],
            ["rehearsed_account.rehearsal_id", "rehearsed_account.account_id"],
            name="fk_impact_letter_rehearsed",
        ),
        CheckConstraint("(approved_at IS NULL) = (approved_by_id IS NULL)", name="approved_by_somebody"),
        CheckConstraint("(struck_at IS NULL) = (struck_by_id IS NULL)", name="struck_by_somebody"),
        CheckConstraint("approved_at IS NULL OR struck_at IS NULL", name="approved_or_struck"),
        CheckConstraint("sent_at IS NULL OR approved_at IS NOT NULL", name="sent_when_approved"),
        Index("ix_impact_letter_rehearsed", "rehearsal_id", "account_id"),
        Index("ix_impact_letter_account_id", "account_id"),
        Index("ix_impact_letter_due", "sent_at", "approved_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("programme_version.id"))
    rehearsal_id: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    drafted_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    struck_at: Mapped[datetime | None]
    struck_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    try_at: Mapped[datetime | None]
    """Not before this instant: somebody had been written to often enough, or nobody runs the account."""
    sent_at: Mapped[datetime | None]
    recipients: Mapped[int | None]
    """To how many people it went; none while it waits, zero while it waits for anybody to run the account.

    Of one that was taken back: how many were told that.
    """
    taken_back_at: Mapped[datetime | None]
    """When those to whom it went were told that its version was withdrawn."""

    version: Mapped[ProgrammeVersion] = relationship(lazy="raise")
    account: Mapped[Account] = relationship(lazy="raise")
    rehearsed: Mapped[RehearsedAccount] = relationship(lazy="raise", viewonly=True)

    @property
    def state(self) -> ImpactState:
        """Where it is."""
        if self.struck_at is not None:
            return ImpactState.STRUCK
        if self.sent_at is not None:
            return ImpactState.SENT
        return ImpactState.APPROVED if self.approved_at is not None else ImpactState.HELD
