"""What a company lets its people spend, on which cost centres, and whose word goes beyond it."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model, PublicId, one_of
from portal.people.models import Person


class Scope(StrEnum):
    """Whose spending a limit bounds."""

    PERSON = "person"
    EACH = "each"
    """Each booker who has no limit of their own."""
    COST_CENTRE = "cost_centre"
    COMPANY = "company"


class Period(StrEnum):
    """How long a limit lasts before it begins anew, by the calendar."""

    MONTH = "month"
    QUARTER = "quarter"


IN_FORCE = text("ended_at IS NULL")
FOR_ALL = text("ended_at IS NULL AND scope IN ('each', 'company')")
EVERYWHERE = text("ended_at IS NULL AND cost_centre_id IS NULL")


class CostCentre(Model):
    """Where a company books its costs. Closed, never deleted: bookings keep it."""

    __tablename__ = "cost_centre"
    __table_args__ = (
        CheckConstraint("code <> '' AND name <> ''", name="named"),
        Index(
            "uq_cost_centre_open",
            "account_id",
            "code",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    code: Mapped[str]
    """As the company's own books call it."""
    name: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class SpendLimit(Model):
    """So much may be booked in a month or a quarter without a second key; replaced, never changed."""

    __tablename__ = "spend_limit"
    __table_args__ = (
        one_of("scope", Scope),
        one_of("period", Period),
        CheckConstraint("limit_cents >= 0", name="not_negative"),
        CheckConstraint("(scope = 'person') = (person_id IS NOT NULL)", name="person_is_named"),
        CheckConstraint("(scope = 'cost_centre') = (cost_centre_id IS NOT NULL)", name="centre_is_named"),
        CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="ended_by_somebody"),
        Index(
            "uq_spend_limit_for_all",
            "account_id",
            "scope",
            unique=True,
            sqlite_where=FOR_ALL,
            postgresql_where=FOR_ALL,
        ),
        Index(
            "uq_spend_limit_person",
            "account_id",
            "person_id",
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        ),
        Index(
            "uq_spend_limit_centre",
            "cost_centre_id",
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The token of the form that set it: sent twice, it sets once."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    scope: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    cost_centre_id: Mapped[int | None] = mapped_column(ForeignKey("cost_centre.id"), index=True)
    period: Mapped[str]
    limit_cents: Mapped[int]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    set_at: Mapped[datetime]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    ended_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[person_id])
    cost_centre: Mapped[CostCentre | None] = relationship(lazy="raise")
    set_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[set_by_id])
    ended_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[ended_by_id])


class Approver(Model):
    """Whose word lets a booking go above a limit: on one cost centre, or in the whole company."""

    __tablename__ = "approver"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="ended_by_somebody"),
        Index(
            "uq_approver_everywhere",
            "account_id",
            "person_id",
            unique=True,
            sqlite_where=EVERYWHERE,
            postgresql_where=EVERYWHERE,
        ),
        Index(
            "uq_approver_centre",
            "cost_centre_id",
            "person_id",
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    cost_centre_id: Mapped[int | None] = mapped_column(ForeignKey("cost_centre.id"), index=True)
    named_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    named_at: Mapped[datetime]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    cost_centre: Mapped[CostCentre | None] = relationship(lazy="raise")
