"""Bills that points pay in part at a desk: held for the minutes of the rules, then taken or let go."""

import builtins
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account, Card
from portal.database import BigId, Model, PublicId
from portal.hotel.models import Property
from portal.people.models import Person


class BillPayment(Model):
    """Points that a guest's company pays of one bill. Nothing is deleted: what was undone says when."""

    __tablename__ = "bill_payment"
    __table_args__ = (
        CheckConstraint("points > 0", name="points_positive"),
        CheckConstraint("pays_cents > 0 AND pays_cents <= bill_cents", name="pays_of_the_bill"),
        CheckConstraint("held_until > held_at", name="held_for_a_while"),
        CheckConstraint("(paid_at IS NULL) = (paid_by_id IS NULL)", name="paid_by_somebody"),
        CheckConstraint("(let_go_at IS NULL) = (let_go_by_id IS NULL)", name="let_go_by_somebody"),
        CheckConstraint("paid_at IS NULL OR let_go_at IS NULL", name="paid_or_let_go"),
        CheckConstraint("undone_at IS NULL OR paid_at IS NOT NULL", name="undone_once_paid"),
        Index("ix_bill_payment_property_held", "property_id", "held_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The token of the form that made it, under which the desk noted how it knew the guest."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("card.id"), index=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    bill_no: Mapped[str]
    """As the hotel's system numbers it."""
    bill_key: Mapped[str]
    bill_cents: Mapped[int]
    pays_cents: Mapped[int]
    points: Mapped[int]
    currency: Mapped[str]
    price: Mapped[dict[str, Any]]
    """The derivation: what the rules allow of this bill, what is taken, what it leaves."""
    held_at: Mapped[datetime]
    held_until: Mapped[datetime]
    held_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    paid_at: Mapped[datetime | None]
    paid_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    let_go_at: Mapped[datetime | None]
    let_go_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    undone_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="raise")
    card: Mapped[Card] = relationship(lazy="raise")
    guest: Mapped[Person] = relationship(lazy="raise", foreign_keys=[guest_id])
    house: Mapped[Property] = relationship(lazy="raise")
    held_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[held_by_id])
    paid_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[paid_by_id])
    let_go_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[let_go_by_id])

    @builtins.property
    def remains_cents(self) -> int:
        """What is paid as usual."""
        return self.bill_cents - self.pays_cents

    @builtins.property
    def ledger_name(self) -> str:
        """How the ledger calls it: by an opaque id."""
        return f"bill:{self.public_id}"

    @builtins.property
    def hold_key(self) -> str:
        return f"{self.ledger_name}:hold"

    @builtins.property
    def spend_key(self) -> str:
        return f"{self.ledger_name}:spend"
