"""The versions of a questionnaire. A published version never changes; an edited one follows it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Model


class QuestionnaireVersion(Model):
    """One version of one questionnaire, with its questions in each language."""

    __tablename__ = "questionnaire_version"
    __table_args__ = (
        UniqueConstraint("code", "number", name="uq_questionnaire_version_number"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("asks_after_minutes >= 0", name="asks_not_before"),
        CheckConstraint("open_days >= 1", name="open_for_a_day"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str]
    """Which questionnaire it is a version of, without a language: `after_booking`."""
    number: Mapped[int]
    title: Mapped[dict[str, Any]]
    questions: Mapped[list[Any]]
    """In their order: `{"code", "kind", "text": {…}, …}`; `surveys.questionnaires.rules` reads them."""
    asks_after_minutes: Mapped[int]
    """How long after the touchpoint the guest is asked."""
    open_days: Mapped[int]
    """How long the link opens."""
    case_working_days: Mapped[dict[str, Any]]
    """By tier: how many working days the account's manager has to answer a low score."""
    published_at: Mapped[datetime]
