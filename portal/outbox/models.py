"""Letters as rows, and the contact policy that binds every sender."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Model, PublicId, one_of

UNSENT = "sent_at IS NULL AND dead_at IS NULL"


class LetterKind(StrEnum):
    """What the contact budget counts: service letters are always sent, the others are rationed."""

    SERVICE = "service"
    MARKETING = "marketing"
    SURVEY = "survey"


class LetterState(StrEnum):
    """Where a letter is; told from its instants, never stored."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Letter(Model):
    """One message to one address, in one language, rendered when it was written."""

    __tablename__ = "letter"
    __table_args__ = (
        one_of("kind", LetterKind),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        CheckConstraint("(leased_by IS NULL) = (lease_until IS NULL)", name="lease_is_whole"),
        CheckConstraint("sent_at IS NULL OR dead_at IS NULL", name="ends_once"),
        Index(
            "ix_letter_due",
            "send_at",
            "id",
            sqlite_where=text(UNSENT),
            postgresql_where=text(UNSENT),
        ),
        Index("ix_letter_contact", "contact_key", "kind", "send_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    template: Mapped[str]
    about: Mapped[uuid.UUID | None] = mapped_column(PublicId, index=True)
    """The public id of what it is about, where it is forgotten together with that."""
    person_id: Mapped[int | None] = mapped_column(index=True)
    """Whom it is for, where the sender knows the person; an opaque id, as in the audit."""
    contact_key: Mapped[str]
    """The folded address: what the contact budget counts by."""
    to_address: Mapped[str]
    to_name: Mapped[str]
    locale: Mapped[str]
    zone: Mapped[str]
    """The recipient's time zone: quiet hours are theirs, also when a letter is tried again."""
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    attachments: Mapped[list[Any]]
    """`{"filename", "media_type", "content"}` each, the content in base64."""
    unsubscribe_url: Mapped[str | None]
    """Where a mail program's own button ends letters of this kind (RFC 8058)."""
    created_at: Mapped[datetime]
    send_at: Mapped[datetime]
    leased_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]

    @property
    def state(self) -> LetterState:
        if self.sent_at is not None:
            return LetterState.SENT
        return LetterState.FAILED if self.dead_at is not None else LetterState.WAITING


class ContactPolicy(Model):
    """How often a person may be written to; published by the programme, obeyed by the outbox."""

    __tablename__ = "contact_policy"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("marketing_per_month >= 0", name="marketing_not_negative"),
        CheckConstraint("survey_every_days >= 0", name="survey_not_negative"),
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


class ContactBudget(Model):
    """The row that is locked while one contact's budget is counted: two senders take turns."""

    __tablename__ = "contact_budget"

    contact_key: Mapped[str] = mapped_column(primary_key=True)
