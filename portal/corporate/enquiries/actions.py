"""Ask a partner about a line, and let the question go with its line."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import or_, update

from portal.corporate.enquiries.models import Answer, Enquiry
from portal.database import db

AT_ONCE = timedelta(minutes=15)


def ask_partner(*, line_id: int, property_id: int, hours: int, cut_off_at: datetime, at: datetime) -> Enquiry:
    """Ask, with the answer due within so many hours and never after the line's cut-off.

    Where the cut-off has passed already the answer is due at once.
    """
    enquiry = Enquiry(
        public_id=uuid.uuid4(),
        line_id=line_id,
        property_id=property_id,
        asked_at=at,
        due_at=max(min(at + timedelta(hours=hours), cut_off_at), at + AT_ONCE),
    )
    db.session.add(enquiry)
    db.session.flush()
    return enquiry


def let_go(*, line_ids: Collection[int], at: datetime) -> None:
    """Nothing waits any more for lines that were taken out, ended or delivered."""
    db.session.execute(
        update(Enquiry)
        .where(Enquiry.line_id.in_(line_ids), Enquiry.closed_at.is_(None))
        .values(closed_at=at)
        .execution_options(synchronize_session="fetch")
    )


def ask_again(*, line_id: int, closed_at: datetime) -> None:
    """Let it wait again: the delivery that closed it at that instant was noted by mistake."""
    db.session.execute(
        update(Enquiry)
        .where(
            Enquiry.line_id == line_id,
            Enquiry.closed_at == closed_at,
            or_(Enquiry.answer.is_(None), Enquiry.answer == Answer.OFFERED),
            Enquiry.taken.is_(None),
        )
        .values(closed_at=None)
        .execution_options(synchronize_session="fetch")
    )
