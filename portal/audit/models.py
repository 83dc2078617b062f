"""What was done and what was seen, by opaque ids: the rows survive the erasure of a person."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Model


class AuditEntry(Model):
    """One change of money, points, rules, roles or personal data."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    details: Mapped[dict[str, Any]]
    request_id: Mapped[str | None]


class Sight(Model):
    """One look at a person's data by somebody else, listed to that person."""

    __tablename__ = "sight"
    __table_args__ = (Index("ix_sight_subject_id_at", "subject_id", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    viewer_id: Mapped[int]
    subject_id: Mapped[int]
    page: Mapped[str]
    request_id: Mapped[str | None]
