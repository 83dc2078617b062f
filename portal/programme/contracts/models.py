"""Net rates of contracts, each asked for by one person and agreed to by another, and how they ended."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.database import BigId, Model, PublicId, one_of
from portal.hotel.models import Property
from portal.people.models import Person

ANY_ROOM = ""


class RateOutcome(StrEnum):
    """What became of the wish for a rate; one that nobody settled lapses by itself."""

    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ContractRate(Model):
    """A net price of a night at one hotel, from one day to another, both included.

    Its terms never change: another price is another rate, and one that ends early has an end.
    """

    __tablename__ = "contract_rate"
    __table_args__ = (
        one_of("outcome", RateOutcome),
        CheckConstraint("night_cents >= 1", name="night_cents_positive"),
        CheckConstraint("ends_on >= begins_on", name="ends_after_beginning"),
        CheckConstraint("contract <> ''", name="contract_named"),
        CheckConstraint(
            "(outcome IS NULL) = (settled_at IS NULL) AND (outcome IS NULL) = (settled_by_id IS NULL)",
            name="settled_with_outcome",
        ),
        # Two pairs of eyes: whoever asks does not agree.
        CheckConstraint("outcome = 'withdrawn' OR settled_by_id <> by_id", name="settled_by_another"),
        Index("ix_contract_rate_account_begins", "account_id", "begins_on", "id"),
        Index("ix_contract_rate_property_id", "property_id"),
        Index(
            "ix_contract_rate_waiting",
            "expires_at",
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """Also the token of its form: two clicks ask once."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    room_kind: Mapped[str]
    """As the hotel calls the kind of room, in capitals; empty for every kind that has no rate of its own."""
    night_cents: Mapped[int]
    """Net of tax, in the hotel's currency."""
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    """The first and the last night."""
    contract: Mapped[str]
    """The number of the signed contract: what an auditor will ask for."""
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    outcome: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    settled_words: Mapped[str] = mapped_column(default="")

    account: Mapped[Account] = relationship(lazy="raise")
    house: Mapped[Property] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])
    settled_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[settled_by_id])
    end: Mapped["ContractEnd | None"] = relationship(lazy="raise", back_populates="rate")

    @property
    def last_on(self) -> date:
        """The last night at this rate; needs its end loaded."""
        return min(self.ends_on, self.end.last_on) if self.end is not None else self.ends_on


class ContractEndWish(Model):
    """The wish of one person that an agreed rate end early, and what another said to it.

    Of a rate only one waits at a time; one that nobody settled lapses by itself.
    """

    __tablename__ = "contract_end_wish"
    __table_args__ = (
        one_of("outcome", RateOutcome),
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint(
            "(outcome IS NULL) = (settled_at IS NULL) AND (outcome IS NULL) = (settled_by_id IS NULL)",
            name="settled_with_outcome",
        ),
        CheckConstraint("outcome = 'withdrawn' OR settled_by_id <> by_id", name="settled_by_another"),
        Index("ix_contract_end_wish_rate_id", "rate_id", "id"),
        Index(
            "ix_contract_end_wish_waiting",
            "expires_at",
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """Also the token of its form: two clicks ask once."""
    rate_id: Mapped[int] = mapped_column(ForeignKey("contract_rate.id"))
    last_on: Mapped[date]
    reason: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    outcome: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    settled_words: Mapped[str] = mapped_column(default="")

    rate: Mapped[ContractRate] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])
    settled_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[settled_by_id])


class ContractEnd(Model):
    """A rate that ended earlier than agreed: who asked for it, since when, why.

    One that never began ends before its beginning.
    """

    __tablename__ = "contract_end"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason_given"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    rate_id: Mapped[int] = mapped_column(ForeignKey("contract_rate.id"), unique=True)
    last_on: Mapped[date]
    reason: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]

    rate: Mapped[ContractRate] = relationship(lazy="raise", back_populates="end")
    by: Mapped[Person] = relationship(lazy="raise")
