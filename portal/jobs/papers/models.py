"""What the worker printed, until it is thrown away."""

import uuid
from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Model, PublicId


class Paper(Model):
    """One file made for one person by one job."""

    __tablename__ = "paper"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    job_id: Mapped[uuid.UUID] = mapped_column(PublicId, unique=True)
    """The public id of the job that made it: done twice, it is kept once."""
    owner_id: Mapped[int] = mapped_column(index=True)
    """Who ordered it and alone may read it; an opaque id, as in the audit."""
    filename: Mapped[str]
    media_type: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
