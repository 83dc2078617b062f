"""What partners are asked: an interpreter, a taxi, tickets, each with the day and hour of the answer."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Model, PublicId, one_of

TO_CALL_OFF = "call_off_at IS NOT NULL AND called_off_at IS NULL"


class Answer(StrEnum):
    """What a partner answers."""

    CONFIRMED = "confirmed"
    DECLINED = "declined"
    OFFERED = "offered"
    """Another time or another price, which the client takes or leaves."""


class Enquiry(Model):
    """One line of a booking that a partner has to confirm, and what became of it.

    It stands open until the partner answers; an offer stands until the client answers it. `closed_at`
    tells that nothing waits any more: answered, taken, left, or the line went with its booking. A partner
    who was asked, or had confirmed, is then called off: since `call_off_at` somebody has to, at
    `called_off_at` somebody has.
    """

    __tablename__ = "enquiry"
    __table_args__ = (
        one_of("answer", Answer),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at_a_time"),
        CheckConstraint("(answer IS NULL) = (answered_by_id IS NULL)", name="answered_by_somebody"),
        CheckConstraint("answer <> 'confirmed' OR reference <> ''", name="confirmed_with_a_reference"),
        CheckConstraint("answer <> 'declined' OR reason <> ''", name="declined_with_a_reason"),
        CheckConstraint(
            "answer <> 'offered' OR offered_unit_cents IS NOT NULL AND offered_at IS NOT NULL",
            name="offered_at_a_price",
        ),
        CheckConstraint("due_at > asked_at", name="due_after_asking"),
        CheckConstraint("called_off_at IS NULL OR call_off_at IS NOT NULL", name="called_off_when_due"),
        CheckConstraint(
            "(called_off_at IS NULL) = (called_off_by_id IS NULL)", name="called_off_by_somebody"
        ),
        CheckConstraint("call_off_at IS NULL OR closed_at IS NOT NULL", name="called_off_once_closed"),
        Index(
            "ix_enquiry_open",
            "property_id",
            "due_at",
            "id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_enquiry_to_call_off",
            "property_id",
            "id",
            sqlite_where=text(TO_CALL_OFF),
            postgresql_where=text(TO_CALL_OFF),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("booking_line.id"), unique=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    reference: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    offered_at: Mapped[datetime | None]
    """The other beginning that a partner offers."""
    offered_unit_cents: Mapped[int | None]
    """The other price of one unit, gross or net like the line's."""
    taken: Mapped[bool | None]
    """Whether the client took the offer; none while it is open, and where nothing was offered."""
    closed_at: Mapped[datetime | None]
    call_off_at: Mapped[datetime | None]
    """Since when the partner is to be called off; none where the line stands, or they had said no."""
    called_off_at: Mapped[datetime | None]
    called_off_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    called_off_note: Mapped[str] = mapped_column(default="")
    """What the partner said to it."""

    @property
    def is_to_call_off(self) -> bool:
        return self.call_off_at is not None and self.called_off_at is None
