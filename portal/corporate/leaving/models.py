"""Who left a company, and to whom what was still to come was handed over."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.database import BigId, Model, PublicId
from portal.people.models import Person


class Departure(Model):
    """One person left one company. What they did before stays theirs; what was to come has a new name."""

    __tablename__ = "departure"
    __table_args__ = (
        CheckConstraint("successor_id IS NULL OR successor_id <> person_id", name="to_somebody_else"),
        CheckConstraint("successor_id IS NULL OR reason = ''", name="handed_over_or_left"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str]
    """Why nothing was handed over although something was to come."""
    handed: Mapped[dict[str, Any]]
    """The public ids of the bookings, passes and registrations that were handed over."""
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]

    account: Mapped[Account] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    successor: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[successor_id])
