"""Stays of an account: what pages list, what reports sum, and what the programme plays."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from portal.database import db, integer_sum
from portal.stays.models import FolioLine, Stay, StayStatus
from portal.web.paging import DEFAULT_SIZE, Page, decode_key, encode_key

FETCHED_AT_ONCE = 1_000
PERSONAL_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class StayFilter:
    """What a list of stays is narrowed to; days are whole and inclusive."""

    property_id: int | None = None
    status: str | None = None
    arrival_from: date | None = None
    arrival_to: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        pairs = (
            (self.property_id, Stay.property_id == self.property_id),
            (self.status, Stay.status == self.status),
            (self.arrival_from, Stay.arrival >= self.arrival_from),
            (self.arrival_to, Stay.arrival <= self.arrival_to),
        )
        return [condition for wanted, condition in pairs if wanted is not None]


@dataclass(frozen=True, slots=True)
class StayTotals:
    """Checked-out stays before any rule of the programme."""

    stays: int
    """Back-to-back stays of one guest at one hotel are one."""
    nights: int
    room_revenue_cents: int


class CategorySum(NamedTuple):
    """What one folio holds of one category, net cents; nothing that was passed on at cost."""

    folio_no: str
    category: str
    net_cents: int


class PlayedStay(NamedTuple):
    """A checked-out stay as the programme plays it."""

    id: int
    natural_key: str
    version: int
    account_id: int
    property_id: int
    guest_id: int | None
    arrival: date
    departure: date
    nights: int
    checked_out_on: date
    settled_on: date | None
    is_late: bool
    currency: str
    room_revenue_cents: int
    sums: tuple[CategorySum, ...]


class ReplacedStay(NamedTuple):
    """A version that an import ended, and the one that took its place."""

    old_id: int
    old_account_id: int | None
    new_id: int
    new_account_id: int | None


def stays_of(
    account_id: int, *, only: StayFilter, after: str | None = None, limit: int = DEFAULT_SIZE
) -> Page[Stay]:
    """The stays of an account as last told, with their properties, the latest arrival first."""
    statement = (
        select(Stay)
        .options(joinedload(Stay.property))
        .where(Stay.account_id == account_id, Stay.superseded_at.is_(None), *only.conditions())
        .order_by(Stay.arrival.desc(), Stay.id.desc())
        .limit(limit + 1)
    )
    if (key := decode_key(after, str, int)) is not None and (day := _day(key[0])) is not None:
        statement = statement.where(or_(Stay.arrival < day, and_(Stay.arrival == day, Stay.id < key[1])))
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    more = encode_key(rows[-1].arrival.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def account_stay_totals(account_id: int, *, as_of: date) -> StayTotals:
    """Stays, nights and room revenue in cents of what was checked out by the end of the day."""
    statement = select(func.count(Stay.id), integer_sum(Stay.nights), integer_sum(Stay.room_revenue_cents))
    stays, nights, cents = db.session.execute(statement.where(*_checked_out(account_id, as_of))).one()
    return StayTotals(stays - _continued(account_id, as_of), nights, cents)


def _checked_out(account_id: int, as_of: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Stay.account_id == account_id,
        Stay.superseded_at.is_(None),
        Stay.status == StayStatus.CHECKED_OUT.value,
        Stay.checked_out_on <= as_of,
    )


def _continued(account_id: int, as_of: date) -> int:
    """How many stays go on where another one of the same guest at the same hotel ended."""
    before = aliased(Stay)
    goes_on = (
        select(before.id)
        .where(
            before.guest_id == Stay.guest_id,
            before.property_id == Stay.property_id,
            before.account_id == Stay.account_id,
            before.superseded_at.is_(None),
            before.status == StayStatus.CHECKED_OUT.value,
            before.departure == Stay.arrival,
            or_(before.arrival < Stay.arrival, and_(before.arrival == Stay.arrival, before.id < Stay.id)),
        )
        .exists()
    )
    statement = select(func.count(Stay.id)).where(
        *_checked_out(account_id, as_of), Stay.guest_id.is_not(None), goes_on
    )
    return db.session.scalar(statement) or 0


def stays_to_play(account_ids: Collection[int], *, until: date) -> Iterator[PlayedStay]:
    """Checked-out stays of these accounts, account by account, in the order of their check-out.

    Columns only, fetched as they are consumed. A stay that is not paid yet has no `settled_on`.
    """
    lines = and_(FolioLine.stay_id == Stay.id, FolioLine.is_third_party.is_(False))
    columns = [getattr(Stay, name) for name in PlayedStay._fields[:-1]]
    statement: Select[Any] = (
        select(*columns, FolioLine.folio_no, FolioLine.category, integer_sum(FolioLine.net_cents))
        .outerjoin(FolioLine, lines)
        .where(
            Stay.account_id.in_(account_ids),
            Stay.superseded_at.is_(None),
            Stay.status == StayStatus.CHECKED_OUT.value,
            Stay.checked_out_on <= until,
        )
        .group_by(*columns, FolioLine.folio_no, FolioLine.category)
        .order_by(Stay.account_id, Stay.checked_out_on, Stay.id, FolioLine.folio_no, FolioLine.category)
    )
    found = db.session.execute(statement.execution_options(yield_per=FETCHED_AT_ONCE))
    width = len(columns)
    for _, rows in groupby(found, key=lambda row: row[0]):
        every = list(rows)
        sums = tuple(CategorySum(*row[width:]) for row in every if row[width] is not None)
        yield PlayedStay._make((*every[0][:width], sums))


def category_sums(stay_ids: Collection[int]) -> dict[int, list[CategorySum]]:
    """What these stays hold by folio and category, net cents; nothing that was passed on at cost."""
    statement = (
        select(FolioLine.stay_id, FolioLine.folio_no, FolioLine.category, integer_sum(FolioLine.net_cents))
        .where(FolioLine.stay_id.in_(stay_ids), FolioLine.is_third_party.is_(False))
        .group_by(FolioLine.stay_id, FolioLine.folio_no, FolioLine.category)
        .order_by(FolioLine.stay_id, FolioLine.folio_no, FolioLine.category)
    )
    found: dict[int, list[CategorySum]] = {stay_id: [] for stay_id in stay_ids}
    for stay_id, *rest in db.session.execute(statement):
        found[stay_id].append(CategorySum._make(rest))
    return found


def replaced_by(import_id: int) -> list[ReplacedStay]:
    """The versions that an import put in the place of earlier ones."""
    old = aliased(Stay)
    statement = (
        select(old.id, old.account_id, Stay.id, Stay.account_id)
        .join(old, and_(old.natural_key == Stay.natural_key, old.version == Stay.version - 1))
        .where(Stay.import_id == import_id)
        .order_by(Stay.id)
    )
    return [ReplacedStay(*row) for row in db.session.execute(statement)]


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """The stays of a guest, for their own export."""
    statement = (
        select(Stay)
        .options(joinedload(Stay.property))
        .where(Stay.guest_id == person_id, Stay.superseded_at.is_(None))
        .order_by(Stay.arrival, Stay.id)
        .limit(PERSONAL_LIMIT)
    )
    return [
        {
            "property": stay.property.code,
            "arrival": stay.arrival.isoformat(),
            "departure": stay.departure.isoformat(),
            "nights": stay.nights,
            "status": stay.status,
            "room_no": stay.room_no,
        }
        for stay in db.session.scalars(statement)
    ]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
