"""The truth about points: entries that sum to zero, sealed one onto the other, account by account.

Entries and postings are only ever added. Lots, holds and the balance are what they add up to, kept
in the transaction that adds them; `flask ledger reconcile` adds them up again.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.database import BigId, Model, one_of
from portal.programme.chain.rules import Bucket, Kind


class LedgerEntry(Model):
    """One movement of an account's points. `key` lets it happen once, however often it is asked for."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        one_of("kind", Kind),
        CheckConstraint("seq >= 1", name="seq_positive"),
        UniqueConstraint("account_id", "seq", name="uq_ledger_entry_account_seq"),
        Index("ix_ledger_entry_account_id_reference", "account_id", "reference"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    seq: Mapped[int]
    kind: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
    service_date: Mapped[date]
    reference: Mapped[str]
    """What caused it, by opaque id: a stay, a booking."""
    derivation: Mapped[dict[str, Any] | None]
    prev_hash: Mapped[str]
    hash: Mapped[str]

    account: Mapped[Account] = relationship(lazy="raise")
    postings: Mapped[list["LedgerPosting"]] = relationship(
        lazy="raise",
        order_by="LedgerPosting.position",
        viewonly=True,
    )


class LedgerPosting(Model):
    """Points moved into a bucket (out of it, when negative), within one lot where there is one."""

    __tablename__ = "ledger_posting"
    __table_args__ = (
        one_of("bucket", Bucket),
        CheckConstraint("points <> 0", name="moves_something"),
        ForeignKeyConstraint(
            ["account_id", "seq"],
            ["ledger_entry.account_id", "ledger_entry.seq"],
            name="fk_ledger_posting_entry",
        ),
        UniqueConstraint("account_id", "seq", "position", name="uq_ledger_posting_position"),
        Index("ix_ledger_posting_account_lot", "account_id", "lot"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int]
    seq: Mapped[int]
    position: Mapped[int]
    bucket: Mapped[str]
    lot: Mapped[int | None]
    points: Mapped[int]


class LotRecord(Model):
    """Points earned together, which live and die together; `number` is the seq of their accrual."""

    __tablename__ = "ledger_lot"
    __table_args__ = (
        CheckConstraint(
            "issued >= 0 AND pending >= 0 AND active >= 0 AND held >= 0 AND expired >= 0 AND reversed >= 0",
            name="points_not_negative",
        ),
        CheckConstraint(
            "pending + active + held + expired + reversed <= issued",
            name="no_more_than_issued",
        ),
        ForeignKeyConstraint(
            ["account_id", "number"],
            ["ledger_entry.account_id", "ledger_entry.seq"],
            name="fk_ledger_lot_accrual",
        ),
        Index(
            "ix_ledger_lot_living",
            "account_id",
            "expires_on",
            sqlite_where=text("pending + active + held > 0"),
            postgresql_where=text("pending + active + held > 0"),
        ),
    )

    account_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    earned_on: Mapped[date]
    activates_on: Mapped[date]
    expires_on: Mapped[date]
    issued: Mapped[int]
    pending: Mapped[int]
    active: Mapped[int]
    held: Mapped[int]
    expired: Mapped[int]
    reversed: Mapped[int]


class HoldRecord(Model):
    """Points set aside for one booking or one minute at the desk, lot by lot, until spent or released."""

    __tablename__ = "ledger_hold"
    __table_args__ = (
        Index(
            "ix_ledger_hold_open",
            "account_id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_ledger_hold_until", "until"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    reference: Mapped[str]
    allocation: Mapped[list[Any]]
    """[[lot, points], …]"""
    until: Mapped[datetime | None]
    """When the worker lets go of it; none for a booking, which says so itself."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class PointBalance(Model):
    """An account's points by state, and the head of its chain. Locked before anything moves."""

    __tablename__ = "point_balance"
    __table_args__ = (
        CheckConstraint("pending >= 0 AND active >= 0 AND held >= 0", name="points_not_negative"),
        CheckConstraint(
            "issued + pending + active + held + spent + expired + reversed + owed = 0",
            name="double_entry",
        ),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    issued: Mapped[int]
    pending: Mapped[int]
    active: Mapped[int]
    held: Mapped[int]
    spent: Mapped[int]
    expired: Mapped[int]
    reversed: Mapped[int]
    owed: Mapped[int]
    seq: Mapped[int]
    head: Mapped[str]

    account: Mapped[Account] = relationship(lazy="raise")
