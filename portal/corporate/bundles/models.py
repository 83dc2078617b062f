"""Ready VIP bundles: services the hotel suggests to be ordered together."""

import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model, PublicId
from portal.hotel.models import Service


class Bundle(Model):
    """A ready bundle. Its price is not stored: it is formed from the lines on the day."""

    __tablename__ = "bundle"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[dict[str, Any]]
    description: Mapped[dict[str, Any]]
    icon: Mapped[str]
    position: Mapped[int]
    is_offered: Mapped[bool]

    lines: Mapped[list["BundleLine"]] = relationship(
        lazy="raise", back_populates="bundle", order_by="BundleLine.position"
    )


class BundleLine(Model):
    """One service of a ready bundle; the quantity is fixed or grows with the headcount."""

    __tablename__ = "bundle_line"
    __table_args__ = (
        UniqueConstraint("bundle_id", "position", name="uq_bundle_line_position"),
        CheckConstraint("quantity >= 1", name="quantity_positive"),
        CheckConstraint("per_guests IS NULL OR per_guests >= 1", name="per_guests_positive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"), index=True)
    position: Mapped[int]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    quantity: Mapped[int]
    per_guests: Mapped[int | None]
    """One quantity for each so many guests begun; none when the headcount does not matter."""
    starts_after_minutes: Mapped[int] = mapped_column(default=0)
    """When the line is promised, counted from the beginning of the booking."""
    minutes: Mapped[int]

    bundle: Mapped[Bundle] = relationship(lazy="raise", back_populates="lines")
    service: Mapped[Service] = relationship(lazy="raise")
