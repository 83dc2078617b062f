"""Let guests in, take that back, give them tables; after the end note who did not come, thank and ask."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.audit import actions as audit
from portal.corporate.admissions import queries, rules
from portal.corporate.events import actions as event_actions
from portal.corporate.events import queries as events
from portal.corporate.events.models import Event
from portal.corporate.registrations import emails
from portal.corporate.registrations import rules as registration_rules
from portal.corporate.registrations.models import EventGuest
from portal.database import db
from portal.surveys.invitations import actions as surveys
from portal.surveys.invitations.rules import Touchpoint


def check_in(*, event_id: int, admission: str, by_id: int, at: datetime) -> EventGuest:
    """Let in whoever has this code, once: of two doors in one second the second one reads when."""
    # Whoever takes the party back in this moment waits, or is waited for.
    event = events.lock_event(event_id)
    rules.check_door(event, at=at)
    guest = queries.guest_at_door(event_id, admission)
    if guest is None:
        raise rules.UnknownGuest
    db.session.refresh(guest, ["checked_in_at", "declined_at", "left_out_at"])
    rules.check_guest(guest, guest.registration)
    guest.checked_in_at, guest.checked_in_by_id = at, by_id
    db.session.flush()
    _record(guest, "event.check_in", by_id=by_id, at=at)
    return guest


def undo_check_in(*, event_id: int, guest_id: uuid.UUID, by_id: int, at: datetime) -> EventGuest:
    """Take it back within some minutes, whoever of the door did it."""
    events.lock_event(event_id)
    guest = queries.guest_of(event_id, guest_id)
    if guest is None:
        raise rules.UnknownGuest
    db.session.refresh(guest, ["checked_in_at"])
    rules.check_undo(guest, at=at)
    guest.checked_in_at = guest.checked_in_by_id = None
    db.session.flush()
    _record(guest, "event.undo_check_in", by_id=by_id, at=at)
    return guest


def give_table(*, event_id: int, guest_id: uuid.UUID, table: str, by_id: int, at: datetime) -> EventGuest:
    """Say at which table a guest sits."""
    guest = queries.guest_of(event_id, guest_id)
    if guest is None:
        raise rules.UnknownGuest
    guest.table_no = table
    db.session.flush()
    _record(guest, "event.table", by_id=by_id, at=at)
    return guest


def close_event(*, event_id: int, at: datetime) -> dict[str, int]:
    """After the end: note who did not come, thank who did, ask one guest of each party. Once."""
    event = events.lock_event(event_id)
    if event.closed_at is not None or event.cancelled_at is not None:
        return {}
    missing = queries.to_note_missing(event_id)
    for guest in missing:
        guest.no_show_at = at
    came = queries.who_came(event_id)
    thanked = sum(emails.thank(registration=one.registration, guest=one, at=at) for one in came)
    about = _touchpoints(event, came)
    for touchpoint in about:
        surveys.schedule_invitation(touchpoint=touchpoint, at=at)
    event_actions.close_event(event_id=event_id, at=at)
    figures = {"came": len(came), "missing": len(missing), "thanked": thanked, "asked": len(about)}
    audit.record(
        action="event.close",
        subject_kind="event",
        subject_id=event.public_id,
        details=figures,
        by=None,
        at=at,
    )
    return figures


def _touchpoints(event: Event, came: Sequence[EventGuest]) -> list[Touchpoint]:
    """What one person of each party is asked about: its first guest who came and has a sign-in, else whoever
    registered it. Nobody of the house is asked, who may have registered it on the telephone.
    """
    clients = events.people_to_write_to({guest.registration.account_id for guest in came})
    found: dict[int, Touchpoint] = {}
    # First whoever was there, then whoever sent them.
    for guest in sorted(came, key=lambda one: one.person_id is None):
        registration = guest.registration
        own = {person.id for person in clients.get(registration.account_id, ())}
        person_id = guest.person_id or registration.registered_by_id
        if registration.id not in found and (guest.person_id is not None or person_id in own):
            found[registration.id] = registration_rules.touchpoint_of(
                registration, event, person_id=person_id
            )
    return list(found.values())


def _record(guest: EventGuest, action: str, *, by_id: int, at: datetime, **more: Any) -> None:
    audit.record(
        action=action,
        subject_kind="event_registration",
        subject_id=guest.registration.public_id,
        details={"position": guest.position} | more,
        by=by_id,
        at=at,
    )
