"""Corporate accounts: identity only. What they earn and book is kept above."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model, PublicId
from portal.people.models import Person


class Account(Model):
    """A company. Unclaimed until a real company takes it over: it earns, but nobody acts for it."""

    __tablename__ = "account"
    __table_args__ = (Index("ix_account_search", "search_key", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    name: Mapped[str]
    search_key: Mapped[str]
    country: Mapped[str]
    tax_number: Mapped[str | None]
    opened_on: Mapped[date]
    claimed_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    """The name is invented for the demo."""
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    manager: Mapped[Person | None] = relationship(lazy="raise")
    codes: Mapped[list["AccountCode"]] = relationship(
        lazy="raise", back_populates="account", order_by="AccountCode.id"
    )


class AccountCode(Model):
    """What a hotel system calls the company; one code of one source is one account."""

    __tablename__ = "account_code"
    __table_args__ = (UniqueConstraint("source", "code", name="uq_account_code"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    source: Mapped[str]
    code: Mapped[str]

    account: Mapped[Account] = relationship(lazy="raise", back_populates="codes")


class AccountDomain(Model):
    """A domain of a company's e-mail: whoever has an address there belongs to it."""

    __tablename__ = "account_domain"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    domain: Mapped[str] = mapped_column(unique=True)
    added_at: Mapped[datetime]

    account: Mapped[Account] = relationship(lazy="raise")


class Card(Model):
    """A frequent-guest card: the number recognises a traveller of a company, it does not authenticate."""

    __tablename__ = "card"
    __table_args__ = (
        CheckConstraint("length(number) = 12", name="twelve_digits"),
        Index(
            "uq_card_living",
            "account_id",
            "holder_id",
            unique=True,
            sqlite_where=text("blocked_at IS NULL"),
            postgresql_where=text("blocked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    """Eleven digits and a Damm check digit."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    issued_at: Mapped[datetime]
    blocked_at: Mapped[datetime | None]
    blocked_reason: Mapped[str | None]

    account: Mapped[Account] = relationship(lazy="raise")
    holder: Mapped[Person] = relationship(lazy="raise")

    @property
    def has_left(self) -> bool:
        """Whether its holder has left the company, or the portal; needs the holder's grants loaded."""
        roles_here = (one for one in self.holder.grants if one.account_id == self.account_id)
        return self.holder.left_at is not None or all(one.ended_at is not None for one in roles_here)
