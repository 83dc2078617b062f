"""Applications of companies, what was written to and fro, and the links in letters."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.corporate.admission.models import AdmissionRules
from portal.database import BigId, Model, PublicId, one_of
from portal.people.models import Person


class Outcome(StrEnum):
    """How an application ended."""

    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Application(Model):
    """A company asks to join. Nobody at the hotel sees it before its address has been confirmed."""

    __tablename__ = "application"
    __table_args__ = (
        one_of("outcome", Outcome),
        CheckConstraint("nights_a_year >= 0", name="nights_not_negative"),
        CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled_with_outcome"),
        CheckConstraint("outcome IS NULL OR confirmed_at IS NOT NULL", name="settled_once_confirmed"),
        CheckConstraint(
            "(COALESCE(outcome, '') = 'approved') = (account_id IS NOT NULL)", name="approved_with_account"
        ),
        CheckConstraint(
            "(COALESCE(outcome, '') IN ('approved', 'declined')) = (settled_by_id IS NOT NULL)",
            name="settled_by_the_hotel",
        ),
        CheckConstraint("outcome <> 'declined' OR settled_words <> ''", name="declined_with_reason"),
        Index("ix_application_confirmed", "confirmed_at", "id"),
        Index("ix_application_tax_number", "country", "tax_number"),
        Index(
            "uq_application_open",
            "email",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        Index(
            "uq_application_approved",
            "country",
            "tax_number",
            unique=True,
            sqlite_where=text("outcome = 'approved'"),
            postgresql_where=text("outcome = 'approved'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    company: Mapped[str]
    search_key: Mapped[str]
    country: Mapped[str]
    tax_number: Mapped[str]
    tax_checked_by: Mapped[str]
    """The rule that found the number right; empty where the country has none."""
    is_legal_entity: Mapped[bool]
    nights_a_year: Mapped[int]
    code: Mapped[str]
    """What a hotel calls the company already, if it knows."""
    note: Mapped[str]
    applicant: Mapped[str]
    email: Mapped[str]
    domain: Mapped[str]
    locale: Mapped[str]
    rules_id: Mapped[int] = mapped_column(ForeignKey("admission_rules.id"), index=True)
    """Which terms were agreed to, when it was sent."""
    sent_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    """Since when the hotel waits for an answer."""
    outcome: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    settled_words: Mapped[str] = mapped_column(default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)

    rules: Mapped[AdmissionRules] = relationship(lazy="raise")
    settled_by: Mapped[Person | None] = relationship(lazy="raise")
    account: Mapped[Account | None] = relationship(lazy="raise")
    words: Mapped[list["ApplicationWord"]] = relationship(
        lazy="raise", back_populates="application", order_by="ApplicationWord.id"
    )


class ApplicationWord(Model):
    """A question of the hotel, or an answer of the applicant."""

    __tablename__ = "application_word"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    text: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Who asked; none for an answer."""
    at: Mapped[datetime]

    application: Mapped[Application] = relationship(lazy="raise", back_populates="words")
    by: Mapped[Person | None] = relationship(lazy="raise")


class ApplicationLink(Model):
    """A link in a letter to the applicant; every letter has its own, and the earlier ones keep working."""

    __tablename__ = "application_link"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    sent_at: Mapped[datetime]

    application: Mapped[Application] = relationship(lazy="raise")
