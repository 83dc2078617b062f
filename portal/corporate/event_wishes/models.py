"""Who does not want to be invited to closed events by letter."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Model


class EventOptOut(Model):
    """A person who does not want these letters; the events stand on their company's page all the same."""

    __tablename__ = "event_opt_out"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    at: Mapped[datetime]
