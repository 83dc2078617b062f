"""The stays and orders behind a count: of the tier as it stands, of a review, of a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, or_, select

from portal.clock import local_date
from portal.database import db
from portal.hotel import queries as hotel
from portal.hotel.models import Property
from portal.programme.rules import EITHER
from portal.programme.standing.models import PerkSpend, PlayedStay
from portal.programme.standing.queries import COUNTS_WITHOUT_POINTS
from portal.programme.standing.rules import Count, SpendFact, StayFact, count
from portal.programme.windows.rules import Part, Printed, Window, part, window
from portal.stays.models import Import, Stay
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class CountedStay:
    """A stay of a window: where and when, what of it counts, and the bill it stands for."""

    arrival: date
    departure: date
    nights: int
    hotel: dict[str, Any]
    property_id: int
    key: str
    version: int
    part: Part


@dataclass(frozen=True, slots=True)
class Counted:
    """A count as it was printed, and what its window holds by what is known of that day."""

    window: Window
    printed: Printed
    held: Count
    doors: str
    """Which doors led to a tier that day."""


def counted(
    account_id: int,
    derivation: Mapping[str, Any],
    *,
    is_monthly: bool = False,
    told_by: datetime | None = None,
) -> Counted:
    """The count that a derivation tells of, and what its window holds."""
    inputs = derivation["inputs"]
    days = window(
        window_days=inputs["window_days"],
        as_of=date.fromisoformat(inputs["as_of"]),
        is_monthly=is_monthly,
        told_by=told_by,
    )
    printed = Printed(inputs["slept_nights"], inputs["event_cents"], inputs["spend_cents"])
    return Counted(days, printed, _held(account_id, days, inputs), inputs.get("led_by", EITHER))


def stays(
    account_id: int, days: Window, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[CountedStay]:
    """The stays of a window, the latest arrival first."""
    statement = (
        select(
            *_fact_columns(),
            PlayedStay.id,
            Stay.departure,
            Stay.natural_key,
            Stay.version,
            Stay.property_id,
            Property.name,
        )
        .join(Stay, Stay.id == PlayedStay.stay_id)
        .join(Property, Property.id == Stay.property_id)
        .join(Import, Import.id == Stay.import_id)
        .where(*_stays_in(account_id, days))
        .order_by(PlayedStay.arrival.desc(), PlayedStay.id.desc())
        .limit(limit + 1)
    )
    if (key := _after(after)) is not None:
        earlier = and_(PlayedStay.arrival == key[0], PlayedStay.id < key[1])
        statement = statement.where(or_(PlayedStay.arrival < key[0], earlier))
    rows = db.session.execute(statement).all()
    shown = rows[:limit]
    more = encode_key(shown[-1].arrival.isoformat(), shown[-1].id) if len(rows) > limit else None
    return Page([_stay(row, days) for row in shown], more)


def orders(
    account_id: int, days: Window, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[PerkSpend]:
    """The orders of a window, the latest first."""
    statement = (
        select(PerkSpend)
        .where(*_orders_in(account_id, days))
        .order_by(PerkSpend.day.desc(), PerkSpend.id.desc())
        .limit(limit + 1)
    )
    if (key := _after(after)) is not None:
        earlier = and_(PerkSpend.day == key[0], PerkSpend.id < key[1])
        statement = statement.where(or_(PerkSpend.day < key[0], earlier))
    found = list(db.session.scalars(statement))
    shown = found[:limit]
    more = encode_key(shown[-1].day.isoformat(), shown[-1].id) if len(found) > limit else None
    return Page(shown, more)


def _held(account_id: int, days: Window, inputs: Mapping[str, Any]) -> Count:
    facts = (
        select(*_fact_columns())
        .join(Stay, Stay.id == PlayedStay.stay_id)
        .join(Import, Import.id == Stay.import_id)
        .where(*_stays_in(account_id, days))
    )
    slept = [StayFact(*row) for row in db.session.execute(facts)]
    bought = select(PerkSpend.key, PerkSpend.day, PerkSpend.base_cents, PerkSpend.is_event)
    spends = [
        SpendFact(key, min(day, days.as_of), cents, is_event)
        for key, day, cents, is_event in db.session.execute(bought.where(*_orders_in(account_id, days)))
    ]
    return count(window_days=inputs["window_days"], stays=slept, spends=spends, as_of=days.as_of)


def _fact_columns() -> tuple[SQLColumnExpression[Any], ...]:
    return (
        PlayedStay.key, PlayedStay.arrival, PlayedStay.nights, PlayedStay.base_cents, PlayedStay.checkout,
    )  # fmt: skip


def _stays_in(account_id: int, days: Window) -> list[ColumnElement[bool]]:
    # What came late was counted from the day up to which its import was played.
    counted_on = case((Stay.is_late, Import.as_of), else_=Stay.settled_on)
    return [
        PlayedStay.account_id == account_id,
        PlayedStay.base_cents > 0,
        or_(PlayedStay.skipped.is_(None), PlayedStay.skipped.in_(COUNTS_WITHOUT_POINTS)),
        PlayedStay.checkout > days.first,
        PlayedStay.arrival < days.as_of,
        *_known(days, counted_on, PlayedStay.reversed_on, PlayedStay.played_at),
    ]


def _orders_in(account_id: int, days: Window) -> list[ColumnElement[bool]]:
    standstill = hotel.demo_as_of()
    # Where the calendar of a demo stands still, the orders of later days count on its last.
    is_last = standstill is not None and days.as_of >= standstill
    conditions = [
        PerkSpend.account_id == account_id,
        PerkSpend.day > days.first,
        *_known(days, PerkSpend.settled_on, PerkSpend.reversed_on, PerkSpend.recorded_at, is_last=is_last),
    ]
    return conditions if is_last else [*conditions, PerkSpend.day <= days.as_of]


def _known(
    days: Window,
    counted_on: SQLColumnExpression[Any],
    reversed_on: SQLColumnExpression[Any],
    recorded_at: SQLColumnExpression[Any],
    *,
    is_last: bool = False,
) -> list[ColumnElement[bool]]:
    """What a day knew: what had been counted by then, and had not been taken back."""
    if days.told_by is not None:
        taken_back_later = reversed_on > local_date(days.told_by, hotel.house_zone())
        return [recorded_at <= days.told_by, or_(reversed_on.is_(None), taken_back_later)]
    if is_last:
        return [reversed_on.is_(None)]
    if days.is_monthly:
        # A review is held before anything of its own day.
        return [counted_on < days.as_of, or_(reversed_on.is_(None), reversed_on >= days.as_of)]
    return [counted_on <= days.as_of, or_(reversed_on.is_(None), reversed_on > days.as_of)]


def _stay(row: Any, days: Window) -> CountedStay:
    fact = StayFact(row.key, row.arrival, row.nights, row.base_cents, row.checkout)
    return CountedStay(
        row.arrival,
        row.departure,
        row.nights,
        row.name,
        row.property_id,
        row.natural_key,
        row.version,
        part(days, fact),
    )


def _after(text: str | None) -> tuple[date, int] | None:
    key = decode_key(text, str, int)
    try:
        return (date.fromisoformat(key[0]), key[1]) if key is not None else None
    except ValueError:
        return None
