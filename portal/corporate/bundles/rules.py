"""Composing a VIP bundle: which services, how much of each, from when to when, and at which price.

An order is what the booker asks for, in the hotel's local time; a plan is what the hotel promises,
in UTC. Hours of a service are counted in hours begun.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.derivation import Derived
from portal.hotel.models import ServiceKind, Unit
from portal.programme.bundles.rules import BundleLine as PricedService
from portal.programme.bundles.rules import BundlePrice, bundle_price
from portal.programme.redemption.rules import PointsPayment, points_payment
from portal.programme.rules import Refusal, Rules

HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
DAY = timedelta(days=1)
LAST_DAY = date(date.max.year, 1, 1)
"""Beyond it the calendar itself ends, in one zone or another."""
MOMENT = timedelta(minutes=30)
"""How long a service takes that is promised at a time and not for a time: a ride, a ticket."""
HORIZON_DAYS = 540
"""So far ahead may be booked."""
STEP_MINUTES = 5
MOMENTARY = frozenset({Unit.PIECE, Unit.RIDE})
RESERVED = frozenset({ServiceKind.HALL, ServiceKind.AV})
"""Kinds of which the hotel has so many and no more."""


class OrderRefused(Refusal):
    """The order cannot be taken as it stands. `service` names the line, where it is one line's fault."""


class NothingChosen(OrderRefused):
    """No service has a quantity."""


class NotOffered(OrderRefused):
    """The hotel does not offer that service, or no longer: `service`."""


class TooMany(OrderRefused):
    """More than the hotel has or lends at a time: `service`, `most`, `unit`."""


class TimeDoesNotExist(OrderRefused):
    """The clocks go forward that night, and the time is left out: `local_time`, `day_date`."""


class NotOnTheFive(OrderRefused):
    """Times are taken in steps of five minutes: `local_time`."""


class NoTimeAtAll(OrderRefused):
    """It ends when it begins."""


class TooFarAhead(OrderRefused):
    """There are no prices yet for so late a day: `last_date`."""


class TooLate(OrderRefused):
    """The service's own cut-off has passed: `service`, `cut_off_at`, `hours`, `earliest_at`."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as one hotel offers it on a day.

    `name` is per language; `most` is the largest quantity in its unit; `pieces` tells how many there
    are of what is reserved by time, and is none for the rest. Prices are of one unit, in cents.
    """

    service_id: int
    code: str
    kind: str
    category: str
    unit: str
    name: Mapping[str, Any]
    description: Mapping[str, Any]
    icon: str
    is_third_party: bool
    cut_off_hours: int
    most: int
    pieces: int | None
    unit_price_cents: int
    floor_cents: int
    is_gross: bool
    vat_bp: int

    @property
    def is_momentary(self) -> bool:
        return self.unit in MOMENTARY

    @property
    def is_reserved(self) -> bool:
        return self.kind in RESERVED and not self.is_third_party

    @property
    def is_staffed(self) -> bool:
        return self.unit == Unit.PERSON and not self.is_third_party


@dataclass(frozen=True, slots=True)
class Wish:
    """So many of one service. Times are the hotel's; none means: with the order."""

    service: str
    count: int
    starts: time | None = None
    ends: time | None = None
    at_end: bool = False
    """For a service of a moment: when the order ends."""
    layout: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What the booker asks for. An end that is not after the beginning lies on the next day."""

    day: date
    starts: time
    ends: time
    headcount: int
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """What the hotel promises of one service: the quantity in its unit, from when to when (UTC)."""

    offer: Offer
    quantity: int
    starts_at: datetime
    ends_at: datetime
    layout: str | None = None

    @property
    def cut_off_at(self) -> datetime:
        return self.starts_at - timedelta(hours=self.offer.cut_off_hours)


@dataclass(frozen=True, slots=True)
class Plan:
    """The order in the hotel's hands: its lines in the order of the catalogue, times in UTC."""

    starts_at: datetime
    ends_at: datetime
    lines: tuple[PlannedLine, ...]

    @property
    def cut_off_at(self) -> datetime:
        """Until when all of it can still be changed: the earliest cut-off of its lines."""
        return min(line.cut_off_at for line in self.lines)


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order would be promised and cost today, at this tier under these rules."""

    plan: Plan
    price: Derived[BundlePrice]
    rules: Rules
    tier: str
    today: date
    """At the hotel."""


@dataclass(frozen=True, slots=True)
class ReadyLine:
    """One service of a ready bundle, as a fact."""

    service: str
    unit: str
    quantity: int
    per_guests: int | None
    starts_after_minutes: int
    minutes: int


def under_rules(offer: Offer, rules: Rules, *, hotel: str, day: date) -> Offer:
    """The offer with the tax and the floor of the rules; where they are silent, the price list's own."""
    of = {"hotel": hotel, "kind": offer.kind, "category": offer.category}
    vat_bp = rules.vat_bp(**of, day=day)
    floor_cents = max(offer.floor_cents, rules.floor_cents(**of))
    return replace(offer, floor_cents=floor_cents, vat_bp=offer.vat_bp if vat_bp is None else vat_bp)


