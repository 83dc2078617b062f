"""What a hotel offers on a day, and which bundles are ready."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.clock import local_date
from portal.corporate.bundles import rules
from portal.corporate.bundles.models import Bundle, BundleLine
from portal.corporate.bundles.rules import RESERVED, Offer, Order, Plan, Quote, ReadyLine
from portal.corporate.halls import queries as halls
from portal.corporate.halls.rules import Hall, Window
from portal.corporate.staffing import queries as staffing
from portal.corporate.terms import queries as terms
from portal.corporate.terms.models import TermKind
from portal.database import db
from portal.hotel import queries as hotel
from portal.hotel.models import Property, Resource, Service, ServiceKind, ServicePrice
from portal.programme import queries as programme
from portal.programme.rules import NoRulesInForce, Rules, in_force
from portal.programme.standing import queries as standing

_BY_KIND = {kind: place for place, kind in enumerate(ServiceKind)}
LIMIT = 60


def offers_at(property_id: int, *, on: date, versions: Sequence[Rules] | None = None) -> list[Offer]:
    """What a hotel offers on a day, by kind of service."""
    return offers_by_property(on=on, property_ids=[property_id], versions=versions).get(property_id, [])


def offers_by_property(
    *, on: date, property_ids: Sequence[int] | None = None, versions: Sequence[Rules] | None = None
) -> dict[int, list[Offer]]:
    """What each hotel offers on a day, with the taxes and floors of the rules of that day.

    Halls and equipment only where the hotel has any.
    """
    pieces = _pieces(property_ids)
    latest: dict[tuple[int, int], ServicePrice] = {}
    for price in db.session.scalars(_prices(on, property_ids)):
        # In order of their days: the later price of a service takes the place of the earlier.
        latest[price.property_id, price.service_id] = price
    found: dict[int, list[Offer]] = defaultdict(list)
    for (property_id, service_id), price in latest.items():
        offer = _offer(price, pieces.get((property_id, service_id)))
        if offer is not None:
            found[property_id].append(offer)
    for house, agreed in _agreed(on, found, versions if versions is not None else programme.all_rules()):
        own = found[house.id]
        own[:] = [rules.under_rules(offer, agreed, hotel=house.code, day=on) for offer in own]
    return {key: sorted(offers, key=_in_catalogue) for key, offers in found.items()}


def offers_on_days(
    property_id: int, *, days: Sequence[date], versions: Sequence[Rules]
) -> dict[date, list[Offer]]:
    """What a hotel offers on each of many days: read once for all days of the same prices and rules."""
    changes = set(
        db.session.scalars(select(ServicePrice.valid_from).where(ServicePrice.property_id == property_id))
    ) | {each.effective_from for each in versions}
    read: dict[date | None, list[Offer]] = {}
    found: dict[date, list[Offer]] = {}
    for day in days:
        since = max((each for each in changes if each <= day), default=None)
        if since not in read:
            read[since] = offers_at(property_id, on=day, versions=versions)
        found[day] = read[since]
    return found


def _agreed(
    on: date, property_ids: Collection[int], versions: Sequence[Rules]
) -> list[tuple[Property, Rules]]:
    """The hotels whose prices the rules of a day speak of; none where they leave them to the lists."""
    try:
        found = in_force(versions, on)
    except NoRulesInForce:
        return []
    speaks = found.vat or found.floors
    return [(house, found) for house in hotel.properties(property_ids)] if speaks else []


def _prices(on: date, property_ids: Sequence[int] | None) -> Select[ServicePrice]:
    statement = (
        select(ServicePrice)
        .join(ServicePrice.service)
        .options(contains_eager(ServicePrice.service))
        .where(ServicePrice.valid_from <= on, Service.is_bookable.is_(True))
        .order_by(ServicePrice.valid_from, ServicePrice.id)
    )
    return statement if property_ids is None else statement.where(ServicePrice.property_id.in_(property_ids))


def _pieces(property_ids: Sequence[int] | None) -> dict[tuple[int, int], int]:
    """How many halls or sets of equipment there are, by hotel and service."""
    statement = select(Resource.property_id, Resource.service_id, func.count(Resource.id)).group_by(
        Resource.property_id, Resource.service_id
    )
    if property_ids is not None:
        statement = statement.where(Resource.property_id.in_(property_ids))
    rows = db.session.execute(statement)
    return {(property_id, service_id): pieces for property_id, service_id, pieces in rows}


def _offer(price: ServicePrice, pieces: int | None) -> Offer | None:
    service = price.service
    is_reserved = service.kind in RESERVED and not service.is_third_party
    if is_reserved and not pieces:
        return None
    return Offer(
        service_id=service.id,
        code=service.code,
        kind=service.kind,
        category=service.category,
        unit=service.unit,
        name=service.name,
        description=service.description,
        icon=service.icon,
        is_third_party=service.is_third_party,
        cut_off_hours=service.cut_off_hours,
        most=service.max_quantity,
        pieces=pieces if is_reserved else None,
        unit_price_cents=price.unit_price_cents,
        floor_cents=price.floor_price_cents,
        is_gross=price.is_gross,
        vat_bp=price.vat_bp,
    )


def quote(order: Order, *, house: Property, account_id: int, at: datetime) -> Quote:
    """What an order would be promised and cost at a hotel now; refuses by name what it cannot."""
    today, versions = local_date(at, house.zone), programme.all_rules()
    offers = offers_at(house.id, on=order.day, versions=versions)
    planned = rules.plan(order, offers=offers, zone=house.zone)
    agreed, tier = in_force(versions, today), standing.tier_under(account_id, versions, today)
    price = rules.price_of(planned, rules=agreed, tier=tier)
    return Quote(planned, price, agreed, tier, today)


def halls_of(
    plan: Plan,
    *,
    house: Property,
    headcount: int,
    at: datetime,
    but_lines: Collection[int] = (),
    lock: bool = False,
) -> list[Hall | None]:
    """The hall or set of equipment for each line of a plan, none for what needs none.

    Raises `NoneLargeEnough` or `AllTaken`. What the lines in `but_lines` have taken counts as free.
    """
    needed = {line.offer.service_id for line in plan.lines if line.offer.is_reserved}
    candidates = halls.halls_for(house.id, needed, lock=lock) if needed else {}
    chosen: list[Hall | None] = []
    for line in plan.lines:
        own = [hall for hall in candidates.get(line.offer.service_id, []) if hall not in chosen]
        window = Window(line.starts_at, line.ends_at)
        not_before = at + timedelta(hours=line.offer.cut_off_hours)
        chosen.append(
            halls.hall_for(
                own,
                headcount=headcount,
                window=window,
                not_before=not_before,
                layout=line.layout,
                but_lines=but_lines,
            )
            if line.offer.is_reserved
            else None
        )
    return chosen


def staff_limits(plan: Plan, *, house: Property) -> dict[int | None, int]:
    """How many people of each service work at once on the plan's day; of the others there is no limit."""
    if not any(line.offer.is_staffed for line in plan.lines):
        return {}
    day = local_date(plan.starts_at, house.zone)
    return terms.values_on(house.id, TermKind.STAFF_AT_ONCE, day)


