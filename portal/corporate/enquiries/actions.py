"""Ask a partner about a line, and let the question go with its line."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import update

from portal.corporate.enquiries.models import Enquiry
from portal.database import db


def ask_partner(*, line_id: int, property_id: int, hours: int, cut_off_at: datetime, at: datetime) -> Enquiry:
    """Ask, with the answer due within so many hours and never after the line's cut-off."""
    enquiry = Enquiry(
        public_id=uuid.uuid4(),
        line_id=line_id,
        property_id=property_id,
        asked_at=at,
        due_at=min(at + timedelta(hours=hours), cut_off_at),
    )
    db.session.add(enquiry)
    db.session.flush()
    return enquiry


def let_go(*, line_ids: Collection[int], at: datetime) -> None:
    """Nothing waits any more for lines that were taken out or ended."""
    db.session.execute(
        update(Enquiry)
        .where(Enquiry.line_id.in_(line_ids), Enquiry.closed_at.is_(None))
        .values(closed_at=at)
        .execution_options(synchronize_session="fetch")
    )
