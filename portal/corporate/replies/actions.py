"""A guest's own yes or no. Locks are taken in one order: the company, the event."""

import uuid
from datetime import datetime

from portal.corporate.events import queries as events
from portal.corporate.events.models import Event
from portal.corporate.registrations import actions as registrations
from portal.corporate.registrations import queries, rules
from portal.corporate.registrations.models import EventGuest, Registration
from portal.database import db


def decline(*, guest_id: uuid.UUID, at: datetime) -> EventGuest | None:
    """A guest says that they are not coming: their seat is free; the last one to say so ends the party."""
    found = _locked(guest_id)
    if found is None:
        return None
    guest, registration, event = found
    if guest.left_out_at is not None:
        raise rules.LeftOut
    if guest.declined_at is not None:
        return guest
    rules.check_standing(registration, event, at=at)
    guest.declined_at, guest.confirmed_at = at, None
    if len(registration.coming) == 0:
        registrations.end_party(registration=registration, event=event, by=rules.BY_GUESTS, at=at)
    else:
        registration.seats -= 1
        registration.revision += 1
        db.session.flush()
        registrations.free_seats(registration=registration, event=event, seats=1, at=at)
    registrations.record(registration=registration, action="event.decline", by_id=None, at=at)
    registrations.announce(registration=registration, letter=rules.DECLINED, at=at)
    return guest


def confirm(*, guest_id: uuid.UUID, at: datetime) -> EventGuest | None:
    """A guest says that they are coming; after a no only while there is a seat, also for their company."""
    found = _locked(guest_id)
    if found is None:
        return None
    guest, registration, event = found
    rules.check_yes(guest, registration, event, at=at)
    comes_back = guest.declined_at is not None
    if comes_back:
        _come_back(guest, registration, event, at=at)
    guest.confirmed_at = guest.confirmed_at or at
    db.session.flush()
    registrations.record(registration=registration, action="event.confirm", by_id=None, at=at)
    if comes_back:
        registrations.announce(registration=registration, letter=rules.RETURNED, at=at)
    return guest


def _come_back(guest: EventGuest, registration: Registration, event: Event, *, at: datetime) -> None:
    """Whoever declined has a seat again, if there is one; a party that their no had ended stands again."""
    known = queries.known_guests(event.id, account_id=registration.account_id)
    company = events.company_of(registration.account, at=at)
    is_by_name = bool(events.named_in([event.id], account_id=company.account_id))
    left = registrations.allowance(event=event, company=company, is_by_name=is_by_name, at=at).value
    if left == 0 or rules.identity_of(guest.person_id, guest.name) in known:
        raise rules.NoSeatToReturnTo
    if registration.seated_at is not None and not registrations.take_seats(event_id=event.id, seats=1):
        raise rules.SeatGivenAway
    guest.declined_at = None
    has_ended = registration.cancelled_at is not None
    registration.seats = 1 if has_ended else registration.seats + 1
    registration.cancelled_at = registration.cancelled_by = None
    registration.revision += 1
    db.session.flush()
    if registration.seated_at is None:
        # It has its old place in line again, and may fit now.
        registrations.move_up(event=event, at=at)


def _locked(guest_id: uuid.UUID) -> tuple[EventGuest, Registration, Event] | None:
    found = queries.guest_by_public_id(guest_id)
    if found is None:
        return None
    queries.lock_account(found.registration.account_id)
    event = events.lock_event(found.registration.event_id)
    registration = queries.loaded(found.registration_id)
    return next(one for one in registration.guests if one.public_id == guest_id), registration, event
