"""Cases: opened by a low score, answered by the account's manager of the day (without one by the loyalty
managers), closed by the guest's second word.
"""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.database import BigId, Model, PublicId, one_of
from portal.hotel.models import Property
from portal.people.models import Person
from portal.surveys.invitations.models import Invitation


class SecondWord(StrEnum):
    """Whether the guest finds it put right."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Case(Model):
    """One low score that somebody must answer. "No" opens it again, with a new deadline."""

    __tablename__ = "survey_case"
    __table_args__ = (
        one_of("second_word", SecondWord),
        CheckConstraint("(resolved_at IS NULL) = (reply_until IS NULL)", name="resolved_with_an_end"),
        CheckConstraint("(second_word IS NULL) = (replied_at IS NULL)", name="second_word_has_its_time"),
        Index("ix_survey_case_property_due", "property_id", "due_at", "id"),
        Index("ix_survey_case_account_due", "account_id", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("survey_invitation.id"), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    """When what was done was last told to the guest; none while it is open."""
    reply_until: Mapped[datetime | None]
    second_word: Mapped[str | None]
    replied_at: Mapped[datetime | None]

    invitation: Mapped[Invitation] = relationship(lazy="raise")
    account: Mapped[Account] = relationship(lazy="raise")
    property: Mapped[Property] = relationship(lazy="raise")
    steps: Mapped[list["CaseStep"]] = relationship(lazy="raise", order_by="CaseStep.id")


class StepKind(StrEnum):
    """What a line of a case's history is."""

    NOTE = "note"
    RESOLUTION = "resolution"
    UNTOLD = "untold"
    """What was done, where nobody is left to be told."""
    SECOND_WORD = "second_word"


class CaseStep(Model):
    """One line of a case's history: a note of ours, what was done, or the guest's second word."""

    __tablename__ = "survey_case_step"
    __table_args__ = (
        one_of("kind", StepKind),
        one_of("second_word", SecondWord),
        CheckConstraint("(kind = 'resolution') = (token_digest IS NOT NULL)", name="resolution_asks"),
        CheckConstraint("(kind = 'second_word') = (second_word IS NOT NULL)", name="guest_says_how"),
        CheckConstraint("(kind = 'second_word') = (by_id IS NULL)", name="staff_sign"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """Made of the token of its form: sent twice, it is noted once."""
    case_id: Mapped[int] = mapped_column(ForeignKey("survey_case.id"), index=True)
    kind: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    words: Mapped[str]
    token_digest: Mapped[str | None] = mapped_column(unique=True)
    """Of the link with which the guest is asked for a second word."""
    second_word: Mapped[str | None]

    by: Mapped[Person | None] = relationship(lazy="raise")
