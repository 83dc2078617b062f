"""Reading parties: a company's own, those of an event, who waits, and who is known already."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.accounts.models import Account
from portal.corporate.events.models import Event
from portal.corporate.registrations.models import EventGuest, Registration
from portal.corporate.registrations.rules import identity_of
from portal.database import db, integer_sum
from portal.people.models import Grant, Person, Role
from portal.web.paging import Page, decode_instant_key, encode_key

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Taken:
    """What a company has of an event and of the year."""

    used: int
    """Other events of the year that count against its allowance."""
    held: int
    """Its seats at this event, waiting ones included."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How an event stands, in guests and parties."""

    seated: int
    waiting: int
    waiting_parties: int
    here: int
    no_shows: int


def registration_by_token(token: uuid.UUID) -> Registration | None:
    return db.session.scalar(_whole().where(Registration.public_id == token))


def registration_for(account_id: int, public_id: uuid.UUID) -> Registration | None:
    """One party of a company; another's is not found."""
    statement = _whole().where(Registration.public_id == public_id, Registration.account_id == account_id)
    return db.session.scalar(statement)


def loaded(registration_id: int) -> Registration:
    """A party as it is now."""
    fresh = _whole().where(Registration.id == registration_id).execution_options(populate_existing=True)
    return db.session.scalars(fresh).one()


def lock_account(account_id: int) -> None:
    """Two forms of one company take turns: its allowance is looked at by one after the other.

    Not against references to it, or every import of stays would wait here.
    """
    db.session.execute(select(Account.id).where(Account.id == account_id).with_for_update(key_share=True))


def taken(account_id: int, *, event_id: int, year: int) -> Taken:
    """What a company has taken; parties that wait count, since they may be seated any moment."""
    standing = (Registration.account_id == account_id, Registration.cancelled_at.is_(None))
    used = (
        select(func.count(Registration.event_id.distinct()))
        .join(Event, Event.id == Registration.event_id)
        .where(
            *standing,
            Registration.year == year,
            Registration.event_id != event_id,
            Event.cancelled_at.is_(None),
        )
        .scalar_subquery()
    )
    held = (
        select(integer_sum(Registration.seats))
        .where(*standing, Registration.event_id == event_id)
        .scalar_subquery()
    )
    row = db.session.execute(select(used, held)).one()
    return Taken(int(row[0]), int(row[1]))


def known_guests(event_id: int, *, account_id: int, but: int | None = None) -> set[str]:
    """Who is in the company's other standing parties of an event, as `Named.identity` tells them."""
    statement = (
        select(EventGuest.person_id, EventGuest.name)
        .join(Registration, Registration.id == EventGuest.registration_id)
        .where(
            Registration.event_id == event_id,
            Registration.account_id == account_id,
            Registration.cancelled_at.is_(None),
            is_coming(),
        )
    )
    if but is not None:
        statement = statement.where(Registration.id != but)
    return {identity_of(person_id, name) for person_id, name in db.session.execute(statement)}


def waiting(event_id: int) -> list[tuple[int, int]]:
    """The parties that wait, by id and seats, in the order in which they came."""
    statement = (
        select(Registration.id, Registration.seats)
        .where(
            Registration.event_id == event_id,
            Registration.seated_at.is_(None),
            Registration.cancelled_at.is_(None),
        )
        .order_by(Registration.id)
    )
    return [(registration_id, seats) for registration_id, seats in db.session.execute(statement)]


def place_in_line(registration: Registration) -> int:
    """How many parties wait before this one, and itself."""
    statement = select(func.count(Registration.id)).where(
        Registration.event_id == registration.event_id,
        Registration.seated_at.is_(None),
        Registration.cancelled_at.is_(None),
        Registration.id <= registration.id,
    )
    return int(db.session.scalar(statement) or 0)


def of_company(event_ids: Collection[int], *, account_id: int) -> dict[int, list[Registration]]:
    """A company's standing parties at some events."""
    statement = (
        _whole()
        .where(
            Registration.event_id.in_(event_ids),
            Registration.account_id == account_id,
            Registration.cancelled_at.is_(None),
        )
        .order_by(Registration.id)
    )
    found: dict[int, list[Registration]] = {}
    for one in db.session.scalars(statement):
        found.setdefault(one.event_id, []).append(one)
    return found


def parties_of_company(event_id: uuid.UUID, *, account_id: int) -> list[Registration]:
    """A company's parties at one event, ended ones too."""
    statement = (
        _whole()
        .join(Event, Event.id == Registration.event_id)
        .where(Event.public_id == event_id, Registration.account_id == account_id)
        .order_by(Registration.id)
    )
    return list(db.session.scalars(statement))


