"""Rehearsals and what each of them found, account by account; kept as they were found."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.database import BigId, Model, PublicId


class Rehearsal(Model):
    """Some rules replayed from `begins_on` to `ends_on`, both included, beside those in force at its end."""

    __tablename__ = "rehearsal"
    __table_args__ = (
        CheckConstraint("ends_on > begins_on", name="ends_after_it_begins"),
        CheckConstraint("months >= 1", name="months_positive"),
        CheckConstraint("(findings IS NULL) = (finished_at IS NULL)", name="finished_with_findings"),
        CheckConstraint("(draft_id IS NULL) = (draft_revision IS NULL)", name="draft_with_revision"),
        Index("ix_rehearsal_draft", "draft_id", "draft_revision"),
        Index("ix_rehearsal_asked_at", "asked_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("programme_draft.id"))
    draft_revision: Mapped[int | None]
    """Which draft, as it was saved then; none for the version in force."""
    name: Mapped[str]
    """What the rules are called: the name of the draft, or none for the version in force."""
    rules: Mapped[dict[str, Any]]
    """The rules that were rehearsed, whatever becomes of the draft."""
    versions: Mapped[list[Any]]
    """The versions that ran in the period: [[number, first day], …]."""
    months: Mapped[int]
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    findings: Mapped[dict[str, Any] | None]
    """Sums, moves, segments and the classic schemes: `rehearsal.rules.Findings`."""


class RehearsedAccount(Model):
    """What the rehearsed rules would have made of one account."""

    __tablename__ = "rehearsed_account"
    __table_args__ = (
        Index("ix_rehearsed_account_gain", "rehearsal_id", "gain_cents", "account_id"),
        Index("ix_rehearsed_account_account_id", "account_id"),
    )

    rehearsal_id: Mapped[int] = mapped_column(
        ForeignKey("rehearsal.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    tier_before: Mapped[str]
    tier_after: Mapped[str]
    move: Mapped[int]
    """How many tiers higher it ends; below zero when lower."""
    stays: Mapped[int]
    nights: Mapped[int]
    paid_cents: Mapped[int]
    discount_before_cents: Mapped[int]
    discount_after_cents: Mapped[int]
    points_before: Mapped[int]
    points_after: Mapped[int]
    outstanding_before: Mapped[int]
    outstanding_after: Mapped[int]
    gain_cents: Mapped[int]
    """What it has more of discounts and points, at their face value."""
    derivation: Mapped[dict[str, Any]]

    account: Mapped[Account] = relationship(lazy="raise")