def plan(order: Order, *, offers: Sequence[Offer], zone: str) -> Plan:
    """What the hotel would promise for an order; refuses by name what it cannot."""
    if order.starts == order.ends:
        raise NoTimeAtAll
    if order.day >= LAST_DAY:
        raise TooFarAhead(last_date=LAST_DAY.isoformat())
    starts_at = instant(order.day, order.starts, zone)
    ends_at = instant(_day_of_end(order.day, order.starts, order.ends), order.ends, zone)
    wanted = {wish.service: wish for wish in order.wishes if wish.count > 0}
    if not wanted:
        raise NothingChosen
    unknown = sorted(set(wanted) - {offer.code for offer in offers})
    if unknown:
        raise NotOffered(service=unknown[0])
    lines = [
        line
        for offer in offers
        if offer.code in wanted
        for line in _lines(wanted[offer.code], offer, order, ends_at=ends_at, zone=zone)
    ]
    return Plan(starts_at, ends_at, tuple(lines))


def _lines(
    wish: Wish, offer: Offer, order: Order, *, ends_at: datetime, zone: str
) -> tuple[PlannedLine, ...]:
    """One line for a wish; of halls and equipment one line for each."""
    starts = wish.starts or order.starts
    day = _day_of_start(order, starts)
    starts_at = ends_at if wish.at_end else instant(day, starts, zone)
    if offer.is_momentary:
        line_ends_at = starts_at + MOMENT
    else:
        ends = wish.ends or order.ends
        line_ends_at = instant(_day_of_end(day, starts, ends), ends, zone)
    each = hours_begun(starts_at, line_ends_at) if offer.unit == Unit.HOUR else 1
    if wish.count * each > offer.most:
        raise TooMany(service=offer.code, most=offer.most, unit=offer.unit)
    if offer.pieces is not None and wish.count > offer.pieces:
        raise TooMany(service=offer.code, most=offer.pieces, unit=Unit.PIECE.value)
    if offer.is_reserved:
        return (PlannedLine(offer, each, starts_at, line_ends_at, wish.layout),) * wish.count
    return (PlannedLine(offer, wish.count * each, starts_at, line_ends_at),)


