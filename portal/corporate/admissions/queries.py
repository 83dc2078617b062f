"""Reading the guests of an event, as its door, its list and its badges need them."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Account
from portal.corporate.events.models import Event
from portal.corporate.registrations import queries as registrations
from portal.corporate.registrations.models import EventGuest, Registration
from portal.database import db
from portal.web.folding import query_forms
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 50
ON_PAPER = 600
"""The most guests that one paper holds."""
DOOR_HITS = 12


class Who(StrEnum):
    """Which guests a list shows."""

    ALL = "all"
    EXPECTED = "expected"
    HERE = "here"
    WAITING = "waiting"


class Order(StrEnum):
    """What a list of guests goes by."""

    NAME = "name"
    COMPANY = "company"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class GuestFilter:
    """What the list is narrowed to."""

    who: Who = Who.ALL
    order: Order = Order.NAME
    text: str = ""


def guest_at_door(event_id: int, admission: str) -> EventGuest | None:
    """The guest of an event who has this code."""
    statement = registrations.guests_whole().where(
        EventGuest.admission == admission, Registration.event_id == event_id
    )
    return db.session.scalar(statement)


def guest_of(event_id: int, public_id: uuid.UUID) -> EventGuest | None:
    """One guest of an event, with their own needs where they are a traveller."""
    statement = (
        registrations.guests_whole()
        .options(joinedload(EventGuest.person))
        .where(EventGuest.public_id == public_id, Registration.event_id == event_id)
    )
    return db.session.scalar(statement)


def event_of_admission(admission: str) -> Event | None:
    """The event to which a code admits."""
    statement = (
        select(Event)
        .options(joinedload(Event.property))
        .join(Registration, Registration.event_id == Event.id)
        .join(EventGuest, EventGuest.registration_id == Registration.id)
        .where(EventGuest.admission == admission)
    )
    return db.session.scalar(statement)


def party_of(guest: EventGuest) -> list[EventGuest]:
    """Everybody of a guest's party who is coming, the guest it is for first."""
    statement = (
        registrations.guests_whole()
        .where(EventGuest.registration_id == guest.registration_id, registrations.is_coming())
        .order_by(EventGuest.position)
    )
    return list(db.session.scalars(statement))


def named_at_door(event_id: int, text: str) -> list[EventGuest]:
    """Guests of an event by name or company, in any alphabet or keyboard layout."""
    statement = (
        registrations.guests_whole()
        .where(Registration.event_id == event_id, registrations.is_seated(), _answers_to(text))
        .order_by(EventGuest.search_key, EventGuest.id)
        .limit(DOOR_HITS)
    )
    return list(db.session.scalars(statement))


def guests(
    event_id: int, *, only: GuestFilter, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[EventGuest]:
    """A page of the guests of an event, by name, by company or by table."""
    first = _order(only.order)
    statement = (
        registrations.guests_whole()
        .where(Registration.event_id == event_id, *_conditions(only))
        .order_by(first, EventGuest.search_key, EventGuest.id)
        .limit(limit + 1)
    )
    if (key := decode_key(after, str, str, int)) is not None:
        lead, name, guest_id = key
        same_name = and_(EventGuest.search_key == name, EventGuest.id > guest_id)
        beyond = and_(first == lead, or_(EventGuest.search_key > name, same_name))
        statement = statement.where(or_(first > lead, beyond))
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    more = _key(rows[-1], only.order) if len(found) > limit else None
    return Page(rows, more)


def diets(event_id: int) -> dict[str, int]:
    """How many of the guests expected have which diet: what the kitchen asks first."""
    statement = (
        select(EventGuest.diet, func.count(EventGuest.id))
        .join(Registration, Registration.id == EventGuest.registration_id)
        .where(Registration.event_id == event_id, registrations.is_seated())
        .group_by(EventGuest.diet)
        .order_by(func.count(EventGuest.id).desc(), EventGuest.diet)
    )
    return {diet: int(number) for diet, number in db.session.execute(statement)}


def to_note_missing(event_id: int) -> list[EventGuest]:
    """Guests who were expected and are not in."""
    missing = (EventGuest.checked_in_at.is_(None), EventGuest.no_show_at.is_(None))
    statement = registrations.guests_whole().where(
        Registration.event_id == event_id, registrations.is_seated(), *missing
    )
    return list(db.session.scalars(statement.order_by(EventGuest.id)))


def who_came(event_id: int) -> list[EventGuest]:
    """Guests who were let in, party by party."""
    statement = registrations.guests_whole().where(
        Registration.event_id == event_id, EventGuest.checked_in_at.is_not(None)
    )
    return list(db.session.scalars(statement.order_by(Registration.id, EventGuest.position)))


def last_in(event_id: int, *, limit: int = 5) -> list[tuple[EventGuest, datetime]]:
    """Who was let in last, the latest first."""
    statement = (
        registrations.guests_whole()
        .where(Registration.event_id == event_id, EventGuest.checked_in_at.is_not(None))
        .order_by(EventGuest.checked_in_at.desc(), EventGuest.id.desc())
        .limit(limit)
    )
    return [(one, one.checked_in_at) for one in db.session.scalars(statement) if one.checked_in_at]


def _conditions(only: GuestFilter) -> list[ColumnElement[bool]]:
    waits = and_(Registration.seated_at.is_(None), Registration.cancelled_at.is_(None))
    of = {
        Who.ALL: registrations.is_seated(),
        Who.EXPECTED: and_(registrations.is_seated(), EventGuest.checked_in_at.is_(None)),
        Who.HERE: EventGuest.checked_in_at.is_not(None),
        Who.WAITING: and_(waits, registrations.is_coming()),
    }[only.who]
    return [of, _answers_to(only.text)] if only.text else [of]


def _answers_to(text: str) -> ColumnElement[bool]:
    forms = query_forms(text)
    likes = [EventGuest.search_key.contains(form, autoescape=True) for form in forms]
    likes += [Account.search_key.contains(form, autoescape=True) for form in forms]
    return or_(*likes)


def _order(order: Order) -> ColumnElement[str]:
    by = {
        Order.NAME: EventGuest.search_key,
        Order.COMPANY: Account.search_key,
        Order.TABLE: EventGuest.table_no,
    }
    found: ColumnElement[str] = by[order].expression
    return found


def _key(guest: EventGuest, order: Order) -> str:
    lead = {
        Order.NAME: guest.search_key,
        Order.COMPANY: guest.registration.account.search_key,
        Order.TABLE: guest.table_no,
    }[order]
    return encode_key(lead, guest.search_key, guest.id)
