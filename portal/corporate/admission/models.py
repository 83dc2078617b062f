"""The rules by which companies are admitted; a version never changes, another one follows it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model
from portal.people.models import Person


class AdmissionRules(Model):
    """What is expected of a company, and what it agrees to when it applies."""

    __tablename__ = "admission_rules"
    __table_args__ = (CheckConstraint("min_nights >= 0", name="min_nights_not_negative"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version: Mapped[int] = mapped_column(unique=True)
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """None for the version that came with the portal."""
    min_nights: Mapped[int]
    needs_legal_entity: Mapped[bool]
    countries: Mapped[list[Any]]
    """Codes of the countries whose companies are admitted; none means every country."""
    mail_services: Mapped[list[Any]]
    """Domains where anybody gets an address: they prove no employer."""
    terms: Mapped[dict[str, Any]]
    privacy: Mapped[dict[str, Any]]

    published_by: Mapped[Person | None] = relationship(lazy="raise")