def instant(day: date, local: time, zone: str) -> datetime:
    """The instant of a local time, in UTC; of an hour that comes twice, the first."""
    if local.minute % STEP_MINUTES or local.second:
        raise NotOnTheFive(local_time=f"{local:%H:%M}")
    at = datetime.combine(day, local, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if at.astimezone(ZoneInfo(zone)).time() != local:
        raise TimeDoesNotExist(local_time=f"{local:%H:%M}", day_date=day.isoformat())
    return at


def local(at: datetime, zone: str) -> datetime:
    """An instant on the hotel's wall clock."""
    return at.astimezone(ZoneInfo(zone))


def moved(order: Order, *, to: datetime, zone: str) -> Order:
    """The same order at another time, with all its own times moved as far."""
    begins = local(to, zone)
    by_minutes = _minutes(begins.time()) - _minutes(order.starts)

    def move(each: time | None) -> time | None:
        return later(each, by_minutes) if each is not None else None

    wishes = tuple(replace(wish, starts=move(wish.starts), ends=move(wish.ends)) for wish in order.wishes)
    return replace(
        order, day=begins.date(), starts=begins.time(), ends=later(order.ends, by_minutes), wishes=wishes
    )


def _minutes(each: time) -> int:
    return each.hour * 60 + each.minute


def _day_of_start(order: Order, starts: time) -> date:
    """Of an order that goes past midnight, a small hour lies on the day of its end."""
    past_midnight = order.ends < order.starts and starts < order.ends
    return order.day + DAY if past_midnight else order.day


def _day_of_end(day: date, starts: time, ends: time) -> date:
    return day if ends > starts else day + DAY


def hours_begun(starts_at: datetime, ends_at: datetime) -> int:
    return -((starts_at - ends_at) // HOUR)


def check_in_time(plan: Plan, *, at: datetime, today: date) -> None:
    """Refuse what is ordered too late for one of its services, or absurdly early."""
    last = today + timedelta(days=HORIZON_DAYS)
    if plan.starts_at >= datetime.combine(last, time.min, tzinfo=UTC):
        raise TooFarAhead(last_date=last.isoformat())
    first = min(plan.lines, key=lambda line: line.cut_off_at)
    if at >= first.cut_off_at:
        raise TooLate(
            service=first.offer.code,
            cut_off_at=first.cut_off_at.isoformat(),
            hours=first.offer.cut_off_hours,
            earliest_at=_next_quarter(at + timedelta(hours=first.offer.cut_off_hours)).isoformat(),
        )


def _next_quarter(at: datetime) -> datetime:
    """The first full quarter of an hour after an instant."""
    return at - (at - datetime(2000, 1, 1, tzinfo=UTC)) % QUARTER + QUARTER


def price_of(plan: Plan, *, rules: Rules, tier: str) -> Derived[BundlePrice]:
    """The price of a plan, line by line."""
    return bundle_price(
        rules=rules, tier=tier, lines=[_priced_service(line.offer, line.quantity) for line in plan.lines]
    )


def _priced_service(offer: Offer, quantity: int) -> PricedService:
    return PricedService(
        service=dict(offer.name),
        kind=offer.kind,
        category=offer.category,
        quantity=quantity,
        unit_price_cents=offer.unit_price_cents,
        vat_bp=offer.vat_bp,
        third_party=offer.is_third_party,
        gross=offer.is_gross,
        floor_cents=offer.floor_cents,
    )


def payment_of(quote: Quote, *, points: int | None, balance_points: int) -> Derived[PointsPayment]:
    """What so many points would pay of it, or with none as many as may; refuses as the programme does."""
    return points_payment(
        rules=quote.rules,
        tier=quote.tier,
        bill_cents=quote.price.value.bill_cents,
        balance_points=balance_points,
        requested_points=points,
    )


def order_of_bundle(lines: Sequence[ReadyLine], *, day: date, starts: time, headcount: int) -> Order:
    """A ready bundle as an order for so many guests; quantities grow with them, times follow the start."""
    lasting = [line for line in lines if line.unit not in MOMENTARY]
    length = max((line.starts_after_minutes + line.minutes for line in lasting), default=60)
    wishes = tuple(_wish(line, starts=starts, length_minutes=length, headcount=headcount) for line in lines)
    return Order(day, starts, later(starts, length), headcount, wishes)


def _wish(line: ReadyLine, *, starts: time, length_minutes: int, headcount: int) -> Wish:
    quantity = line.quantity * (-(-headcount // line.per_guests) if line.per_guests else 1)
    # A bundle states hours; an order counts how many at once, for as long as it lasts.
    count = max(1, quantity * 60 // line.minutes) if line.unit == Unit.HOUR else quantity
    after, until = line.starts_after_minutes, line.starts_after_minutes + line.minutes
    begins = later(starts, after) if after else None
    if line.unit in MOMENTARY:
        at_end = after == length_minutes
        return Wish(line.service, count, starts=None if at_end else begins, at_end=at_end)
    return Wish(line.service, count, begins, later(starts, until) if until != length_minutes else None)


def later(each: time, minutes: int) -> time:
    """A local time so many minutes later, around midnight."""
    some_day = datetime(2000, 1, 2)  # noqa: DTZ001 -- a wall clock has no zone
    return (some_day.replace(hour=each.hour, minute=each.minute) + timedelta(minutes=minutes)).time()


def least_price(
    lines: Sequence[ReadyLine], *, offers: Sequence[Offer], rules: Rules, tier: str
) -> BundlePrice | None:
    """What a ready bundle costs for one guest; none where a hotel does not offer all of it."""
    by_code = {offer.code: offer for offer in offers}
    if not lines or any(line.service not in by_code for line in lines):
        return None
    services = [_priced_service(by_code[line.service], line.quantity) for line in lines]
    return bundle_price(rules=rules, tier=tier, lines=services).value


def suggested(order: Order, lines: Sequence[ReadyLine]) -> Order:
    """The order with the quantities that its bundle has for so many guests, its times as they are."""
    fresh = order_of_bundle(lines, day=order.day, starts=order.starts, headcount=order.headcount)
    counts = {wish.service: wish.count for wish in fresh.wishes}
    grows = {line.service for line in lines if line.per_guests is not None}
    wishes = tuple(
        replace(wish, count=counts[wish.service]) if wish.service in grows else wish for wish in order.wishes
    )
    return replace(order, wishes=wishes)


def first_day(wishes: Iterable[Wish], cut_offs: Mapping[str, int], *, today: date) -> date:
    """The first working day on which everything wished for, or all there is, can still be ordered."""
    wished = [cut_offs.get(wish.service, 0) for wish in wishes]
    hours = max(wished or cut_offs.values(), default=0)
    return next_working_day(today + timedelta(days=2 + hours // 24))


def next_working_day(day: date) -> date:
    """The same day, or the Monday after where it lies on a weekend."""
    saturday = 5
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= saturday else day


def same_weekday(day: date, *, earliest: date) -> date:
    """The first such day of the week that is not before `earliest`: when something is booked again."""
    return earliest + timedelta(days=(day.weekday() - earliest.weekday()) % 7)
