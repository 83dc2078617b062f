"""Register a party, change its names, take it back; a guest's own yes or no; who waits moves up.

Locks are taken in one order: the company, the event. A seat is taken by one conditional UPDATE on the
event's row, and every seat that becomes free is offered in the transaction that frees it.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.clock import local_date
from portal.corporate.events import queries as events
from portal.corporate.events import rules as event_rules
from portal.corporate.events.models import Event
from portal.corporate.registrations import queries, rules
from portal.corporate.registrations.models import Diet, EventGuest, Registration
from portal.corporate.registrations.rules import Named, Party
from portal.database import db
from portal.derivation import Derived
from portal.jobs import actions as jobs
from portal.web.folding import search_key
from portal.web.registries import Erased


def register_party(
    *, token: uuid.UUID, event: Event, account: Account, party: Party, by_id: int, at: datetime
) -> Registration:
    """Register a party whole, or let it wait whole; the same form registers it once.

    Refuses by name: who is not invited, outside the days of registration, beyond the company's allowance,
    with a guest named twice.
    """
    queries.lock_account(account.id)
    known = queries.registration_by_token(token)
    if known is not None:
        return _own(known, account.id)
    event_rules.check_open(event, at=at)
    company = events.company_of(account, at=at)
    is_by_name = bool(events.named_in([event.id], account_id=account.id))
    event_rules.check_invited(event, company, is_by_name=is_by_name)
    rules.check_party(event, party, known=queries.known_guests(event.id, account_id=account.id))
    allowed = allowance(event=event, company=company, is_by_name=is_by_name, at=at)
    rules.check_allowance(left=allowed.value, wanted=party.seats)
    is_seated = take_seats(event_id=event.id, seats=party.seats)
    if not is_seated:
        # Full, or cancelled in this very moment: nobody may leave between this look and the place in line.
        event = events.lock_event(event.id)
        event_rules.check_open(event, at=at)
        is_seated = take_seats(event_id=event.id, seats=party.seats)
    registration = Registration(
        public_id=token,
        event_id=event.id,
        account_id=account.id,
        registered_by_id=by_id,
        seats=party.seats,
        year=None if is_by_name else _year(event),
        tier=company.tier,
        allowance=allowed.to_json(),
        registered_at=at,
        seated_at=at if is_seated else None,
        revision=1,
    )
    _insert(registration, party)
    found = queries.loaded(registration.id)
    _record(found, "event.register", by_id=by_id, at=at, seats=party.seats, is_seated=is_seated)
    _announce(found, rules.REGISTERED if is_seated else rules.WAITLISTED, at=at)
    return found


def change_names(
    *, public_id: uuid.UUID, account_id: int, revision: int, party: Party, by_id: int, at: datetime
) -> Registration:
    """Other names, diets and needs, until the deadline; who is left out gives the seat back."""
    registration, event = _locked(public_id, account_id)
    if registration.revision != revision:
        raise event_rules.ChangedMeanwhile
    rules.check_names(registration, event, party, at=at)
    others = queries.known_guests(event.id, account_id=account_id, but=registration.id)
    rules.check_party(event, party, known=others)
    kept, gone = registration.coming[: party.seats], registration.coming[party.seats :]
    for guest, named in zip(kept, party.guests, strict=True):
        _rename(guest, named)
    for guest in gone:
        guest.declined_at = at
    registration.seats, registration.revision = party.seats, registration.revision + 1
    db.session.flush()
    if gone and registration.seated_at is not None:
        _give_back(event.id, seats=len(gone))
    if gone:
        # A smaller party that waits may fit now, too.
        _move_up(event, at=at)
    _record(registration, "event.names", by_id=by_id, at=at, seats=party.seats)
    _announce(registration, rules.NAMES, at=at)
    return registration


def cancel_registration(*, public_id: uuid.UUID, account_id: int, by_id: int, at: datetime) -> Registration:
    """The company takes a party back; its seats go to whoever waits first. Twice is once."""
    registration, event = _locked(public_id, account_id)
    if registration.cancelled_at is not None:
        return registration
    rules.check_standing(registration, event, at=at)
    _end(registration, event, by=rules.BY_CLIENT, at=at)
    _record(registration, "event.withdraw", by_id=by_id, at=at)
    _announce(registration, rules.CANCELLED, at=at)
    return registration


def decline(*, guest_id: uuid.UUID, at: datetime) -> EventGuest | None:
    """A guest says that they are not coming: their seat is free; the last one to say so ends the party."""
    found = _locked_guest(guest_id)
    if found is None:
        return None
    guest, registration, event = found
    if guest.declined_at is not None:
        return guest
    rules.check_standing(registration, event, at=at)
    guest.declined_at, guest.confirmed_at = at, None
    if len(registration.coming) == 0:
        _end(registration, event, by=rules.BY_GUESTS, at=at)
    else:
        registration.seats -= 1
        registration.revision += 1
        db.session.flush()
        if registration.seated_at is not None:
            _give_back(event.id, seats=1)
        _move_up(event, at=at)
    _record(registration, "event.decline", by_id=None, at=at)
    _announce(registration, rules.DECLINED, at=at)
    return guest


def confirm(*, guest_id: uuid.UUID, at: datetime) -> EventGuest | None:
    """A guest says that they are coming; after a no only while there is a seat."""
    found = _locked_guest(guest_id)
    if found is None:
        return None
    guest, registration, event = found
    event_rules.check_standing(event, at=at)
    if guest.declined_at is not None:
        _come_back(guest, registration, event)
    guest.confirmed_at = guest.confirmed_at or at
    db.session.flush()
    _record(registration, "event.confirm", by_id=None, at=at)
    return guest


def serve_waiting(*, event: Event, at: datetime) -> int:
    """Seat whoever waits and fits, e.g. after the event got more seats; how many parties that were."""
    return _move_up(events.lock_event(event.id), at=at)


def allowance(*, event: Event, company: event_rules.Company, is_by_name: bool, at: datetime) -> Derived[int]:
    """How many seats a company may still take of an event, and why."""
    year = _year(event)
    have = queries.taken(company.account_id, event_id=event.id, year=year)
    return event_rules.seats_allowed(
        event=event,
        rules=events.rules_on(at),
        tier=company.tier,
        is_by_name=is_by_name,
        used=have.used,
        held=have.held,
        year=year,
    )


def take_seats(*, event_id: int, seats: int) -> bool:
    """Take seats of an event if there are so many: one statement, so that two cannot take the last."""
    statement = (
        update(Event)
        .where(Event.id == event_id, Event.cancelled_at.is_(None))
        .where(Event.seats_taken + seats <= Event.capacity)
        .values(seats_taken=Event.seats_taken + seats)
        .execution_options(synchronize_session=False)
    )
    return bool(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]  # an UPDATE counts


def forget_guests(*, event: Event, parties: Sequence[Registration], at: datetime) -> int:
    """Forget names, diets, needs and addresses, some weeks after the event; of how many guests."""
    guests = [guest for party in parties for guest in party.guests]
    for guest in guests:
        guest.name, guest.search_key, guest.email, guest.needs = "", "", None, ""
        guest.diet = Diet.NONE
    db.session.flush()
    if guests:
        audit.record(
            action="event.forget", subject_kind="event", subject_id=event.public_id,
            details={"guests": len(guests)}, by=None, at=at,
        )  # fmt: skip
    return len(guests)


def erase_person(*, erased: Erased, at: datetime) -> None:  # noqa: ARG001 -- what every room is asked by
    """Forget the address, diet and needs of a guest of events; the name goes from every text."""
    theirs = EventGuest.person_id == erased.person_id
    if erased.email is not None:
        theirs = or_(theirs, EventGuest.email == erased.email)
    gone = update(EventGuest).where(theirs).values(email=None, diet=Diet.NONE.value, needs="")
    db.session.execute(gone.execution_options(synchronize_session=False))


def _own(registration: Registration, account_id: int) -> Registration:
    if registration.account_id != account_id:
        raise rules.RegistrationOfOthers
    return registration


def _insert(registration: Registration, party: Party) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(registration)
    except IntegrityError as error:
        # One company's forms take turns; the same token of another one is no form of ours.
        raise rules.RegistrationOfOthers from error
    for position, named in enumerate(party.guests, start=1):
        guest = EventGuest(
            public_id=uuid.uuid4(), registration_id=registration.id, position=position, table_no=""
        )
        guest.admission = _new_admission()
        _name(guest, named)
        db.session.add(guest)
    db.session.flush()


def _rename(guest: EventGuest, named: Named) -> None:
    """Another guest has another code and has said nothing yet; another diet alone changes neither."""
    if (guest.name, guest.person_id) != (named.name, named.person_id):
        guest.admission = _new_admission()
        guest.confirmed_at = None
    _name(guest, named)


def _name(guest: EventGuest, named: Named) -> None:
    guest.name, guest.search_key, guest.person_id = named.name, search_key(named.name), named.person_id
    guest.diet, guest.needs, guest.email, guest.locale = named.diet, named.needs, named.email, named.locale


def _new_admission() -> str:
    return rules.admission_number(uuid.uuid4().bytes)


def _locked(public_id: uuid.UUID, account_id: int) -> tuple[Registration, Event]:
    found = queries.registration_for(account_id, public_id)
    if found is None:
        raise rules.RegistrationOfOthers
    event = events.lock_event(found.event_id)
    return queries.loaded(found.id), event


def _locked_guest(guest_id: uuid.UUID) -> tuple[EventGuest, Registration, Event] | None:
    found = queries.guest_by_public_id(guest_id)
    if found is None:
        return None
    event = events.lock_event(found.registration.event_id)
    registration = queries.loaded(found.registration_id)
    return next(one for one in registration.guests if one.public_id == guest_id), registration, event


def _end(registration: Registration, event: Event, *, by: str, at: datetime) -> None:
    """The party is over; what it had, or its place in line, is free."""
    seats, was_seated = registration.seats, registration.seated_at is not None
    registration.cancelled_at, registration.cancelled_by = at, by
    registration.revision += 1
    db.session.flush()
    if was_seated:
        _give_back(event.id, seats=seats)
    _move_up(event, at=at)


def _come_back(guest: EventGuest, registration: Registration, event: Event) -> None:
    """Whoever declined has a seat again, if there is one; a party that ended is not raised from it."""
    if registration.cancelled_at is not None:
        raise rules.SeatGivenAway
    if registration.seated_at is not None and not take_seats(event_id=event.id, seats=1):
        raise rules.SeatGivenAway
    guest.declined_at = None
    registration.seats += 1
    registration.revision += 1


def _give_back(event_id: int, *, seats: int) -> None:
    db.session.execute(
        update(Event)
        .where(Event.id == event_id)
        .values(seats_taken=Event.seats_taken - seats)
        .execution_options(synchronize_session=False)
    )


def _move_up(event: Event, *, at: datetime) -> int:
    """Seat who waits, in order, past a party that does not fit; the event is locked by whoever calls."""
    if event.cancelled_at is not None or at >= event.starts_at:
        return 0
    db.session.refresh(event, ["seats_taken"])
    served = rules.next_in_line(queries.waiting(event.id), seats_left=event.seats_left)
    for registration_id in served:
        registration = queries.loaded(registration_id)
        if not take_seats(event_id=event.id, seats=registration.seats):
            break
        registration.seated_at = at
        registration.revision += 1
        db.session.flush()
        _record(registration, "event.seat", by_id=None, at=at, seats=registration.seats)
        _announce(registration, rules.SEATED, at=at)
    return len(served)


def _year(event: Event) -> int:
    return local_date(event.starts_at, event.property.zone).year


def _record(registration: Registration, action: str, *, by_id: int | None, at: datetime, **more: Any) -> None:
    audit.record(
        action=action,
        subject_kind="event_registration",
        subject_id=registration.public_id,
        details={"event": str(registration.event.public_id), "revision": registration.revision} | more,
        by=by_id,
        at=at,
    )


def _announce(registration: Registration, letter: str, *, at: datetime) -> None:
    """Let the worker write to whoever registered, and to guests who have an address."""
    jobs.enqueue(
        kind=rules.LETTER_JOB,
        payload={
            "registration": str(registration.public_id),
            "letter": letter,
            "revision": registration.revision,
        },
        dedupe_key=f"event-letter:{registration.public_id}:{registration.revision}",
        at=at,
    )
