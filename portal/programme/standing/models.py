"""Where an account stands: its tier, how it came to it, and the facts that were counted."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.database import BigId, Model
from portal.stays.models import Stay


class AccountStanding(Model):
    """The tier of an account, as of the day to which the programme has been played."""

    __tablename__ = "account_standing"
    __table_args__ = (Index("ix_account_standing_tier", "tier", "account_id"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    tier: Mapped[str]
    tier_since: Mapped[date | None]
    grace_until: Mapped[date | None]
    played_through: Mapped[date | None]
    """The last day whose activations, expiries and reviews are done; none before the first."""
    told_through: Mapped[date | None]
    """The last day whose news its company was told. Whoever plays a day, the news of it waits to be told."""
    told_tier: Mapped[str | None]
    """The tier that its company was told of last: where it is another now, that is news."""
    derivation: Mapped[dict[str, Any] | None]
    """The count as of the last day on which something was counted."""
    night_cents: Mapped[int]
    """What a night costs this company on average, EUR cents: the price of a way that takes nights."""

    account: Mapped[Account] = relationship(lazy="raise")


class TierChange(Model):
    """One rise or fall of an account, with the count that led to it."""

    __tablename__ = "tier_change"
    __table_args__ = (
        CheckConstraint("tier_before <> tier_after", name="changes_something"),
        Index("ix_tier_change_account_id_day", "account_id", "day", "id"),
        Index("ix_tier_change_day", "day", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    day: Mapped[date]
    tier_before: Mapped[str]
    tier_after: Mapped[str]
    standing: Mapped[dict[str, Any]]
    """The derivation of the count."""
    verdict: Mapped[dict[str, Any]]
    """The derivation of what the review made of it."""
    recorded_at: Mapped[datetime]

    account: Mapped[Account] = relationship(lazy="raise")


class ReviewRecord(Model):
    """One verdict on an account's tier: of the monthly review, or of the moment when points were earned."""

    __tablename__ = "tier_review"
    __table_args__ = (Index("ix_tier_review_account_id_day", "account_id", "day", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    day: Mapped[date]
    outcome: Mapped[str]
    tier: Mapped[str]
    """The tier after the review."""
    grace_until: Mapped[date | None]
    is_monthly: Mapped[bool]
    """False for a rise, or the end of a grace, right when points were earned."""
    standing: Mapped[dict[str, Any]]
    """The derivation of the count."""
    verdict: Mapped[dict[str, Any]]
    """The derivation of the verdict."""
    recorded_at: Mapped[datetime]

    @property
    def qualified_nights(self) -> int:
        """The nights that the review counted: slept ones and credits."""
        sums = (step["values"] for step in self.standing["steps"])
        return int(next(values["qualified_nights"] for values in sums if "qualified_nights" in values))

    @property
    def spend_cents(self) -> int:
        """The eligible spend that the review counted."""
        return int(self.standing["inputs"]["spend_cents"])

    @property
    def doors(self) -> str:
        """Which doors led to a tier that day: `either`, `nights` or `spend`."""
        return str(self.standing["inputs"].get("led_by", "either"))


class PlayedStay(Model):
    """A stay that the programme has played, as it was told. A changed one is reversed and played anew."""

    __tablename__ = "played_stay"
    __table_args__ = (
        CheckConstraint("nights >= 0", name="nights_not_negative"),
        Index("ix_played_stay_account_id_checkout", "account_id", "checkout"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    stay_id: Mapped[int] = mapped_column(ForeignKey("stay.id"), unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    arrival: Mapped[date]
    checkout: Mapped[date]
    nights: Mapped[int]
    base_cents: Mapped[int]
    """Net eligible spend, EUR cents; only a positive one counts."""
    skipped: Mapped[str | None]
    """Why it posted no points: as the timeline names it, e.g. `below_one_point`."""
    played_at: Mapped[datetime]
    reversed_on: Mapped[date | None]

    stay: Mapped[Stay] = relationship(lazy="raise")


class PerkSpend(Model):
    """Eligible spend of a fulfilled booking; that of an event also gives night credits."""

    __tablename__ = "perk_spend"
    __table_args__ = (Index("ix_perk_spend_account_id_day", "account_id", "day"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    key: Mapped[str] = mapped_column(unique=True)
    reference: Mapped[str]
    day: Mapped[date]
    """When it was fulfilled."""
    settled_on: Mapped[date]
    """The later of fulfilled and paid: the day on which it earned."""
    bases: Mapped[list[Any]]
    """[[category, net eligible EUR cents], …]"""
    base_cents: Mapped[int]
    is_event: Mapped[bool]
    recorded_at: Mapped[datetime]
    reversed_on: Mapped[date | None]
