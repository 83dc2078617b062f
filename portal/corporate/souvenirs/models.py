"""Souvenirs: what the catalogue offers for points or gives on arrival, and how much of it each hotel has.

On hand is what lies in the cupboard, reserved what of it is promised; the rest can be taken. Every
change of what is on hand leaves a move, so that a count can be explained.
"""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model, PublicId, one_of
from portal.hotel.models import Property
from portal.people.models import Person


class Souvenir(Model):
    """An item of the catalogue: for points, or the set that a tier's guests are given on arrival."""

    __tablename__ = "souvenir"
    __table_args__ = (
        CheckConstraint("(points IS NULL) <> (arrival_set IS NULL)", name="priced_or_given"),
        CheckConstraint("points IS NULL OR points > 0", name="points_positive"),
        Index("ix_souvenir_search_key", "search_key", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The token of the form that made it."""
    name: Mapped[dict[str, Any]]
    description: Mapped[dict[str, Any]]
    search_key: Mapped[str]
    points: Mapped[int | None]
    """The price of one; none for what is given."""
    arrival_set: Mapped[str | None] = mapped_column(unique=True)
    """The word of the programme's rules (`set_s` …) for which this is given on arrival."""
    drawing: Mapped[str]
    """Which of the house's drawings stands for it where there is no picture."""
    on_sale_since: Mapped[datetime | None]
    """Since when it is offered; none while it is not."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    picture: Mapped["SouvenirPicture | None"] = relationship(lazy="raise", back_populates="souvenir")
    stocks: Mapped[list["SouvenirStock"]] = relationship(lazy="raise", back_populates="souvenir")


class SouvenirPicture(Model):
    """A photograph of a souvenir, drawn anew by us: nothing of the uploaded file but what is seen."""

    __tablename__ = "souvenir_picture"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    souvenir_id: Mapped[int] = mapped_column(ForeignKey("souvenir.id"), unique=True)
    digest: Mapped[str]
    """Names the picture in its address, so that a browser may keep it."""
    content: Mapped[bytes] = mapped_column(deferred=True)

    souvenir: Mapped[Souvenir] = relationship(lazy="raise", back_populates="picture")


class SouvenirStock(Model):
    """How much of a souvenir a hotel has. Never below zero, and never less than is promised."""

    __tablename__ = "souvenir_stock"
    __table_args__ = (
        UniqueConstraint("souvenir_id", "property_id", name="uq_souvenir_stock_souvenir_property"),
        CheckConstraint("reserved >= 0 AND on_hand >= reserved", name="promised_is_there"),
        CheckConstraint("low_at >= 0", name="low_at_not_negative"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    souvenir_id: Mapped[int] = mapped_column(ForeignKey("souvenir.id"), index=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    on_hand: Mapped[int]
    reserved: Mapped[int]
    low_at: Mapped[int]
    """From so few that can be taken on, somebody is asked to order more; 0 asks when none is left."""
    low_since: Mapped[datetime | None]
    """Since when there are so few."""

    souvenir: Mapped[Souvenir] = relationship(lazy="raise", back_populates="stocks")
    house: Mapped[Property] = relationship(lazy="raise")

    @property
    def available(self) -> int:
        """What can still be promised or given."""
        return self.on_hand - self.reserved


class MoveKind(StrEnum):
    """Why the number on hand changed."""

    COUNTED_IN = "counted_in"
    CORRECTED = "corrected"
    HANDED_OVER = "handed_over"
    UNDONE = "undone"
    RETURNED = "returned"
    GIVEN = "given"


class StockMove(Model):
    """One change of what a hotel has on hand. Append-only: a correction is another move."""

    __tablename__ = "souvenir_stock_move"
    __table_args__ = (
        one_of("kind", MoveKind),
        CheckConstraint("quantity <> 0", name="quantity_not_zero"),
        CheckConstraint("on_hand_after >= 0", name="on_hand_not_negative"),
        CheckConstraint("kind <> 'corrected' OR reason <> ''", name="correction_says_why"),
        Index("ix_souvenir_stock_move_stock_at", "stock_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """Of the form that made it: sent twice, it counts once."""
    stock_id: Mapped[int] = mapped_column(ForeignKey("souvenir_stock.id"))
    kind: Mapped[str]
    quantity: Mapped[int]
    """More where positive, fewer where negative."""
    on_hand_after: Mapped[int]
    reason: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]

    by: Mapped[Person | None] = relationship(lazy="raise")


class SouvenirTerms(Model):
    """What a manager may set about souvenirs; one row for the group."""

    __tablename__ = "souvenir_terms"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("keep_days BETWEEN 0 AND 90", name="keep_days_in_range"),
        CheckConstraint("again_days BETWEEN 1 AND 365", name="again_days_in_range"),
        CheckConstraint("most BETWEEN 1 AND 50", name="most_in_range"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    keep_days: Mapped[int]
    """So many days after the arrival a reserved souvenir waits at the desk."""
    again_days: Mapped[int]
    """So many days after a gift on arrival a guest is offered the next at the same hotel."""
    most: Mapped[int]
    """So many of one souvenir one reservation takes."""
