"""The statements of accounts: one a month, kept as it was made, and what was printed of it."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Model, PublicId


class AccountStatement(Model):
    """One statement. What it says beside the entries of the ledger is frozen in `facts`."""

    __tablename__ = "account_statement"
    __table_args__ = (
        UniqueConstraint("account_id", "month", name="uq_account_statement_month"),
        UniqueConstraint("month", "account_id", name="uq_account_statement_of_month"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    month: Mapped[date] = mapped_column(ForeignKey("month_close.month"))
    made_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]


class StatementBatch(Model):
    """The worker began with the statements of a month: of how many accounts there will be one."""

    __tablename__ = "statement_batch"
    __table_args__ = (CheckConstraint("accounts >= 0", name="accounts_not_negative"),)

    month: Mapped[date] = mapped_column(ForeignKey("month_close.month"), primary_key=True)
    accounts: Mapped[int]
    begun_at: Mapped[datetime]


class StatementStop(Model):
    """Somebody cancelled the batch of a month: the worker begins none of it again by itself."""

    __tablename__ = "statement_stop"

    month: Mapped[date] = mapped_column(ForeignKey("month_close.month"), primary_key=True)
    stopped_at: Mapped[datetime]


class StatementPaper(Model):
    """A statement as it was first printed in a language: it is handed out so ever after."""

    __tablename__ = "statement_paper"

    statement_id: Mapped[int] = mapped_column(
        ForeignKey("account_statement.id"), primary_key=True, autoincrement=False
    )
    locale: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    printed_at: Mapped[datetime]
