"""Reading reserved souvenirs, always within what the reader may see."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Account, Card
from portal.corporate.reservations.models import (
    ArrivalGift,
    EndKind,
    Handover,
    Reservation,
    ReservationEnd,
    SouvenirReturn,
)
from portal.corporate.souvenirs import queries as souvenirs
from portal.corporate.souvenirs.models import Souvenir
from portal.database import db
from portal.people.models import Person
from portal.web.folding import query_forms
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 30
PERSONAL_LIMIT = 10_000


class Tab(StrEnum):
    """The tabs of the list."""

    WAITING = "waiting"
    HANDED_OVER = "handed_over"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose reservations somebody sees: those of an account, or of some hotels."""

    account_id: int | None = None
    property_ids: tuple[int, ...] = ()

    def condition(self) -> ColumnElement[bool]:
        if self.account_id is not None:
            return Reservation.account_id == self.account_id
        return Reservation.property_id.in_(self.property_ids) if self.property_ids else false()


@dataclass(frozen=True, slots=True)
class ReservationFilter:
    """What the list is narrowed to. Days are those of arrival, whole and inclusive."""

    tab: Tab = Tab.WAITING
    property_id: int | None = None
    day_from: date | None = None
    day_to: date | None = None
    text: str = ""

    @property
    def is_narrowed(self) -> bool:
        return self != ReservationFilter(self.tab)

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.property_id is not None:
            found.append(Reservation.property_id == self.property_id)
        if self.day_from is not None:
            found.append(Reservation.arrival >= self.day_from)
        if self.day_to is not None:
            found.append(Reservation.arrival <= self.day_to)
        if forms := query_forms(self.text):
            key = Reservation.search_key
            found.append(or_(*(and_(*(key.contains(w, autoescape=True) for w in f.split())) for f in forms)))
        return found


