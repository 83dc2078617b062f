"""A shift of the front office that Dario leaves."""

import uuid

from portal.staff.handovers import actions, queries
from portal.staff.handovers.models import ShiftHandover
from tests.cast import NOW, Cast
from tests.staff.board.conftest import catalogue, housekeeping, olga, promise

__all__ = ["catalogue", "housekeeping", "leave_now", "olga", "promise"]


def leave_now(cast: Cast, *, note: str = "All is quiet") -> ShiftHandover:
    """Leave it inside a transaction."""
    left = queries.open_now(cast.seaside, cast.front_office, at=NOW).left
    return actions.leave_shift(
        token=uuid.uuid4(), department=cast.front_office, note=note, left=left, by_id=cast.dario.id, at=NOW
    )
