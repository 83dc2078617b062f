"""The event list behind a score. It only grows; what was undone or decided against is void, and stays."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.database import BigId, Model, PublicId, one_of
from portal.hotel.models import Property, Service


class ContributionKind(StrEnum):
    """What an event says."""

    KEPT_PROMISE = "kept_promise"
    BROKEN_PROMISE = "broken_promise"
    RATING = "rating"


class Contribution(Model):
    """One event of one person, pulled from where it happened; the same source is pulled once."""

    __tablename__ = "contribution"
    __table_args__ = (
        one_of("kind", ContributionKind),
        CheckConstraint("value BETWEEN 0 AND 100", name="value_in_range"),
        CheckConstraint("enters_on IS NULL OR kind = 'rating'", name="only_ratings_enter"),
        UniqueConstraint("person_id", "source_id", name="uq_contribution_source"),
        Index("ix_contribution_person_happened", "person_id", "happened_at", "id"),
        Index("ix_contribution_property_happened", "property_id", "happened_at", "id"),
        Index("ix_contribution_source_id", "source_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    kind: Mapped[str]
    cell: Mapped[str]
    """Role, kind of service and shift: `front_desk:taxi:evening`. Like is compared with like."""
    value: Mapped[int]
    """100 for a promise kept, 0 for one broken; a rating from 0 to 100."""
    happened_at: Mapped[datetime]
    enters_on: Mapped[date | None]
    """The day on which a rating entered the score, together with others; a promise has none."""
    source_id: Mapped[uuid.UUID] = mapped_column(PublicId)
    """The entry of the service log, or the survey."""
    recorded_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="raise")
    service: Mapped[Service] = relationship(lazy="raise")
    property: Mapped[Property] = relationship(lazy="raise")
