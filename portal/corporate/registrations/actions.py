"""Register a party, change its names, take it back; who waits moves up, or has waited in vain.

Locks are taken in one order: the company, the event. A seat is taken by one conditional UPDATE on the
event's row, and every seat that becomes free is offered in the transaction that frees it.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.clock import local_date
from portal.corporate.events import queries as events
from portal.corporate.events import rules as event_rules
from portal.corporate.events.models import Event
from portal.corporate.registrations import queries, rules
from portal.corporate.registrations.models import Diet, EventGuest, Registration, RegistrationState
from portal.corporate.registrations.rules import Named, Party
from portal.database import db
from portal.derivation import Derived
from portal.jobs import actions as jobs
from portal.outbox import actions as outbox
from portal.web.folding import fold, search_key
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
    told = {"seats": party.seats, "is_seated": is_seated}
    record(registration=found, action="event.register", by_id=by_id, at=at, **told)
    announce(registration=found, letter=rules.REGISTERED if is_seated else rules.WAITLISTED, at=at)
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
    freed = len(registration.coming) - party.seats
    _name_anew(registration, party, at=at)
    registration.seats, registration.revision = party.seats, registration.revision + 1
    db.session.flush()
    if freed:
        free_seats(registration=registration, event=event, seats=freed, at=at)
    changed = queries.loaded(registration.id)
    record(registration=changed, action="event.names", by_id=by_id, at=at, seats=party.seats)
    announce(registration=changed, letter=rules.NAMES, at=at)
    return changed


def cancel_registration(*, public_id: uuid.UUID, account_id: int, by_id: int, at: datetime) -> Registration:
    """The company takes a party back; its seats go to whoever waits first. Twice is once."""
    registration, event = _locked(public_id, account_id)
    if registration.cancelled_at is not None:
        return registration
    rules.check_standing(registration, event, at=at)
    end_party(registration=registration, event=event, by=rules.BY_CLIENT, at=at)
    record(registration=registration, action="event.withdraw", by_id=by_id, at=at)
    announce(registration=registration, letter=rules.CANCELLED, at=at)
    return registration


def note_told(*, registration: Registration, invited: Sequence[EventGuest], at: datetime) -> None:
    """The company has been written to about the party as it stands, and these guests were invited."""
    registration.told_revision = registration.revision
    for guest in invited:
        guest.told_at = guest.told_at or at
    db.session.flush()


def end_in_vain(*, registration_id: int, at: datetime) -> None:
    """The event has begun and the party never got a seat: it waits no longer and uses up nothing."""
    event_id = db.session.get_one(Registration, registration_id).event_id
    event, registration = events.lock_event(event_id), queries.loaded(registration_id)
    if registration.state is not RegistrationState.WAITLISTED or at < event.starts_at:
        return
    registration.cancelled_at, registration.cancelled_by = at, rules.FULL
    registration.revision += 1
    db.session.flush()
    record(registration=registration, action="event.in_vain", by_id=None, at=at)
    if event.closed_at is None:
        announce(registration=registration, letter=rules.IN_VAIN, at=at)


def serve_waiting(*, event: Event, at: datetime) -> int:
    """Seat whoever waits and fits, e.g. after the event got more seats; how many parties that were."""
    return move_up(event=events.lock_event(event.id), at=at)


def count_in_year(*, event: Event) -> None:
    """An event that moved into another year uses up one of that year."""
    counted = (Registration.event_id == event.id, Registration.year.is_not(None))
    _set_year(*counted, year=_year(event))


def count_in_no_year(*, event: Event, account_id: int) -> None:
    """A company that was named by name uses up none of its events, also where it had come by its tier."""
    _set_year(Registration.event_id == event.id, Registration.account_id == account_id, year=None)


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
    """Forget names, diets, needs, addresses and letters, some weeks after the event; of how many guests."""
    outbox.forget_about(about=event.public_id)
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
    """Forget a guest of events: name, address, diet and needs. Their seat and what it was for stay."""
    theirs = EventGuest.person_id == erased.person_id
    if erased.email is not None:
        theirs = or_(theirs, EventGuest.email == erased.email)
    gone = {"name": "", "search_key": "", "email": None, "diet": Diet.NONE.value, "needs": ""}
    statement = update(EventGuest).where(theirs).values(gone)
    db.session.execute(statement.execution_options(synchronize_session=False))


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
        guest = _new_guest(registration, named)
        guest.position = position
        db.session.add(guest)
    db.session.flush()


def _name_anew(registration: Registration, party: Party, *, at: datetime) -> None:
    """Keep who is named again with their code, leave out who is not, and add who is new."""
    coming, found = registration.coming, rules.matched(registration.coming, party)
    gone = {guest.public_id: guest for guest in coming if guest not in found}
    for guest in gone.values():
        guest.left_out_at = at
    line: list[EventGuest] = []
    for known, named in zip(found, party.guests, strict=True):
        if known is not None:
            _rename(known, named)
        # Who is new sits at the table of whoever they come instead of.
        table = gone[named.row].table_no if named.row in gone else ""
        line.append(known or _new_guest(registration, named, table=table))
    _line_up(registration, line)


def _new_guest(registration: Registration, named: Named, *, table: str = "") -> EventGuest:
    guest = EventGuest(public_id=uuid.uuid4(), registration_id=registration.id, table_no=table)
    guest.admission = _new_admission()
    _name(guest, named)
    return guest


def _line_up(registration: Registration, line: Sequence[EventGuest]) -> None:
    """Those named stand in the order of the form, whoever is not coming behind them."""
    known = registration.guests
    behind = [guest for guest in known if guest not in line]
    # Out of the way first: two guests never have one place, not even for a moment.
    for guest in known:
        guest.position += len(known) + len(line)
    db.session.flush()
    for place, guest in enumerate([*line, *behind], start=1):
        guest.position = place
        db.session.add(guest)
    db.session.flush()


def _rename(guest: EventGuest, named: Named) -> None:
    """Another name has another code and has said nothing yet; another diet alone changes neither."""
    if (fold(guest.name), guest.person_id) != (fold(named.name), named.person_id):
        guest.admission = _new_admission()
        guest.confirmed_at = guest.told_at = None
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


def end_party(*, registration: Registration, event: Event, by: str, at: datetime) -> None:
    """The party is over; what it had, or its place in line, is free."""
    seats, was_seated = registration.seats, registration.seated_at is not None
    registration.cancelled_at, registration.cancelled_by = at, by
    registration.revision += 1
    db.session.flush()
    if was_seated:
        _give_back(event.id, seats=seats)
    move_up(event=event, at=at)


def free_seats(*, registration: Registration, event: Event, seats: int, at: datetime) -> None:
    """Give back seats of a party that has got smaller; if it waits, it may fit now itself."""
    if registration.seated_at is not None:
        _give_back(event.id, seats=seats)
    move_up(event=event, at=at)


def _give_back(event_id: int, *, seats: int) -> None:
    db.session.execute(
        update(Event)
        .where(Event.id == event_id)
        .values(seats_taken=Event.seats_taken - seats)
        .execution_options(synchronize_session=False)
    )


def move_up(*, event: Event, at: datetime) -> int:
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
        record(registration=registration, action="event.seat", by_id=None, at=at, seats=registration.seats)
        announce(registration=registration, letter=rules.SEATED, at=at)
    return len(served)


def _set_year(*of: ColumnElement[bool], year: int | None) -> None:
    statement = update(Registration).where(*of).values(year=year)
    db.session.execute(statement.execution_options(synchronize_session="fetch"))


def _year(event: Event) -> int:
    return local_date(event.starts_at, event.property.zone).year


def record(*, registration: Registration, action: str, by_id: int | None, at: datetime, **more: Any) -> None:
    audit.record(
        action=action,
        subject_kind="event_registration",
        subject_id=registration.public_id,
        details={"event": str(registration.event.public_id), "revision": registration.revision} | more,
        by=by_id,
        at=at,
    )


def announce(*, registration: Registration, letter: str, at: datetime) -> None:
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
