"""What an order would be, cost and leave, before it is confirmed."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from portal.accounts.models import Account, Card
from portal.corporate.bookings import queries as bookings
from portal.corporate.bookings.models import Booking, BookingLine
from portal.corporate.bookings.rules import Wanted
from portal.corporate.bundles import queries as bundles
from portal.corporate.bundles import rules as bundle_rules
from portal.corporate.bundles.models import Bundle
from portal.corporate.bundles.rules import (
    MOMENTARY,
    NothingChosen,
    Offer,
    Order,
    Plan,
    Quote,
    ReadyLine,
    Wish,
)
from portal.corporate.halls import queries as halls
from portal.corporate.halls.rules import Hall, HallRefused
from portal.corporate.limits import queries as limits
from portal.corporate.limits.models import CostCentre
from portal.corporate.limits.rules import CostCentreMissing, NobodyToApprove, NotOfTheCompany, Verdict
from portal.corporate.receipts.rules import Promise, Receipt, receipt
from portal.corporate.staffing.rules import StaffBusy
from portal.derivation import Derived
from portal.hotel import queries as hotel
from portal.hotel.models import Property, Unit
from portal.people.models import Person
from portal.programme.ledger import queries as ledger
from portal.programme.redemption.rules import PointsPayment
from portal.programme.rules import Refusal

NO_ROOM = (HallRefused, StaffBusy, bundle_rules.NotOffered, bundle_rules.TooMany)
"""What may be otherwise at another hotel."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the order cannot be confirmed as it stands, and at which field of the form."""

    refusal: Refusal
    at_field: str | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another hotel that could do the order as it stands, and what it would cost there."""

    house: Property
    bill_cents: int


@dataclass(slots=True)
class Preview:
    """The price as it forms; what cannot be had is a problem, and the rest is still shown."""

    quote: Quote | None = None
    receipt: Receipt | None = None
    most_points: int = 0
    most_cents: int = 0
    payment: Derived[PointsPayment] | None = None
    verdict: Derived[Verdict] | None = None
    """What it does to the limits of the company; none where none binds."""
    deciders: Sequence[Person] = ()
    """Whose second key it would need."""
    problems: list[Problem] = field(default_factory=list)
    elsewhere: Elsewhere | None = None
    """The next hotel that could do all of it at the same time, where this one cannot."""
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page of an order is made of: the hotel chosen and what it offers, and for whom."""

    account: Account
    houses: Sequence[Property]
    house: Property
    offers: Sequence[Offer]
    cards: Sequence[Card]
    cost_centres: Sequence[CostCentre]
    bundle: Bundle | None
    booking: Booking | None
    """The booking in whose place the order shall be put, if there is one."""
    layouts: Mapping[int, Mapping[str, int]]
    """How halls can stand, by service, and for how many guests."""
    active_points: int
    """What can pay, with what that booking holds."""

    @property
    def ready(self) -> list[ReadyLine]:
        return bundles.ready_lines(self.bundle.lines) if self.bundle is not None else []

    @property
    def taken_lines(self) -> list[int]:
        return [line.id for line in self.booking.lines] if self.booking is not None else []


def wanted(
    *,
    account_id: int,
    house: Property,
    order: Order,
    card_id: uuid.UUID | None,
    cost_centre_id: uuid.UUID | None,
    bundle_id: uuid.UUID | None,
    title: str,
    note: str,
    points: int,
) -> Wanted:
    """What the booker asks for, with the rows it names loaded."""
    card = bookings.traveller(account_id, card_id) if card_id is not None else None
    bundle = bundles.bundle_by_public_id(bundle_id) if bundle_id is not None else None
    centre = limits.cost_centre_of(account_id, cost_centre_id) if cost_centre_id is not None else None
    if cost_centre_id is not None and centre is None:
        raise NotOfTheCompany
    return Wanted(
        house,
        order,
        card=card,
        bundle=bundle,
        cost_centre=centre,
        title=title,
        note=note,
        points=points,
    )


def preview(ask: Wanted, *, on: Sheet, by_id: int, at: datetime) -> Preview:
    """What it would cost now; what a booking to be changed has held or taken counts as free.

    Where this hotel has no room or nobody free, the next one is asked.
    """
    found = _formed(ask, on=on, by_id=by_id, at=at)
    if any(isinstance(problem.refusal, NO_ROOM) for problem in found.problems):
        found.elsewhere = _elsewhere(ask, on=on, at=at)
    return found


