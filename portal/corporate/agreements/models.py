"""Versions of the agreement, which never change, and who accepted which for their company."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model, PublicId
from portal.people.models import Person


class AgreementVersion(Model):
    """One text of the agreement, in every language; the highest number is the one in force."""

    __tablename__ = "agreement_version"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("number = 1 OR old_until IS NOT NULL", name="old_ends"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The token of its form: sent twice, it is published once."""
    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[dict[str, Any]]
    body: Mapped[dict[str, Any]]
    """Paragraphs between empty lines, per language."""
    old_until: Mapped[date | None]
    """The last day on which an earlier version still holds for whoever accepted it; the first has none."""
    published_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    published_at: Mapped[datetime]

    published_by: Mapped[Person] = relationship(lazy="raise")


class AgreementAcceptance(Model):
    """A company accepted a version: who did it, when, and in which language it was read."""

    __tablename__ = "agreement_acceptance"
    __table_args__ = (
        UniqueConstraint("account_id", "version_id", name="uq_agreement_acceptance_account_version"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_version.id"), index=True)
    locale: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]

    version: Mapped[AgreementVersion] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise")
