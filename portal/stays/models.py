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


class ImportState(StrEnum):
    """How far an import has come."""

    READING = "reading"
    PREVIEWED = "previewed"
    ACCEPTED = "accepted"
    DISCARDED = "discarded"
    FAILED = "failed"


class Import(Model):
    """One file offered to the portal: previewed, then accepted once or discarded."""

    __tablename__ = "stay_import"
    __table_args__ = (Index("ix_stay_import_uploaded_at", "uploaded_at", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    source: Mapped[str]
    """Which adapter reads it; the rows of a canonical file name their hotel systems themselves."""
    filename: Mapped[str]
    digest: Mapped[str]
    """SHA-256 of the content, unpacked: a file and its .gz are the same file."""
    companies_only: Mapped[bool]
    shift_weeks: Mapped[int]
    """How many whole weeks its dates were moved by; 0 outside the demo."""
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    as_of: Mapped[date]
    """The day up to which the programme plays the stays once they are accepted."""
    counts: Mapped[dict[str, Any]]
    """Rows by outcome and by reason; read = accepted + held + rejected + out of scope."""
    previewed_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    discarded_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failure: Mapped[dict[str, Any] | None]
    """Code and values of the sentence that refused the whole file."""

    @property
    def state(self) -> ImportState:
        if self.accepted_at is not None:
            return ImportState.ACCEPTED
        if self.discarded_at is not None:
            return ImportState.DISCARDED
        if self.failed_at is not None:
            return ImportState.FAILED
        return ImportState.READING if self.previewed_at is None else ImportState.PREVIEWED


class ImportRow(Model):
    """One row of a file: its number, what became of it, and why."""

    __tablename__ = "stay_import_row"
    __table_args__ = (
        one_of("outcome", Outcome),
        UniqueConstraint("import_id", "row_no", name="uq_stay_import_row_no"),
        Index("ix_stay_import_row_outcome", "import_id", "outcome", "row_no"),
        Index("ix_stay_import_row_stay", "import_id", "stay_key", "row_no"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("stay_import.id"))
    row_no: Mapped[int]
    """As a spreadsheet counts: the header is row 1."""
    outcome: Mapped[str]
    reason: Mapped[str]
    remarks: Mapped[str]
    """What is worth knowing of an accepted row, codes between commas; empty for most."""
    stay_key: Mapped[str | None]
    """The natural key of the stay it tells of; none where not even that could be read."""
    company: Mapped[str | None]
    """Of a held row: what its hotel system calls the company, `SOURCE:CODE`."""
    content: Mapped[str | None]
    """What a readable row tells (JSON of `StayTold`), until it has become a stay."""
    details: Mapped[str | None]
    """Of a refused row, as JSON: the values of its sentence and its cells, without people's names."""


class Stay(Model):
    """One room of one booking, as last told. A changed row makes a new version of it."""

    __tablename__ = "stay"
    __table_args__ = (
        one_of("status", StayStatus),
        CheckConstraint("nights >= 0", name="nights_not_negative"),
        CheckConstraint("departure >= arrival", name="leaves_after_arriving"),
        CheckConstraint(
            "(status = 'checked_out') = (checked_out_on IS NOT NULL)", name="checked_out_has_its_day"
        ),
        CheckConstraint("settled_on IS NULL OR settled_on >= checked_out_on", name="settled_after_leaving"),
        UniqueConstraint("natural_key", "version", name="uq_stay_version"),
        Index(
            "uq_stay_current",
            "natural_key",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index("ix_stay_account_arrival", "account_id", "arrival", "id"),
        Index(
            "ix_stay_room",
            "property_id",
            "room_no",
            "arrival",
            sqlite_where=text("room_no IS NOT NULL"),
            postgresql_where=text("room_no IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    natural_key: Mapped[str]
    """Digest of (source, property, reservation)."""
    version: Mapped[int]
    content_digest: Mapped[str]
    import_id: Mapped[int] = mapped_column(ForeignKey("stay_import.id"), index=True)
    row_no: Mapped[int]
    """The row that told of it last."""
    source: Mapped[str]
    reservation: Mapped[str]
    """The hotel system's number of the booking; empty where it has none."""
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
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
    """Net revenue of the rooms as told, whatever the status and the rate; cents of `currency`."""
    checked_out_on: Mapped[date | None]
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
    """One posting on a guest's bill; cents, positive is a charge, negative an allowance or a reversal."""

    __tablename__ = "folio_line"
    __table_args__ = (
        one_of("category", Category),
        UniqueConstraint("stay_id", "line_id", name="uq_folio_line_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    stay_id: Mapped[int] = mapped_column(ForeignKey("stay.id"))
    line_id: Mapped[str]
    reverses_line_id: Mapped[str | None]
    """The line of the same stay that it takes back, wholly or in part."""
    folio_no: Mapped[str]
    category: Mapped[str]
    service_date: Mapped[date]
    text: Mapped[str]
    quantity: Mapped[int]
    net_cents: Mapped[int]
    vat_cents: Mapped[int]
    is_third_party: Mapped[bool]
    """Passed on at cost, such as a taxi or a city tax: it earns nothing."""

    stay: Mapped[Stay] = relationship(lazy="raise", back_populates="lines")


class FolioPayment(Model):
    """One payment of a guest's bill, gross cents; a refund is negative."""

    __tablename__ = "folio_payment"
    __table_args__ = (UniqueConstraint("stay_id", "line_id", name="uq_folio_payment_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    stay_id: Mapped[int] = mapped_column(ForeignKey("stay.id"))
    line_id: Mapped[str]
    folio_no: Mapped[str]
    paid_on: Mapped[date]
    amount_cents: Mapped[int]
