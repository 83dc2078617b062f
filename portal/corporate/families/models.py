"""The link between a parent company and a subsidiary: proposed by the hotel, agreed to by both."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.database import BigId, Model, PublicId, one_of


class Side(StrEnum):
    """Whose word it is."""

    PARENT = "parent"
    SUBSIDIARY = "subsidiary"
    HOTEL = "hotel"


class FamilyLink(Model):
    """One company belongs to another. It holds once both have agreed, until either of them ends it."""

    __tablename__ = "family_link"
    __table_args__ = (
        one_of("ended_by_side", Side),
        CheckConstraint("parent_id <> subsidiary_id", name="two_companies"),
        CheckConstraint(
            "(parent_agreed_at IS NULL) = (parent_agreed_by_id IS NULL)", name="parent_agreed_by_somebody"
        ),
        CheckConstraint(
            "(subsidiary_agreed_at IS NULL) = (subsidiary_agreed_by_id IS NULL)",
            name="subsidiary_agreed_by_somebody",
        ),
        CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL) AND (ended_at IS NULL) = (ended_by_side IS NULL)",
            name="ended_by_somebody",
        ),
        Index("ix_family_link_parent_id", "parent_id", "id"),
        Index("ix_family_link_subsidiary_id", "subsidiary_id", "id"),
        Index(
            "uq_family_link_living",
            "subsidiary_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    subsidiary_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    proposed_at: Mapped[datetime]
    parent_agreed_at: Mapped[datetime | None]
    parent_agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    subsidiary_agreed_at: Mapped[datetime | None]
    subsidiary_agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    ended_by_side: Mapped[str | None]

    parent: Mapped[Account] = relationship(lazy="raise", foreign_keys=[parent_id])
    subsidiary: Mapped[Account] = relationship(lazy="raise", foreign_keys=[subsidiary_id])

    def side_of(self, account_id: int) -> Side:
        """Which of the two a company is."""
        return Side.PARENT if account_id == self.parent_id else Side.SUBSIDIARY

    @property
    def holds(self) -> bool:
        """Whether both have agreed, and nobody has ended it."""
        both = self.parent_agreed_at is not None and self.subsidiary_agreed_at is not None
        return both and self.ended_at is None
