"""Ask a department for something; accept it, end it, undo one's own last step."""

import uuid
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from portal.audit import actions as audit
from portal.database import db
from portal.hotel.models import Department
from portal.staff.requests import rules
from portal.staff.requests.models import DepartmentRequest, Ending

_OPEN = (DepartmentRequest.ended_at.is_(None),)


def ask(
    *,
    token: uuid.UUID,
    department: Department,
    from_department_id: int | None,
    what: str,
    whom: str,
    wanted_at: datetime,
    by_id: int,
    at: datetime,
) -> DepartmentRequest:
    """Ask a department for something. The same token asks once; raises `AskedAlready` for another's."""
    asked = DepartmentRequest(
        public_id=token,
        property_id=department.property_id,
        department_id=department.id,
        from_department_id=from_department_id,
        asked_by_id=by_id,
        asked_at=at,
        what=what,
        whom=whom,
        wanted_at=wanted_at,
        due_at=wanted_at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(asked)
    except IntegrityError:
        # Pressed twice, or sent again over a bad network.
        known = db.session.scalar(
            select(DepartmentRequest).where(
                DepartmentRequest.public_id == token, DepartmentRequest.asked_by_id == by_id
            )
        )
        if known is None:
            raise rules.AskedAlready from None
        return known
    return asked


def accept(*, request_id: int, due_at: datetime | None, by_id: int, at: datetime) -> None:
    """Accept a request, by the time that was wanted or another; one's own again changes nothing.

    Raises `TakenAlready` or `EndedAlready`.
    """
    values: dict[str, object] = {"accepted_by_id": by_id, "accepted_at": at}
    if due_at is not None:
        values["due_at"] = due_at
    if _change(request_id, values, *_OPEN, DepartmentRequest.accepted_at.is_(None)):
        return
    standing = _as_it_stands(request_id)
    if standing.ended_at is not None:
        raise rules.EndedAlready
    if standing.accepted_by_id != by_id and standing.accepted_by is not None:
        raise rules.TakenAlready(name=standing.accepted_by.name)


def finish(*, request_id: int, outcome: str, by_id: int, at: datetime) -> None:
    """Note that it is done; what nobody had accepted is accepted with it. Raises `EndedAlready`."""
    accepted: dict[str, object] = {"accepted_by_id": by_id, "accepted_at": at}
    _change(request_id, accepted, *_OPEN, DepartmentRequest.accepted_at.is_(None))
    _end(request_id, Ending.DONE, outcome, by_id=by_id, at=at)


def decline(*, request_id: int, reason: str, by_id: int, at: datetime) -> None:
    """Decline it, even after accepting it, and say why. Raises `ReasonNeeded` or `EndedAlready`."""
    if not reason:
        raise rules.ReasonNeeded
    _end(request_id, Ending.DECLINED, reason, by_id=by_id, at=at)


def withdraw(*, request_id: int, by_id: int, at: datetime) -> None:
    """Need it no more; its asker may say so until it ends. Raises `EndedAlready`."""
    _end(request_id, Ending.WITHDRAWN, "", by_id=by_id, at=at)


def undo(*, request: DepartmentRequest, by_id: int, at: datetime) -> None:
    """Take back one's own last step within ten minutes; raises `NothingToUndo`.

    What was done and accepted by the same press waits again as if neither had been.
    """
    accepted_at, ended_at = request.accepted_at, request.ended_at
    done_at, done_by_id = ended_at or accepted_at, request.ended_by_id or request.accepted_by_id
    if done_at is None or done_by_id is None:
        raise rules.NothingToUndo
    rules.check_undo(by_id=by_id, done_by_id=done_by_id, done_at=done_at, at=at)
    values: dict[str, object] = {"ended_by_id": None, "ended_at": None, "ending": None, "outcome": ""}
    is_one_press = (accepted_at, request.accepted_by_id) == (ended_at, request.ended_by_id)
    if ended_at is None or is_one_press:
        values |= {"accepted_by_id": None, "accepted_at": None, "due_at": DepartmentRequest.wanted_at}
    as_seen = (
        DepartmentRequest.accepted_at.is_not_distinct_from(accepted_at),
        DepartmentRequest.ended_at.is_not_distinct_from(ended_at),
    )
    if not _change(request.id, values, *as_seen):
        raise rules.NothingToUndo
    audit.record(
        action="request.undo",
        subject_kind="department_request",
        subject_id=request.public_id,
        details={"step": request.ending or "accepted"},
        by=by_id,
        at=at,
    )


def _end(request_id: int, ending: Ending, outcome: str, *, by_id: int, at: datetime) -> None:
    values: dict[str, object] = {
        "ended_by_id": by_id,
        "ended_at": at,
        "ending": ending.value,
        "outcome": outcome,
    }
    if _change(request_id, values, *_OPEN):
        return
    standing = _as_it_stands(request_id)
    if (standing.ended_by_id, standing.ending) != (by_id, ending.value):
        raise rules.EndedAlready


def _change(request_id: int, values: dict[str, object], *conditions: ColumnElement[bool]) -> bool:
    """Of several who press in the same second the database takes one."""
    statement = update(DepartmentRequest).where(DepartmentRequest.id == request_id, *conditions)
    changed = db.session.execute(statement.values(values))
    return bool(changed.rowcount)  # type: ignore[attr-defined]  # an UPDATE counts its rows


def _as_it_stands(request_id: int) -> DepartmentRequest:
    statement = (
        select(DepartmentRequest)
        .options(joinedload(DepartmentRequest.accepted_by))
        .where(DepartmentRequest.id == request_id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one()
