"""Reads of purchases, of one account or of all, in as many statements whatever their number."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, Subquery, func, select, union

from portal.corporate.bookings.models import Booking, BookingLine, Cancellation, Delivery, Settlement
from portal.database import db, integer_sum
from portal.derivation import recompute
from portal.hotel.models import Category, Service, ServiceKind
from portal.insight.purchases.rules import ROOM, Purchase
from portal.programme.bundles.rules import BundlePrice
from portal.stays.models import FolioLine, Stay, StayStatus

OFFERED_EXCEPT = (ServiceKind.COURTESY.value,)
FOLIO_KINDS = {
    Category.FOOD_AND_DRINK: ServiceKind.MEAL,
    Category.HALLS_AND_EQUIPMENT: ServiceKind.HALL,
    Category.OTHER_SERVICES: "other",
}
"""As what a posting on a stay's folio counts, beside the room."""


@dataclass(frozen=True, slots=True)
class People:
    """How many people of a company the hotels know by what they did."""

    bookers: int
    travellers: int


def purchases(*, until: date, account_ids: Collection[int] | None = None) -> dict[int, list[Purchase]]:
    """What was bought up to and including a day, by account, in the order of days."""
    found: dict[int, list[Purchase]] = defaultdict(list)
    extras = _folio_extras(until, account_ids)
    for row in db.session.execute(_of(_stays(until), Stay.account_id, account_ids)):
        stay_id, account_id, day, nights, cents, property_id = row
        kinds = ((ROOM, max(cents, 0)), *extras.get(stay_id, ()))
        spent = sum(part for _kind, part in kinds)
        found[account_id].append(Purchase(day, spent, nights, property_id, kinds, f"stay:{stay_id}"))
    for account_id, bought in _bookings(until, account_ids):
        found[account_id].append(bought)
    return {account_id: sorted(bought) for account_id, bought in found.items()}


def kinds_offered() -> int:
    """How many kinds of service the hotels sell: the room, the catalogue, and what stands on folios."""
    catalogue = select(func.distinct(Service.kind)).where(Service.kind.not_in(OFFERED_EXCEPT))
    folios = select(func.distinct(FolioLine.category))
    kinds = {ROOM, *db.session.scalars(catalogue)}
    return len(kinds | {str(FOLIO_KINDS[one]) for one in db.session.scalars(folios) if one in FOLIO_KINDS})


def history_begins() -> date | None:
    """The first day of which the portal knows anything: what was before is nowhere told."""
    return db.session.scalar(select(func.min(Stay.checked_out_on)))


def people_of(account_id: int, *, since: date, until: date) -> People:
    """Who booked for a company, and who stayed or was booked for, in a span of days."""
    booked = (
        select(Booking.booked_by_id, Booking.guest_id)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .where(
            Booking.account_id == account_id,
            Booking.service_date > since,
            Booking.service_date <= until,
            Booking.confirmed_at.is_not(None),
            Cancellation.id.is_(None),
        )
        .distinct()
    )
    pairs = db.session.execute(booked).all()
    stayed = select(func.distinct(Stay.guest_id)).where(
        Stay.account_id == account_id,
        Stay.superseded_at.is_(None),
        Stay.status == StayStatus.CHECKED_OUT.value,
        Stay.checked_out_on > since,
        Stay.checked_out_on <= until,
    )
    travellers = {guest for _booker, guest in pairs} | set(db.session.scalars(stayed))
    return People(len({booker for booker, _guest in pairs}), len(travellers - {None}))


