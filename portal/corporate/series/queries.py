"""How each day of a series would be, and the bookings of one."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.clock import local_date
from portal.corporate.bookings.models import Booking, BookingLine, Cancellation
from portal.corporate.bundles import queries as bundles
from portal.corporate.bundles import rules as orders
from portal.corporate.bundles.rules import Offer, Order, Plan, PlannedLine
from portal.corporate.halls import queries as halls
from portal.corporate.halls import rules as hall_rules
from portal.corporate.halls.rules import AllTaken, Hall, Taken, Window
from portal.corporate.orders.queries import order_again
from portal.corporate.series import rules
from portal.corporate.series.models import BookingSeries, SeriesBooking
from portal.corporate.staffing import queries as staffing
from portal.corporate.staffing import rules as staff_rules
from portal.corporate.staffing.rules import Promised, StaffBusy
from portal.corporate.terms import queries as terms
from portal.corporate.terms.models import TermKind
from portal.database import db
from portal.hotel.models import Property
from portal.programme import queries as programme
from portal.programme.rules import Refusal, Rules, in_force
from portal.programme.standing import queries as standing
from portal.web.folding import query_forms


@dataclass(frozen=True, slots=True)
class Instead:
    """The nearest time of the same day at which what was taken can be had."""

    starts: time
    bill_cents: int


@dataclass(frozen=True, slots=True)
class DayShown:
    """One day of a series: what it would cost, or why it cannot be had, and when it could."""

    day: date
    bill_cents: int | None
    refusal: Refusal | None = None
    instead: Instead | None = None


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A booking of a series as it would be: what it would cost, or why it cannot be changed so."""

    booking: Booking
    bill_cents: int | None
    refusal: Refusal | None = None
    is_same: bool = False
    """It is so already."""


def preview(
    order: Order, days: Sequence[date], *, house: Property, account_id: int, at: datetime
) -> list[DayShown]:
    """Every day of a series in a few statements, however many days there are."""
    prices = _prices(days, house=house, account_id=account_id, at=at)
    tried = [prices.tried(replace(order, day=day)) for day in days]
    taken = _Taken(house, [plan for plan, _refusal in tried if plan is not None])
    shown: list[DayShown] = []
    for day, (plan, refusal) in zip(days, tried, strict=True):
        why_not = taken.refusal(plan, headcount=order.headcount, at=at) if plan is not None else refusal
        shown.append(DayShown(day, prices.bill_cents(plan), why_not))
    return _with_other_times(shown, order, prices)


def preview_changes(
    order: Order, bookings: Sequence[Booking], *, note: str, house: Property, at: datetime
) -> list[ChangeShown]:
    """Every booking as it would be with this order on its own day; what they have now counts as free."""
    if not bookings:
        return []
    days = [each.service_date for each in bookings]
    prices = _prices(days, house=house, account_id=bookings[0].account_id, at=at)
    tried = [prices.tried(replace(order, day=day)) for day in days]
    own = [line.id for each in bookings for line in each.lines]
    taken = _Taken(house, [plan for plan, _refusal in tried if plan is not None], but_lines=own)
    shown: list[ChangeShown] = []
    for booking, (plan, refusal) in zip(bookings, tried, strict=True):
        why_not = rules.why_not(booking, at=at) or refusal
        if why_not is None and plan is not None:
            why_not = taken.refusal(plan, headcount=order.headcount, at=at)
        wished = replace(order, day=booking.service_date)
        is_same = booking.note == note and booking.property_id == house.id and order_again(booking) == wished
        shown.append(ChangeShown(booking, prices.bill_cents(plan), why_not, is_same))
    return shown


def _with_other_times(shown: Sequence[DayShown], order: Order, prices: "_Prices") -> list[DayShown]:
    """The days with the nearest other time of those that are taken."""
    busy = [each for each in shown if isinstance(each.refusal, (AllTaken, StaffBusy))]
    plans = {each.day: prices.plan(replace(order, day=each.day)) for each in busy}
    near = _Taken(prices.house, list(plans.values()), margin=hall_rules.LOOK_AHEAD)
    return [
        replace(each, instead=_instead(order, each.day, plans[each.day], near, prices))
        if each.day in plans
        else each
        for each in shown
    ]


def _instead(order: Order, day: date, plan: Plan, near: "_Taken", prices: "_Prices") -> Instead | None:
    refusal = near.refusal(plan, headcount=order.headcount, at=prices.at)
    values = refusal.values if refusal is not None else {}
    for name in ("free_at", "earlier_at"):
        if (free_at := values.get(name)) is None:
            continue
        later = datetime.fromisoformat(str(free_at)) - datetime.fromisoformat(str(values["starts_at"]))
        moved = orders.moved(replace(order, day=day), to=plan.starts_at + later, zone=prices.house.zone)
        then, _why_not = prices.tried(moved)
        if (
            moved.day == day
            and then is not None
            and not near.refusal(then, headcount=order.headcount, at=prices.at)
        ):
            return Instead(moved.starts, prices.bill_cents(then) or 0)
    return None


