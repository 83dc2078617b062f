"""Requests to give points by hand, or to take such points back, and what others said to them."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account, Card
from portal.database import BigId, Model, PublicId, one_of
from portal.hotel.models import Property
from portal.people.models import Person


class CreditRole(StrEnum):
    """In which capacity somebody asks: the limits differ."""

    DESK = "desk"
    MANAGER = "manager"


class CreditReason(StrEnum):
    """Why points are given, or taken back."""

    COMPLAINT = "complaint"
    GOODWILL = "goodwill"
    MISSING = "missing"
    MISTAKE = "mistake"
    OTHER = "other"


class CreditOutcome(StrEnum):
    """How a request ended; one that nobody settled lapses by itself."""

    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class CreditRequest(Model):
    """One wish to give points, or to take back what another request gave.

    It is carried out at once where nobody else has to agree, and otherwise when enough others have.
    """

    __tablename__ = "credit_request"
    __table_args__ = (
        one_of("role", CreditRole),
        one_of("reason", CreditReason),
        one_of("outcome", CreditOutcome),
        CheckConstraint("points >= 1", name="points_positive"),
        CheckConstraint("approvals >= 0", name="approvals_not_negative"),
        CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled_with_outcome"),
        CheckConstraint("words <> '' AND evidence <> ''", name="reason_and_evidence"),
        CheckConstraint("role <> 'desk' OR property_id IS NOT NULL", name="desk_has_property"),
        Index("ix_credit_request_account_id_asked_at", "account_id", "asked_at"),
        Index("ix_credit_request_by_id_asked_at", "by_id", "asked_at"),
        Index(
            "ix_credit_request_waiting",
            "expires_at",
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        # What was given is taken back once; a wish that was declined does not count.
        Index(
            "uq_credit_request_taken_back",
            "takes_back_id",
            unique=True,
            sqlite_where=text("outcome = 'done'"),
            postgresql_where=text("outcome = 'done'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """Also the token of its form: two clicks ask once."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str]
    points: Mapped[int]
    reason: Mapped[str]
    words: Mapped[str]
    """What happened, as the company may read it."""
    evidence: Mapped[str]
    """The number of a complaint, a folio, a case: what an auditor will ask for."""
    property_id: Mapped[int | None] = mapped_column(ForeignKey("property.id"), index=True)
    stay_reference: Mapped[str | None]
    """The reservation at the desk, folded: the limit of a stay counts by it."""
    card_id: Mapped[int | None] = mapped_column(ForeignKey("card.id"), index=True)
    """The guest whose stay it was, where the desk knew them."""
    takes_back_id: Mapped[int | None] = mapped_column(ForeignKey("credit_request.id"), index=True)
    """The request whose points this one takes back."""
    approvals: Mapped[int]
    """How many others must agree, by the rules of the day on which it was asked."""
    derivation: Mapped[dict[str, Any]]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    outcome: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    entry_seq: Mapped[int | None]
    """The entry of the account's ledger by which it was carried out."""

    account: Mapped[Account] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])
    house: Mapped[Property | None] = relationship(lazy="raise")
    card: Mapped[Card | None] = relationship(lazy="raise")
    takes_back: Mapped["CreditRequest | None"] = relationship(lazy="raise", remote_side="CreditRequest.id")
    decisions: Mapped[list["CreditDecision"]] = relationship(
        lazy="raise", order_by="CreditDecision.id", viewonly=True
    )


class CreditDecision(Model):
    """What one other person said to a request: each says it once."""

    __tablename__ = "credit_decision"
    __table_args__ = (
        UniqueConstraint("request_id", "by_id", name="uq_credit_decision_request_by"),
        CheckConstraint("agrees OR words <> ''", name="no_has_a_reason"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("credit_request.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    agrees: Mapped[bool]
    words: Mapped[str]
    at: Mapped[datetime]

    by: Mapped[Person] = relationship(lazy="raise")