def days_at(property_ids: Sequence[int], *, until: date) -> Subquery:
    """Who ever bought at some hotels up to and including a day: account, purchase days, the last of them."""
    stays = select(Stay.account_id, Stay.checked_out_on.label("day")).where(
        Stay.property_id.in_(property_ids),
        Stay.account_id.is_not(None),
        Stay.superseded_at.is_(None),
        Stay.status == StayStatus.CHECKED_OUT.value,
        Stay.checked_out_on <= until,
    )
    sold = (
        select(BookingLine.id)
        .join(Delivery, Delivery.line_id == BookingLine.id)
        .join(Service, Service.id == BookingLine.service_id)
        .where(
            BookingLine.booking_id == Booking.id,
            BookingLine.dropped_at.is_(None),
            Delivery.quantity > 0,
            Service.kind.not_in(OFFERED_EXCEPT),
        )
    )
    booked = (
        select(Booking.account_id, Booking.service_date.label("day"))
        .join(Settlement, Settlement.booking_id == Booking.id)
        .where(Booking.property_id.in_(property_ids), Booking.service_date <= until, sold.exists())
    )
    bought = union(stays, booked).subquery()
    return (
        select(
            bought.c.account_id,
            func.count(bought.c.day).label("days"),
            func.max(bought.c.day).label("last_day"),
        )
        .group_by(bought.c.account_id)
        .subquery()
    )


def _of(statement: Select[Any], column: Any, account_ids: Collection[int] | None) -> Select[Any]:
    return statement if account_ids is None else statement.where(column.in_(account_ids))


def _stays(until: date) -> Select[Any]:
    statement: Any = select(
        Stay.id,
        Stay.account_id,
        Stay.checked_out_on,
        Stay.nights,
        Stay.room_revenue_cents,
        Stay.property_id,
    ).where(
        Stay.account_id.is_not(None),
        Stay.superseded_at.is_(None),
        Stay.status == StayStatus.CHECKED_OUT.value,
        Stay.checked_out_on <= until,
    )
    return statement  # type: ignore[no-any-return]


def _folio_extras(until: date, account_ids: Collection[int] | None) -> dict[int, tuple[tuple[str, int], ...]]:
    """What stands on folios beside the rooms: kinds and net cents, by stay."""
    statement: Any = (
        select(FolioLine.stay_id, FolioLine.category, integer_sum(FolioLine.net_cents))
        .join(FolioLine.stay)
        .where(
            FolioLine.category.in_([category.value for category in FOLIO_KINDS]),
            Stay.superseded_at.is_(None),
            Stay.status == StayStatus.CHECKED_OUT.value,
            Stay.checked_out_on <= until,
        )
        .group_by(FolioLine.stay_id, FolioLine.category)
        .order_by(FolioLine.stay_id, FolioLine.category)
    )
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for stay_id, category, cents in db.session.execute(_of(statement, Stay.account_id, account_ids)):
        if cents > 0:
            found[stay_id].append((str(FOLIO_KINDS[Category(category)]), int(cents)))
    return {stay_id: tuple(kinds) for stay_id, kinds in found.items()}


def _bookings(until: date, account_ids: Collection[int] | None) -> list[tuple[int, Purchase]]:
    """Settled bookings, with what was delivered of each kind: net, at the prices that were settled."""
    statement: Any = (
        select(
            Booking.account_id,
            Booking.public_id,
            Booking.property_id,
            Booking.service_date,
            Settlement.price,
        )
        .join(Settlement, Settlement.booking_id == Booking.id)
        .where(Booking.service_date <= until)
        .order_by(Booking.id)
    )
    found = []
    for row in db.session.execute(_of(statement, Booking.account_id, account_ids)):
        kinds = _settled_kinds(recompute(row.price).value)
        spent, key = sum(cents for _kind, cents in kinds), f"booking:{row.public_id}"
        if kinds:
            bought = Purchase(row.service_date, spent, 0, row.property_id, kinds, key)
            found.append((row.account_id, bought))
    return found


def _settled_kinds(price: BundlePrice) -> tuple[tuple[str, int], ...]:
    """Kinds of what was delivered and is sold, with their net cents."""
    spent: dict[str, int] = defaultdict(int)
    for line in price.lines:
        if line.quantity and line.kind not in OFFERED_EXCEPT:
            spent[line.kind] += line.net_cents
    return tuple(sorted(spent.items()))
