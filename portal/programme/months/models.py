"""What the ledger adds up to: account by account, for the group, month by month. Derived from the postings.

The worker rolls them up from a watermark: how far it has read each account's chain. Nothing here is touched
when points move. A month, once closed, is frozen: what is posted later belongs to the next one.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Model


class PointsRoll(Model):
    """One row: the month that is open, and when the ledger was last rolled up. Whoever rolls up locks it."""

    __tablename__ = "points_roll"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    open_month: Mapped[date]
    rolled_at: Mapped[datetime]


class RolledAccount(Model):
    """How far an account's chain was read, the tier it was counted in, and its points by state there."""

    __tablename__ = "rolled_account"
    __table_args__ = (CheckConstraint("before_seq <= seq", name="reads_forward"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    tier: Mapped[str]
    before_seq: Mapped[int]
    """How far the chain had been read before the last time."""
    seq: Mapped[int]
    issued: Mapped[int]
    pending: Mapped[int]
    active: Mapped[int]
    held: Mapped[int]
    spent: Mapped[int]
    expired: Mapped[int]
    reversed: Mapped[int]
    owed: Mapped[int]


class AccountMonth(Model):
    """An account at the end of a month in which it moved: the last entry of the month, and its points."""

    __tablename__ = "account_month"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    seq: Mapped[int]
    head: Mapped[str]
    issued: Mapped[int]
    pending: Mapped[int]
    active: Mapped[int]
    held: Mapped[int]
    spent: Mapped[int]
    expired: Mapped[int]
    reversed: Mapped[int]
    owed: Mapped[int]
    expiries: Mapped[list[Any]]
    """[[last day, points], …] of what could still be spent, soonest first."""


class AccountLots(Model):
    """The lots of one account that were earned in one month and die in one month."""

    __tablename__ = "account_lots"
    __table_args__ = (Index("ix_account_lots_expires", "expires_month", "account_id"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    earned_month: Mapped[date] = mapped_column(primary_key=True)
    expires_month: Mapped[date] = mapped_column(primary_key=True)
    issued: Mapped[int]
    pending: Mapped[int]
    active: Mapped[int]
    held: Mapped[int]
    expired: Mapped[int]
    reversed: Mapped[int]


class PointsStock(Model):
    """The same for the group, tier by tier."""

    __tablename__ = "points_stock"

    tier: Mapped[str] = mapped_column(primary_key=True)
    earned_month: Mapped[date] = mapped_column(primary_key=True)
    expires_month: Mapped[date] = mapped_column(primary_key=True)
    issued: Mapped[int]
    pending: Mapped[int]
    active: Mapped[int]
    held: Mapped[int]
    expired: Mapped[int]
    reversed: Mapped[int]


class PointsFlow(Model):
    """What the group's movements of one kind brought into one state, or took out of it, in one month."""

    __tablename__ = "points_flow"

    month: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    bucket: Mapped[str] = mapped_column(primary_key=True)
    points: Mapped[int]


class MonthClose(Model):
    """A closed month: its figures, frozen, sealed onto the close before and over the heads of all chains."""

    __tablename__ = "month_close"

    month: Mapped[date] = mapped_column(primary_key=True)
    closed_at: Mapped[datetime]
    closed_by_id: Mapped[int | None] = mapped_column(BigId, index=True)
    """Who closed it, by opaque id; none where the worker did."""
    figures: Mapped[dict[str, Any]]
    heads_hash: Mapped[str]
    prev_hash: Mapped[str]
    hash: Mapped[str]