def reservations(
    reach: Reach, *, only: ReservationFilter, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[Reservation]:
    """Those that wait, the soonest arrival first; all others, the latest first."""
    is_soonest = only.tab is Tab.WAITING
    columns = (Reservation.arrival, Reservation.id)
    order = columns if is_soonest else tuple(column.desc() for column in columns)
    statement = _whole().where(reach.condition(), *only.conditions(), _in_tab(only.tab))
    if (key := _after(after)) is not None:
        day, one = key
        past = Reservation.arrival > day if is_soonest else Reservation.arrival < day
        next_one = Reservation.id > one if is_soonest else Reservation.id < one
        statement = statement.where(or_(past, and_(Reservation.arrival == day, next_one)))
    found = list(db.session.scalars(statement.order_by(*order).limit(limit + 1)))
    rows = found[:limit]
    more = encode_key(rows[-1].arrival.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def counts(reach: Reach, *, only: ReservationFilter) -> dict[Tab, int]:
    """How many there are in each tab under the other filters."""
    inside = [func.count(Reservation.id).filter(_in_tab(tab)).label(tab.value) for tab in Tab]
    row = db.session.execute(select(*inside).where(reach.condition(), *only.conditions())).one()
    return {tab: int(getattr(row, tab.value)) for tab in Tab}


def people_of(reach: Reach, *, only: ReservationFilter) -> list[int]:
    """Whoever is named in a whole list: the guests, and who reserved for them; each once."""
    shown = (reach.condition(), *only.conditions(), _in_tab(only.tab))
    guests = select(Reservation.guest_id).where(*shown)
    return list(db.session.scalars(guests.union(select(Reservation.reserved_by_id).where(*shown))))


def reservation(reach: Reach, public_id: uuid.UUID) -> Reservation | None:
    """One reservation with everything its page shows; what is not in reach is not found."""
    return db.session.scalar(_whole().where(Reservation.public_id == public_id, reach.condition()))


def by_token(token: uuid.UUID) -> Reservation | None:
    """The reservation that a form made, whoever's it is."""
    return db.session.scalar(_whole().where(Reservation.public_id == token))


def locked(reach: Reach, public_id: uuid.UUID) -> Reservation | None:
    """One in reach, locked until the transaction ends and loaded as it is now."""
    ask = select(Reservation.id).where(Reservation.public_id == public_id, reach.condition())
    found = db.session.scalar(ask.with_for_update())
    if found is None:
        return None
    whole = _whole().where(Reservation.id == found).execution_options(populate_existing=True)
    return db.session.scalar(whole)


def due_to_expire(*, before: date, limit: int) -> list[tuple[uuid.UUID, int]]:
    """Those that wait although their last day lies before this one, with their account; the oldest first.

    Nobody who was forgotten comes for theirs, so it waits no longer.
    """
    is_forgotten = exists().where(Person.id == Reservation.guest_id, Person.erased_at.is_not(None))
    statement = (
        select(Reservation.public_id, Reservation.account_id)
        .where(or_(Reservation.keep_until < before, is_forgotten), _in_tab(Tab.WAITING))
        .order_by(Reservation.keep_until, Reservation.id)
        .limit(limit)
    )
    return [(public_id, account_id) for public_id, account_id in db.session.execute(statement)]


def waiting_for(*, guest_id: int, account_id: int, property_id: int) -> list[Reservation]:
    """What waits at a desk for the guest who stands before it."""
    statement = (
        _whole()
        .where(
            Reservation.guest_id == guest_id,
            Reservation.account_id == account_id,
            Reservation.property_id == property_id,
            _in_tab(Tab.WAITING),
        )
        .order_by(Reservation.arrival, Reservation.id)
        .limit(PAGE_SIZE)
    )
    return list(db.session.scalars(statement))


def waiting_anywhere(*, guest_id: int, account_id: int) -> list[Reservation]:
    """What waits for a guest of a company at any hotel, the soonest arrival first."""
    statement = (
        _whole()
        .where(
            Reservation.guest_id == guest_id,
            Reservation.account_id == account_id,
            _in_tab(Tab.WAITING),
        )
        .order_by(Reservation.arrival, Reservation.id)
        .limit(PAGE_SIZE)
    )
    return list(db.session.scalars(statement))


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a desk has for the guest at hand: what waits, and what their tier gives on arrival.

    `last` is the gift that was given so lately that the next is not due.
    """

    waiting: list[Reservation]
    gift: Souvenir | None
    left: int
    last: ArrivalGift | None
    gift_token: uuid.UUID


def shelf(*, card: Card, word: str, property_id: int, at: datetime) -> Shelf:
    """For the holder of a card whose tier gives what the rules call `word`."""
    given = souvenirs.set_given(word)
    last = last_gift(card, property_id=property_id) if given is not None else None
    is_lately = last is not None and at - last.at < timedelta(days=souvenirs.terms().again_days)
    stocks = given.stocks if given is not None else []
    return Shelf(
        waiting=waiting_for(guest_id=card.holder_id, account_id=card.account_id, property_id=property_id),
        gift=given,
        left=sum(stock.available for stock in stocks if stock.property_id == property_id),
        last=last if is_lately else None,
        gift_token=uuid.uuid4(),
    )


def gift(public_id: uuid.UUID) -> ArrivalGift | None:
    statement = (
        select(ArrivalGift)
        .options(joinedload(ArrivalGift.souvenir))
        .where(ArrivalGift.public_id == public_id)
    )
    return db.session.scalar(statement)


def last_gift(card: Card, *, property_id: int) -> ArrivalGift | None:
    """The last souvenir that the holder was given on arrival at this hotel and that was not taken back.

    Of the guest of this company, whatever their card was then: a card issued anew brings no second one.
    """
    statement = (
        select(ArrivalGift)
        .options(joinedload(ArrivalGift.souvenir), joinedload(ArrivalGift.by))
        .where(
            ArrivalGift.guest_id == card.holder_id,
            ArrivalGift.account_id == card.account_id,
            ArrivalGift.property_id == property_id,
            ArrivalGift.undone_at.is_(None),
        )
        .order_by(ArrivalGift.at.desc(), ArrivalGift.id.desc())
        .limit(1)
    )
    return db.session.scalar(statement)


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """What was reserved by a person, or for them, for their own export."""
    statement = (
        select(Reservation, Souvenir.name, Account.name.label("company"))
        .join(Souvenir, Souvenir.id == Reservation.souvenir_id)
        .join(Account, Account.id == Reservation.account_id)
        .where(or_(Reservation.guest_id == person_id, Reservation.reserved_by_id == person_id))
        .order_by(Reservation.reserved_at, Reservation.id)
        .limit(PERSONAL_LIMIT)
    )
    reserved = [
        {
            "souvenir": name, "company": company, "quantity": found.quantity, "points": found.points,
            "arrival": found.arrival.isoformat(), "reserved_at": found.reserved_at.isoformat(),
            "is_for_me": found.guest_id == person_id,
        }
        for found, name, company in db.session.execute(statement)
    ]  # fmt: skip
    gifts = (
        select(ArrivalGift.at, Souvenir.name)
        .join(Souvenir, Souvenir.id == ArrivalGift.souvenir_id)
        .where(ArrivalGift.guest_id == person_id, ArrivalGift.undone_at.is_(None))
        .order_by(ArrivalGift.at, ArrivalGift.id)
        .limit(PERSONAL_LIMIT)
    )
    given = [{"souvenir": name, "given_at": at.isoformat()} for at, name in db.session.execute(gifts)]
    return [*reserved, *given]


def _in_tab(tab: Tab) -> ColumnElement[bool]:
    ended = exists().where(ReservationEnd.reservation_id == Reservation.id)
    expired = ended.where(ReservationEnd.kind == EndKind.EXPIRED.value)
    handed = exists().where(Handover.reservation_id == Reservation.id)
    came_back = exists().where(SouvenirReturn.reservation_id == Reservation.id)
    return {
        Tab.WAITING: and_(~ended, ~handed),
        Tab.HANDED_OVER: and_(handed, ~came_back),
        Tab.RETURNED: came_back,
        Tab.CANCELLED: and_(ended, ~expired),
        Tab.EXPIRED: expired,
        Tab.ALL: Reservation.id.is_not(None),
    }[tab]


def _whole() -> Select[Reservation]:
    return select(Reservation).options(
        joinedload(Reservation.account),
        joinedload(Reservation.house),
        joinedload(Reservation.souvenir).joinedload(Souvenir.picture),
        joinedload(Reservation.guest),
        joinedload(Reservation.reserved_by),
        joinedload(Reservation.card),
        joinedload(Reservation.end),
        joinedload(Reservation.handover).joinedload(Handover.by),
        joinedload(Reservation.taken_back),
    )


def _after(text: str | None) -> tuple[date, int] | None:
    key = decode_key(text, str, int)
    try:
        return (date.fromisoformat(key[0]), key[1]) if key is not None else None
    except ValueError:
        return None