def _formed(ask: Wanted, *, on: Sheet, by_id: int, at: datetime) -> Preview:
    found = Preview()
    try:
        quote = bundles.quote(ask.order, house=ask.house, account_id=on.account.id, at=at)
    except NothingChosen:
        found.is_empty = True
        return found
    except Refusal as refusal:
        found.problems.append(Problem(refusal, _field_of(refusal)))
        return found
    found.quote = quote
    _pay(found, quote, ask.points, active_points=on.active_points)
    seated = _seat(found, quote, ask, at=at, but_lines=on.taken_lines)
    _staff(found, quote, ask, at=at, but_lines=on.taken_lines)
    try:
        bundle_rules.check_in_time(quote.plan, at=at, today=quote.today)
    except Refusal as refusal:
        found.problems.append(Problem(refusal, _field_of(refusal)))
    _weigh(found, quote, ask, on=on, by_id=by_id)
    paid = found.payment.value if found.payment else None
    found.receipt = receipt(quote.price.value, promises_of(quote.plan, seated), payment=paid)
    return found


def _pay(found: Preview, quote: Quote, points: int, *, active_points: int) -> None:
    most = bundle_rules.payment_of(quote, points=None, balance_points=active_points)
    found.most_points, found.most_cents = most.value.points, most.value.pays_cents
    if not points:
        return
    try:
        found.payment = bundle_rules.payment_of(quote, points=points, balance_points=active_points)
    except Refusal as refusal:
        found.problems.append(Problem(refusal, "points"))


def _seat(
    found: Preview, quote: Quote, ask: Wanted, *, at: datetime, but_lines: Collection[int]
) -> Sequence[Hall | None]:
    try:
        return bundles.halls_of(
            quote.plan, house=ask.house, headcount=ask.order.headcount, at=at, but_lines=but_lines
        )
    except Refusal as refusal:
        found.problems.append(Problem(refusal))
        return [None] * len(quote.plan.lines)


def _staff(found: Preview, quote: Quote, ask: Wanted, *, at: datetime, but_lines: Collection[int]) -> None:
    try:
        bundles.check_staff(quote.plan, house=ask.house, at=at, but_lines=but_lines)
    except Refusal as refusal:
        found.problems.append(Problem(refusal))


def _weigh(found: Preview, quote: Quote, ask: Wanted, *, on: Sheet, by_id: int) -> None:
    """What it does to the limits, and who would be asked; a change is weighed for whoever booked."""
    booking, centre = on.booking, ask.cost_centre
    booker_id = booking.booked_by_id if booking is not None else by_id
    verdict = bookings.weighed(
        account_id=on.account.id,
        person_id=booker_id,
        cost_centre_id=centre.id if centre is not None else None,
        day=ask.order.day,
        adds_cents=quote.price.value.bill_cents,
        but_id=booking.id if booking is not None else None,
    )
    found.verdict = verdict if verdict.value.tightest is not None else None
    if not verdict.value.needs_key or booking is not None:
        return
    found.deciders = limits.deciders(
        on.account.id, cost_centre_id=centre.id if centre else None, but_id=booker_id
    )
    if not found.deciders:
        found.problems.append(Problem(NobodyToApprove()))


def _elsewhere(ask: Wanted, *, on: Sheet, at: datetime) -> Elsewhere | None:
    """The order at the next hotel, of the same city first; one only, since each costs as much as the page."""
    others = sorted(
        (house for house in on.houses if house.id != ask.house.id),
        key=lambda house: house.city != ask.house.city,
    )
    if not others:
        return None
    house = others[0]
    try:
        quote = bundles.quote(ask.order, house=house, account_id=on.account.id, at=at)
        bundle_rules.check_in_time(quote.plan, at=at, today=quote.today)
        bundles.halls_of(
            quote.plan, house=house, headcount=ask.order.headcount, at=at, but_lines=on.taken_lines
        )
        bundles.check_staff(quote.plan, house=house, at=at, but_lines=on.taken_lines)
    except Refusal:
        return None
    return Elsewhere(house, quote.price.value.bill_cents)


