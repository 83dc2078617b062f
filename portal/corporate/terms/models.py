"""The terms of a hotel that its manager sets: dated, so that what was agreed keeps the terms of its day."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model, PublicId, one_of
from portal.hotel.models import Service
from portal.people.models import Person


class TermKind(StrEnum):
    """What a term says."""

    QUOTE_DAYS = "quote_days"
    """For how many days a quote is valid."""
    STAFF_AT_ONCE = "staff_at_once"
    """How many of a service's people work at the same time."""
    ANSWER_HOURS = "answer_hours"
    """Within how many hours a partner's answer is promised."""


class HouseTerm(Model):
    """One term of one hotel from a day on; of one service, but for quotes."""

    __tablename__ = "house_term"
    __table_args__ = (
        one_of("kind", TermKind),
        CheckConstraint("value >= 0", name="value_not_negative"),
        CheckConstraint("(kind = 'quote_days') = (service_id IS NULL)", name="service_named"),
        Index("ix_house_term_day", "property_id", "kind", "valid_from", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The token of the form that set it: sent twice, it is set once."""
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"), index=True)
    kind: Mapped[str]
    value: Mapped[int]
    valid_from: Mapped[date]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]

    service: Mapped[Service | None] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise")
