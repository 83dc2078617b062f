"""What hotel systems told us: imports with every row accounted for, stays and their folio lines."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.database import BigId, Model, PublicId, one_of
from portal.hotel.models import Category, Property


class StayStatus(StrEnum):
    """How a booking ended; only what was checked out earns."""

    CHECKED_OUT = "checked_out"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    IN_HOUSE = "in_house"
    EXPECTED = "expected"


class Outcome(StrEnum):
    """What became of a row; every row read has exactly one."""

    ACCEPTED = "accepted"
    HELD = "held"
    REJECTED = "rejected"
    OUT_OF_SCOPE = "out_of_scope"


class Import(Model):
    """One file offered to the portal: previewed, then accepted once or discarded."""

    __tablename__ = "stay_import"
    __table_args__ = (Index("ix_stay_import_uploaded_at", "uploaded_at", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    source: Mapped[str]
    filename: Mapped[str]
    digest: Mapped[str]
    companies_only: Mapped[bool]
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), index=True
    )
    as_of: Mapped[date]
    counts: Mapped[dict[str, Any]]
    """Rows by outcome and by reason; read = accepted + held + rejected + out of scope."""
    previewed_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), index=True
    )
    discarded_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failure: Mapped[dict[str, Any] | None]


class ImportRow(Model):
    """One row of a file: its number, what became of it, and why."""

    __tablename__ = "stay_import_row"
    __table_args__ = (
        one_of("outcome", Outcome),
        UniqueConstraint("import_id", "row_no", name="uq_stay_import_row_no"),
        Index("ix_stay_import_row_outcome", "import_id", "outcome", "row_no"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("stay_import.id"), index=True)
    row_no: Mapped[int]
    outcome: Mapped[str]
    reason: Mapped[str]
    natural_key: Mapped[str | None]
    values: Mapped[dict[str, Any] | None] = mapped_column("row_values")


class Stay(Model):
    """One room of one booking, as last told. A changed row makes a new version of it."""

    __tablename__ = "stay"
    __table_args__ = (
        one_of("status", StayStatus),
        CheckConstraint("nights >= 0", name="nights_not_negative"),
        CheckConstraint("departure >= arrival", name="leaves_after_arriving"),
        UniqueConstraint("natural_key", "version", name="uq_stay_version"),
        Index(
            "uq_stay_current",
            "natural_key",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index("ix_stay_account_arrival", "account_id", "arrival", "id"),
        Index("ix_stay_account_departure", "account_id", "departure"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    natural_key: Mapped[str]
    """Digest of (source, property, reservation, line)."""
    version: Mapped[int]
    content_digest: Mapped[str]
    import_id: Mapped[int] = mapped_column(ForeignKey("stay_import.id"), index=True)
    row_no: Mapped[int]
    source: Mapped[str]
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    status: Mapped[str]
    arrival: Mapped[date]
    departure: Mapped[date]
    nights: Mapped[int]
    adults: Mapped[int]
    children: Mapped[int]
    room_type: Mapped[str]
    room_no: Mapped[str | None]
    segment: Mapped[str]
    currency: Mapped[str]
    room_revenue_cents: Mapped[int]
    """Net revenue of the room lines, whatever the status; cents of `currency`."""
    settled_on: Mapped[date | None]
    """The later of checked out and paid; none while it is owed."""
    is_late: Mapped[bool]
    """Arrived after the programme had been played past its date: posted on the day of arrival."""
    superseded_at: Mapped[datetime | None]

    account: Mapped[Account | None] = relationship(lazy="raise")
    property: Mapped[Property] = relationship(lazy="raise")
    lines: Mapped[list["FolioLine"]] = relationship(
        lazy="raise", back_populates="stay", order_by="FolioLine.id"
    )


class FolioLine(Model):
    """One posting on a guest's bill; cents, positive is a charge, negative its reversal."""

    __tablename__ = "folio_line"
    __table_args__ = (
        one_of("category", Category),
        UniqueConstraint("stay_id", "line_id", name="uq_folio_line_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    stay_id: Mapped[int] = mapped_column(ForeignKey("stay.id"), index=True)
    line_id: Mapped[str]
    folio_no: Mapped[str]
    category: Mapped[str]
    service_date: Mapped[date]
    text: Mapped[str]
    quantity: Mapped[int]
    net_cents: Mapped[int]
    vat_cents: Mapped[int]
    is_third_party: Mapped[bool]

    stay: Mapped[Stay] = relationship(lazy="raise", back_populates="lines")
