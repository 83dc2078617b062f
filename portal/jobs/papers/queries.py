"""Reads of papers."""

import uuid

from sqlalchemy import select

from portal.database import db
from portal.jobs.papers.models import Paper

PERSONAL_LIMIT = 1_000


def personal_data(person_id: int) -> list[dict[str, str]]:
    """Which papers a person ordered that are still kept, for their own export."""
    statement = select(Paper.filename, Paper.made_at).where(Paper.owner_id == person_id).order_by(Paper.id)
    return [
        {"filename": filename, "made_at": made_at.isoformat()}
        for filename, made_at in db.session.execute(statement.limit(PERSONAL_LIMIT))
    ]


def paper_for(owner_id: int, public_id: uuid.UUID) -> Paper | None:
    """A paper of this person; anybody else's is not found."""
    return db.session.scalar(select(Paper).where(Paper.public_id == public_id, Paper.owner_id == owner_id))