def answer_hours(plan: Plan, *, house: Property, at: datetime) -> dict[int | None, int]:
    """Within how many hours partners answer, by service; of the others nobody is asked."""
    if not any(line.offer.is_third_party for line in plan.lines):
        return {}
    return terms.values_on(house.id, TermKind.ANSWER_HOURS, local_date(at, house.zone))


def check_staff(plan: Plan, *, house: Property, at: datetime, but_lines: Collection[int] = ()) -> None:
    """Raise `StaffBusy` where the house has not as many people free; `but_lines` count as free."""
    limits = staff_limits(plan, house=house)
    for line in plan.lines:
        if line.offer.is_staffed and line.offer.service_id in limits:
            staffing.check_free(
                property_id=house.id,
                service_id=line.offer.service_id,
                service=line.offer.code,
                people=line.quantity,
                window=Window(line.starts_at, line.ends_at),
                limit=limits[line.offer.service_id],
                not_before=at + timedelta(hours=line.offer.cut_off_hours),
                but_lines=but_lines,
            )


def _in_catalogue(offer: Offer) -> tuple[int, str]:
    return _BY_KIND[ServiceKind(offer.kind)], offer.code


def offered_bundles() -> list[Bundle]:
    """The ready bundles with their services, in the order the hotel gave them."""
    statement = (
        select(Bundle)
        .options(selectinload(Bundle.lines).joinedload(BundleLine.service))
        .where(Bundle.is_offered.is_(True))
        .order_by(Bundle.position, Bundle.id)
        .limit(LIMIT)
    )
    return list(db.session.scalars(statement))


def bundle_by_public_id(public_id: uuid.UUID) -> Bundle | None:
    """A bundle with its services, offered or not: an earlier booking may name one that is no more."""
    statement = (
        select(Bundle)
        .options(selectinload(Bundle.lines).options(joinedload(BundleLine.service)))
        .where(Bundle.public_id == public_id)
    )
    return db.session.scalar(statement)


def ready_lines(lines: Iterable[BundleLine]) -> list[ReadyLine]:
    """The lines of a bundle as plain facts."""
    return [
        ReadyLine(
            service=line.service.code,
            unit=line.service.unit,
            quantity=line.quantity,
            per_guests=line.per_guests,
            starts_after_minutes=line.starts_after_minutes,
            minutes=line.minutes,
        )
        for line in lines
    ]
