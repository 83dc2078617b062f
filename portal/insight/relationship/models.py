"""What was last computed of each relationship, so that peers can be compared at once; and its stages."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Model, one_of
from portal.insight.activity.rules import Wakefulness


class RelationshipProfile(Model):
    """The figures of one account as of a day: derived from its purchases, and computed anew from them."""

    __tablename__ = "relationship_profile"
    __table_args__ = (
        one_of("state", Wakefulness),
        CheckConstraint("stage BETWEEN 0 AND 4", name="stage_known"),
        Index("ix_relationship_profile_tier_stage", "tier", "stage"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    as_of: Mapped[date]
    tier: Mapped[str]
    size: Mapped[str]
    stage: Mapped[int]
    state: Mapped[str]
    length_months: Mapped[int]
    together_months: Mapped[int]
    """The length to the day itself, silent or not."""
    share_bp: Mapped[int]
    nights_centi: Mapped[int]
    month_cents: Mapped[int]
    year_purchases: Mapped[int]
    rate_centi: Mapped[int]
    """Purchase days in the last year, in hundredths; 0 for whoever has been a client for less than a year."""
    gap_days: Mapped[int | None]
    """The own 90th-percentile gap between purchase days; none under four of them."""
    one_off_cents: Mapped[int | None]
    """The bill of a client who bought on one day only."""
    computed_at: Mapped[datetime]


class StageEvent(Model):
    """A relationship that reached another stage, and why."""

    __tablename__ = "relationship_stage"
    __table_args__ = (UniqueConstraint("account_id", "reached_on", name="uq_relationship_stage_day"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reached_on: Mapped[date]
    stage_before: Mapped[int | None]
    stage: Mapped[int]
    derivation: Mapped[dict[str, Any]]
