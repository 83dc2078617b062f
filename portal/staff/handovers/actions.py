"""Leave a shift with a note, take it over, undo one's own last step."""

import uuid
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from portal.audit import actions as audit
from portal.database import db
from portal.hotel.models import Department
from portal.staff.handovers import queries, rules
from portal.staff.handovers.models import ShiftHandover
from portal.staff.handovers.rules import Left


def leave_shift(
    *, token: uuid.UUID, department: Department, note: str, left: Left, by_id: int, at: datetime
) -> ShiftHandover:
    """Leave a department's shift with what is open. The same token does it once; raises `SentByAnother`."""
    made = ShiftHandover(
        public_id=token, property_id=department.property_id, department_id=department.id, note=note,
        left_open=left.to_json(), left_by_id=by_id, left_at=at,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        # Pressed twice, or sent again over a bad network.
        known = queries.by_token(token)
        if known is None or known.left_by_id != by_id:
            raise rules.SentByAnother from None
        return known
    _record("handover.leave", made, by_id=by_id, at=at)
    return made


def take_over(*, handover: ShiftHandover, by_id: int, at: datetime) -> None:
    """Take a shift over; one's own again changes nothing. Of two in one second the database takes one."""
    if handover.taken_by_id == by_id:
        return
    taken_by = handover.taken_by.name if handover.taken_by is not None else None
    rules.check_taking(
        left_by_id=handover.left_by_id, by_id=by_id, withdrawn_at=handover.withdrawn_at, taken_by=taken_by
    )
    taken = (
        update(ShiftHandover)
        .where(
            ShiftHandover.id == handover.id,
            ShiftHandover.taken_at.is_(None),
            ShiftHandover.withdrawn_at.is_(None),
        )
        .values(taken_by_id=by_id, taken_at=at)
        .returning(ShiftHandover.id)
    )
    if db.session.scalar(taken) is None:
        raise rules.TakenAlready(name="")
    _record("handover.take", handover, by_id=by_id, at=at)


def undo(*, handover: ShiftHandover, by_id: int, at: datetime) -> None:
    """Take back one's own last step within ten minutes: a shift that was taken waits again, one left ends."""
    if handover.withdrawn_at is not None:
        return
    if handover.taken_at is not None and handover.taken_by_id is not None:
        done_by_id, done_at, values = handover.taken_by_id, handover.taken_at, _NOT_TAKEN
    else:
        done_by_id, done_at, values = handover.left_by_id, handover.left_at, {"withdrawn_at": at}
    rules.check_undo(by_id=by_id, done_by_id=done_by_id, done_at=done_at, at=at)
    as_seen = ShiftHandover.taken_at.is_not_distinct_from(handover.taken_at)
    changed = update(ShiftHandover).where(ShiftHandover.id == handover.id, as_seen).values(values)
    if db.session.scalar(changed.returning(ShiftHandover.id)) is None:
        raise rules.NothingToUndo
    _record("handover.undo", handover, by_id=by_id, at=at)


_NOT_TAKEN: dict[str, object] = {"taken_by_id": None, "taken_at": None}


def _record(action: str, handover: ShiftHandover, *, by_id: int, at: datetime) -> None:
    audit.record(action=action, subject_kind="shift_handover", subject_id=handover.public_id, by=by_id, at=at)
