"""End the letters that invite to closed events, and begin them again."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from portal.audit import actions as audit
from portal.corporate.event_wishes import queries
from portal.corporate.event_wishes.models import EventOptOut
from portal.database import db
from portal.outbox import actions as outbox
from portal.web.registries import Erased


def opt_out(*, person_id: int, at: datetime) -> None:
    """Invite this person by letter no more, and take back what has not left; twice is once."""
    if queries.has_opted_out(person_id):
        return
    try:
        with db.session.begin_nested():
            db.session.add(EventOptOut(person_id=person_id, at=at))
    except IntegrityError:
        return  # the same tap, twice in one second
    for letter in queries.waiting_letters(person_id):
        outbox.withdraw(public_id=letter, at=at)
    _record("event_wish.opt_out", person_id, at=at)


def opt_in(*, person_id: int, at: datetime) -> None:
    """Invite this person by letter again."""
    if queries.has_opted_out(person_id):
        _forget(person_id)
        _record("event_wish.opt_in", person_id, at=at)


def erase_person(*, erased: Erased, at: datetime) -> None:  # noqa: ARG001 -- what every room is asked by
    """Nobody writes to whoever is forgotten: the wish goes, too."""
    _forget(erased.person_id)


def _forget(person_id: int) -> None:
    gone = delete(EventOptOut).where(EventOptOut.person_id == person_id)
    db.session.execute(gone.execution_options(synchronize_session=False))


def _record(action: str, person_id: int, *, at: datetime) -> None:
    audit.record(action=action, subject_kind="person", subject_id=person_id, by=person_id, at=at)
