"""What partners are asked about lines."""

from collections.abc import Collection

from sqlalchemy import or_, select

from portal.corporate.enquiries.models import Answer, Enquiry
from portal.database import db


def by_line(line_ids: Collection[int]) -> dict[int, Enquiry]:
    """The enquiries about lines."""
    found = db.session.scalars(select(Enquiry).where(Enquiry.line_id.in_(line_ids)))
    return {each.line_id: each for each in found}


def keepable(line_ids: Collection[int], *, property_id: int) -> dict[int, Enquiry]:
    """Those by line that may go on for another line: asked or confirmed at a hotel, and not over."""
    statement = select(Enquiry).where(
        Enquiry.line_id.in_(line_ids),
        Enquiry.property_id == property_id,
        Enquiry.call_off_at.is_(None),
        or_(Enquiry.answer.is_(None), Enquiry.answer != Answer.DECLINED),
    )
    return {each.line_id: each for each in db.session.scalars(statement)}
