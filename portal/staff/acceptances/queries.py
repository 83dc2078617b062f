"""Reads of who took what."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.corporate.bookings.models import BookingLine
from portal.database import db
from portal.staff.acceptances.models import Acceptance

PERSONAL_LIMIT = 10_000


def acceptance_of(line_id: int) -> Acceptance | None:
    """Who took a line, as it stands."""
    statement = select(Acceptance).options(joinedload(Acceptance.by)).where(Acceptance.line_id == line_id)
    return db.session.scalar(statement)


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """What somebody took upon themselves, for their own export."""
    statement = (
        select(Acceptance.at, BookingLine.public_id)
        .join(BookingLine, BookingLine.id == Acceptance.line_id)
        .where(Acceptance.by_id == person_id)
        .order_by(Acceptance.at, Acceptance.id)
        .limit(PERSONAL_LIMIT)
    )
    return [{"line": str(line), "at": at.isoformat()} for at, line in db.session.execute(statement)]
