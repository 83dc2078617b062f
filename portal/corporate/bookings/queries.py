"""Reading bookings, always within what the reader may see."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.accounts import queries as accounts
from portal.accounts.models import Account, Card
from portal.corporate.bookings.models import (
    Booking,
    BookingLine,
    Cancellation,
    Delivery,
    EndKind,
    Request,
    Settlement,
)
from portal.corporate.consequences.queries import Consequences, consequences
from portal.corporate.limits import queries as limits
from portal.corporate.limits import rules as limit_rules
from portal.corporate.limits.models import Scope, SpendLimit
from portal.corporate.limits.rules import Use, Verdict
from portal.database import db, integer_sum
from portal.derivation import Derived
from portal.people.models import Person
from portal.web.folding import query_forms
from portal.web.paging import Page, decode_instant_key, encode_key

PAGE_SIZE = 30
TRAVELLERS = 300


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose bookings somebody sees.

    Those of an account, or of one guest of it; of some hotels; of the accounts somebody manages; or all.
    """

    account_id: int | None = None
    guest_id: int | None = None
    property_ids: tuple[int, ...] = ()
    manager_id: int | None = None
    is_everywhere: bool = False

    def includes(self, booking: Booking) -> bool:
        """Whether a booking that is loaded, with its company, lies within it."""
        if self.is_everywhere or booking.property_id in self.property_ids:
            return True
        own = booking.account_id == self.account_id and self.guest_id in {None, booking.guest_id}
        managed = self.manager_id is not None and booking.account.manager_id == self.manager_id
        return (self.account_id is not None and own) or managed

    def condition(self) -> ColumnElement[bool]:
        if self.is_everywhere:
            return true()
        seen: list[ColumnElement[bool]] = []
        if self.account_id is not None:
            own = Booking.account_id == self.account_id
            seen.append(own if self.guest_id is None else and_(own, Booking.guest_id == self.guest_id))
        if self.property_ids:
            seen.append(Booking.property_id.in_(self.property_ids))
        if self.manager_id is not None:
            managed = select(Account.id).where(Account.manager_id == self.manager_id)
            seen.append(Booking.account_id.in_(managed))
        return or_(*seen) if seen else false()


class Tab(StrEnum):
    """The tabs of the list."""

    OPEN = "open"
    REQUESTED = "requested"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    ALL = "all"


SOONEST_FIRST = (Tab.OPEN, Tab.REQUESTED)


@dataclass(frozen=True, slots=True)
class BookingFilter:
    """What the list is narrowed to. Days are the hotel's, whole and inclusive."""

    tab: Tab = Tab.OPEN
    property_id: int | None = None
    day_from: date | None = None
    day_to: date | None = None
    text: str = ""

    @property
    def is_narrowed(self) -> bool:
        return self != BookingFilter(self.tab)


def booking_for(reach: Reach, public_id: uuid.UUID) -> Booking | None:
    """One booking with everything its page shows; what is not in reach is not found."""
    statement = _whole().where(Booking.public_id == public_id, reach.condition())
    return db.session.scalar(statement)


def booking_by_token(token: uuid.UUID) -> Booking | None:
    """The booking that a form made, whoever's it is."""
    return db.session.scalar(_whole().where(Booking.public_id == token))


def lock_booking(public_id: uuid.UUID, reach: Reach) -> Booking | None:
    """A booking in reach, locked until the end of the transaction and loaded as it is now."""
    ask = select(Booking.id).where(Booking.public_id == public_id, reach.condition())
    booking_id = db.session.scalar(ask.with_for_update())
    return _loaded(booking_id) if booking_id is not None else None


def lock_booking_of(line_id: int) -> Booking | None:
    """The booking of a line, locked and loaded likewise."""
    ask = select(Booking.id).join(BookingLine, BookingLine.booking_id == Booking.id)
    booking_id = db.session.scalar(ask.where(BookingLine.id == line_id).with_for_update(of=Booking))
    return _loaded(booking_id) if booking_id is not None else None


def line_of_delivery(token: uuid.UUID) -> int | None:
    """The line that a delivery belongs to; none when it was undone, or never was."""
    return db.session.scalar(select(Delivery.line_id).where(Delivery.public_id == token))


def taken_references(references: Sequence[str]) -> set[str]:
    """Those of the references that bookings bear already."""
    return set(db.session.scalars(select(Booking.reference).where(Booking.reference.in_(references))))


