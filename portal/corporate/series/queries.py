"""How each day of a series would be, and the bookings of one."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.clock import local_date
from portal.corporate.bookings.models import Booking, BookingLine, Cancellation
from portal.corporate.bundles import queries as bundles
from portal.corporate.bundles import rules as orders
from portal.corporate.bundles.rules import Offer, Order, Plan, PlannedLine
from portal.corporate.halls import queries as halls
from portal.corporate.halls import rules as hall_rules
from portal.corporate.halls.rules import Hall, Taken, Window
from portal.corporate.series.models import BookingSeries, SeriesBooking
from portal.corporate.staffing import queries as staffing
from portal.corporate.staffing import rules as staff_rules
from portal.corporate.staffing.rules import Promised
from portal.corporate.terms import queries as terms
from portal.corporate.terms.models import TermKind
from portal.database import db
from portal.hotel.models import Property
from portal.programme import queries as programme
from portal.programme.rules import Refusal, in_force
from portal.programme.standing import queries as standing


@dataclass(frozen=True, slots=True)
class DayShown:
    """One day of a series: what it would cost, or why it cannot be had."""

    day: date
    bill_cents: int | None
    refusal: Refusal | None = None


def preview(
    order: Order, days: Sequence[date], *, house: Property, account_id: int, at: datetime
) -> list[DayShown]:
    """Every day of a series in a few statements, however many days there are."""
    today, versions = local_date(at, house.zone), programme.all_rules()
    agreed, tier = in_force(versions, today), standing.tier_under(account_id, versions, today)
    offers = bundles.offers_on_days(house.id, days=days, versions=versions)
    shown: list[DayShown] = []
    planned: list[tuple[date, Plan]] = []
    for day in days:
        try:
            planned.append((day, _plan(order, day, offers[day], house=house, at=at, today=today)))
        except Refusal as refusal:
            shown.append(DayShown(day, None, refusal))
    house_taken = _Taken(house, [plan for _day, plan in planned])
    for day, plan in planned:
        bill_cents = orders.price_of(plan, rules=agreed, tier=tier).value.bill_cents
        try:
            house_taken.check(plan, headcount=order.headcount, at=at)
            shown.append(DayShown(day, bill_cents))
        except Refusal as refusal:
            shown.append(DayShown(day, bill_cents, refusal))
    return sorted(shown, key=lambda each: each.day)


def _plan(
    order: Order, day: date, offers: Sequence[Offer], *, house: Property, at: datetime, today: date
) -> Plan:
    plan = orders.plan(replace(order, day=day), offers=offers, zone=house.zone)
    orders.check_in_time(plan, at=at, today=today)
    return plan


class _Taken:
    """What is taken at a hotel around the times of several plans, read at once."""

    def __init__(self, house: Property, plans: Sequence[Plan]) -> None:
        lines = [line for plan in plans for line in plan.lines]
        reserved = {line.offer.service_id for line in lines if line.offer.is_reserved}
        self.halls: dict[int, list[Hall]] = halls.halls_for(house.id, reserved) if reserved else {}
        windows = [Window(line.starts_at, line.ends_at) for line in lines if line.offer.is_reserved]
        every = [hall for own in self.halls.values() for hall in own]
        self.taken: Taken = halls.taken_in(every, windows) if windows else {}
        self.house = house
        self.limits: Mapping[int | None, Sequence[tuple[date, int]]] = {}
        self.promised: dict[int, list[Promised]] = {}
        staffed = {line.offer.service_id for line in lines if line.offer.is_staffed}
        if staffed:
            span = Window(min(line.starts_at for line in lines), max(line.ends_at for line in lines))
            self.limits = terms.dated_values(house.id, TermKind.STAFF_AT_ONCE)
            self.promised = {each: staffing.promised_around(house.id, each, span) for each in staffed}

    def check(self, plan: Plan, *, headcount: int, at: datetime) -> None:
        """Raise what a booking of the plan would be refused with."""
        chosen: list[Hall] = []
        for line in plan.lines:
            window = Window(line.starts_at, line.ends_at)
            not_before = at + timedelta(hours=line.offer.cut_off_hours)
            if line.offer.is_reserved:
                own = [hall for hall in self.halls.get(line.offer.service_id, []) if hall not in chosen]
                hall = hall_rules.free_hall(
                    own, headcount=headcount, layout=line.layout, window=window, taken=self.taken
                )
                if hall is None:
                    raise hall_rules.all_taken(
                        own, headcount=headcount, layout=line.layout, window=window, taken=self.taken,
                        not_before=window.starts_at + hall_rules.LOOK_AHEAD * 2,
                    )  # fmt: skip
                chosen.append(hall)
            if line.offer.is_staffed:
                self._check_people(line, window, not_before=not_before)

    def _check_people(self, line: PlannedLine, window: Window, *, not_before: datetime) -> None:
        day = local_date(window.starts_at, self.house.zone)
        told = [value for since, value in self.limits.get(line.offer.service_id, ()) if since <= day]
        promised = self.promised.get(line.offer.service_id, [])
        if told and staff_rules.free_in(window, limit=told[-1], promised=promised) < line.quantity:
            raise staff_rules.busy(
                line.offer.code, line.quantity, window, limit=told[-1], promised=promised,
                not_before=not_before,
            )  # fmt: skip


def series_for(account_id: int, public_id: uuid.UUID) -> BookingSeries | None:
    statement = (
        select(BookingSeries)
        .options(joinedload(BookingSeries.first).joinedload(Booking.property))
        .where(BookingSeries.public_id == public_id, BookingSeries.account_id == account_id)
    )
    return db.session.scalar(statement)


def series_of(booking_id: int) -> uuid.UUID | None:
    """The latest series that a booking belongs to or began, if there is one."""
    statement = (
        select(BookingSeries.public_id)
        .join(SeriesBooking, SeriesBooking.series_id == BookingSeries.id)
        .where(or_(SeriesBooking.booking_id == booking_id, BookingSeries.first_id == booking_id))
        .order_by(BookingSeries.id.desc())
        .limit(1)
    )
    return db.session.scalar(statement)


def bookings_of(series_id: int) -> list[Booking]:
    """The bookings of a series with what tells their state, by their day."""
    statement = (
        select(Booking)
        .join(SeriesBooking, SeriesBooking.booking_id == Booking.id)
        .options(
            joinedload(Booking.property),
            joinedload(Booking.cancellation),
            selectinload(Booking.lines).joinedload(BookingLine.delivery),
        )
        .where(SeriesBooking.series_id == series_id)
        .order_by(SeriesBooking.day)
        .limit(64)
    )
    return list(db.session.scalars(statement))


def lock_bookings(series_id: int) -> None:
    """Lock every booking of a series, in the order of their ids."""
    statement = (
        select(Booking.id)
        .join(SeriesBooking, SeriesBooking.booking_id == Booking.id)
        .where(SeriesBooking.series_id == series_id)
        .order_by(Booking.id)
        .with_for_update(of=Booking)
    )
    db.session.execute(statement).all()


def waiting_in(series_id: int) -> int:
    """How many bookings of a series wait for the company's second key."""
    statement = (
        select(func.count(SeriesBooking.id))
        .join(Booking, Booking.id == SeriesBooking.booking_id)
        .outerjoin(Booking.cancellation)
        .where(
            SeriesBooking.series_id == series_id, Booking.confirmed_at.is_(None), Cancellation.id.is_(None)
        )
    )
    return db.session.scalars(statement).one()


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """The series that somebody booked, as plain data for their own export."""
    statement = select(BookingSeries).where(BookingSeries.by_id == person_id).order_by(BookingSeries.id)
    return [
        {"rhythm": each.rhythm, "until": each.until.isoformat()} for each in db.session.scalars(statement)
    ]