def _field_of(refusal: Refusal) -> str | None:
    """Where on the form it is said; a refusal that names a service is said there."""
    fields: dict[type[Refusal], str] = {
        bundle_rules.TimeDoesNotExist: "starts",
        bundle_rules.NotOnTheFive: "starts",
        bundle_rules.NoTimeAtAll: "ends",
        bundle_rules.TooFarAhead: "day",
        CostCentreMissing: "cost_centre",
    }
    return fields.get(type(refusal))


def promises_of(plan: Plan, seated: Sequence[Hall | None]) -> list[Promise]:
    """The lines of a plan as they are printed."""
    return [
        Promise(
            unit=line.offer.unit,
            quantity=line.quantity,
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            is_momentary=line.offer.is_momentary,
            place=hall.name if hall is not None else None,
            layout=line.layout,
        )
        for line, hall in zip(plan.lines, seated, strict=True)
    ]


def sheet(
    account: Account,
    *,
    house: str | None,
    bundle: uuid.UUID | None,
    day: date,
    booking: Booking | None = None,
) -> Sheet | None:
    """Load the page of an order; none while the group has no hotel."""
    houses = hotel.properties()
    ready = bundles.bundle_by_public_id(bundle) if bundle is not None else None
    chosen = next((each for each in houses if each.code == house), None) or _house_for(ready, houses, day)
    if chosen is None:
        return None
    return Sheet(
        account=account,
        houses=houses,
        house=chosen,
        offers=bundles.offers_at(chosen.id, on=day),
        cards=bookings.travellers(account.id),
        cost_centres=limits.cost_centres(account.id),
        bundle=ready,
        booking=booking,
        layouts=halls.layouts_at(chosen.id),
        active_points=ledger.balance_of(account.id).active + (booking.points_used if booking else 0),
    )


def usual_centre(on: Sheet, *, person_id: int) -> str | None:
    """The cost centre that somebody last booked on, else the first; none where the company has none."""
    if not on.cost_centres:
        return None
    last = bookings.last_centre(person_id, account_id=on.account.id)
    usual = [centre for centre in on.cost_centres if centre.id == last]
    return next((str(centre.public_id) for centre in [*usual, *on.cost_centres]), None)


def _house_for(bundle: Bundle | None, houses: Sequence[Property], day: date) -> Property | None:
    """The first hotel that offers the whole bundle, else the first."""
    if bundle is None or not houses:
        return next(iter(houses), None)
    needed = {line.service.code for line in bundle.lines}
    offered = bundles.offers_by_property(on=day)
    whole = [house for house in houses if needed <= {offer.code for offer in offered.get(house.id, [])}]
    return next(iter([*whole, *houses]))


def order_again(booking: Booking) -> Order:
    """A booking as the order that would make it again: its lines as wishes, in the hotel's time."""
    zone = booking.property.zone
    first = bundle_rules.local(booking.starts_at, zone)
    last = bundle_rules.local(booking.ends_at, zone)
    wishes: dict[str, Wish] = {}
    for line in booking.standing_lines:
        wish = _wish(line, booking, zone)
        same = wishes.get(line.service.code)
        # Of halls and equipment each has a line of its own.
        count = wish.count + (same.count if same else 0)
        wishes[line.service.code] = replace(wish, count=count)
    return Order(first.date(), first.time(), last.time(), booking.headcount, tuple(wishes.values()))


def _wish(line: BookingLine, booking: Booking, zone: str) -> Wish:
    hours = bundle_rules.hours_begun(line.starts_at, line.ends_at)
    count = line.quantity // hours if line.service.unit == Unit.HOUR else line.quantity
    at_end = line.service.unit in MOMENTARY and line.starts_at == booking.ends_at
    starts = None if at_end or line.starts_at == booking.starts_at else line.starts_at
    ends = None if line.service.unit in MOMENTARY or line.ends_at == booking.ends_at else line.ends_at
    return Wish(
        line.service.code,
        count,
        bundle_rules.local(starts, zone).time() if starts else None,
        bundle_rules.local(ends, zone).time() if ends else None,
        at_end=at_end,
        layout=line.layout,
    )
