"""What partners are asked about lines."""

from collections.abc import Collection

from sqlalchemy import select

from portal.corporate.enquiries.models import Enquiry
from portal.database import db


def by_line(line_ids: Collection[int]) -> dict[int, Enquiry]:
    """The enquiries about lines."""
    found = db.session.scalars(select(Enquiry).where(Enquiry.line_id.in_(line_ids)))
    return {each.line_id: each for each in found}
