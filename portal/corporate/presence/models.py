"""How the desk knew that the right person stood before it when something was spent."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Card
from portal.database import BigId, Model, PublicId, one_of
from portal.people.models import Person


class PresenceKind(StrEnum):
    """A card recognises; one of these shows that its holder, or the invitee, is there."""

    LIVE_CODE = "live_code"
    STAFF_CHECK = "staff_check"


class PersonDocument(StrEnum):
    """What somebody was checked by: the kind alone, never a number."""

    PASSPORT = "passport"
    IDENTITY_CARD = "identity_card"
    DRIVING_LICENCE = "driving_licence"
    COMPANY_BADGE = "company_badge"


class Purpose(StrEnum):
    """What it was shown for."""

    POINTS = "points"
    INVITEE = "invitee"


class Presence(Model):
    """One showing of a live code, or one look at a document, for one thing that was spent."""

    __tablename__ = "presence"
    __table_args__ = (
        one_of("kind", PresenceKind),
        one_of("document", PersonDocument),
        one_of("purpose", Purpose),
        CheckConstraint("(kind = 'live_code') = (counter IS NOT NULL)", name="code_has_counter"),
        CheckConstraint("(kind = 'staff_check') = (document IS NOT NULL)", name="check_has_document"),
        CheckConstraint("kind = 'staff_check' OR card_id IS NOT NULL", name="code_has_card"),
        # A code that was shown spends once, whoever read it over the guest's shoulder.
        UniqueConstraint("card_id", "counter", name="uq_presence_live_code"),
        Index("ix_presence_property_at", "property_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The token of the form that spent."""
    kind: Mapped[str]
    document: Mapped[str | None]
    card_id: Mapped[int | None] = mapped_column(ForeignKey("card.id"))
    counter: Mapped[int | None]
    """Which of the card's half minutes the code belonged to."""
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str]
    at: Mapped[datetime]

    card: Mapped[Card | None] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(lazy="raise")
