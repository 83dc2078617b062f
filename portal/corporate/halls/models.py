"""Halls and sets of equipment: how they can be laid out, when they are closed, when they are taken."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model, PublicId, one_of
from portal.hotel.models import Resource
from portal.people.models import Person


class Layout(StrEnum):
    """How the chairs and tables of a hall stand."""

    THEATRE = "theatre"
    CLASSROOM = "classroom"
    BOARDROOM = "boardroom"
    U_SHAPE = "u_shape"
    BANQUET = "banquet"
    COCKTAIL = "cocktail"


class HallLayout(Model):
    """One way in which a hall can be laid out, and how many guests it then takes."""

    __tablename__ = "hall_layout"
    __table_args__ = (
        one_of("layout", Layout),
        UniqueConstraint("resource_id", "layout", name="uq_hall_layout"),
        CheckConstraint("capacity >= 1", name="capacity_positive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    layout: Mapped[str]
    capacity: Mapped[int]


class HallClosure(Model):
    """A time at which the house keeps a hall closed, for repairs or for itself.

    It takes the hall's slots as a booking does. Opened again, it gives them back and stays as a record.
    """

    __tablename__ = "hall_closure"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_starting"),
        CheckConstraint("reason <> ''", name="has_a_reason"),
        Index("ix_hall_closure_resource_starts", "resource_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The token of the form that made it: sent twice, it closes once."""
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    opened_at: Mapped[datetime | None]

    resource: Mapped[Resource] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise")


class ResourceSlot(Model):
    """Five minutes of one hall or set of equipment, taken once: by a line of a booking or by a closure."""

    __tablename__ = "resource_slot"
    __table_args__ = (
        UniqueConstraint("resource_id", "slot_at", name="uq_resource_slot"),
        CheckConstraint("(line_id IS NULL) <> (closure_id IS NULL)", name="taken_by_one"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    slot_at: Mapped[datetime]
    line_id: Mapped[int | None] = mapped_column(ForeignKey("booking_line.id"), index=True)
    closure_id: Mapped[int | None] = mapped_column(ForeignKey("hall_closure.id"), index=True)
