"""Letters as rows, and the contact policy that binds every sender."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Model, PublicId, one_of


class LetterKind(StrEnum):
    """What the contact budget counts: service letters are always sent, the others are rationed."""

    SERVICE = "service"
    MARKETING = "marketing"
    SURVEY = "survey"


class Letter(Model):
    """One message to one address, in one language, rendered when it was written."""

    __tablename__ = "letter"
    __table_args__ = (
        one_of("kind", LetterKind),
        Index("ix_letter_due", "sent_at", "dead_at", "send_at"),
        Index("ix_letter_contact", "contact_key", "kind", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    template: Mapped[str]
    contact_key: Mapped[str]
    to_address: Mapped[str]
    to_name: Mapped[str]
    locale: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    attachments: Mapped[list[Any]]
    created_at: Mapped[datetime]
    send_at: Mapped[datetime]
    leased_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]


class ContactPolicy(Model):
    """How often a person may be written to; published by the programme, obeyed by the outbox."""

    __tablename__ = "contact_policy"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("marketing_per_month >= 0", name="marketing_not_negative"),
        CheckConstraint(
            "quiet_from_hour BETWEEN 0 AND 23 AND quiet_to_hour BETWEEN 0 AND 23",
            name="quiet_hours",
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    marketing_per_month: Mapped[int]
    quiet_from_hour: Mapped[int]
    quiet_to_hour: Mapped[int]
    survey_every_days: Mapped[int]
