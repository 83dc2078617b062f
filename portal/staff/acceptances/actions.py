"""Take a promised line upon oneself, and give it back."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from portal.audit import actions as audit
from portal.corporate.bookings.models import BookingLine
from portal.database import db
from portal.staff.acceptances import queries, rules
from portal.staff.acceptances.models import Acceptance


def accept_line(*, line: BookingLine, by_id: int, at: datetime) -> Acceptance:
    """Take a line, loaded with its booking's end; one's own again changes nothing.

    Raises `TakenAlready`, or `NothingToTake` for what waits no more.
    """
    ended = line.dropped_at is not None or line.booking.cancellation is not None
    rules.check_open(is_delivered=line.delivery is not None, is_ended=ended)
    try:
        with db.session.begin_nested():
            taken = Acceptance(line_id=line.id, by_id=by_id, at=at)
            db.session.add(taken)
    except IntegrityError:
        # Of two who press in the same second the database takes one.
        standing = queries.acceptance_of(line.id)
        if standing is None:
            raise
        if standing.by_id != by_id:
            raise rules.TakenAlready(name=standing.by.name) from None
        return standing
    return taken


def release_line(*, line: BookingLine, by_id: int, leads: bool, at: datetime) -> None:
    """Give a line back; what nobody took stays so. Raises `TakenByAnother`."""
    taken = queries.acceptance_of(line.id)
    if taken is None:
        return
    rules.check_release(by_id=by_id, taken_by_id=taken.by_id, leads=leads)
    audit.record(
        action="line.release",
        subject_kind="booking_line",
        subject_id=line.public_id,
        details={"taken_at": taken.at.isoformat(), "taken_by": taken.by_id},
        by=by_id,
        at=at,
    )
    db.session.delete(taken)
