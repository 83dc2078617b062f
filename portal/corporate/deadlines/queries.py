"""What a company has that ends soon: points, guest passes, souvenirs that wait."""

from datetime import date

from sqlalchemy import select

from portal.corporate.passes.models import GuestPass
from portal.database import db

SHOWN = 5


def passes_ending(account_id: int, *, today: date, until: date) -> list[GuestPass]:
    """Passes with uses left whose last day is near, the soonest first."""
    statement = (
        select(GuestPass)
        .where(
            GuestPass.account_id == account_id,
            GuestPass.last_on >= today,
            GuestPass.last_on <= until,
            GuestPass.used < GuestPass.uses,
            GuestPass.revoked_at.is_(None),
        )
        .order_by(GuestPass.last_on, GuestPass.id)
        .limit(SHOWN)
    )
    return list(db.session.scalars(statement))
