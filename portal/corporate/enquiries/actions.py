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


def ask_or_keep(
    *,
    kept: Enquiry | None,
    line_id: int,
    property_id: int,
    hours: int | None,
    cut_off_at: datetime,
    at: datetime,
) -> None:
    """Ask about a line, unless the same was asked before: then the partner's word goes on for this line."""
    if kept is not None:
        kept.line_id = line_id
    elif hours is not None:
        ask_partner(line_id=line_id, property_id=property_id, hours=hours, cut_off_at=cut_off_at, at=at)


def call_off(*, line_ids: Collection[int], at: datetime) -> None:
    """Lines were taken out or ended: nothing waits any more, and who was asked about them is to be told."""
    let_go(line_ids=line_ids, at=at)
    db.session.execute(
        update(Enquiry)
        .where(
            Enquiry.line_id.in_(line_ids),
            Enquiry.call_off_at.is_(None),
            or_(Enquiry.answer.is_(None), Enquiry.answer != Answer.DECLINED),
        )
        .values(call_off_at=at)
        .execution_options(synchronize_session="fetch")
    )


def let_go(*, line_ids: Collection[int], at: datetime) -> None:
    """Nothing waits any more for lines that ended or were delivered."""
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
