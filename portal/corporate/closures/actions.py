"""Close a hall for repairs or for the house, and open it again."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from portal.audit import actions as audit
from portal.corporate.bundles.rules import instant
from portal.corporate.closures import queries, rules
from portal.corporate.halls import actions as halls
from portal.corporate.halls.models import HallClosure
from portal.corporate.halls.rules import Hall, Window
from portal.database import db


def close_hall(
    *,
    token: uuid.UUID,
    hall_id: uuid.UUID,
    property_ids: Collection[int],
    starts: datetime,
    ends: datetime,
    reason: str,
    by_id: int,
    at: datetime,
) -> HallClosure:
    """Close a hall from one local time to another; the same token closes it once.

    Refuses where anything is promised there: a promise is moved by whoever made it.
    """
    # The bookers lock the same row: whoever comes second sees what the first has taken.
    found = queries.lock_hall(hall_id, property_ids)
    if found is None:
        raise rules.HallOfOthers
    hall, house = found
    if (known := queries.closure_by_token(token)) is not None:
        return _own(known, hall)
    starts_at = instant(starts.date(), starts.time(), house.zone)
    ends_at = instant(ends.date(), ends.time(), house.zone)
    rules.check_span(starts_at, ends_at, at=at)
    if (taken := queries.taken_within(hall.id, starts_at, ends_at)) is not None:
        number, first_at, reference = taken
        raise rules.BookedThen(number=number, first_at=first_at.isoformat(), reference=reference)
    closure = HallClosure(
        public_id=token,
        resource_id=hall.id,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        by_id=by_id,
        at=at,
    )
    _insert(closure)
    halls.close_hall(hall=hall, window=Window(starts_at, ends_at), closure_id=closure.id)
    _record(closure, "hall.close", by_id=by_id, at=at)
    return closure


def open_hall(
    *, public_id: uuid.UUID, property_ids: Collection[int], by_id: int, at: datetime
) -> HallClosure:
    """Open a hall before its closure ends; what has passed stays closed."""
    closure = queries.lock_closure(public_id, property_ids)
    if closure is None:
        raise rules.HallOfOthers
    if closure.opened_at is not None:
        return closure
    if closure.ends_at <= at:
        raise rules.OpenedAlready
    halls.open_hall(closure_id=closure.id, since=at)
    closure.opened_at = at
    _record(closure, "hall.open", by_id=by_id, at=at)
    return closure


def _insert(closure: HallClosure) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(closure)
    except IntegrityError:
        # The same form, at the same moment for another hall, which has a lock of its own.
        raise rules.HallOfOthers from None


def _own(closure: HallClosure, hall: Hall) -> HallClosure:
    if closure.resource_id != hall.id:
        raise rules.HallOfOthers
    return closure


def _record(closure: HallClosure, action: str, *, by_id: int, at: datetime) -> None:
    audit.record(
        action=action,
        subject_kind="hall_closure",
        subject_id=closure.public_id,
        details={
            "hall": closure.resource_id,
            "starts_at": closure.starts_at.isoformat(),
            "ends_at": closure.ends_at.isoformat(),
            "reason": closure.reason,
        },
        by=by_id,
        at=at,
    )