def registrations(account_id: int, *, after: str | None = None, limit: int = PAGE_SIZE) -> Page[Registration]:
    """All parties of a company, those of the latest event first."""
    statement = (
        select(Registration)
        .join(Registration.event)
        .options(
            contains_eager(Registration.event).joinedload(Event.property), selectinload(Registration.guests)
        )
        .where(Registration.account_id == account_id)
        .order_by(Event.starts_at.desc(), Registration.id.desc())
        .limit(limit + 1)
    )
    if (key := decode_instant_key(after)) is not None:
        earlier = and_(Event.starts_at == key[0], Registration.id < key[1])
        statement = statement.where(or_(Event.starts_at < key[0], earlier))
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    more = encode_key(rows[-1].event.starts_at.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def unanswered(account_id: int, *, at: datetime, until: datetime, limit: int) -> list[Registration]:
    """Seated parties in which a guest has not answered, and whose names are final between two moments."""
    silent = select(EventGuest.id).where(
        EventGuest.registration_id == Registration.id,
        EventGuest.email.is_not(None),
        EventGuest.confirmed_at.is_(None),
        is_coming(),
    )
    statement = (
        _whole()
        .join(Event, Event.id == Registration.event_id)
        .where(
            Registration.account_id == account_id,
            Registration.seated_at.is_not(None),
            Registration.cancelled_at.is_(None),
            Event.cancelled_at.is_(None),
            Event.names_until > at,
            Event.names_until <= until,
            silent.exists(),
        )
        .order_by(Event.names_until, Registration.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def parties_of(event_id: int, *, after_id: int = 0, limit: int = PAGE_SIZE) -> list[Registration]:
    """Standing parties of an event, some at a time, in the order in which they came."""
    statement = (
        _whole()
        .where(
            Registration.event_id == event_id,
            Registration.cancelled_at.is_(None),
            Registration.id > after_id,
        )
        .order_by(Registration.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def every_party(event_id: int) -> list[Registration]:
    """All parties of an event, ended ones too."""
    statement = _whole().where(Registration.event_id == event_id).order_by(Registration.id)
    return list(db.session.scalars(statement))


def tally(event_id: int) -> Tally:
    """How many are seated, wait, are here, or did not come."""
    seated = and_(Registration.seated_at.is_not(None), Registration.cancelled_at.is_(None))
    waits = and_(Registration.seated_at.is_(None), Registration.cancelled_at.is_(None))
    coming = is_coming()
    row = db.session.execute(
        select(
            func.count(EventGuest.id).filter(seated, coming),
            func.count(EventGuest.id).filter(waits, coming),
            func.count(Registration.id.distinct()).filter(waits),
            func.count(EventGuest.id).filter(EventGuest.checked_in_at.is_not(None)),
            func.count(EventGuest.id).filter(EventGuest.no_show_at.is_not(None)),
        )
        .select_from(Registration)
        .join(EventGuest, EventGuest.registration_id == Registration.id)
        .where(Registration.event_id == event_id)
    ).one()
    return Tally(*(int(one) for one in row))


def guest_by_public_id(public_id: uuid.UUID) -> EventGuest | None:
    """A guest with their party and its event."""
    return db.session.scalar(guests_whole().where(EventGuest.public_id == public_id))


def guests_whole() -> Select[EventGuest]:
    """Guests with all that a door, a list or a badge shows."""
    return (
        select(EventGuest)
        .join(EventGuest.registration)
        .join(Registration.account)
        .options(
            contains_eager(EventGuest.registration).contains_eager(Registration.account),
            contains_eager(EventGuest.registration).joinedload(Registration.event).joinedload(Event.property),
            contains_eager(EventGuest.registration)
            .joinedload(Registration.registered_by)
            .selectinload(Person.grants),
            joinedload(EventGuest.checked_in_by),
        )
    )


def is_seated() -> ColumnElement[bool]:
    """That a guest is expected: the party has its seats, and they are coming."""
    return and_(Registration.seated_at.is_not(None), Registration.cancelled_at.is_(None), is_coming())


def is_coming() -> ColumnElement[bool]:
    """That a guest has neither said no nor been left out."""
    return and_(EventGuest.declined_at.is_(None), EventGuest.left_out_at.is_(None))


def acting_for(registration: Registration) -> list[Person]:
    """Whom a letter about a party reaches: whoever registered it while they act for the company, else its
    administrators.
    """
    statement = (
        select(Person, Grant.role)
        .join(Grant, Grant.person_id == Person.id)
        .where(
            Grant.account_id == registration.account_id,
            Grant.role.in_((Role.ACCOUNT_ADMINISTRATOR, Role.BOOKER)),
            Grant.ended_at.is_(None),
            Person.email.is_not(None),
            Person.left_at.is_(None),
        )
        .order_by(Person.id)
    )
    roles = [(person, Role(role)) for person, role in db.session.execute(statement)]
    booker = [person for person, _role in roles if person.id == registration.registered_by_id]
    administrators = [person for person, role in roles if role is Role.ACCOUNT_ADMINISTRATOR]
    return booker[:1] or administrators


def waited_in_vain(*, at: datetime, limit: int) -> list[int]:
    """Parties that still wait for a seat at an event that has begun."""
    statement = (
        select(Registration.id)
        .join(Event, Event.id == Registration.event_id)
        .where(
            Registration.seated_at.is_(None),
            Registration.cancelled_at.is_(None),
            Event.cancelled_at.is_(None),
            Event.starts_at <= at,
        )
        .order_by(Registration.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """The events to which a person was registered, for their own export."""
    statement = (
        select(EventGuest, Event)
        .join(Registration, Registration.id == EventGuest.registration_id)
        .join(Event, Event.id == Registration.event_id)
        .where(EventGuest.person_id == person_id)
        .order_by(Event.starts_at, EventGuest.id)
    )
    return [
        {
            "event": event.title,
            "starts_at": event.starts_at.isoformat(),
            "name": guest.name,
            "diet": guest.diet,
            "needs": guest.needs,
            "declined_at": _told(guest.declined_at),
            "left_out_at": _told(guest.left_out_at),
            "checked_in_at": _told(guest.checked_in_at),
        }
        for guest, event in db.session.execute(statement)
    ]


def _told(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant is not None else None


def _whole() -> Select[Registration]:
    return select(Registration).options(
        joinedload(Registration.event).joinedload(Event.property),
        joinedload(Registration.event).selectinload(Event.audience),
        joinedload(Registration.account),
        joinedload(Registration.registered_by),
        selectinload(Registration.guests),
    )
