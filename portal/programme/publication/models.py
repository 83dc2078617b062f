"""How a draft became a version: who asked for it and who agreed, never the same person."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Model
from portal.people.models import Person
from portal.programme.drafts.models import ProgrammeDraft
from portal.programme.models import ProgrammeVersion


class Publication(Model):
    """One draft in one revision made a version. Version 1 came with the house and has none."""

    __tablename__ = "programme_publication"
    __table_args__ = (CheckConstraint("submitted_by_id <> approved_by_id", name="two_people"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("programme_version.id"), unique=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("programme_draft.id"), unique=True)
    revision: Mapped[int]
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    approved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    without_notice: Mapped[bool]
    """It took nothing from anybody, so it did not have to wait."""
    at: Mapped[datetime]

    version: Mapped[ProgrammeVersion] = relationship(lazy="raise")
    draft: Mapped[ProgrammeDraft] = relationship(lazy="raise")
    submitted_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[submitted_by_id])
    approved_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[approved_by_id])
