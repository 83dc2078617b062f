"""Reviews of accounts, as they were held."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.database import BigId, Model, PublicId, one_of
from portal.people.models import Person


class ReviewOutcome(StrEnum):
    """What came of a review."""

    KEPT = "kept"
    """The account goes on as it is."""
    CHANGED = "changed"
    """It goes on, on other terms: the words say which."""
    ENDED = "ended"
    """It ends on a day."""


class AccountReview(Model):
    """One review: what was seen, what came of it. Never changed; the latest one counts."""

    __tablename__ = "account_review"
    __table_args__ = (
        one_of("outcome", ReviewOutcome),
        UniqueConstraint("account_id", "number", name="uq_account_review_number"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("(outcome = 'ended') = (ends_on IS NOT NULL)", name="ended_on_a_day"),
        CheckConstraint("outcome = 'kept' OR words <> ''", name="said_why"),
        CheckConstraint("closed_at IS NULL OR outcome = 'ended'", name="closed_once_ended"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The token of its form: sent twice, it is held once."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    number: Mapped[int]
    outcome: Mapped[str]
    words: Mapped[str]
    """What the company reads of it."""
    ends_on: Mapped[date | None]
    """The last day of an account that ends."""
    findings: Mapped[dict[str, Any]]
    """What the page showed when the review was held."""
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """When the account was closed in consequence."""

    account: Mapped[Account] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise")
