"""Drafts of the rules: every saved revision is kept, and so is what was done with the draft."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model, PublicId, one_of
from portal.people.models import Person


class DraftState(StrEnum):
    """Where a draft is on its way."""

    OPEN = "open"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What was done with a draft."""

    SUBMIT = "submit"
    HAND_BACK = "hand_back"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"


class ProgrammeDraft(Model):
    """A version in the making. `revision` counts what was saved; a form that saw an older one is refused."""

    __tablename__ = "programme_draft"
    __table_args__ = (
        one_of("state", DraftState),
        CheckConstraint("revision >= 1", name="revision_positive"),
        Index("ix_programme_draft_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    name: Mapped[str]
    based_on: Mapped[int]
    """The number of the version from which it began."""
    revision: Mapped[int]
    state: Mapped[str]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]

    created_by: Mapped[Person] = relationship(lazy="raise")


class DraftRevision(Model):
    """The rules as they were saved once; never changed after."""

    __tablename__ = "programme_draft_revision"
    __table_args__ = (UniqueConstraint("draft_id", "number", name="uq_programme_draft_revision"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("programme_draft.id"))
    number: Mapped[int]
    section: Mapped[str]
    """Which section was edited; `start` for the first."""
    rules: Mapped[dict[str, Any]]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]

    by: Mapped[Person] = relationship(lazy="raise")


class DraftAct(Model):
    """A draft was submitted, handed back, published or withdrawn: by whom, when, and why."""

    __tablename__ = "programme_draft_act"
    __table_args__ = (one_of("act", Act), Index("ix_programme_draft_act_draft_id", "draft_id", "id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("programme_draft.id"))
    act: Mapped[str]
    revision: Mapped[int]
    note: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]

    by: Mapped[Person] = relationship(lazy="raise")
