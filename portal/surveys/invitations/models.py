"""Invitations to a survey. They carry copies of what they are about, so that nothing is looked up above."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Account
from portal.database import BigId, Model, PublicId, one_of
from portal.hotel.models import Property, Service
from portal.people.models import Person
from portal.surveys.questionnaires.models import QuestionnaireVersion


class LeftOut(StrEnum):
    """Why somebody is not asked after all."""

    OPTED_OUT = "opted_out"
    NO_ADDRESS = "no_address"
    CONTACT_BUDGET = "contact_budget"
    TAKEN_BACK = "taken_back"
    """What it asks about was undone before it was sent."""


class Invitation(Model):
    """One person asked once about one touchpoint. Waits until `due_at`, is sent or left out, expires."""

    __tablename__ = "survey_invitation"
    __table_args__ = (
        one_of("left_out", LeftOut),
        CheckConstraint("sent_at IS NULL OR token_digest IS NOT NULL", name="sent_with_a_link"),
        CheckConstraint("(sent_at IS NULL) = (expires_at IS NULL)", name="sent_with_an_end"),
        CheckConstraint("(left_out IS NULL) = (left_out_at IS NULL)", name="left_out_is_whole"),
        CheckConstraint("sent_at IS NULL OR left_out IS NULL", name="sent_or_left_out"),
        CheckConstraint("begun_at IS NULL OR sent_at IS NOT NULL", name="begun_after_sending"),
        CheckConstraint("submitted_at IS NULL OR begun_at IS NOT NULL", name="submitted_after_beginning"),
        Index("ix_survey_invitation_account_submitted", "account_id", "submitted_at", "id"),
        Index("ix_survey_invitation_property_submitted", "property_id", "submitted_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"), index=True)
    touchpoint: Mapped[str]
    """What it is about: `booking`, or `event`."""
    touchpoint_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The public id of what it is about: one touchpoint asks once."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Who is asked: the guest, or whoever booked where no guest is named."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    tier: Mapped[str]
    """The company's tier when the booking was confirmed."""
    happened_at: Mapped[datetime]
    """When the last of it was delivered."""
    due_at: Mapped[datetime]
    left_out: Mapped[str | None]
    left_out_at: Mapped[datetime | None]
    token_digest: Mapped[str | None] = mapped_column(unique=True)
    """Of the link. A letter taken back leaves it, so that the link can say what became of it."""
    letter_id: Mapped[uuid.UUID | None] = mapped_column(PublicId, unique=True)
    """The letter's public id: whether it arrived is the outbox's to know."""
    sent_at: Mapped[datetime | None]
    """When the letter leaves: at the end of the guest's quiet hours."""
    expires_at: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    """When the first answer was kept."""
    submitted_at: Mapped[datetime | None]

    version: Mapped[QuestionnaireVersion] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
    account: Mapped[Account] = relationship(lazy="raise")
    property: Mapped[Property] = relationship(lazy="raise")
    served: Mapped[list["Served"]] = relationship(
        lazy="raise", back_populates="invitation", order_by="Served.id"
    )


class Served(Model):
    """Who delivered which service of the touchpoint: whom the guest may thank."""

    __tablename__ = "survey_served"
    __table_args__ = (UniqueConstraint("invitation_id", "person_id", "service_id", name="uq_survey_served"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("survey_invitation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)

    invitation: Mapped[Invitation] = relationship(lazy="raise", back_populates="served")
    person: Mapped[Person] = relationship(lazy="raise")
    service: Mapped[Service] = relationship(lazy="raise")


class OptOut(Model):
    """A person who does not want to be asked."""

    __tablename__ = "survey_opt_out"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    at: Mapped[datetime]
