"""Guest passes: a discount that a company gives one invitee of its own, and each use of it."""

import builtins
import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.database import BigId, Model, PublicId, one_of
from portal.hotel.models import Property
from portal.people.models import Person


class PassKind(StrEnum):
    """What an invitee has a better price on; the programme's words."""

    MEALS = "meals"
    ROOMS = "rooms"


class Payer(StrEnum):
    """Who pays what is left after the discount."""

    INVITEE = "invitee"
    COMPANY = "company"


class GuestPass(Model):
    """A discount for one invitee: hotel, days, kinds and number of uses. Frozen as it was issued."""

    __tablename__ = "guest_pass"
    __table_args__ = (
        one_of("payer", Payer),
        CheckConstraint("length(number) = 13", name="thirteen_digits"),
        CheckConstraint("for_meals OR for_rooms", name="for_something"),
        CheckConstraint("uses >= 1", name="uses_positive"),
        CheckConstraint("used >= 0 AND used <= uses", name="used_within_uses"),
        CheckConstraint("last_on >= first_on", name="ends_after_beginning"),
        CheckConstraint("slot >= 1", name="slot_positive"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by_id IS NULL)", name="revoked_by_somebody"),
        # One of the passes of a quarter is given once; a pass that was revoked unused gives its place back.
        UniqueConstraint("account_id", "quarter_on", "slot", name="uq_guest_pass_slot"),
        Index("ix_guest_pass_account_issued", "account_id", "issued_at", "id"),
        Index("ix_guest_pass_last_on", "last_on", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The token of the form that issued it."""
    number: Mapped[str] = mapped_column(unique=True)
    """Twelve drawn digits and a Damm check digit."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """The host: whoever gave it in the company's name."""
    invitee: Mapped[str]
    """The invitee's name; empty once it was forgotten."""
    email: Mapped[str | None] = mapped_column(index=True)
    """Folded, as every address."""
    search_key: Mapped[str]
    locale: Mapped[str]
    message: Mapped[str]
    property_id: Mapped[int | None] = mapped_column(ForeignKey("property.id"), index=True)
    """Where it holds; none: at every hotel."""
    for_meals: Mapped[bool]
    for_rooms: Mapped[bool]
    first_on: Mapped[date]
    last_on: Mapped[date]
    """Whole days of the hotel, both included."""
    uses: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    payer: Mapped[str]
    tier: Mapped[str]
    rules_version: Mapped[int]
    """The version whose discounts were promised: a later one changes nothing of what was given."""
    meals_bp: Mapped[int]
    rooms_bp: Mapped[int]
    quarter_on: Mapped[date]
    """The first day of the quarter whose allowance it was taken from."""
    slot: Mapped[int | None]
    """Which of that quarter's passes it is; none where it was given back."""
    issued_at: Mapped[datetime]
    letters: Mapped[int] = mapped_column(default=0)
    """How often the letter was asked for."""
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    forgotten_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="raise")
    issued_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[issued_by_id])
    property: Mapped[Property | None] = relationship(lazy="raise")

    # In a hotel a property is a hotel; the decorator goes by its full name.
    @builtins.property
    def kinds(self) -> tuple[PassKind, ...]:
        """What it is for."""
        asked = ((PassKind.MEALS, self.for_meals), (PassKind.ROOMS, self.for_rooms))
        return tuple(kind for kind, is_given in asked if is_given)

    @builtins.property
    def left(self) -> int:
        """How many uses are left."""
        return self.uses - self.used

    def discount_bp(self, kind: str) -> int:
        """The discount that was promised for a kind."""
        return self.meals_bp if kind == PassKind.MEALS else self.rooms_bp


class PassUse(Model):
    """One use at a desk, with its price and why; an undone one stays, and gives the use back."""

    __tablename__ = "guest_pass_use"
    __table_args__ = (
        one_of("kind", PassKind),
        CheckConstraint("list_cents > 0", name="list_positive"),
        CheckConstraint("pays_cents >= 0 AND pays_cents <= list_cents", name="pays_within_list"),
        CheckConstraint("(undone_at IS NULL) = (undone_by_id IS NULL)", name="undone_by_somebody"),
        Index("ix_guest_pass_use_pass", "pass_id", "at", "id"),
        Index("ix_guest_pass_use_property", "property_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The token of the form that used it."""
    pass_id: Mapped[int] = mapped_column(ForeignKey("guest_pass.id"))
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    currency: Mapped[str]
    list_cents: Mapped[int]
    pays_cents: Mapped[int]
    price: Mapped[dict[str, Any]]
    """The derivation of what is paid."""
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    guest_pass: Mapped[GuestPass] = relationship(lazy="raise")
    property: Mapped[Property] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])

    @builtins.property
    def saved_cents(self) -> int:
        return self.list_cents - self.pays_cents
