"""Answers as they are kept, one a question; and compliments to the people whom a guest named."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model, PublicId
from portal.people.models import Person
from portal.surveys.invitations.models import Invitation


class Answer(Model):
    """The answer to one question. It may change until the survey is submitted, and never after."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        UniqueConstraint("invitation_id", "question", name="uq_survey_answer_question"),
        CheckConstraint("number IS NULL OR number BETWEEN 0 AND 10", name="number_on_its_scale"),
        Index("ix_survey_answer_question_number", "question", "number", "invitation_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("survey_invitation.id"))
    question: Mapped[str]
    """The question's code: `come_again`, `recommend`, `services`, `words`, `thanks`."""
    number: Mapped[int | None]
    """On a scale."""
    chosen: Mapped[list[Any] | None]
    """Codes of services, or public ids of people."""
    words: Mapped[str]
    """The text that was asked for, or the words to whom is thanked."""
    kept_at: Mapped[datetime]

    invitation: Mapped[Invitation] = relationship(lazy="raise")


class Compliment(Model):
    """A guest's thanks to one person by name, as of the submission."""

    __tablename__ = "survey_compliment"
    __table_args__ = (
        UniqueConstraint("invitation_id", "person_id", name="uq_survey_compliment_person"),
        Index("ix_survey_compliment_person", "person_id", "given_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("survey_invitation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who is thanked."""
    words: Mapped[str]
    given_at: Mapped[datetime]

    invitation: Mapped[Invitation] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
