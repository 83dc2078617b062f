"""Souvenirs that a company reserved for a traveller: held points, stock kept aside, handed over at the desk.

Where a reservation stands is told by its records: an end before the hand-over, the hand-over, a return.
"""

import builtins
import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account, Card
from portal.corporate.souvenirs.models import Souvenir
from portal.database import BigId, Model, PublicId, one_of
from portal.hotel.models import Property
from portal.people.models import Person


class ReservationState(StrEnum):
    """Where a reserved souvenir stands."""

    RESERVED = "reserved"
    HANDED_OVER = "handed_over"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Reservation(Model):
    """So many of a souvenir for a traveller at a hotel, at the price in points of the day of reserving."""

    __tablename__ = "souvenir_reservation"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity_positive"),
        CheckConstraint("points > 0", name="points_positive"),
        CheckConstraint("keep_until >= arrival", name="kept_past_arrival"),
        Index("ix_souvenir_reservation_account_arrival", "account_id", "arrival", "id"),
        Index("ix_souvenir_reservation_property_arrival", "property_id", "arrival", "id"),
        Index("ix_souvenir_reservation_open", "keep_until", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The token of the form that made it: sent twice, it reserves once."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    reserved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("card.id"), index=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    souvenir_id: Mapped[int] = mapped_column(ForeignKey("souvenir.id"), index=True)
    search_key: Mapped[str]
    quantity: Mapped[int]
    points: Mapped[int]
    """Of all of them together."""
    price: Mapped[dict[str, Any]]
    """The derivation: what there was, what is taken, what it leaves."""
    arrival: Mapped[date]
    keep_until: Mapped[date]
    """The last day, by the hotel's clock, on which it waits at the desk."""
    reserved_at: Mapped[datetime]
    hold_key: Mapped[str]
    """Under which the ledger holds the points, or held them."""

    account: Mapped[Account] = relationship(lazy="raise")
    house: Mapped[Property] = relationship(lazy="raise")
    souvenir: Mapped[Souvenir] = relationship(lazy="raise")
    card: Mapped[Card] = relationship(lazy="raise")
    guest: Mapped[Person] = relationship(lazy="raise", foreign_keys=[guest_id])
    reserved_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[reserved_by_id])
    end: Mapped["ReservationEnd | None"] = relationship(lazy="raise", back_populates="reservation")
    handover: Mapped["Handover | None"] = relationship(lazy="raise", back_populates="reservation")
    taken_back: Mapped["SouvenirReturn | None"] = relationship(lazy="raise", back_populates="reservation")

    @builtins.property
    def ledger_name(self) -> str:
        """How the ledger calls it: by an opaque id."""
        return f"souvenir:{self.public_id}"

    @builtins.property
    def state(self) -> ReservationState:
        """Where it stands; needs its records loaded."""
        if self.end is not None:
            is_expired = self.end.kind == EndKind.EXPIRED
            return ReservationState.EXPIRED if is_expired else ReservationState.CANCELLED
        if self.taken_back is not None:
            return ReservationState.RETURNED
        return ReservationState.HANDED_OVER if self.handover is not None else ReservationState.RESERVED


class EndKind(StrEnum):
    """How a reservation ended before it was handed over."""

    BY_CLIENT = "by_client"
    BY_HOTEL = "by_hotel"
    EXPIRED = "expired"


class ReservationEnd(Model):
    """The end of a reservation that was not handed over; points and stock are free again."""

    __tablename__ = "souvenir_reservation_end"
    __table_args__ = (
        one_of("kind", EndKind),
        CheckConstraint("kind <> 'by_hotel' OR reason <> ''", name="hotel_gives_a_reason"),
        CheckConstraint("(kind = 'expired') = (by_id IS NULL)", name="expires_by_itself"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("souvenir_reservation.id"), unique=True)
    kind: Mapped[str]
    reason: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]

    reservation: Mapped[Reservation] = relationship(lazy="raise", back_populates="end")


class Handover(Model):
    """Handed over at the desk: the points are spent. At most one stands; an undone one leaves the audit."""

    __tablename__ = "souvenir_handover"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("souvenir_reservation.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]

    reservation: Mapped[Reservation] = relationship(lazy="raise", back_populates="handover")
    by: Mapped[Person] = relationship(lazy="raise")


class SouvenirReturn(Model):
    """What was handed over came back: the points are given back, the thing is put back or written off."""

    __tablename__ = "souvenir_return"
    __table_args__ = (CheckConstraint("reason <> ''", name="says_why"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("souvenir_reservation.id"), unique=True)
    is_restocked: Mapped[bool]
    reason: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]

    reservation: Mapped[Reservation] = relationship(lazy="raise", back_populates="taken_back")
    by: Mapped[Person] = relationship(lazy="raise")


class ArrivalGift(Model):
    """The souvenir of a tier given to a guest on arrival. An undone one stays, with when."""

    __tablename__ = "souvenir_arrival_gift"
    __table_args__ = (Index("ix_souvenir_arrival_gift_guest_property", "guest_id", "property_id", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    souvenir_id: Mapped[int] = mapped_column(ForeignKey("souvenir.id"), index=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("card.id"), index=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    souvenir: Mapped[Souvenir] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])