def bookings(
    reach: Reach, *, only: BookingFilter, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[Booking]:
    """A page of bookings: the open ones soonest first, all others latest first."""
    statement = (
        _listed().where(reach.condition(), *_conditions(only)).order_by(*_order(only.tab)).limit(limit + 1)
    )
    if (key := decode_instant_key(after)) is not None:
        starts_at, booking_id = key
        beyond = Booking.starts_at > starts_at if only.tab in SOONEST_FIRST else Booking.starts_at < starts_at
        next_id = Booking.id > booking_id if only.tab in SOONEST_FIRST else Booking.id < booking_id
        statement = statement.where(or_(beyond, and_(Booking.starts_at == starts_at, next_id)))
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    more = encode_key(rows[-1].starts_at.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def people_named(reach: Reach, *, only: BookingFilter) -> set[int]:
    """Whoever the bookings of a list are for, and whoever booked them."""
    pairs = (
        select(Booking.guest_id, Booking.booked_by_id)
        .outerjoin(Booking.cancellation)
        .where(reach.condition(), *_conditions(only))
        .distinct()
    )
    return {each for pair in db.session.execute(pairs) for each in pair if each is not None}


def counts(reach: Reach, *, only: BookingFilter) -> dict[Tab, int]:
    """How many bookings each tab holds under the other filters."""
    columns = [func.count(Booking.id).filter(*_tab_conditions(tab)).label(tab.value) for tab in Tab]
    statement = (
        select(*columns)
        .outerjoin(Booking.cancellation)
        .where(reach.condition(), *_conditions(replace(only, tab=Tab.ALL)))
    )
    row = db.session.execute(statement).one()
    return {tab: int(getattr(row, tab.value)) for tab in Tab}


def last_booked_by(person_id: int, *, account_id: int, limit: int = 3) -> list[Booking]:
    """What somebody last booked for a company, latest first: to book it again."""
    statement = (
        select(Booking)
        .options(joinedload(Booking.property), joinedload(Booking.bundle))
        .where(Booking.account_id == account_id, Booking.booked_by_id == person_id)
        .order_by(func.coalesce(Booking.confirmed_at, Booking.revised_at).desc(), Booking.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def last_centre(person_id: int, *, account_id: int) -> int | None:
    """The cost centre of what somebody booked last."""
    statement = (
        select(Booking.cost_centre_id)
        .where(Booking.account_id == account_id, Booking.booked_by_id == person_id)
        .order_by(Booking.id.desc())
    )
    return db.session.scalar(statement.limit(1))


def travellers(account_id: int) -> list[Card]:
    """The living cards of a company with their holders, by name: for whom something may be booked."""
    statement = (
        select(Card)
        .join(Card.holder)
        .options(joinedload(Card.holder))
        .where(Card.account_id == account_id, accounts.is_usable())
        .order_by(Person.search_key, Card.id)
        .limit(TRAVELLERS)
    )
    return list(db.session.scalars(statement))


def traveller(account_id: int, card_public_id: uuid.UUID) -> Card | None:
    """One living card of a company, with its holder."""
    statement = (
        select(Card)
        .options(joinedload(Card.holder))
        .where(Card.account_id == account_id, Card.public_id == card_public_id, accounts.is_usable())
    )
    return db.session.scalar(statement)


def named(reach: Reach, text: str, *, limit: int) -> list[Booking]:
    """Bookings in reach that answer to a text, latest first."""
    only = BookingFilter(tab=Tab.ALL, text=text)
    return list(bookings(reach, only=only, limit=limit).rows)


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """What bookings know about a person, as plain data for their own export."""
    statement = (
        select(Booking, Account.name)
        .join(Account, Account.id == Booking.account_id)
        .where(or_(Booking.booked_by_id == person_id, Booking.guest_id == person_id))
        .order_by(Booking.starts_at, Booking.id)
    )
    return [
        {
            "reference": booking.reference,
            "company": company,
            "as": "booker" if booking.booked_by_id == person_id else "guest",
            "title": booking.title,
            "note": booking.note,
            "starts_at": booking.starts_at.isoformat(),
            "confirmed_at": booking.confirmed_at.isoformat() if booking.confirmed_at else None,
        }
        for booking, company in db.session.execute(statement)
    ]


def weighed(
    *,
    account_id: int,
    person_id: int,
    cost_centre_id: int | None,
    day: date,
    adds_cents: int,
    but_id: int | None = None,
    lock: bool = False,
) -> Derived[Verdict]:
    """What an order on a day does to the limits that bind it. Locked, nobody passes under them meanwhile."""
    bound = limits.binding(account_id, person_id=person_id, cost_centre_id=cost_centre_id, lock=lock)
    return limit_rules.weigh(
        [use_of(limit, day=day, person_id=person_id, but_id=but_id) for limit in bound], adds_cents=adds_cents
    )


def use_of(limit: SpendLimit, *, day: date, person_id: int, but_id: int | None = None) -> Use:
    """How much of a limit is used in the month or quarter of a day: of one for each, by one booker.

    A fulfilled booking counts with what it came to, one that waits for approval not at all yet.
    """
    first, last = limit_rules.span(day, limit.period)
    whose: dict[str, ColumnElement[bool]] = {
        Scope.COMPANY: true(),
        Scope.EACH: Booking.booked_by_id == person_id,
        Scope.PERSON: Booking.booked_by_id == person_id,
        Scope.COST_CENTRE: Booking.cost_centre_id == limit.cost_centre_id,
    }
    used = (
        select(integer_sum(func.coalesce(Settlement.bill_cents, Booking.bill_cents)))
        .select_from(Booking)
        .outerjoin(Settlement, Settlement.booking_id == Booking.id)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .where(
            Booking.account_id == limit.account_id,
            Booking.service_date.between(first, last),
            Booking.confirmed_at.is_not(None),
            Cancellation.id.is_(None),
            whose[limit.scope],
            Booking.id != but_id if but_id is not None else true(),
        )
    )
    return Use(
        scope=limit.scope,
        period=limit.period,
        limit_cents=limit.limit_cents,
        used_cents=db.session.scalars(used).one(),
        first=first.isoformat(),
        last=last.isoformat(),
        cost_centre=limit.cost_centre.name if limit.cost_centre is not None else "",
    )


def consequences_of(booking: Booking, *, at: datetime) -> Consequences:
    """What changing or ending it would undo."""
    lines = [line.id for line in booking.standing_lines]
    hold, zone = booking.hold_key if booking.ended_at is None else None, booking.property.zone
    return consequences(account_id=booking.account_id, hold_key=hold, line_ids=lines, zone=zone, at=at)


def _whole() -> Select[Booking]:
    lines = selectinload(Booking.lines)
    return select(Booking).options(
        joinedload(Booking.account),
        joinedload(Booking.property),
        joinedload(Booking.booked_by),
        joinedload(Booking.guest),
        joinedload(Booking.card),
        joinedload(Booking.bundle),
        joinedload(Booking.cost_centre),
        joinedload(Booking.request).joinedload(Request.granted_by),
        joinedload(Booking.cancellation),
        joinedload(Booking.settlement),
        lines.joinedload(BookingLine.service),
        lines.joinedload(BookingLine.resource),
        lines.joinedload(BookingLine.delivery).joinedload(Delivery.by),
    )


def _loaded(booking_id: int) -> Booking | None:
    fresh = _whole().where(Booking.id == booking_id).execution_options(populate_existing=True)
    return db.session.scalar(fresh)


def _listed() -> Select[Booking]:
    """For lists: what tells its state, and no more."""
    return (
        select(Booking)
        .outerjoin(Booking.cancellation)
        .options(
            joinedload(Booking.account),
            joinedload(Booking.property),
            joinedload(Booking.guest),
            joinedload(Booking.booked_by),
            contains_eager(Booking.cancellation),
            joinedload(Booking.settlement),
            selectinload(Booking.lines).joinedload(BookingLine.delivery),
        )
    )


def _order(tab: Tab) -> tuple[ColumnElement[Any], ...]:
    if tab in SOONEST_FIRST:
        return Booking.starts_at.asc(), Booking.id.asc()
    return Booking.starts_at.desc(), Booking.id.desc()


def _conditions(only: BookingFilter) -> list[ColumnElement[bool]]:
    conditions = list(_tab_conditions(only.tab))
    if only.property_id is not None:
        conditions.append(Booking.property_id == only.property_id)
    if only.day_from is not None:
        conditions.append(Booking.service_date >= only.day_from)
    if only.day_to is not None:
        conditions.append(Booking.service_date <= only.day_to)
    if only.text:
        conditions.append(_answers_to(only.text))
    return conditions


def _answers_to(text: str) -> ColumnElement[bool]:
    """By title and reference, the company's name, or the guest's, which stands with them alone: so it
    can be erased.
    """
    forms = query_forms(text)
    if not forms:
        return false()
    guests = select(Person.id).where(or_(*(Person.search_key.contains(f, autoescape=True) for f in forms)))
    named = or_(*(Account.search_key.contains(f, autoescape=True) for f in forms))
    likes = [Booking.search_key.contains(form, autoescape=True) for form in forms]
    return or_(*likes, Booking.guest_id.in_(guests), Booking.account_id.in_(select(Account.id).where(named)))


def _tab_conditions(tab: Tab) -> tuple[ColumnElement[bool], ...]:
    """Over the outer join with the cancellation."""
    ended = Cancellation.id.is_not(None)
    return {
        Tab.OPEN: (~ended, Booking.fulfilled_at.is_(None), Booking.confirmed_at.is_not(None)),
        Tab.REQUESTED: (~ended, Booking.confirmed_at.is_(None)),
        Tab.FULFILLED: (~ended, Booking.fulfilled_at.is_not(None)),
        Tab.CANCELLED: (ended, Cancellation.kind != EndKind.NO_SHOW),
        Tab.NO_SHOW: (ended, Cancellation.kind == EndKind.NO_SHOW),
        Tab.ALL: (true(),),
    }[tab]
