"""Seals over the heads of all chains."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Model


class LedgerSeal(Model):
    """One sealing. Each is sealed onto the one before, so none can be taken out unseen."""

    __tablename__ = "ledger_seal"
    __table_args__ = (CheckConstraint("number >= 1", name="number_positive"),)

    number: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    prev_hash: Mapped[str]
    hash: Mapped[str]


class SealedHead(Model):
    """The end of one chain that had grown since the seal before."""

    __tablename__ = "sealed_head"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq_positive"),
        Index("ix_sealed_head_account_id_seq", "account_id", "seq"),
    )

    seal_number: Mapped[int] = mapped_column(ForeignKey("ledger_seal.number"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    seq: Mapped[int]
    head: Mapped[str]