def _prices(days: Sequence[date], *, house: Property, account_id: int, at: datetime) -> "_Prices":
    today, versions = local_date(at, house.zone), programme.all_rules()
    agreed, tier = in_force(versions, today), standing.tier_under(account_id, versions, today)
    offers = bundles.offers_on_days(house.id, days=days, versions=versions)
    return _Prices(house, at, today, agreed, tier, offers)


@dataclass(frozen=True, slots=True)
class _Prices:
    """What a hotel offers on some days, at the prices of a company."""

    house: Property
    at: datetime
    today: date
    agreed: Rules
    tier: str
    offers: Mapping[date, Sequence[Offer]]

    def plan(self, order: Order) -> Plan:
        plan = orders.plan(order, offers=self.offers.get(order.day, ()), zone=self.house.zone)
        orders.check_in_time(plan, at=self.at, today=self.today)
        return plan

    def tried(self, order: Order) -> tuple[Plan | None, Refusal | None]:
        """The plan of an order, or why there is none."""
        try:
            return self.plan(order), None
        except Refusal as refusal:
            return None, refusal

    def bill_cents(self, plan: Plan | None) -> int | None:
        if plan is None:
            return None
        return orders.price_of(plan, rules=self.agreed, tier=self.tier).value.bill_cents


class _Taken:
    """What is taken at a hotel around the times of several plans, read at once.

    With a margin the nearest other times are known too; what `but_lines` have taken counts as free.
    """

    def __init__(
        self,
        house: Property,
        plans: Sequence[Plan],
        *,
        margin: timedelta = timedelta(0),
        but_lines: Collection[int] = (),
    ) -> None:
        lines = [line for plan in plans for line in plan.lines]
        reserved = {line.offer.service_id for line in lines if line.offer.is_reserved}
        self.halls: dict[int, list[Hall]] = halls.halls_for(house.id, reserved) if reserved else {}
        windows = [
            Window(line.starts_at - margin, line.ends_at + margin) for line in lines if line.offer.is_reserved
        ]
        every = [hall for own in self.halls.values() for hall in own]
        self.taken: Taken = halls.taken_in(every, windows, but_lines=but_lines) if windows else {}
        self.house, self.knows_around = house, bool(margin)
        self.limits: Mapping[int | None, Sequence[tuple[date, int]]] = {}
        self.promised: dict[int, list[Promised]] = {}
        staffed = {line.offer.service_id for line in lines if line.offer.is_staffed}
        if staffed:
            span = Window(min(line.starts_at for line in lines), max(line.ends_at for line in lines))
            self.limits = terms.dated_values(house.id, TermKind.STAFF_AT_ONCE)
            self.promised = {
                each: staffing.promised_around(house.id, each, span, but_lines=but_lines) for each in staffed
            }

    def refusal(self, plan: Plan, *, headcount: int, at: datetime) -> Refusal | None:
        """What a booking of the plan would be refused with; none where it can be had."""
        try:
            self._check(plan, headcount=headcount, at=at)
        except Refusal as refusal:
            return refusal
        return None

    def _check(self, plan: Plan, *, headcount: int, at: datetime) -> None:
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
                    # What is not known is offered to nobody.
                    never = window.starts_at + hall_rules.LOOK_AHEAD * 2
                    raise hall_rules.all_taken(
                        own, headcount=headcount, layout=line.layout, window=window, taken=self.taken,
                        not_before=not_before if self.knows_around else never,
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
            selectinload(Booking.lines).options(
                joinedload(BookingLine.delivery), joinedload(BookingLine.service)
            ),
        )
        .where(SeriesBooking.series_id == series_id)
        .order_by(SeriesBooking.day)
        .limit(64)
    )
    return list(db.session.scalars(statement))


def named(account_id: int, text: str, *, limit: int) -> list[BookingSeries]:
    """The series of a company whose booking answers to a text, the latest first."""
    forms = query_forms(text)
    if not forms:
        return []
    statement = (
        select(BookingSeries)
        .join(BookingSeries.first)
        .options(contains_eager(BookingSeries.first).joinedload(Booking.property))
        .where(
            BookingSeries.account_id == account_id,
            or_(*(Booking.search_key.contains(form, autoescape=True) for form in forms)),
        )
        .order_by(BookingSeries.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def later_bookings(series: BookingSeries, *, than: Booking) -> list[Booking]:
    """The bookings of a series that come after one of it, or after the one it repeats, and have not ended.

    After a booking that is not of the series there are none.
    """
    found = bookings_of(series.id)
    if than.id not in {series.first_id, *(each.id for each in found)}:
        return []
    return [each for each in found if each.service_date > than.service_date and each.cancellation is None]


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
